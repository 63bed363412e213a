"""Cross-references with two places for one object, of which the other shows something else; and documents whose viewers
draw, name or find things in another way once a permitted entry is changed. Their author prepared them, so each comes
with the file as it was signed. Gives (class, name, the file as it was signed, the file changed, codes)."""

import bases
import fills
import pdf
from pdf import Ref
from structure import CONTENT, changed

SHOWN = b"BT /F1 24 Tf 72 700 Td (Page 1: pay 99) Tj ET"
TEXT, TITLES = 21, 8
DIGITS = {b"/Type": b"/Font", b"/Subtype": b"/Type1", b"/BaseFont": b"/Helvetica",
          b"/Encoding": {b"/Type": b"/Encoding", b"/Differences": [0x30, b"/nine", b"/nine"]}}


def row(number, offset, kind=b"n"):
    return b"%d 1\n%010d %05d %s \n" % (number, offset, kind == b"f", kind)


def with_table(file, rows, **trailer):
    start = len(file.data)
    entries = {**file.trailer, b"/Prev": file.start, **{b"/" + k.encode(): v for k, v in trailer.items()}}
    return b"%sxref\n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (file.data, b"".join(rows), pdf.write(entries), start)


def cross_reference_stream(file, entries, keys=b""):
    body = b"".join(bytes([1]) + offset.to_bytes(4, "big") + b"\0" for _, offset in entries)
    index = b" ".join(b"%d 1" % number for number, _ in entries)
    return b"%d 0 obj\n%s\nendobj\n" % (file.size, pdf.stream(body, b"/Type /XRef /Size %d /W [1 4 1] /Index [%s] %s" % (
        file.size + 1, index, keys)))


def with_hybrid(file, rows, entries):
    """A table, and a stream of cross-references beside it, which the table names or not."""
    at = len(file.data)
    longer = pdf.File(file.data)
    longer.data += cross_reference_stream(file, entries)
    return with_table(longer, [*rows, row(file.size, at)], XRefStm=at, Size=file.size + 1)


def with_stream(file, entries):
    at = len(file.data)
    keys = b"/Root %d 0 R /Info %d 0 R /Prev %d" % (file.root, file.trailer[b"/Info"], file.start)
    return b"%s%sstartxref\n%d\n%%%%EOF\n" % (file.data, cross_reference_stream(file, [*entries, (file.size, at)], keys), at)


def two_places(pki):
    other = pdf.File(pdf.File(bases.draw()).append({TEXT: pdf.stream(SHOWN)}))
    signed = bases.sign(other.append({TEXT: pdf.File(bases.draw()).raw(TEXT)}), pki)
    file = pdf.File(signed)
    good, bad = (TEXT, file.offsets[TEXT]), (TEXT, other.offsets[TEXT])
    free = row(TEXT, 0, b"f")
    for name, data in (("rows, the other first", with_table(file, [row(*bad), row(*good)])),
                       ("rows, the other last", with_table(file, [row(*good), row(*bad)])),
                       ("rows, one free before", with_table(file, [free, row(*good)])),
                       ("rows, one free behind", with_table(file, [row(*good), free])),
                       ("stream, the other first", with_stream(file, [bad, good])),
                       ("stream, the other last", with_stream(file, [good, bad])),
                       ("hybrid, the table has it", with_hybrid(file, [row(*good)], [bad])),
                       ("hybrid, the table frees the other", with_hybrid(file, [free], [bad])),
                       ("hybrid, the table frees it", with_hybrid(file, [free], [good]))):
        yield "two places", name, signed, data


def with_form(file, objects=None, **keys):
    form = {**file.follow(file.catalog[b"/AcroForm"]), **{b"/" + key.encode(): value for key, value in keys.items()}}
    return file.append({file.root: changed(file, file.root, AcroForm={k: v for k, v in form.items() if v is not None}),
                        **(objects or {})})


def looks(pki):
    """Fields that viewers draw from other things than their appearance."""
    blank = pdf.File(fills.draw())
    bare = changed(blank, fills.AMOUNT, AP=None)
    for label, options in (("approved", {}), ("certified", {"docmdp": 2})):
        signed = bases.sign(with_form(blank, {fills.PRINTED: fills.look(b"BT /F1 9 Tf (99) Tj ET")}, NeedAppearances=b"true"), pki, **options)
        for value in (b"false", None):
            yield "looks", f"drawn anew no more: {value}, {label}", signed, with_form(pdf.File(signed), NeedAppearances=value)
        signed = bases.sign(blank.append({fills.AMOUNT: bare}), pki, **options)
        yield "looks", f"default appearance for fields without, {label}", signed, with_form(pdf.File(signed), DA=b"(/F1 9 Tf)")
        for how, value, extra in (("", b"(/Odd 9 Tf)", {}), (" elsewhere", Ref(60), {60: b"(/Odd 9 Tf)"}), (" with escapes", b"(/O#64d 9 Tf)", {})):
            signed = bases.sign(blank.append({fills.AMOUNT: {**bare, b"/DA": value}, **extra}), pki, **options)
            file = pdf.File(signed)
            fonts = {b"/Font": {b"/F1": Ref(3), b"/Odd": Ref(file.size)}}
            yield "looks", f"font that a field named{how}, {label}", signed, with_form(file, {file.size: DIGITS}, DR=fonts)


def packet(body, spaces=b'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:my="http://my/"'):
    return pdf.stream(b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
                      b'<rdf:Description rdf:about="" %s>%s</rdf:Description></rdf:RDF></x:xmpmeta>' % (spaces, body),
                      b"/Type /Metadata /Subtype /XML")


def titles(pki):
    def languages(first, second):
        return (b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li><rdf:li xml:lang="vi">%s</rdf:li></rdf:Alt></dc:title>'
                % (first, second))
    both, two = languages(b"Pay 10", b"Pay 99"), b"<dc:title>Pay 10</dc:title><my:title>Pay 99</my:title>"
    swapped = b'xmlns:my="http://purl.org/dc/elements/1.1/" xmlns:dc="http://my/"'
    for name, before, after in (("in another language", both, packet(languages(b"Pay 99", b"Pay 10"))),
                                ("of another schema", two, packet(two, swapped)), ("twice", two, packet(two + b"<dc:title>Pay 10</dc:title>")),
                                ("a stamp of another schema", two, packet(two + b"<my:Producer>Pay 99</my:Producer>"))):
        signed = bases.sign(pdf.File(bases.draw()).append({TITLES: packet(before)}), pki)
        yield "titles", name, signed, pdf.File(signed).append({TITLES: after})


def variants(pki):
    codes = {"two places": set(CONTENT), "looks": {"form_changed"}, "titles": {"metadata_changed"}}
    for source in (two_places, looks, titles):
        for label, name, signed, data in source(pki):
            yield label, name, signed, data, codes[label]
