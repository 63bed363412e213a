"""PDFs of others, in the shapes that `truecopy sign` meets: kinds of cross-references, versions, forms, page trees,
encryption, earlier signatures. Each is small, and made by qpdf, by pyHanko or by hand."""

import subprocess
import zlib
from pathlib import Path

import judges

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(dictionary, data):
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(data), data)


def text(words):
    return stream(b"", b"BT /F1 18 Tf 40 120 Td (%s) Tj ET" % words)


def page(parent, contents, more=b""):
    return (b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 300 200]/Contents %d 0 R/Resources<</Font<</F1 9 0 R>>>>%s>>"
            % (parent, contents, more))


def objects(catalog=b"", first=b"", second=b""):
    """Two pages below a nested tree; the catalogue is 1, the pages are 4 and 5, 10 is free for more."""
    return {1: b"<</Type/Catalog/Pages 2 0 R/Lang(en)%s>>" % catalog,
            2: b"<</Type/Pages/Kids[3 0 R]/Count 2>>", 3: b"<</Type/Pages/Parent 2 0 R/Kids[4 0 R 5 0 R]/Count 2>>",
            4: page(3, 6, first), 5: page(3, 7, second), 6: text(b"first page"), 7: text(b"second page"),
            8: b"<</Title(a result \\(born digital\\))/Producer(tests)>>", 9: FONT}


def table(path, content, trailer=b"/Info 8 0 R/ID[<0011223344556677><8899>]", version=b"1.7", generations={}, end=b"\n"):
    """One revision with a cross-reference table."""
    out, offsets = bytearray(b"%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n" % version), {}
    for number, value in content.items():
        offsets[number] = len(out)
        out += b"%d %d obj\n%s\nendobj\n" % (number, generations.get(number, 0), value)
    at, size = len(out), max(content) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += (b"%010d %05d n \n" % (offsets[number], generations.get(number, 0)) if number in offsets
                else b"0000000000 00001 f \n")
    root = b"1 %d R" % generations.get(1, 0)
    out += b"trailer\n<</Size %d/Root %s%s>>\nstartxref\n%d\n%%%%EOF%s" % (size, root, trailer, at, end)
    path.write_bytes(out)
    return path


def hybrid(path, content, hidden):
    """A table for old readers, in which the hidden objects are free, and a stream that says where they are (ISO 32000-2,
    7.5.8.4)."""
    out, offsets = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", {}
    container, section = max(content) + 1, max(content) + 2
    head, body = b"", b""
    for number in hidden:
        head += b"%d %d " % (number, len(body))
        body += content[number] + b" "
    packed = stream(b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(hidden), len(head)), zlib.compress(head + body))
    for number, value in {**{n: v for n, v in content.items() if n not in hidden}, container: packed}.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    size = section + 1
    rows = b"".join(b"\2%s\0%c" % (container.to_bytes(2, "big"), i) for i in range(len(hidden)))
    index = b" ".join(b"%d 1" % number for number in hidden)
    offsets[section] = len(out)
    out += b"%d 0 obj\n%s\nendobj\n" % (section, stream(
        b"/Type/XRef/Size %d/W[1 2 2]/Index[%s]" % (size, index), rows))
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 00000 f \n"
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 8 0 R/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, offsets[section], at)
    path.write_bytes(out)
    return path


def form(direct):
    """Two text fields, and a signature field that waits; the form in the catalogue itself or an object, its fields in
    an array of their own or not."""
    fields = {11: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(A. Person)/DA(/F1 12 Tf 0 g)/F 4/P 4 0 R"
                  b"/Rect[40 40 160 60]/AP<</N 14 0 R>>>>",
              12: b"<</FT/Tx/T(group)/Kids[13 0 R]>>",
              13: b"<</Type/Annot/Subtype/Widget/Parent 12 0 R/T(place)/V(B\\303)/DA(/F1 12 Tf 0 g)/F 4/P 4 0 R"
                  b"/Rect[40 70 160 90]/AP<</N 14 0 R>>>>",
              14: stream(b"/Type/XObject/Subtype/Form/BBox[0 0 120 20]/Resources<</Font<</F1 9 0 R>>>>", b"/Tx BMC EMC"),
              15: b"<</Type/Annot/Subtype/Widget/FT/Sig/T(waiting)/F 4/P 4 0 R/Rect[180 40 280 90]>>"}
    shape = b"<</Fields %s/DA(/F1 12 Tf 0 g)/DR<</Font<</F1 9 0 R>>>>>>"
    if direct:
        return {**objects(b"/AcroForm" + shape % b"[11 0 R 12 0 R 15 0 R]", b"/Annots[11 0 R 13 0 R 15 0 R]"), **fields}
    return {**objects(b"/AcroForm 16 0 R", b"/Annots 17 0 R"), **fields, 16: shape % b"18 0 R",
            17: b"[11 0 R 13 0 R 15 0 R]", 18: b"[11 0 R 12 0 R 15 0 R]"}


def appended(path, base):
    """An update before anybody signed: another content of the second page."""
    data = base.read_bytes()
    offset, prev = len(data), int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    data += b"7 0 obj\n%s\nendobj\n" % text(b"second page, second thought")
    at = len(data)
    data += b"xref\n7 1\n%010d 00000 n \ntrailer\n<</Size 10/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (offset, prev, at)
    path.write_bytes(data)
    return path


def qpdf(source, path, *options):
    subprocess.run(["qpdf", *options, "--deterministic-id" if "--encrypt" not in options else "--no-warn", source, path],
                   check=True, capture_output=True)
    return path


def encrypted(source, path, bits, *options, before=()):
    """bits 256: revision 6; 128 with AES: revision 4."""
    aes = ["--use-aes=y"] if bits == 128 else []
    subprocess.run(["qpdf", *before, "--encrypt", "", "owner", str(bits), *aes, *options, "--", source, path], check=True,
                   capture_output=True)
    return path


PYHANKO = r"""
import json, sys
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields, signers
key, cert, chain, secret, tasks = json.load(sys.stdin)
signer = signers.SimpleSigner.load(key, cert, ca_chain_files=chain, key_passphrase=secret.encode() if secret else None)
for source, target, how in tasks:
    with open(source, "rb") as file, open(target, "wb") as out:
        if how == "encrypt":
            writer = copy_into_new_writer(PdfFileReader(file))
            writer.encrypt("owner", "")
            writer.write(out)
            continue
        writer = IncrementalPdfFileWriter(file)
        if writer.prev.encrypted:
            writer.encrypt("")
        certify = how in ("P1", "P2", "P3")
        meta = signers.PdfSignatureMetadata(
            field_name="Theirs", md_algorithm="sha256", certify=certify, subfilter=fields.SigSeedSubFilter.PADES,
            docmdp_permissions=fields.MDPPerm(int(how[1])) if certify else fields.MDPPerm.FILL_FORMS)
        signers.sign_pdf(writer, meta, signer, output=out)
"""


def pyhanko(tasks, data, role="officer"):
    """Signs or encrypts with pyHanko: tasks are (source, target, how), how being "sign", "P1" to "P3" or "encrypt"; the key
    is a role's of the demo PKI in a data folder without a token."""
    import json
    pki = data / "pki"
    question = json.dumps([str(pki / f"{role}.key"), str(pki / f"{role}.pem"), [str(pki / "issuer.pem")],
                           (data / "pki.secret").read_text().strip(), [[str(s), str(t), h] for s, t, h in tasks]])
    process = subprocess.run([judges.FOLDER / "pyhanko/bin/python", "-c", PYHANKO], input=question, capture_output=True,
                             text=True, timeout=300)
    if process.returncode != 0:
        raise RuntimeError(f"pyHanko did not sign: {process.stderr[-2000:]}")
    return [target for _, target, _ in tasks]


def shapes(folder):
    """{name: path} of unsigned files."""
    folder = Path(folder)
    plain = table(folder / "table.pdf", objects())
    made = {"table": plain, "hybrid": hybrid(folder / "hybrid.pdf", objects(), [2, 3, 8]),
            "no-info-no-id": table(folder / "bare.pdf", objects(), trailer=b""),
            "no-last-line-end": table(folder / "endless.pdf", objects(), end=b""),
            "blank-lines-at-end": table(folder / "blank.pdf", objects(), end=b"\r\n\r\n"),
            "generations": table(folder / "generations.pdf", {
                **objects(), 1: b"<</Type/Catalog/Pages 2 0 R>>", 3: b"<</Type/Pages/Parent 2 0 R/Kids[4 2 R 5 0 R]/Count 2>>"},
                generations={1: 1, 4: 2}),
            "form-direct": table(folder / "form1.pdf", form(True)), "form-apart": table(folder / "form2.pdf", form(False)),
            "rotated-cropped": table(folder / "rotated.pdf", objects(
                first=b"/Rotate 90/CropBox[20 10 280 190]/Annots[]", second=b"/Rotate 270"))}
    made["updated"] = appended(folder / "updated.pdf", plain)
    for version in ("1.3", "1.4", "1.5", "1.6", "2.0"):
        made[f"version-{version}"] = qpdf(plain, folder / f"v{version}.pdf", f"--force-version={version}")
    made["object-streams"] = qpdf(plain, folder / "streams.pdf", "--object-streams=generate")
    made["form-in-object-streams"] = qpdf(made["form-apart"], folder / "form3.pdf", "--object-streams=generate")
    made["linearised"] = qpdf(plain, folder / "linear.pdf", "--linearize")
    made["linearised-streams"] = qpdf(plain, folder / "linear2.pdf", "--linearize", "--object-streams=generate")
    for name, bits in (("r4", 128), ("r6", 256)):
        made[name] = encrypted(plain, folder / f"{name}.pdf", bits)
        made[f"{name}-linearised"] = encrypted(plain, folder / f"{name}l.pdf", bits,
                                               before=["--linearize", "--object-streams=generate"])
        made[f"{name}-form"] = encrypted(made["form-direct"], folder / f"{name}f.pdf", bits)
    made["r6-plain-metadata"] = encrypted(plain, folder / "r6m.pdf", 256, "--cleartext-metadata")
    return made
