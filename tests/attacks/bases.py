"""Signed files that are valid, to be attacked: our own certified copies, and files that another hand wrote and signed."""

import sys
from pathlib import Path

import crypto
import pdf
from pdf import Ref

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import harness  # noqa: E402
import material  # noqa: E402


def draw(page_count=1, with_form=False):
    """A file with text, a font, an image, a form XObject, metadata, an attachment."""
    objects = {
        1: {b"/Type": b"/Catalog", b"/Pages": Ref(2), b"/Metadata": Ref(8), b"/Lang": b"(en)",
            b"/Names": {b"/EmbeddedFiles": {b"/Names": [b"(a.txt)", Ref(9)]}}},
        3: {b"/Type": b"/Font", b"/Subtype": b"/Type1", b"/BaseFont": b"/Helvetica"},
        4: pdf.stream(b"\x80", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"),
        5: pdf.stream(b"0 g 0 0 10 10 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 10 10]"),
        6: {b"/Title": b"(A contract)", b"/Producer": b"(another hand)"},
        7: {b"/Font": {b"/F1": Ref(3)}, b"/XObject": {b"/I1": Ref(4), b"/X1": Ref(5)}},
        8: pdf.stream(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>A contract</a></x:xmpmeta>", b"/Type /Metadata /Subtype /XML"),
        9: {b"/Type": b"/Filespec", b"/F": b"(a.txt)", b"/UF": b"(a.txt)", b"/EF": {b"/F": Ref(10), b"/UF": Ref(10)}},
        10: pdf.stream(b"attached", b"/Type /EmbeddedFile"),
    }
    kids = []
    for i in range(page_count):
        page, content = 20 + 2 * i, 21 + 2 * i
        kids.append(Ref(page))
        objects[page] = {b"/Type": b"/Page", b"/Parent": Ref(2), b"/MediaBox": [0, 0, 595, 842],
                         b"/Resources": Ref(7), b"/Contents": [Ref(content)] if i % 2 else Ref(content)}
        objects[content] = pdf.stream(b"BT /F1 24 Tf 72 700 Td (Page %d: pay 10) Tj ET q 50 0 0 50 72 600 cm /I1 Do Q /X1 Do" % (i + 1))
    objects[2] = {b"/Type": b"/Pages", b"/Kids": kids, b"/Count": page_count}
    if with_form:
        field = 20 + 2 * page_count
        objects[field] = {b"/Type": b"/Annot", b"/Subtype": b"/Widget", b"/FT": b"/Tx", b"/T": b"(Amount)",
                          b"/V": b"(10)", b"/P": Ref(20), b"/Rect": [72, 500, 200, 520], b"/F": 4,
                          b"/AP": {b"/N": Ref(5)}}
        objects[20][b"/Annots"] = [Ref(field)]
        objects[1][b"/AcroForm"] = {b"/Fields": [Ref(field)]}
    return pdf.make(objects, info=6)


def sign(data, pki, signer=None, **options):
    prepared, gap, end = pdf.prepare(data, **options)
    return pdf.fill(prepared, gap, end, crypto.cms(pki, pdf.signed_part(prepared, gap, end), signer))


def foreign(pki):
    """Name → file."""
    plain, several, form = draw(), draw(3), draw(1, True)
    return {
        "approval": sign(plain, pki),
        "approval, RSA": sign(plain, pki, pki.rsa),
        "older format": sign(several, pki, sub_filter=b"/adbe.pkcs7.detached"),
        "certified, nothing allowed": sign(plain, pki, docmdp=1),
        "certified, forms allowed": sign(form, pki, docmdp=2),
        "certified, notes allowed": sign(form, pki, docmdp=3),
        "locked": sign(several, pki, lock=b"/All"),
        "two signatures": sign(sign(several, pki), pki, pki.second, field="Signature2"),
    }


def with_srgb(data):
    """sRGB given to a file as its output intent, as some writers do when they sign."""
    file = pdf.File(data)
    profile = pdf.stream(Path("/usr/share/color/icc/sRGB.icc").read_bytes(), b"/N 3")
    intent = {b"/Type": b"/OutputIntent", b"/S": b"/GTS_PDFA1", b"/OutputConditionIdentifier": b"(sRGB)", b"/DestOutputProfile": Ref(file.size)}
    return file.append({file.size: profile, file.root: {**file.catalog, b"/OutputIntents": [intent]}})


def own(data):
    """A certified copy of our own and the folder of trust it needs."""
    capture = material.tiny(data / "tiny.tif", "GIAY XAC NHAN")
    result = harness.run("certify", "--json", capture, "--out", data / "out", data=data,
                         settings=["storage.durable=false"])
    row = result.lines[0]
    return (data / "out" / row["copy"]).read_bytes(), data / "out/trust"
