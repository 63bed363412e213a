"""A tagged file that is signed twice by writers that put the second field's widget into the structure tree: rightly, and
with something else carried along."""

import bases
import crypto
import pdf
from pdf import Ref
from structure import CONTENT, changed

ROOT, DOCUMENT, PARAGRAPH, PARENTS, PAGE = 60, 61, 62, 63, 20


def draw():
    file = pdf.File(bases.draw())
    return file.append({
        file.root: {**file.catalog, b"/StructTreeRoot": Ref(ROOT), b"/MarkInfo": {b"/Marked": b"true"}},
        ROOT: {b"/Type": b"/StructTreeRoot", b"/K": [Ref(DOCUMENT)], b"/ParentTree": Ref(PARENTS), b"/ParentTreeNextKey": 1},
        DOCUMENT: {b"/Type": b"/StructElem", b"/S": b"/Document", b"/P": Ref(ROOT), b"/K": Ref(PARAGRAPH)},
        PARAGRAPH: {b"/Type": b"/StructElem", b"/S": b"/P", b"/P": Ref(DOCUMENT), b"/Pg": Ref(PAGE), b"/K": 0, b"/Alt": b"(pay 10)"},
        PARENTS: {b"/Nums": [0, [Ref(PARAGRAPH)]]}})


def again(file, pki, root=None, document=None, element=None, parents=None, page=None, own_number=True):
    """A second signature whose revision also holds what a tagging writer adds, with changes by key."""
    value, field, added, tree = file.size, file.size + 1, file.size + 2, file.size + 3
    nodes = {b"/Nums": [0, [Ref(PARAGRAPH)], 1, Ref(added)], **(parents or {})}
    objects = {
        field: {b"/Type": b"/Annot", b"/Subtype": b"/Widget", b"/FT": b"/Sig", b"/T": b"(Signature2)", b"/V": Ref(value),
                b"/P": Ref(PAGE), b"/Rect": [0, 0, 0, 0], b"/F": 132, b"/StructParent": 1},
        ROOT: {**changed(file, ROOT, ParentTree=Ref(tree), ParentTreeNextKey=2, RoleMap={}), **(root or {})},
        DOCUMENT: {**changed(file, DOCUMENT, K=[Ref(PARAGRAPH), Ref(added)]), **(document or {})},
        added: {b"/Type": b"/StructElem", b"/S": b"/Form", b"/P": Ref(DOCUMENT), b"/Pg": Ref(PAGE),
                b"/K": {b"/Type": b"/OBJR", b"/Obj": Ref(field)}, **(element or {})}, tree: nodes}
    if not own_number: # the tree under its old number
        objects[PARENTS] = objects.pop(tree)
        objects[ROOT][b"/ParentTree"] = Ref(PARENTS)
    annotations = file.follow(file.get(PAGE).get(b"/Annots", []))
    objects[PAGE] = {**changed(file, PAGE, Annots=[*annotations, Ref(field)], StructParents=0, Tabs=b"/S"), **(page or {})}
    prepared, gap, end = pdf.prepare(file.data, field="Signature2", extra=objects)
    return pdf.fill(prepared, gap, end, crypto.cms(pki, pdf.signed_part(prepared, gap, end), pki.second))


def right(file, pki):
    yield "tree anew", again(file, pki)
    yield "tree under its number", again(file, pki, own_number=False)


def wrong(file, pki):
    said = {b"/ActualText": b"(pay 99)"}
    yield "new element speaks", again(file, pki, element=said)
    yield "new element is a heading", again(file, pki, element={b"/S": b"/H1"})
    yield "new element takes the text", again(file, pki, element={b"/K": 0})
    yield "new element takes another's widget", again(file, pki, element={b"/K": {b"/Type": b"/OBJR", b"/Obj": Ref(file.fields[-1])}})
    yield "document speaks", again(file, pki, document=said)
    yield "document turns its kids", again(file, pki, document={b"/K": [Ref(file.size + 2), Ref(PARAGRAPH)]})
    yield "document loses a kid", again(file, pki, document={b"/K": [Ref(file.size + 2)]})
    yield "tree loses an entry", again(file, pki, parents={b"/Nums": [1, Ref(file.size + 2)]})
    yield "tree leads elsewhere", again(file, pki, parents={b"/Nums": [0, Ref(file.size + 2), 1, Ref(file.size + 2)]})
    yield "tree leads to a page", again(file, pki, parents={b"/Nums": [0, [Ref(PARAGRAPH)], 1, Ref(PAGE)]})
    yield "tree under its number leads elsewhere", again(file, pki, own_number=False, parents={b"/Nums": [0, [Ref(DOCUMENT)], 1, Ref(file.size + 2)]})
    yield "tree under its number with more", again(file, pki, own_number=False, parents={b"/Kids": [Ref(ROOT)] * 9})
    yield "roles renamed", again(file, pki, root={b"/RoleMap": {b"/P": b"/Artifact"}})
    yield "keys used again", again(file, pki, root={b"/ParentTreeNextKey": 0})
    yield "root speaks", again(file, pki, root=said)
    yield "page in another order of tabs", again(file, pki, page={b"/Tabs": b"/C"})
    yield "paragraph changed alone", file.append({PARAGRAPH: changed(file, PARAGRAPH, Alt=b"(pay 99)")})
    yield "paragraph with another text", file.append({PARAGRAPH: changed(file, PARAGRAPH, K=1)})
    yield "element without a field", file.append({DOCUMENT: changed(file, DOCUMENT, K=[Ref(PARAGRAPH), Ref(file.size)]), file.size: {
        b"/Type": b"/StructElem", b"/S": b"/Form", b"/P": Ref(DOCUMENT)}})


CODES = set(CONTENT)
