"""Just enough of PDF to make files, to sign them and to write any update after them, right or wrong."""

import re

TOKEN = re.compile(rb"\s*(?:(%[^\r\n]*)|(<<|>>|\[|\])|(/[^\s()<>\[\]{}/%]*)|(\d+ \d+ R)(?=[\s()<>\[\]/%]|$)|"
                   rb"(<[0-9A-Fa-f\s]*>)|(\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\))|([^\s()<>\[\]{}/%]+))", re.S)


class Ref(int):
    """A reference to an object of generation 0."""


def parse(text):
    """A value: dict with keys as bytes (/Key), list, Ref, or the bytes of any other token."""
    stack, at = [[]], 0
    while True:
        match = TOKEN.match(text, at)
        if not match or not match.group(0).strip():
            break
        at = match.end()
        comment, bracket, key, reference, hexadecimal, literal, other = match.groups()
        if comment:
            continue
        if bracket in (b"<<", b"["):
            stack.append([])
        elif bracket == b"]":
            value = stack.pop()
            stack[-1].append(value)
        elif bracket == b">>":
            items = stack.pop()
            stack[-1].append(dict(zip(items[::2], items[1::2])))
        elif reference:
            stack[-1].append(Ref(reference.split()[0]))
        elif other == b"stream":
            break
        else:
            stack[-1].append(key or hexadecimal or literal or other)
        if len(stack) == 1 and stack[0]:
            break
    return stack[0][0]


def write(value):
    if isinstance(value, dict):
        return b"<< " + b" ".join(key + b" " + write(item) for key, item in value.items()) + b" >>"
    if isinstance(value, list):
        return b"[" + b" ".join(write(item) for item in value) + b"]"
    if isinstance(value, Ref):
        return b"%d 0 R" % value
    if isinstance(value, int):
        return b"%d" % value
    return value if isinstance(value, bytes) else value.encode("latin-1")


def stream(data, entries=b""):
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def table(offsets, free=()):
    """A cross-reference table, one subsection a number."""
    rows = {**{number: b"%010d 00000 n \n" % offset for number, offset in offsets.items()},
            **{number: b"0000000000 00001 f \n" for number in free}}
    return b"xref\n" + b"".join(b"%d 1\n%s" % (number, rows[number]) for number in sorted(rows))


class File:
    """A file with tables, seen in its last revision."""

    def __init__(self, data):
        self.data = bytes(data)
        self.start = int(re.findall(rb"startxref\s+(\d+)", self.data)[-1])
        self.trailer = parse(self.data[self.data.rindex(b"trailer") + 7:])
        self.root = self.trailer[b"/Root"]
        self.size = int(self.trailer[b"/Size"])
        self.offsets = {int(m.group(1)): m.start(1) for m in re.finditer(rb"(?:^|[\r\n])(\d+) 0 obj\b", self.data)}

    def raw(self, number):
        start = self.data.index(b"obj", self.offsets[number]) + 3
        return self.data[start:self.data.index(b"endobj", start)].strip()

    def get(self, number):
        return parse(self.raw(number))

    def follow(self, value):
        while isinstance(value, Ref):
            value = self.get(value)
        return value

    @property
    def catalog(self):
        return self.get(self.root)

    def pages(self, number=None):
        node = self.get(number or self.catalog[b"/Pages"])
        if b"/Kids" not in node:
            return [number]
        return [page for kid in self.follow(node[b"/Kids"]) for page in self.pages(kid)]

    def numbers_of(self, *wanted):
        """Objects whose dictionary holds these pairs."""
        found = []
        for number in sorted(self.offsets):
            try:
                value = self.get(number)
            except (IndexError, ValueError):
                continue
            if isinstance(value, dict) and all(value.get(k) == v for k, v in wanted):
                found.append(number)
        return found

    @property
    def signatures(self):
        return [n for n in self.numbers_of() if b"/ByteRange" in self.get(n)]

    @property
    def fields(self):
        return [n for n in self.numbers_of((b"/FT", b"/Sig")) if b"/V" in self.get(n)]

    def append(self, objects, *, root=None, trailer=None, free=(), hidden=(), prev=None, marker=None, between=b"",
               with_table=True, with_trailer=True, with_end=True):
        """An incremental update; the options leave parts of it out or make them wrong."""
        out = bytearray(self.data)
        if not out.endswith((b"\n", b"\r")):
            out += b"\n"
        offsets = {}
        for number, body in objects.items():
            if number not in hidden:
                offsets[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body if isinstance(body, bytes) else write(body))
        out += between
        section = len(out)
        new = dict(self.trailer)
        new.pop(b"/XRefStm", None)
        new.update({b"/Size": max([self.size, *[n + 1 for n in objects]]), b"/Root": root or self.root,
                    b"/Prev": self.start if prev is None else prev})
        new.update(trailer or {})
        if with_table:
            out += table(offsets, free)
        if with_trailer:
            out += b"trailer\n" + write({k: v for k, v in new.items() if v is not None}) + b"\n"
        if with_end:
            out += b"startxref\n%d\n%%%%EOF\n" % (section if marker is None else marker)
        return bytes(out)


def make(objects, root=1, info=None):
    """A file of one revision."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body if isinstance(body, bytes) else write(body))
    section = len(out)
    rows = [b"%010d 00000 n \n" % offsets[n] if n in offsets else b"0000000000 00001 f \n"
            for n in range(1, max(offsets) + 1)]
    trailer = {b"/Size": max(offsets) + 1, b"/Root": Ref(root), b"/ID": [b"<0102030405>", b"<0102030405>"]}
    if info:
        trailer[b"/Info"] = Ref(info)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (max(offsets) + 1) + b"".join(rows)
    out += b"trailer\n" + write(trailer) + b"\nstartxref\n%d\n%%%%EOF\n" % section
    return bytes(out)


CONTENTS_SIZE = 6000


def prepare(data, *, field="Signature1", sub_filter=b"/ETSI.CAdES.detached", docmdp=0, lock=None, kind=b"/Sig", extra=None):
    """Appends a signature field with an empty signature; gives the file and the place of its Contents."""
    file = File(data)
    value, widget = file.size, file.size + 1
    signature = {b"/Type": kind, b"/Filter": b"/Adobe.PPKLite", b"/SubFilter": sub_filter,
                 b"/ByteRange": b"[0 0000000000 0000000000 0000000000]",
                 b"/Contents": b"<" + b"00" * CONTENTS_SIZE + b">"}
    references = []
    if docmdp:
        references.append({b"/Type": b"/SigRef", b"/TransformMethod": b"/DocMDP",
                           b"/TransformParams": {b"/Type": b"/TransformParams", b"/P": docmdp, b"/V": b"/1.2"}})
    if lock:
        references.append({b"/Type": b"/SigRef", b"/TransformMethod": b"/FieldMDP",
                           b"/TransformParams": {b"/Type": b"/TransformParams", b"/Action": lock, b"/V": b"/1.2"}})
    if references:
        signature[b"/Reference"] = references
    page = file.pages()[0]
    catalog, page_dict = file.catalog, file.get(page)
    form = dict(file.follow(catalog.get(b"/AcroForm", {})))
    form[b"/Fields"] = [*file.follow(form.get(b"/Fields", [])), Ref(widget)]
    form[b"/SigFlags"] = 3
    catalog[b"/AcroForm"] = form
    if docmdp:
        catalog[b"/Perms"] = {b"/DocMDP": Ref(value)}
    page_dict[b"/Annots"] = [*file.follow(page_dict.get(b"/Annots", [])), Ref(widget)]
    objects = {file.root: catalog, page: page_dict, value: signature,
               widget: {b"/Type": b"/Annot", b"/Subtype": b"/Widget", b"/FT": b"/Sig", b"/T": f"({field})".encode(),
                        b"/V": Ref(value), b"/P": Ref(page), b"/Rect": [0, 0, 0, 0], b"/F": 132}}
    objects.update(extra or {})
    out = bytearray(file.append(objects))
    gap = out.index(b"/Contents <" + b"00" * CONTENTS_SIZE) + len(b"/Contents ")
    end = gap + 2 * CONTENTS_SIZE + 2
    at = out.index(b"/ByteRange [0 0000000000") + len(b"/ByteRange ")
    text = b"[0 %d %d %d]" % (gap, end, len(out) - end)
    out[at:at + 36] = text.ljust(36)
    return bytes(out), gap, end


def fill(data, gap, end, der):
    digits = der.hex().encode()
    if len(digits) > end - gap - 2:
        raise ValueError("the signature does not fit")
    return data[:gap + 1] + digits.ljust(end - gap - 2, b"0") + data[end - 1:]


def signed_part(data, gap, end):
    return data[:gap] + data[end:]
