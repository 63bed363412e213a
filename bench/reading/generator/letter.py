"""Công văn in the layout of Decree 30/2020: no title; "V/v …" under the number, "Kính gửi" in the middle, then text."""
from . import decision, fonts, marks, office, people, subjects
from .decision import Writer
from .sheet import Paper


def _values(rng, year, where, who, sample):
    _, authority, code, _, _, place, chairs = who
    date = people.day_in_year(rng, year)
    paper = Paper("official_letter", "decree-30", year=year)
    paper.put("issuing_authority", authority)
    unit = rng.choice(["VP", "NV", "KT", "VHXH", "TCKH", "TNMT", "HTQTCT", "CCHC", "QLĐT"])
    paper.put("doc_number", f"{rng.randint(3, 6200):02d}/{code}-{unit}" if rng.random() < .85 else
              f"{rng.randint(3, 900):02d}/{code}")
    paper.put("issue_place", place)
    paper.put("issue_date", people.dmy(date), people.long_date(date))
    paper.put("doc_kind", None)
    subject = rng.choice(subjects.LETTERS).format(low=where[0], year=year, n=rng.randint(2, 90),
                                                  a=people.place_name(rng))
    paper.put("abstract", rng.choice(["V/v ", "V/v ", "Về việc "]) + subject)
    signer = rng.choice(chairs)
    paper.put("signer_authority", signer[0])
    paper.put("signer_title", signer[1])
    paper.put("signer_name", people.full_name(rng, rng.choice(["male", "male", "female"]), sample=sample))
    decision.by_hand(rng, paper)
    return paper, date


def _head(writer, rng, paper, who, date):
    sheet, family, f = writer.sheet, writer.family, paper.fields
    y = rng.uniform(19, 24)
    office.office_column(sheet, 58, y, 74, who[0], family, 12)
    office.nation(sheet, 142, y, family, 12, rng)
    decision.numbered(sheet, rng, paper, date, family, 58, 142, y + 17)
    width = rng.uniform(52, 70)
    below = sheet.paragraph(58 - width / 2, y + 22.5, width, f["abstract"], family, rng.choice([11.5, 12, 12]),
                            rng.choice(["", "", "i"]), align="m", leading=4.9)
    writer.y = max(below, y + 34) + 6


def _addressed(writer, rng, year):
    sheet, family = writer.sheet, writer.family
    receivers = rng.sample(subjects.OFFICES, rng.choice([1, 1, 2, 3]))
    if len(receivers) == 1:
        sheet.text(105, writer.y, f"Kính gửi: {receivers[0]}", family, writer.pt, "", "m")
        writer.y += 10
        return
    x = 62
    sheet.text(x, writer.y, "Kính gửi:", family, writer.pt)
    if rng.random() < .5:
        x += sheet.length("Kính gửi: ", family, writer.pt)
    else:
        x, writer.y = x + 12, writer.y + 6
    for i, name in enumerate(receivers):
        sheet.text(x, writer.y, f"- {name}{'.' if i + 1 == len(receivers) else ';'}", family, writer.pt)
        writer.y += 6
    writer.y += 4


def draw(rng, nrng, sample=False, pages=None):
    year = rng.choice([2017, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026])
    where = people.unit(rng, year)
    who = decision.office_of(rng, year, where)
    paper, date = _values(rng, year, where, who, sample)
    pages = pages or rng.choice([1, 1, 1, 2])
    writer = Writer(rng.choice(fonts.SERIF), rng.choice([13, 13, 13.5, 14]))
    _head(writer, rng, paper, who, date)
    _addressed(writer, rng, year)
    fill = lambda text: decision.filled(rng, text, year)
    writer.paragraph(fill(rng.choice(subjects.OPENINGS)))
    for text in rng.sample(subjects.REQUESTS, 2 if pages == 1 else 6):
        writer.paragraph(fill(text))
        if rng.random() < (.3 if pages == 1 else .8):
            for item in rng.sample(subjects.ITEMS, 2):
                writer.paragraph(f"- {item}")
    writer.paragraph(fill(rng.choice(subjects.CLOSINGS)))
    decision.foot(writer, rng, nrng, paper, who)
    if rng.random() < .35:
        writer.pages[0].multiply(marks.stamp_box(rng, nrng, ["CÔNG VĂN ĐẾN", f"Số: {rng.randint(5, 900)}",
                                                            f"Ngày: {people.dmy(date)}"]), 40, rng.uniform(74, 82))
    paper.pages = writer.pages
    return paper
