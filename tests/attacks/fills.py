"""Forms that somebody signed and somebody else filled in: rightly, where it is permitted, and in every other way."""

import bases
import pdf
from pdf import Ref
from structure import changed

NAME, AMOUNT, AGREED, SHADOW = 40, 41, 42, 43
BLANK, MARK, PRINTED = 44, 45, 46
FORBIDDEN = {"docmdp_forbids", "field_locked", "field_changed"}
CHANGED = {"field_changed", "object_overridden", "object_unexplained", "form_changed", "catalog_changed"}


def look(content, resources=b"/Font << /F1 3 0 R >>", entries=b""):
    return pdf.stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 128 20] /Resources << " + resources + b" >> " + entries)


def draw():
    """A page with a blank, a field that is filled in, a check box, and a blank that shows something already."""
    def widget(number, kind, **keys):
        rows = {b"/Type": b"/Annot", b"/Subtype": b"/Widget", b"/FT": kind, b"/P": Ref(20), b"/F": 4,
                b"/Rect": [72, 500 - 30 * (number - NAME), 200, 520 - 30 * (number - NAME)]}
        return {**rows, **{b"/" + key.encode(): value for key, value in keys.items()}}

    file = pdf.File(bases.draw())
    page = {**file.get(20), b"/Annots": [Ref(n) for n in (NAME, AMOUNT, AGREED, SHADOW)]}
    form = {b"/Fields": [Ref(n) for n in (NAME, AMOUNT, AGREED, SHADOW)], b"/DR": {b"/Font": {b"/F1": Ref(3)}}}
    return file.append({
        file.root: {**file.catalog, b"/AcroForm": form}, 20: page,
        NAME: widget(NAME, b"/Tx", T=b"(Name)", DA=b"(/F1 0 Tf 0 g)", AP={b"/N": Ref(BLANK)}),
        AMOUNT: widget(AMOUNT, b"/Tx", T=b"(Amount)", V=b"(10)", AP={b"/N": Ref(PRINTED)}),
        AGREED: widget(AGREED, b"/Btn", T=b"(Agreed)", V=b"/Off", AS=b"/Off", AP={b"/N": {b"/Yes": Ref(MARK), b"/No": Ref(MARK)}}),
        SHADOW: widget(SHADOW, b"/Tx", T=b"(Shadow)", AP={b"/N": Ref(PRINTED)}),
        BLANK: look(b"/Tx BMC EMC"), MARK: look(b"0 0 m 9 9 l S"), PRINTED: look(b"BT /F1 9 Tf (10) Tj ET")})


def signed(pki):
    """Name → file, and whether it permits that the blanks are filled in."""
    form = draw()
    return {"approved": (bases.sign(form, pki), False),
            "certified, nothing allowed": (bases.sign(form, pki, docmdp=1), False),
            "certified, forms allowed": (bases.sign(form, pki, docmdp=2), True),
            "certified, notes allowed": (bases.sign(form, pki, docmdp=3), True),
            "certified and locked": (bases.sign(form, pki, docmdp=2, lock=b"/All"), False),
            "certified, then locked": (bases.sign(bases.sign(form, pki, docmdp=2), pki, pki.second, field="Signature2",
                                                  lock=b"/All"), False)}


def right(file):
    """Fills of blanks as a form's user makes them."""
    new = file.size
    text = look(b"/Tx BMC q 1 1 126 18 re W n BT /F1 9 Tf 0 g 2 6 Td (Nguyen Lan) Tj ET Q EMC")
    font = {b"/Type": b"/Font", b"/Subtype": b"/Type1", b"/BaseFont": b"/Courier"}

    def name(**keys):
        return {**file.get(NAME), b"/V": b"(Nguyen Lan)", **{b"/" + key.encode(): value for key, value in keys.items()}}

    yield "text with a new appearance", file.append({NAME: name(AP={b"/N": Ref(new)}), new: text})
    yield "text whose appearance was drawn anew", file.append({NAME: name(), BLANK: text})
    yield "text in a font of its own", file.append({NAME: name(AP={b"/N": Ref(new)}), new: look(
        b"BT /F9 9 Tf (Nguyen Lan) Tj ET", b"/Font << /F9 %d 0 R >>" % (new + 1)), new + 1: font})
    yield "text of another size", file.append({NAME: name(DA=b"(/F1 12 Tf 1 0 0 rg)", AP={b"/N": Ref(new)}), new: text})
    yield "box ticked", file.append({AGREED: {**file.get(AGREED), b"/V": b"/Yes", b"/AS": b"/Yes"}})
    yield "box ticked and text", file.append({AGREED: {**file.get(AGREED), b"/V": b"/Yes", b"/AS": b"/Yes"},
                                              NAME: name(AP={b"/N": Ref(new)}), new: text})


def wrong(file):
    """What no permission covers."""
    new = file.size

    text = look(b"BT /F1 9 Tf (1000000) Tj ET")
    looks = {b"/N": Ref(new)}
    yield "signed value changed", file.append({AMOUNT: changed(file, AMOUNT, V=b"(1000000)", AP=looks), new: text})
    yield "signed value changed, its looks kept", file.append({AMOUNT: changed(file, AMOUNT, V=b"(1000000)")})
    yield "signed value taken out", file.append({AMOUNT: changed(file, AMOUNT, V=None, AP=None)})
    yield "signed looks changed, the value kept", file.append({AMOUNT: changed(file, AMOUNT, AP=looks), new: text})
    yield "signed looks drawn anew under their number", file.append({PRINTED: text})
    yield "blank that showed something", file.append({SHADOW: changed(file, SHADOW, V=b"(1000000)", AP=looks), new: text})
    yield "blank shows without a value", file.append({NAME: changed(file, NAME, AP=looks), new: text})
    yield "blank drawn anew without a value", file.append({BLANK: text})
    yield "box shows another state", file.append({AGREED: changed(file, AGREED, V=b"/No", AS=b"/Yes")})
    yield "box with another picture", file.append({AGREED: changed(file, AGREED, V=b"/Yes", AS=b"/Yes", AP={b"/N": {b"/Yes": Ref(new)}}),
                                                   new: text})
    yield "box's picture drawn anew", file.append({AGREED: changed(file, AGREED, V=b"/Yes", AS=b"/Yes"), MARK: text})
    value = {"V": b"(Nguyen Lan)", "AP": looks}
    for label, content, resources in (
            ("an image", b"q 128 0 0 20 0 0 cm /I1 Do Q", b"/XObject << /I1 4 0 R >>"),
            ("a form", b"/X1 Do", b"/XObject << /X1 5 0 R >>"), ("an inline image", b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI", b""),
            ("an area", b"1 g 0 0 128 20 re f", b""), ("a shading", b"/S1 sh", b"/Shading << /S1 << /ShadingType 1 >> >>"),
            ("a pattern", b"/Pattern cs /P1 scn BT /F1 9 Tf (x) Tj ET", b"/Pattern << /P1 5 0 R >>"),
            ("a state", b"/G1 gs BT (x) Tj ET", b"/ExtGState << /G1 << /ca 0 >> >>"),
            ("glyphs that draw", b"BT /F1 9 Tf (x) Tj ET", b"/Font << /F1 << /Type /Font /Subtype /Type3 >> >>"),
            ("a layer", b"/OC /L1 BDC BT (x) Tj ET EMC", b"/Properties << /L1 << /Type /OCG >> >>")):
        yield f"blank filled with {label}", file.append({NAME: changed(file, NAME, **value), new: look(content, resources)})
    yield "blank filled with a group", file.append({NAME: changed(file, NAME, **value), new: look(
        b"BT (x) Tj ET", entries=b"/Group << /S /Transparency >>")})
    for key, item in (("Rect", [0, 0, 595, 842]), ("AA", {b"/K": {b"/S": b"/JavaScript", b"/JS": b"(1)"}}), ("F", 2), ("Ff", 1),
                      ("T", b"(Other)"), ("MK", {b"/BG": [1, 0, 0]}), ("DA", b"(/F2 9 Tf)"), ("DA", b"((x) Tj)"), ("A", {b"/S": b"/Named"}),
                      ("RV", b"(<body>x</body>)"), ("FT", b"/Ch"), ("OC", {b"/Type": b"/OCG"}), ("Parent", Ref(AMOUNT))):
        yield f"filled in, and its {key}", file.append({NAME: changed(file, NAME, **value, **{key: item}), new: look(b"BT (x) Tj ET")})
    yield "filled in, and a page's contents", file.append({NAME: changed(file, NAME, **value), new: look(b"BT (x) Tj ET"), 21: text})
    yield "filled in, and viewers to draw it anew", file.append({
        NAME: changed(file, NAME, **value), new: look(b"BT (x) Tj ET"),
        file.root: {**file.catalog, b"/AcroForm": {**file.follow(file.catalog[b"/AcroForm"]), b"/NeedAppearances": b"true"}}})
