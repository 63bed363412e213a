"""Quyết định in the layout of Decree 30/2020: two-column head, centred title, bases in italics, numbered articles,
signature block with the seal over the name, receivers at the left. One to three pages."""
import datetime

from . import fonts, marks, office, people, subjects
from .sheet import Paper, Sheet

BOTTOM = 277


def office_of(rng, year, where):
    """The office: (rows of the head, issuing authority, code, seal ring, inner, place, [(authority, title)])."""
    low, _, province = where
    form = rng.random()
    if form < .5:
        name = f"ỦY BAN NHÂN DÂN {low.upper()}"
        rows = [("ỦY BAN NHÂN DÂN", "b"), (low.upper(), "b")]
        chair = [("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
                 ("TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")]
        return rows, name, "UBND", name, ["ỦY BAN", "NHÂN DÂN"], " ".join(low.split()[-2:]), chair
    full = province[1].upper()
    head = f"UBND {full}" if rng.random() < .5 else f"ỦY BAN NHÂN DÂN {full}"
    place = province[1].split(" ", 1)[1] if province[1].startswith("tỉnh") else province[1].split("phố ")[1]
    if form < .75:
        name, code = rng.choice([("SỞ NỘI VỤ", "SNV"), ("SỞ TƯ PHÁP", "STP"), ("SỞ XÂY DỰNG", "SXD"),
                                 ("SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "SNNMT"), ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "SGDĐT")])
        chair = [(None, "GIÁM ĐỐC"), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), ("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"),
                 ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC CÁN BỘ")]
        return [(head, ""), (name, "b")], name, code, name, ["*"], place, chair
    name = f"ỦY BAN NHÂN DÂN {full}"
    chair = [("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
             ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")]
    return [("ỦY BAN NHÂN DÂN", "b"), (full, "b")], name, "UBND", name, ["ỦY BAN", "NHÂN DÂN"], place, chair


class Writer:
    """Runs text over pages."""

    def __init__(self, family, pt):
        self.family, self.pt = family, pt
        self.leading = pt * .3528 * 1.34
        self.pages = [Sheet()]
        self.y = 0

    @property
    def sheet(self):
        return self.pages[-1]

    def room(self, height):
        if self.y + height > BOTTOM:
            self.pages.append(Sheet())
            self.sheet.text(105, 13, str(len(self.pages)), self.family, self.pt - 1, "", "m")
            self.y = 24

    def paragraph(self, text, style="", indent=12.7, lead=""):
        """`lead` is a bold beginning ("Điều 1.")."""
        rows = self.sheet.lines(text, 163, self.family, self.pt, style,
                                163 - indent - (self.sheet.length(lead + " ", self.family, self.pt,
                                                                  "b") if lead else 0))
        for i, row in enumerate(rows):
            self.room(self.leading)
            x = 30 + (indent if i == 0 else 0)
            if i == 0 and lead:
                x = self.sheet.text(x, self.y, lead + " ", self.family, self.pt, "b")
            if i + 1 < len(rows):
                self.sheet._justified(x, self.y, 193 - x, row, self.family, self.pt, style)
            else:
                self.sheet.text(x, self.y, row, self.family, self.pt, style)
            self.y += self.leading
        self.y += 1.8


def _values(rng, year, where, who, sample):
    rows, authority, code, _, _, place, chairs = who
    date = people.day_in_year(rng, year)
    paper = Paper("administrative_decision", "decree-30", year=year)
    paper.put("issuing_authority", authority)
    number = rng.randint(1, 3800)
    paper.put("doc_number", f"{number:02d}/QĐ-{code}" if rng.random() < .85 else f"{number}/{year}/QĐ-{code}")
    paper.put("issue_place", place)
    paper.put("issue_date", people.dmy(date), people.long_date(date))
    paper.put("doc_kind", "QUYẾT ĐỊNH")
    subject = rng.choice(subjects.SUBJECTS).format(
        low=where[0], year=year, later=year + 5, n=rng.randint(2, 90), m=rng.randint(2, 40),
        a=people.place_name(rng))
    paper.put("abstract", subject)
    signer = rng.choice(chairs)
    paper.put("signer_authority", signer[0])
    paper.put("signer_title", signer[1])
    paper.put("signer_name", people.full_name(rng, rng.choice(["male", "male", "female"]), sample=sample))
    by_hand(rng, paper)
    return paper, date


def by_hand(rng, paper, share=.1):
    """Number and day are written in by hand where the clerk registers a signed paper."""
    if rng.random() < share:
        paper.handwritten = ["doc_number", "issue_date"]


def numbered(sheet, rng, paper, date, family, left, right, y):
    """'Số: …' under the office at `left`, 'Nơi, ngày …' under the motto at `right`, typed or written in."""
    f = paper.fields
    if not paper.handwritten:
        sheet.text(left, y, f"Số: {f['doc_number']}", family, 13, "", "m")
        sheet.text(right, y, f"{f['issue_place']}, {people.long_date(date)}", family, 13, "i", "m")
        return
    number, code = f["doc_number"].split("/", 1)
    x = sheet.text(left - 20, y, "Số: ", family, 13)
    x = sheet.text(x + 1, y + rng.uniform(-1, .4), number, "hand-digits", 21, color=(30, 46, 130)) + 1
    sheet.text(x, y, "/" + code, family, 13)
    x = sheet.text(right - 34, y, f"{f['issue_place']}, ngày ", family, 13, "i")
    x = sheet.text(x + 1, y + rng.uniform(-1, .4), f"{date.day}", "hand-digits", 21, color=(30, 46, 130)) + 1
    x = sheet.text(x, y, " tháng ", family, 13, "i")
    x = sheet.text(x + 1, y + rng.uniform(-1, .4), f"{date.month}", "hand-digits", 21, color=(30, 46, 130)) + 1
    sheet.text(x, y, f" năm {date.year}", family, 13, "i")


def filled(rng, text, year):
    return text.format(d=f"{rng.randint(10, 28)}", m=rng.randint(3, 12), y=rng.randint(year - 8, year),
                       n=rng.randint(10, 180))


def _head(writer, rng, paper, who, date):
    sheet, family, f = writer.sheet, writer.family, paper.fields
    y = rng.uniform(19, 24)
    office.office_column(sheet, 58, y, 74, who[0], family, 12)
    office.nation(sheet, 142, y, family, 12, rng)
    numbered(sheet, rng, paper, date, family, 58, 142, y + 17)
    y += 31
    sheet.text(105, y, "QUYẾT ĐỊNH", family, 14, "b", "m")
    y = sheet.paragraph(35, y + 6.2, 140, f["abstract"], family, 13.5, "b", align="m")
    sheet.rule(88, y - 3.2, 122, y - 3.2, 2)
    writer.y = y + 6
    title = "CHỦ TỊCH " + f["issuing_authority"] if f["issuing_authority"].startswith("ỦY") and rng.random() < .5 else \
        ("GIÁM ĐỐC " if f["issuing_authority"].startswith("SỞ") else "") + f["issuing_authority"]
    size = 13
    while sheet.length(title, family, size, "b") > 165:
        size -= .5
    sheet.text(105, writer.y, title, family, size, "b", "m")
    writer.y += 9


def foot(writer, rng, nrng, paper, who):
    f, family = paper.fields, writer.family
    writer.room(62)
    sheet, y = writer.sheet, writer.y + 4
    sheet.text(30, y, "Nơi nhận:", family, 12, "bi")
    rows = [r.format(n=3) for r in rng.sample(subjects.RECEIVERS, rng.randint(2, 5))] + ["Lưu: VT."]
    for i, row in enumerate(rows):
        sheet.text(30, y + 4.6 * (i + 1), f"- {row}", family, 11)
    x = 148
    authority = f["signer_authority"]
    lines = ([] if not authority else authority.replace(" KT.", "|KT.").split("|")) + [f["signer_title"]]
    for line in lines:
        sheet.text(x, y, line, family, 13, "b", "m")
        y += 5.4
    marks.sign_block(sheet, rng, nrng, x, y - 3, f["signer_name"], family, 13.5, who[3], who[4], rng.uniform(22, 28))


def draw(rng, nrng, sample=False, pages=None):
    year = rng.choice([2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026])
    where = people.unit(rng, year)
    who = office_of(rng, year, where)
    paper, date = _values(rng, year, where, who, sample)
    pages = pages or rng.choice([1, 1, 1, 2, 3])
    writer = Writer(rng.choice(fonts.SERIF), rng.choice([13, 13, 13.5, 14]))
    _head(writer, rng, paper, who, date)
    for base in rng.sample(subjects.BASES, 2 if pages == 1 else 4):
        writer.paragraph(filled(rng, base, year), "i")
    writer.paragraph(f"Theo đề nghị của {rng.choice(['Trưởng phòng Tổ chức', 'Chánh Văn phòng', 'Trưởng phòng Kinh tế'])}"
                     f" tại Tờ trình số {rng.randint(2, 300)}/TTr-{who[2]} ngày {people.dmy(date)}.", "i")
    writer.room(20)
    writer.sheet.text(105, writer.y + 2, "QUYẾT ĐỊNH:", writer.family, 14, "b", "m")
    writer.y += 11
    count = {1: 3, 2: 6, 3: 10}[pages]
    kind = paper.fields["abstract"]
    writer.paragraph(office.capital(kind) + " kèm theo Quyết định này." if kind.startswith(("Ban", "Phê"))
                     else office.capital(kind.replace("Về việc ", "")) + ".", lead="Điều 1.")
    for i in range(2, count):
        writer.paragraph(filled(rng, rng.choice(subjects.ARTICLES), year), lead=f"Điều {i}.")
        if pages > 1:
            for letter, item in zip("abc", rng.sample(subjects.ITEMS, 3)):
                writer.paragraph(f"{letter}) {item}")
    writer.paragraph("Chánh Văn phòng, Thủ trưởng các đơn vị và cá nhân có liên quan chịu trách nhiệm thi hành Quyết "
                     "định này kể từ ngày ký./.", lead=f"Điều {count}.")
    foot(writer, rng, nrng, paper, who)
    if rng.random() < .3:
        writer.pages[0].multiply(marks.stamp_box(rng, nrng, ["CÔNG VĂN ĐẾN", f"Số: {rng.randint(5, 900)}",
                                                            f"Ngày: {people.dmy(date + datetime.timedelta(days=3))}"]),
                                 40, rng.uniform(56, 66))
    paper.pages = writer.pages
    return paper
