"""Captures to files: JPEG, PNG, TIFF of many pages (CCITT group 4 for bilevel), scanned PDF with one image a page."""
import io
import zlib

from PIL import Image, TiffImagePlugin

TiffImagePlugin.STRIP_SIZE = 1 << 28  # one strip an image, so that a PDF can take the stream as it is


def _image(capture):
    image = Image.fromarray(capture.image)
    return image.convert("1", dither=Image.Dither.NONE) if capture.bilevel else image


def _jpeg(capture):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = capture.orientation
    extra = {"exif": exif.tobytes()} if capture.orientation != 1 else {}
    dpi = {} if capture.dpi == 72 else {"dpi": (capture.dpi, capture.dpi)}
    _image(capture).convert("L" if capture.image.ndim == 2 else "RGB").save(
        out, "JPEG", quality=capture.quality, **dpi, **extra)
    return out.getvalue()


def _tiff(captures):
    out = io.BytesIO()
    images = [_image(c) for c in captures]
    dpi = captures[0].dpi
    options = {"compression": "group4"} if captures[0].bilevel else {"compression": "jpeg",
                                                                     "quality": captures[0].quality}
    images[0].save(out, "TIFF", dpi=(dpi, dpi), save_all=True, append_images=images[1:], **options)
    return out.getvalue()


def _ccitt_stream(capture):
    out = io.BytesIO()
    _image(capture).save(out, "TIFF", compression="group4")
    tiff = Image.open(out)
    offset, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    # Black-is-zero pixels are coded with black in the runs that CCITT calls white: a PDF says /BlackIs1 of that.
    black_is_1 = "true" if tiff.tag_v2.get(262, 0) == 1 else "false"
    return out.getvalue()[offset:offset + length], black_is_1


def _pdf_image(capture):
    h, w = capture.image.shape[:2]
    head = f"/Type /XObject /Subtype /Image /Width {w} /Height {h}"
    if capture.bilevel:
        data, black_is_1 = _ccitt_stream(capture)
        return (f"<< {head} /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode "
                f"/DecodeParms << /K -1 /Columns {w} /Rows {h} /BlackIs1 {black_is_1} >> /Length {len(data)} >>"), data
    data = _jpeg(capture)
    space = "/DeviceGray" if capture.image.ndim == 2 else "/DeviceRGB"
    return f"<< {head} /ColorSpace {space} /BitsPerComponent 8 /Filter /DCTDecode /Length {len(data)} >>", data


def _pdf(captures):
    """A scanner's PDF: catalog, pages, and for each page its image and a content stream that paints it."""
    out, offsets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []

    def add(body, stream=None):
        offsets.append(len(out))
        out.extend(f"{len(offsets)} 0 obj\n{body}\n".encode())
        if stream is not None:
            out.extend(b"stream\n" + stream + b"\nendstream\n")
        out.extend(b"endobj\n")

    add("<< /Type /Catalog /Pages 2 0 R >>")
    kids = " ".join(f"{3 + 3 * i} 0 R" for i in range(len(captures)))
    add(f"<< /Type /Pages /Count {len(captures)} /Kids [ {kids} ] >>")
    for i, capture in enumerate(captures):
        h, w = capture.image.shape[:2]
        dpi = capture.dpi if capture.dpi != 72 else 300
        width, height = w * 72 / dpi, h * 72 / dpi
        n = 3 + 3 * i
        add(f"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 {width:.2f} {height:.2f} ] "
            f"/Resources << /XObject << /Im0 {n + 1} 0 R >> >> /Contents {n + 2} 0 R >>")
        add(*_pdf_image(capture))
        content = zlib.compress(f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Im0 Do Q\n".encode(), 9)
        add(f"<< /Length {len(content)} /Filter /FlateDecode >>", content)
    start = len(out)
    out.extend(f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n".encode())
    out.extend("".join(f"{o:010d} 00000 n \n" for o in offsets).encode())
    out.extend(f"trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return bytes(out)


def _png(capture):
    out = io.BytesIO()
    # Level 1: a noisy page hardly compresses anyway.
    _image(capture).save(out, "PNG", dpi=(capture.dpi, capture.dpi), compress_level=1)
    return out.getvalue()


def encode(captures, kind):
    if kind == "jpg":
        return _jpeg(captures[0])
    if kind == "png":
        return _png(captures[0])
    return _tiff(captures) if kind == "tif" else _pdf(captures)


def choose(captures, rng):
    """A file format that a device of that sort would write."""
    if len(captures) > 1:
        return rng.choice(["tif", "pdf"])
    if captures[0].bilevel:
        return rng.choice(["tif", "pdf", "png"])
    return rng.choice(["jpg", "jpg", "jpg", "pdf", "tif"] if captures[0].dpi != 72 else ["jpg"])
