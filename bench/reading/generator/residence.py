"""Xác nhận thông tin về cư trú (CT07), in the wordings of 2021 and 2023, personal ids in boxes or as text."""
from . import fonts, marks, office, people, words
from .sheet import Form, Paper, Sheet


def _values(rng, year, sample):
    date = people.day_in_year(rng, year)
    who = people.person(rng, rng.choice(["male", "female"]), year - rng.randint(16, 75), year, sample=sample)
    head_self = rng.random() < .25
    head = who if head_self else people.person(rng, rng.choice(["male", "female"]), year - rng.randint(28, 80), year,
                                               sample=sample)
    where = people.unit(rng, year)
    paper = Paper("residence_confirmation", "2023" if year >= 2024 else "2021", year=year)
    put = paper.put
    put("number", f"{rng.randint(1, 4000)}/XN")
    put("full_name", who.name.upper() if rng.random() < .6 else who.name)
    put("date_of_birth", people.dmy(who.birth))
    put("sex", who.sex_printed)
    put("personal_id", who.personal_id)
    put("ethnicity", who.ethnicity)
    put("religion", rng.choice(words.RELIGION))
    put("nationality", "Việt Nam")
    put("native_place", who.native)
    home = people.address(rng, year, where)
    put("permanent_residence", home)
    put("temporary_residence", None if rng.random() < .65 else people.address(rng, year))
    put("current_residence", home if rng.random() < .6 else people.address(rng, year))
    put("household_head_name", who.name if head_self else head.name)
    put("relation_to_head", "Chủ hộ" if head_self else _relation(rng, who, year))
    put("household_head_id", head.personal_id)
    put("issue_date", people.dmy(date), people.long_date(date))
    put("signer_name", people.full_name(rng, "male", sample=sample))
    return paper, where, date


def draw(rng, nrng, sample=False):
    year = rng.choice([2021, 2022, 2022, 2023, 2023, 2024, 2024, 2025, 2025])
    paper, where, date = _values(rng, year, sample)
    sheet = Sheet()
    form = Form(sheet, rng, rng.choice(fonts.SERIF), rng.choice(fonts.TYPED), rng.choice([12, 12.5, 13]),
                rng.uniform(7, 7.9))
    family, f = form.label_family, paper.fields
    sheet.text(192, 13, "Mẫu CT07 ban hành kèm theo Thông tư số " + (
        "66/2023/TT-BCA ngày 17/11/2023" if paper.layout == "2023" else "56/2021/TT-BCA ngày 15/5/2021"),
        family, 8, "i", "r")
    above = ("CÔNG AN " + (where[1] or where[2][1]).upper(), "")
    own = ("CÔNG AN " + where[0].upper(), "b")
    office.office_column(sheet, 54, 24, 76, [above, own], family, 11.5)
    office.nation(sheet, 143, 24, family, 11.5, rng)
    sheet.text(54, 40, f"Số: {f['number']}", family, 12, "", "m")
    below = rng.random() < .5
    if not below:
        _dateline(sheet, paper, where, date, family, 143, 40)
    sheet.text(105, 54, "XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ", family, 15, "b", "m")
    y = _body(sheet, rng, paper, form, where, 64, sample)
    if below:
        y += 1
        _dateline(sheet, paper, where, date, family, 146, y)
        y += 5.5
    _foot(sheet, rng, nrng, paper, form, where, y)
    paper.pages.append(sheet)
    return paper


def _dateline(sheet, paper, where, date, family, x, y):
    place = " ".join(where[0].split()[-2:])
    sheet.text(x, y, f"{place}, {people.long_date(date)}", family, 12, "i", "m")


def _digits(sheet, form, x, y, width, label, digits):
    """A number in boxes, one digit each."""
    sheet.text(x, y, label, form.label_family, form.pt)
    side = 5.6
    start = x + width - side * len(digits)
    for i, digit in enumerate(digits):
        left = start + i * side
        sheet.box(left, y - 4.6, left + side, y + 1.2, 2, (60, 60, 64))
        sheet.text(left + side / 2, y - .1, digit, form.value_family, form.value_pt, "", "m")
    return y + form.spacing


def _body(sheet, rng, paper, form, where, y, sample):
    f, x, w = paper.fields, 22, 168
    blank = rng.choice(["", "-/-", "//"]) if form.leaders != "none" else "-/-"
    ask = "Bà" if f["sex"] == "Nữ" else "Ông"
    y = sheet.paragraph(x, y, w, f"Theo đề nghị của {ask}: {f['full_name'].title()}, Công an {where[0]} xác nhận thông "
                        "tin về cư trú của cá nhân có tên dưới đây như sau:", form.label_family, form.pt, "",
                        form.spacing * .82, 8) + 1.6
    y = form.entry(x, y, w, ("1. Họ, chữ đệm và tên:", f["full_name"]), style="b")
    y = form.entry(x, y, w, ("2. Ngày, tháng, năm sinh:", f["date_of_birth"]), ("3. Giới tính:", f["sex"]))
    boxes = rng.random() < .45
    own, head = "4. Số định danh cá nhân:", "13. Số định danh cá nhân của chủ hộ:"
    y = _digits(sheet, form, x, y + .8, w, own, f["personal_id"]) if boxes else \
        form.entry(x, y, w, (own, f["personal_id"]))
    y = form.entry(x, y, w, ("5. Dân tộc:", f["ethnicity"]), ("6. Tôn giáo:", f["religion"]),
                   ("7. Quốc tịch:", f["nationality"]))
    y = form.entry(x, y, w, ("8. Quê quán:", f["native_place"]))
    y = form.entry(x, y, w, ("9. Nơi thường trú:", f["permanent_residence"]))
    y = form.entry(x, y, w, ("10. Nơi tạm trú:", f["temporary_residence"] or blank))
    y = form.entry(x, y, w, ("11. Nơi ở hiện tại:", f["current_residence"]))
    y = form.entry(x, y, w, ("12. Họ, chữ đệm và tên chủ hộ:", f["household_head_name"]),
                   ("Quan hệ với chủ hộ:", f["relation_to_head"]))
    y = _digits(sheet, form, x, y + .8, w, head, f["household_head_id"]) if boxes else \
        form.entry(x, y, w, (head, f["household_head_id"]))
    if rng.random() < .55:
        y = _members(sheet, rng, form, x, y, w, paper.year, sample)
    until = f"31/12/{paper.year}" if rng.random() < .3 else None
    text = f"Xác nhận này có giá trị đến hết ngày {until}." if until else \
        "Xác nhận thông tin về cư trú này có giá trị 01 năm kể từ ngày ký."
    return sheet.paragraph(x, y, w, text, form.label_family, form.pt - .5, "i")


def _members(sheet, rng, form, x, y, width, year, sample):
    """The table of other members of the household: not fields, but names and ids a reader may mistake for them."""
    family = form.label_family
    sheet.text(x, y, "14. Thông tin các thành viên khác trong hộ gia đình:", family, form.pt)
    y += 3
    columns = [0, 10, 62, 86, 102, 136, width]
    heads = ["TT", "Họ, chữ đệm và tên", "Ngày sinh", "Giới tính", "Số định danh", "Quan hệ"]
    people_in = [people.person(rng, rng.choice(["male", "female"]), year - rng.randint(3, 70), year, sample=sample)
                 for _ in range(rng.randint(1, 3))]
    rows = [heads] + [[str(i + 1), p.name, people.dmy(p.birth), p.sex_printed, p.personal_id,
                       _relation(rng, p, year)] for i, p in enumerate(people_in)]
    height = 5.6
    for i, row in enumerate(rows):
        for left, cell in zip(columns, row):
            sheet.text(x + left + 1, y + height * (i + .72), cell, family, 9.2, "b" if i == 0 else "")
    for i in range(len(rows) + 1):
        sheet.rule(x, y + height * i, x + width, y + height * i)
    for left in columns:
        sheet.rule(x + left, y, x + left, y + height * len(rows))
    return y + height * len(rows) + 6


def _relation(rng, who, year):
    if year - who.birth.year < 19:
        return rng.choice(["Con đẻ", "Cháu ruột", "Con nuôi"])
    return rng.choice(["Chồng", "Con rể", "Bố đẻ", "Em ruột"] if who.sex == "male" else ["Vợ", "Con dâu", "Mẹ đẻ",
                                                                                         "Chị ruột"])


def _foot(sheet, rng, nrng, paper, form, where, y):
    family, x = form.label_family, 146
    if y < 240:
        y += rng.uniform(0, 6)
    title = f"TRƯỞNG CÔNG AN {where[0].split()[0].upper()}" if not where[0].startswith("thị trấn") else \
        "TRƯỞNG CÔNG AN THỊ TRẤN"
    rows = [title] if rng.random() < .5 else ["KT. TRƯỞNG CÔNG AN", "PHÓ TRƯỞNG CÔNG AN"]
    for row in rows:
        sheet.text(x, y, row, family, 12, "b", "m")
        y += 5
    if rng.random() < .5:
        sheet.text(x, y, "(Ký tên, đóng dấu)", family, 9.5, "i", "m")
    gap = max(13, min(26, sheet.height - 12 - y))
    name = rng.choice(["", "Thiếu tá ", "Đại úy ", "Trung tá "])
    # The rank is printed before the name and is no part of it.
    marks.sign_block(sheet, rng, nrng, x, y, name + paper.fields["signer_name"], family, 12.5,
                     f"CÔNG AN {where[0].upper()}", ["CÔNG AN"], gap)
