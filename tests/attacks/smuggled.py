"""What a permitted addition could carry along: annotations reached through it, fields that show without signing, entries
of other kinds beside the permitted ones. Registered among the attacks of structure.py."""

import crypto
import pdf
from pdf import Ref
from structure import CONTENT, attack, changed, new_text

COVER = pdf.stream(b"1 g 0 0 595 842 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]")
PAGE = [0, 0, 595, 842]


def with_form(file, fields):
    """The catalog or the form with more fields."""
    holder = file.catalog[b"/AcroForm"]
    form = file.follow(holder)
    new = {**form, b"/Fields": [*file.follow(form[b"/Fields"]), *fields]}
    return {holder: new} if isinstance(holder, Ref) else {file.root: changed(file, file.root, AcroForm=new)}


def with_annotation(file, number):
    page = file.pages()[0]
    return {page: changed(file, page, Annots=[*file.follow(file.get(page).get(b"/Annots", [])), Ref(number)])}


def widget(file, look, **keys):
    return {b"/Type": b"/Annot", b"/Subtype": b"/Widget", b"/Rect": PAGE, b"/F": 4, b"/P": Ref(file.pages()[0]),
            b"/AP": {b"/N": Ref(look)}, **{b"/" + key.encode(): value for key, value in keys.items()}}


@attack(*CONTENT, "dss_changed", "docmdp_forbids", "field_locked")
def smuggled_annotations(file, _):
    """An annotation that is no field's, reached from something that may be added."""
    note, look, helper = file.size, file.size + 1, file.size + 2
    for kind, keys in (("widget", {}), ("stamp said to be a widget", {"Subtype": b"/Stamp", "SubType": b"/Widget"})):
        objects = {note: widget(file, look, **keys), look: COVER, **with_annotation(file, note)}
        yield f"{kind} in the extensions", file.append({**objects, file.root: changed(
            file, file.root, Extensions={b"/ADBE": {b"/BaseVersion": b"/1.7", b"/ExtensionLevel": 3, b"/X": Ref(note)}})})
        yield f"{kind} in a certificate's stream", file.append({
            **objects, helper: pdf.stream(b"x", b"/X %d 0 R" % note),
            file.root: changed(file, file.root, DSS={b"/Type": b"/DSS", b"/Certs": [Ref(helper)]})})
        yield f"{kind} in a new field's seed", file.append({
            **objects, **with_form(file, [Ref(helper)]), helper: {
                b"/Type": b"/Annot", b"/Subtype": b"/Widget", b"/FT": b"/Sig", b"/T": b"(Next)", b"/Rect": [0, 0, 0, 0],
                b"/SV": {b"/X": Ref(note)}}})
    yield "stamp that is a signature field by its other key", file.append({
        note: widget(file, look, FT=b"/Sig", T=b"(Next)", Subtype=b"/Stamp", SubType=b"/Widget"), look: COVER,
        **with_annotation(file, note), **with_form(file, [Ref(note)])})


@attack(*CONTENT, "docmdp_forbids", "field_locked")
def shown_unsigned(file, _):
    """New signature fields that cover a page and sign nothing."""
    field, look, kid = file.size, file.size + 1, file.size + 2
    signed = file.fields[-1]
    yield "field that names a signed field its parent", file.append({
        field: widget(file, look, FT=b"/Sig", T=b"(Next)", Parent=Ref(signed)), look: COVER,
        **with_annotation(file, field), **with_form(file, [Ref(field)])})
    yield "widget with a value of its own", file.append({
        field: {b"/FT": b"/Sig", b"/T": b"(Next)", b"/Kids": [Ref(kid)]},
        kid: widget(file, look, FT=b"/Sig", Parent=Ref(field), V={b"/Contents": b"<30>"}), look: COVER,
        **with_annotation(file, kid), **with_form(file, [Ref(field)])})
    for key, value in (("BG", [1, 1, 1]), ("BC", [1, 1, 1])):
        bare = widget(file, look, FT=b"/Sig", T=b"(Next)", MK={b"/" + key.encode(): value}, BS={b"/W": 600})
        bare.pop(b"/AP")
        yield f"field with /{key} alone", file.append({field: bare, **with_annotation(file, field), **with_form(file, [Ref(field)])})


@attack(*CONTENT, "docmdp_forbids", "field_locked")
def shown_time_stamp(file, pki):
    """A genuine document time-stamp, which anybody can have, whose field covers a page."""
    value, field, look = file.size, file.size + 1, file.size + 2
    for label, rect in (("over the page", PAGE), ("over a line", [72, 690, 300, 720])):
        objects = {field: widget(file, look, FT=b"/Sig", T=b"(Stamp)", V=Ref(value), Rect=rect), look: COVER}
        prepared, gap, end = pdf.prepare(file.data, field="Stamp", sub_filter=b"/ETSI.RFC3161", kind=b"/DocTimeStamp", extra=objects)
        yield label, pdf.fill(prepared, gap, end, crypto.stamp(pki, pdf.signed_part(prepared, gap, end)))


@attack(*CONTENT, "metadata_changed", "form_changed", "docmdp_forbids", "field_locked")
def small_changes(file, _):
    """Permitted keys with values that are none of theirs."""
    if b"/Info" in file.trailer:
        yield "document information taken out", file.append({file.root: file.raw(file.root)}, trailer={b"/Info": None})
    for value in (b"[1 7]", b"(1.7)", b"/1.0", b"/9"):
        later = file.append({file.root: changed(file, file.root, Version=b"/1.7")}) if value == b"/1.0" else file.data
        again = pdf.File(later)
        yield f"version {value.decode()}", again.append({again.root: changed(again, again.root, Version=value)})
    holder = file.catalog[b"/AcroForm"]
    form = {**file.follow(holder), b"/SigFlags": 0}
    yield "no signatures, says the form", file.append(
        {holder: form} if isinstance(holder, Ref) else {file.root: changed(file, file.root, AcroForm=form)})
    yield "shell that says something", file.append({file.size: {b"/Type": b"/Font", b"/BaseFont": b"(PAY)"}})
    yield "shell that leads on", file.append({file.size: {b"/Type": Ref(file.root)}})
    yield "shell of a catalog", file.append({file.size: {b"/Type": b"/Catalog"}})
    if b"/OutputIntents" not in file.catalog:
        yield "colours of another profile", file.append({
            file.size: pdf.stream(b"acsp", b"/N 3"), file.root: changed(file, file.root, OutputIntents=[
                {b"/Type": b"/OutputIntent", b"/S": b"/GTS_PDFA1", b"/DestOutputProfile": Ref(file.size)}])})
    name = file.get(file.fields[-1])[b"/T"]
    yield "empty field of a signed one's name", file.append({**with_form(file, [Ref(file.size)]), file.size: {
        b"/Type": b"/Annot", b"/Subtype": b"/Widget", b"/FT": b"/Sig", b"/T": name, b"/Rect": [0, 0, 0, 0]}})


@attack("trailer_changed", "object_overridden", "readers_disagree", "unreadable", *CONTENT)
def forgotten_objects(file, _):
    """Objects that stay as they are and are lost all the same."""
    page = file.pages()[0]
    contents = file.get(page)[b"/Contents"]
    one = contents[0] if isinstance(contents, list) else contents
    yield "Size below their numbers", file.append({file.root: file.raw(file.root)}, trailer={b"/Size": int(one)})
    again = file.append({one: file.raw(one)})
    at = again.rindex(b"%d 0 obj" % one)
    again = again[:at] + b"%d 1 obj" % one + again[at + len(b"%d 0 obj" % one):]
    row = b"%010d 00000 n" % at
    yield "the same under another generation", again.replace(row, b"%010d 00001 n" % at)


@attack("hidden_object")
def hidden_in_object_streams(file, _):
    """An object stream that holds more than its cross-reference stream names."""
    page, holder, section = file.pages()[0], file.size, file.size + 1
    evil = pdf.write(changed(file, page, Contents=Ref(file.size + 2)))
    kept = file.raw(file.root)
    index = b"%d 0 %d %d " % (file.root, page, len(kept) + 1)
    body = pdf.stream(index + kept + b" " + evil, b"/Type /ObjStm /N 2 /First %d" % len(index))
    rows = pdf.stream(b"\2" + holder.to_bytes(4, "big") + b"\0\0",
                      b"/Type /XRef /W [1 4 2] /Index [%d 1] /Size %d" % (file.root, section + 1))
    objects = {holder: body, section: rows}
    place = file.append(objects).rindex(b"\n%d 0 obj" % section) + 1
    yield "a page", file.append(objects, trailer={b"/XRefStm": place})


@attack("metadata_changed")
def metadata_retold(file, _):
    """Claims in the metadata that look like a stamp."""
    number = file.catalog.get(b"/Metadata")
    packet = file.raw(number) if number else b""
    if b"</x:xmpmeta>" not in packet or b"/Filter" in packet:
        return
    text = packet[packet.index(b"stream") + 6:packet.rindex(b"endstream")].strip()
    for label, more in (("an address", b"<source>http://example.com/PAY-1000000</source>"), ("a date", b"<due>2030-01-01</due>"),
                        ("CDATA", b"<![CDATA[PAY 1000000]]>")):
        yield label, file.append({number: pdf.stream(text.replace(b"</x:xmpmeta>", more + b"</x:xmpmeta>"),
                                                     b"/Type /Metadata /Subtype /XML")})
