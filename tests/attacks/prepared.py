"""Files that their author prepared before the signer saw them (shadow attacks): each leaves a way in that a permitted
change could open. Gives (class, name, the file as it was signed, the file changed, codes)."""

import bases
import pdf
from pdf import Ref
from structure import CONTENT, changed, new_text

CODES = {*CONTENT, "dss_changed", "reference_filled", "trailer_changed"}
SIGNED, OTHER = b"BT /F1 24 Tf 72 500 Td (pay 10) Tj ET", b"BT /F1 24 Tf 72 500 Td (pay 99) Tj ET"
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
EXTRA, LATER = 60, 200


def draw(root=None, objects=None, resources=None, contents=None, info=None):
    """The plain file, with more in its catalog, among its objects, and in the resources of its page."""
    file = pdf.File(bases.draw())
    kinds = file.get(7)
    for kind, names in (resources or {}).items():
        kinds[kind] = {**kinds.get(kind, {}), **names}
    page = changed(file, 20, Contents=[Ref(21), *(contents or [])])
    return file.append({file.root: {**file.catalog, **(root or {})}, 7: kinds, 20: page, **(objects or {})},
                       trailer={b"/Info": Ref(info)} if info else None)


def drawn(data, entries=FORM):
    return pdf.stream(data, entries)


def two_faces():
    """An object that may change in one place and is shown in another."""
    shows = {21: pdf.stream(b"/Extensions Do")}
    yield ("extensions that are drawn", draw({b"/Extensions": Ref(EXTRA)}, {EXTRA: drawn(SIGNED), **shows},
                                             {b"/XObject": {b"/Extensions": Ref(EXTRA)}}), {EXTRA: drawn(OTHER)})
    face = {b"/Type": b"/Font", b"/Subtype": b"/Type1", b"/BaseFont": b"/Helvetica"}
    other = {**face, b"/Encoding": {b"/Differences": [0x30, b"/nine", b"/eight"]}}
    yield ("extensions that are a font", draw({b"/Extensions": Ref(EXTRA)}, {EXTRA: face}, {b"/Font": {b"/Extensions": Ref(EXTRA)}}),
           {EXTRA: other})
    yield ("default resources that are a font", draw(
        {b"/AcroForm": {b"/Fields": [], b"/DR": Ref(EXTRA)}}, {EXTRA: face}, {b"/Font": {b"/DR": Ref(EXTRA)}}), {EXTRA: other})
    yield ("document information that is drawn", draw(
        None, {EXTRA: drawn(SIGNED), 21: pdf.stream(b"/Info Do")}, {b"/XObject": {b"/Info": Ref(EXTRA)}}, info=EXTRA),
        {EXTRA: drawn(OTHER)})
    key = b"/" + b"0" * 40
    yield ("entry of the store that is contents", draw(
        {b"/DSS": {b"/Type": b"/DSS", b"/VRI": {key: Ref(EXTRA)}}}, {EXTRA: pdf.stream(SIGNED)}, contents=[Ref(EXTRA)]),
        {EXTRA: pdf.stream(OTHER)})
    yield ("store that is drawn", draw(
        {b"/DSS": Ref(EXTRA)}, {EXTRA: drawn(SIGNED), 21: pdf.stream(b"/DSS Do")}, {b"/XObject": {b"/DSS": Ref(EXTRA)}}),
        {EXTRA: drawn(OTHER)})
    yield ("metadata that are contents", draw(
        {b"/Metadata": Ref(EXTRA)}, {EXTRA: pdf.stream(SIGNED)}, {b"/XObject": {b"/Metadata": Ref(EXTRA)}}, contents=[Ref(EXTRA)]),
        {EXTRA: pdf.stream(OTHER)})
    catalog = {b"/Extensions": Ref(EXTRA), b"/XObject": {b"/Extensions": Ref(EXTRA)}, b"/Font": {b"/F1": Ref(3)}}
    file = pdf.File(draw(catalog, {EXTRA: drawn(SIGNED), 21: pdf.stream(b"/Extensions Do")}))
    yield ("catalog that is a page's resources", file.append({20: changed(file, 20, Resources=Ref(file.root))}),
           {EXTRA: drawn(OTHER)})


def machinery():
    """Contents that call themselves a cross-reference stream."""
    entries = b"/Type /XRef"
    yield "contents", draw(None, {EXTRA: pdf.stream(SIGNED, entries)}, contents=[Ref(EXTRA)]), {EXTRA: pdf.stream(OTHER, entries)}
    entries += b" /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X2 %d 0 R >> >>" % LATER
    data = draw(None, {EXTRA: pdf.stream(b"/X2 Do", entries), 21: pdf.stream(b"/X3 Do")}, {b"/XObject": {b"/X3": Ref(EXTRA)}})
    file = pdf.File(data)
    yield "form that leads nowhere yet", data, {LATER: drawn(OTHER), file.root: {
        **file.catalog, b"/Extensions": {b"/X": Ref(LATER)}}}




def variants(pki):
    for label, rows in (("two faces", two_faces()), ("machinery", machinery())):
        for name, data, objects in rows:
            signed = bases.sign(data, pki)
            file = pdf.File(signed)
            merged = {}
            for number, value in objects.items():
                merged[number] = value
                if number == file.root: # keep what the signing added
                    merged[number] = {**file.catalog, **{k: v for k, v in value.items() if k not in file.catalog}}
            yield label, name, signed, file.append(merged), CODES
