"""Attacks on the structure of a signed PDF: each takes a file and gives its variants, with the codes that must name them.

Sources of the classes: "1 Trillion Dollar Refund" (CCS 2019: universal forgery, incremental saving, wrapping), "Shadow
Attacks" (NDSS 2021: hide, replace, hide-and-replace), "Breaking the Specification" (S&P 2021: certification), and what
a reader's leniency allows besides.
"""

import re

import pdf
from pdf import Ref

CLASSES = []


def attack(*codes):
    """The codes of which at least one must be among the findings (or be the error of an unreadable file)."""
    def keep(function):
        CLASSES.append((function.__name__, function, set(codes)))
        return function
    return keep


SPAN = ("signature_coverage", "coverage_odd", "signature_contents", "signature_removed", "object_overridden",
        "no_signature", "cms_unreadable", "cms_structure", "digest_mismatch", "field_changed")
CONTENT = ("page_changed", "object_overridden", "object_unexplained", "annotation_changed", "catalog_changed",
           "object_deleted", "object_unreadable", "readers_disagree", "form_changed", "field_changed", "metadata_changed",
           "field_removed", "field_added")
BYTES = ("trailing_data", "unexplained_bytes", "hidden_object", "structure_repaired", "readers_disagree",
         "object_overridden", "coverage_odd", "signature_coverage", "page_changed", "object_unexplained", "unreadable")


def new_text(text=b"PAY 1000000"):
    return pdf.stream(b"BT /F1 30 Tf 72 500 Td (" + text + b") Tj ET")


def changed(file, number, **keys):
    """An object with keys set (or, None, taken out)."""
    value = file.get(number)
    for key, item in keys.items():
        value.pop(b"/" + key.encode(), None)
        if item is not None:
            value[b"/" + key.encode()] = item
    return value


def in_place(file, start, end, text):
    """The same length, so that every offset stays."""
    return file.data[:start] + text.ljust(end - start)[:end - start] + file.data[end:]


def place_of(file, number, pattern):
    at = file.offsets[number]
    match = re.compile(pattern, re.S).search(file.data, at)
    return match.start(1), match.end(1)


@attack(*SPAN)
def universal_forgery(file, _):
    """Signature dictionaries that validators once took for valid since they could not be checked."""
    number = file.signatures[-1]
    value = file.get(number)
    ranges = {"missing": None, "null": b"null", "zeros": [0, 0, 0, 0], "negative": [0, -1, -1, 0], "short": [0, 100],
              "strings": [b"(0)", b"(1)", b"(2)", b"(3)"], "huge": [0, 10 ** 15, 10 ** 15, 1]}
    contents = {"missing": None, "null": b"null", "empty": b"<>", "zero": b"<00>", "zeros": b"<" + b"00" * 200 + b">",
                "name": b"/Contents", "literal": b"(abc)"}
    for label, item in ranges.items():
        yield f"ByteRange {label}", file.append({number: changed(file, number, ByteRange=item)})
    for label, item in contents.items():
        yield f"Contents {label}", file.append({number: changed(file, number, Contents=item)})
    for label in ("Type", "SubFilter", "Filter"):
        if b"/" + label.encode() in value:
            yield f"{label} gone", file.append({number: changed(file, number, **{label: None})})
    start, end = place_of(file, number, rb"/ByteRange\s*(\[[^\]]*\]\s*)")
    for label, item in list(ranges.items())[2:]:
        text = pdf.write(item)
        if len(text) <= end - start:
            yield f"ByteRange {label} in place", in_place(file, start, end, text)
    start, end = place_of(file, number, rb"/Contents\s*(<[0-9A-Fa-f]+>)")
    yield "Contents zeros in place", in_place(file, start, end, b"<" + b"0" * (end - start - 2) + b">")
    yield "Contents cut in place", in_place(file, start, end, b"<" + b"30820100".ljust(end - start - 2, b"0") + b">")


@attack(*CONTENT, *BYTES, "signature_removed", "signature_orphaned", "signature_coverage", "digest_mismatch")
def incremental_saving(file, _):
    """Content appended after the signature, with as much or as little structure as validators have overlooked."""
    page = file.pages()[0]
    content = file.size
    objects = {content: new_text(), page: changed(file, page, Contents=Ref(content))}
    yield "whole update", file.append(objects)
    yield "without table", file.append(objects, with_table=False)
    yield "without trailer", file.append(objects, with_trailer=False)
    yield "without table and trailer", file.append(objects, with_table=False, with_trailer=False)
    yield "body alone", file.append(objects, with_table=False, with_trailer=False, with_end=False)
    yield "with the signature copied", file.append({**objects, file.signatures[-1]: file.raw(file.signatures[-1])})
    yield "old startxref again", file.append(objects, marker=file.start)
    yield "only an end", file.append({}, with_table=False, with_trailer=False, marker=file.start)
    yield "new signature object", file.append({**objects, content + 1: file.raw(file.signatures[-1])})


@attack("signature_coverage", "coverage_odd", "digest_mismatch", "stamp_imprint_mismatch", "object_overridden",
        "readers_disagree", "unexplained_bytes", "hidden_object", "signature_removed", "object_unreadable", "unreadable")
def wrapping(file, _):
    """The second signed range moved away, foreign objects in the gap (signature wrapping)."""
    number = file.signatures[-1]
    start, end = place_of(file, number, rb"/Contents\s*(<[0-9A-Fa-f]+>)")
    first, last = place_of(file, number, rb"/ByteRange\s*(\[[^\]]*\]\s*)")
    for size in (1, 64, 4096):
        for filler in (b" " * size, b"\n%d 0 obj\n<< /A 1 >>\nendobj\n" % file.size + b" " * size):
            moved = file.data[:end] + filler + file.data[end:]
            text = pdf.write([0, start, end + len(filler), len(file.data) - end])
            if len(text) <= last - first:
                yield f"gap of {len(filler)}, range told", moved[:first] + text.ljust(last - first) + moved[last:]
            yield f"gap of {len(filler)}, range kept", moved
    copy = file.raw(number)
    yield "dictionary twice", file.append({file.size: copy, file.fields[-1]: changed(file, file.fields[-1],
                                                                                       V=Ref(file.size))})
    wrapped = file.data + b"\n" + file.data[end:]
    yield "second range at the end", wrapped


@attack(*CONTENT, *BYTES, "no_signature", "signature_removed")
def shadow(file, _):
    """Prepared content made visible, or cover taken away, by updates that look harmless."""
    page = file.pages()[0]
    contents = file.get(page)[b"/Contents"]
    one = contents[0] if isinstance(contents, list) else contents
    yield "cover freed", file.append({}, free=[one])
    yield "cover null", file.append({one: b"null"})
    yield "cover emptied", file.append({one: pdf.stream(b"")})
    yield "contents taken out", file.append({page: changed(file, page, Contents=None)})
    yield "contents replaced by number", file.append({one: new_text()})
    tree = file.catalog[b"/Pages"]
    shown, other, text = file.size, file.size + 1, file.size + 2
    prepared = {other: {b"/Type": b"/Page", b"/Parent": Ref(shown), b"/MediaBox": [0, 0, 595, 842],
                        b"/Contents": Ref(text)},
                shown: {b"/Type": b"/Pages", b"/Kids": [Ref(other)], b"/Count": 1}, text: new_text()}
    yield "catalog leads to other pages", file.append({**prepared, file.root: changed(file, file.root, Pages=Ref(shown))})
    catalog = file.size + 3
    yield "trailer leads to another catalog", file.append(
        {**prepared, catalog: {b"/Type": b"/Catalog", b"/Pages": Ref(shown)}}, root=Ref(catalog))
    yield "pages replaced by number", file.append({tree: {b"/Type": b"/Pages", b"/Kids": [Ref(other)], b"/Count": 1},
                                                   other: prepared[other], text: prepared[text]})
    yield "page freed", file.append({}, free=[page])
    yield "page null", file.append({page: b"null"})


@attack(*CONTENT, "docmdp_forbids", "permissions_changed", "field_locked", "signature_removed")
def certification(file, _):
    """Annotations, fields and permissions after a signature, certified or not."""
    page = file.pages()[0]
    annots = file.follow(file.get(page).get(b"/Annots", []))
    for kind in (b"/FreeText", b"/Stamp", b"/Redact", b"/Square", b"/Link", b"/Watermark", b"/FileAttachment"):
        note = {b"/Type": b"/Annot", b"/Subtype": kind, b"/Rect": [0, 0, 500, 500], b"/Contents": b"(PAY 1000000)",
                b"/DA": b"(/Helv 20 Tf)"}
        yield f"annotation {kind.decode()}", file.append(
            {file.size: note, page: changed(file, page, Annots=[*annots, Ref(file.size)])})
    form = file.follow(file.catalog[b"/AcroForm"])
    fields = file.follow(form[b"/Fields"])
    look = {file.size + 1: pdf.stream(b"1 0 0 rg 0 0 500 500 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 500 500]")}
    for kind in (b"/Tx", b"/Btn", b"/Sig", b"/Ch"):
        widget = {b"/Type": b"/Annot", b"/Subtype": b"/Widget", b"/FT": kind, b"/T": b"(Evil)", b"/Rect": [0, 0, 500, 500],
                  b"/P": Ref(page), b"/AP": {b"/N": Ref(file.size + 1)}}
        catalog = changed(file, file.root, AcroForm={**form, b"/Fields": [*fields, Ref(file.size)]})
        if isinstance(file.catalog[b"/AcroForm"], Ref):
            holder = {file.catalog[b"/AcroForm"]: catalog[b"/AcroForm"]}
        else:
            holder = {file.root: catalog}
        yield f"field {kind.decode()} over the page", file.append(
            {file.size: widget, **look, **holder, page: changed(file, page, Annots=[*annots, Ref(file.size)])})
    if b"/Perms" in file.catalog:
        yield "permissions taken out", file.append({file.root: changed(file, file.root, Perms=None)})
        yield "permissions to another", file.append({file.root: changed(file, file.root, Perms={b"/DocMDP": Ref(page)})})
    widget = file.fields[-1]
    yield "signature given an appearance", file.append(
        {widget: changed(file, widget, AP={b"/N": Ref(file.size + 1)}, Rect=[0, 0, 500, 500]), **look})
    yield "signature renamed", file.append({widget: changed(file, widget, T=b"(Other)")})
    yield "signature moved", file.append({widget: changed(file, widget, Rect=[10, 10, 400, 400])})


@attack(*SPAN, *CONTENT, "signature_orphaned", "field_removed")
def spoofed_dictionary(file, _):
    """Fields that present another dictionary than the one that signed."""
    field, number = file.fields[-1], file.signatures[-1]
    forged = changed(file, number, Name=b"(The Minister)", Contents=b"<3003020101>")
    yield "forged value", file.append({file.size: forged, field: changed(file, field, V=Ref(file.size))})
    yield "value taken out", file.append({field: changed(file, field, V=None)})
    yield "field freed", file.append({}, free=[field])
    yield "dictionary freed", file.append({}, free=[number])
    yield "name changed", file.append({number: changed(file, number, Name=b"(The Minister)")})
    yield "date changed", file.append({number: changed(file, number, M=b"(D:20300101000000Z)")})
    form = dict(file.follow(file.catalog[b"/AcroForm"]))
    holder = file.catalog[b"/AcroForm"] if isinstance(file.catalog[b"/AcroForm"], Ref) else None
    copy = {**file.get(field), b"/T": b"(Again)"}

    def with_form(new):
        return {holder: new} if holder else {file.root: changed(file, file.root, AcroForm=new)}

    fields = file.follow(form[b"/Fields"])
    yield "two fields, one dictionary", file.append({file.size: copy, **with_form({**form, b"/Fields": [*fields, Ref(file.size)]})})
    yield "no fields", file.append(with_form({**form, b"/Fields": []}))
    yield "no form", file.append({file.root: changed(file, file.root, AcroForm=None)})
    yield "direct value", file.append({field: changed(file, field, V=forged)})


@attack(*CONTENT, "unexplained_bytes")
def swapped_resources(file, _):
    """Fonts, images and states under their old numbers, and pages that draw differently."""
    for number in file.numbers_of((b"/Type", b"/Font"))[:3]:
        yield f"font {number} replaced", file.append({number: {b"/Type": b"/Font", b"/Subtype": b"/Type1",
                                                              b"/BaseFont": b"/ZapfDingbats"}})
    for kind in (b"/Image", b"/Form"):
        for number in file.numbers_of((b"/Subtype", kind))[:2]:
            yield f"{kind.decode()} {number} replaced", file.append({number: pdf.stream(
                b"\0", b"/Type /XObject /Subtype " + kind + b" /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace "
                b"/DeviceGray /BBox [0 0 1 1]")})
    for number in file.numbers_of((b"/Type", b"/FontDescriptor"))[:2]:
        yield f"font descriptor {number} replaced", file.append({number: changed(file, number, FontFile2=None)})
    page = file.pages()[-1]
    value = file.get(page)
    contents = value[b"/Contents"]
    several = contents if isinstance(contents, list) else [contents]
    yield "overlay appended", file.append({file.size: new_text(), page: changed(file, page, Contents=[*several, Ref(file.size)])})
    yield "underlay put before", file.append({file.size: new_text(), page: changed(file, page, Contents=[Ref(file.size), *several])})
    yield "resources replaced", file.append({page: changed(file, page, Resources={b"/Font": {}})})
    for key, item in (("Rotate", 180), ("CropBox", [0, 0, 10, 10]), ("MediaBox", [0, 0, 99, 99]), ("UserUnit", 9),
                      ("AA", {b"/O": {b"/S": b"/JavaScript", b"/JS": b"(app.alert(1))"}}), ("Group", {b"/S": b"/Transparency"}),
                      ("Metadata", Ref(file.size)), ("Thumb", Ref(file.size)), ("PieceInfo", {b"/X": {}})):
        yield f"page's {key}", file.append({file.size: pdf.stream(b"x"), page: changed(file, page, **{key: item})})


@attack(*CONTENT)
def pages(file, _):
    """Pages added, taken out, doubled, in another order."""
    tree = file.catalog[b"/Pages"]
    node = file.get(tree)
    kids, count = node[b"/Kids"], int(node[b"/Count"])
    added = {b"/Type": b"/Page", b"/Parent": Ref(tree), b"/MediaBox": [0, 0, 595, 842], b"/Contents": Ref(file.size + 1)}
    yield "added at the end", file.append({file.size: added, file.size + 1: new_text(), tree: changed(
        file, tree, Kids=[*kids, Ref(file.size)], Count=count + 1)})
    yield "added at the start", file.append({file.size: added, file.size + 1: new_text(), tree: changed(
        file, tree, Kids=[Ref(file.size), *kids], Count=count + 1)})
    yield "replaced", file.append({file.size: added, file.size + 1: new_text(), tree: changed(
        file, tree, Kids=[Ref(file.size)], Count=1)})
    yield "doubled", file.append({tree: changed(file, tree, Kids=[*kids, kids[0]], Count=count + 1)})
    yield "taken out", file.append({tree: changed(file, tree, Kids=kids[1:], Count=max(count - 1, 0))})
    yield "another count", file.append({tree: changed(file, tree, Count=count + 5)})
    if len(kids) > 1:
        yield "another order", file.append({tree: changed(file, tree, Kids=kids[::-1])})


@attack(*BYTES, *CONTENT)
def hidden_objects(file, _):
    """Objects that some readers find and others do not."""
    page = file.pages()[0]
    objects = {file.size: new_text(), page: changed(file, page, Contents=Ref(file.size))}
    yield "named by no table", file.append(objects, hidden=list(objects))
    yield "page hidden, content named", file.append(objects, hidden=[page])
    yield "content hidden, page named", file.append(objects, hidden=[file.size])
    twice = b"%d 0 obj\n%s\nendobj\n" % (page, pdf.write(objects[page]))
    yield "after a harmless update", file.append({}, between=twice)
    yield "in a comment", file.append({}, between=b"%" + twice.replace(b"\n", b" ") + b"\n")
    yield "unused object", file.append({file.size: new_text()})
    yield "unused object with a signed number freed", file.append({file.size: new_text()}, free=[page])
    yield "between the revisions", file.data + b"\n" + twice
    yield "stream with a wrong length", file.append({file.size: b"<< /Length 3 >>\nstream\nlonger than that\nendstream"})
    if file.size > 3:
        yield "same object once more", file.append({page: file.raw(page)}, between=twice)


@attack(*BYTES, *CONTENT, "trailer_changed", "unreadable", "limit", "no_signature", "coverage_odd")
def cross_references(file, _):
    """Tables that contradict each other or lead elsewhere."""
    page = file.pages()[0]
    objects = {file.size: new_text(), page: changed(file, page, Contents=Ref(file.size))}
    yield "Prev to itself", file.append(objects, prev=len(file.data) + 10)
    yield "Prev beyond the end", file.append(objects, prev=len(file.data) * 3)
    yield "Prev nowhere", file.append(objects, prev=15)
    yield "no Prev", file.append(objects, trailer={b"/Prev": None})
    starts = [int(n) for n in re.findall(rb"startxref\s+(\d+)", file.data)]
    if len(starts) > 1:
        yield "Prev over the signed revision", file.append(objects, prev=starts[0])
        yield "startxref of an older revision", file.append({}, with_table=False, with_trailer=False, marker=starts[0])
    yield "startxref into a stream", file.append(objects, marker=40)
    yield "startxref beyond", file.append(objects, marker=10 ** 9)
    yield "startxref zero", file.append(objects, marker=0)
    yield "hybrid stream", file.append(objects, trailer={b"/XRefStm": file.offsets[page]})
    yield "Size too low", file.append(objects, trailer={b"/Size": 3})
    yield "Encrypt", file.append({}, trailer={b"/Encrypt": {b"/Filter": b"/Standard", b"/V": 1, b"/R": 2}})
    yield "root without a catalog", file.append({}, root=Ref(page))
    yield "object at another's offset", file.data + b"\n" + (
        lambda at: b"xref\n%d 1\n%010d 00000 n \ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (
            page, file.offsets[file.root], pdf.write({**file.trailer, b"/Prev": file.start}), at))(len(file.data) + 1)
    yield "free page by table alone", file.append({}, free=[page])
    yield "generation raised", file.append({}, between=b"").replace(b"xref\n", b"xref\n", 1) + b"%d 1 obj\nnull\nendobj\n" % page


@attack(*CONTENT, "metadata_changed", "trailer_changed", "form_changed", "dss_changed", "docmdp_forbids")
def catalog(file, _):
    """What hangs at the catalog: actions, scripts, layers, attachments, metadata, the form's own keys."""
    script = {b"/S": b"/JavaScript", b"/JS": b"(this.print())"}
    entries = {"OpenAction": script, "AA": {b"/WC": script}, "Names": {b"/JavaScript": {b"/Names": [b"(a)", script]}},
               "OCProperties": {b"/OCGs": [], b"/D": {}}, "Outlines": {b"/Type": b"/Outlines"}, "Lang": b"(xx)",
               "PageLabels": {b"/Nums": [0, {b"/S": b"/r"}]}, "ViewerPreferences": {b"/HideToolbar": b"true"},
               "AF": [], "StructTreeRoot": {b"/Type": b"/StructTreeRoot"}, "MarkInfo": {b"/Marked": b"false"},
               "OutputIntents": [], "Collection": {b"/View": b"/H"}, "Legal": {b"/JavaScriptActions": 0},
               "Requirements": [{b"/S": b"/EnableJavaScripts"}], "URI": {b"/Base": b"(http://example.com)"}, "Threads": []}
    for key, item in entries.items():
        if file.catalog.get(b"/" + key.encode()) != item:
            yield key, file.append({file.root: changed(file, file.root, **{key: item})})
    metadata = file.catalog.get(b"/Metadata")
    yield "other metadata", file.append({metadata or file.size: pdf.stream(
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", b"/Type /Metadata /Subtype /XML"),
        **({} if metadata else {file.root: changed(file, file.root, Metadata=Ref(file.size))})})
    form = file.follow(file.catalog[b"/AcroForm"])
    for key, item in (("NeedAppearances", b"true"), ("XFA", b"(<xdp/>)"), ("CO", [])):
        new = {**form, b"/" + key.encode(): item}
        holder = file.catalog[b"/AcroForm"]
        yield f"form's {key}", file.append({holder: new} if isinstance(holder, Ref) else
                                           {file.root: changed(file, file.root, AcroForm=new)})
    for number in file.numbers_of((b"/Type", b"/EmbeddedFile"))[:2]:
        yield f"attachment {number} replaced", file.append({number: pdf.stream(b"{}", b"/Type /EmbeddedFile")})


@attack(*CONTENT, "dss_changed", "reference_filled", "unexplained_bytes", "unsigned_certificate", "object_unexplained")
def security_store(file, _):
    """A security store as a way in."""
    page = file.pages()[0]
    store = {b"/Type": b"/DSS"}
    contents = file.get(page)[b"/Contents"]
    one = contents[0] if isinstance(contents, list) else contents
    yield "with a page among the certificates", file.append(
        {file.root: changed(file, file.root, DSS={**store, b"/Certs": [Ref(one)]}), one: new_text()})
    yield "with an unknown key", file.append({file.root: changed(file, file.root, DSS={**store, b"/Extra": [Ref(page)]})})
    yield "with a page's number taken", file.append({file.root: changed(file, file.root, DSS=Ref(page)), page: store})
    yield "with certificates that are none", file.append(
        {file.root: changed(file, file.root, DSS={**store, b"/Certs": [Ref(file.size)]}), file.size: new_text()})


@attack(*BYTES, "encrypted", "digest_mismatch", "no_signature")
def bytes_around(file, _):
    """Bytes before, after and missing."""
    yield "line after the end", file.data + b"\n\n\n"
    yield "text after the end", file.data + b"PAY 1000000"
    yield "comment after the end", file.data + b"% comment\n"
    yield "space before", b" " + file.data
    yield "file twice", file.data + file.data
    yield "cut by one", file.data[:-2]
    yield "cut in half", file.data[:len(file.data) // 2]
    yield "second end", file.data + b"startxref\n%d\n%%%%EOF\n" % file.start
    yield "another header", b"%PDF-9.9" + file.data[8:]
