"""Học bạ: the cover with the pupil's data, typed or written by hand, and a page of grades written by hand."""
from . import fonts, marks, office, people, words
from .sheet import Form, Paper, Sheet

LEVELS = [("TIỂU HỌC", "Tiểu học", 11, "LỚP"), ("TRUNG HỌC CƠ SỞ", "THCS", 15, "LỚP"), ("TRUNG HỌC PHỔ THÔNG", "THPT",
                                                                                        18, "LỚP")]
SUBJECTS = ["Toán", "Vật lí", "Hóa học", "Sinh học", "Tin học", "Ngữ văn", "Lịch sử", "Địa lí", "Ngoại ngữ", "GDCD",
            "Công nghệ", "Thể dục", "GDQP - AN"]


def _values(rng, sample):
    year = rng.randint(2006, 2025)
    level, short, age, _ = rng.choice(LEVELS[1:] if rng.random() < .8 else LEVELS)
    who = people.person(rng, rng.choice(["male", "female"]), year - age, year, sample=sample)
    paper = Paper("school_transcript", short, year=year)
    name = rng.choice([people.place_name(rng), words.PLACE_A[rng.randint(0, 20)] + " " + rng.choice(words.PLACE_B)])
    style = rng.choice([f"Trường {short} {name}", f"{short} {name}", f"TRƯỜNG {short} {name}".upper()])
    paper.put("school", style)
    paper.put("full_name", who.name.upper() if rng.random() < .6 else who.name)
    paper.put("date_of_birth", people.dmy(who.birth), people.long_date(who.birth) if rng.random() < .4 else None)
    return paper, who, level


def draw(rng, nrng, sample=False, pages=None):
    paper, who, level = _values(rng, sample)
    by_hand = rng.random() < .25
    sheet = Sheet()
    family = rng.choice(fonts.SERIF)
    form = Form(sheet, rng, family, "hand" if by_hand else rng.choice(fonts.TYPED), 13, rng.uniform(9, 11))
    if by_hand:
        form.value_style, form.value_pt, form.leaders, form.under, form.drop = "", 17, "dots", True, -.6
        paper.handwritten = ["full_name", "date_of_birth", "school"]
    marks.frame(sheet, rng)
    y = _cover(sheet, rng, paper, form, who, level)
    x = 146
    where = people.unit(rng, paper.year)
    sheet.text(x, y + 6, f"{' '.join(where[0].split()[1:])}, {people.long_date(people.day_in_year(rng, paper.year))}",
               family, 12, "i", "m")
    sheet.text(x, y + 12, "HIỆU TRƯỞNG", family, 12.5, "b", "m")
    marks.sign_block(sheet, rng, nrng, x, y + 12, people.full_name(rng, "male", sample=sample), family, 12.5,
                     paper.fields["school"].upper(), ["*"], 26)
    paper.pages = [sheet] + ([_grades(rng, family, paper)] if pages != 1 and rng.random() < .6 else [])
    return paper


def _cover(sheet, rng, paper, form, who, level):
    f, family, x, w = paper.fields, form.label_family, 26, 158
    office.nation(sheet, 105, 26, family, 12, rng)
    if rng.random() < .5:
        sheet.text(105, 44, "BỘ GIÁO DỤC VÀ ĐÀO TẠO", family, 13, "b", "m")
    sheet.text(105, 64, "HỌC BẠ", family, 34, "b", "m", (180, 30, 40))
    sheet.text(105, 76, level, family, 18, "b", "m", (180, 30, 40))
    y = 96
    born = paper.printed.get("date_of_birth", f["date_of_birth"])
    y = form.entry(x, y, w, (rng.choice(["Họ và tên học sinh:", "Họ và tên:"]), f["full_name"]),
                   ("Giới tính:", who.sex_printed))
    y = form.entry(x, y, w, (rng.choice(["Ngày sinh:", "Ngày, tháng, năm sinh:", "Sinh ngày:"]), born))
    y = form.entry(x, y, w, ("Nơi sinh:", who.native))
    y = form.entry(x, y, w, ("Dân tộc:", who.ethnicity), ("Con liệt sĩ, con thương binh:", "Không"))
    y = form.entry(x, y, w, ("Chỗ ở hiện tại:", who.residence))
    y = form.entry(x, y, w, ("Họ và tên cha:", people.full_name(rng, "male", who.name.split()[0])),
                   ("Nghề nghiệp:", rng.choice(["Làm ruộng", "Công nhân", "Giáo viên"])))
    y = form.entry(x, y, w, ("Họ và tên mẹ:", people.full_name(rng, "female")),
                   ("Nghề nghiệp:", rng.choice(["Nội trợ", "Buôn bán", "Y tá"])))
    school = (rng.choice(["Trường:", "Tên trường:", "Học tại trường:"]), f["school"])
    y = form.entry(x, y, w, school)
    return form.entry(x, y, w, ("Số học bạ:", f"{rng.randint(10, 900)}/{f['school'].split()[-1][0]}"))


def _grades(rng, family, paper):
    """A table of marks in a pen's hand: a person keys them."""
    sheet = Sheet()
    sheet.text(24, 20, "Họ và tên: ", family, 12)
    sheet.text(48, 20, paper.fields["full_name"].title(), "hand", 16, color=(30, 50, 140))
    sheet.text(130, 20, "Lớp: ", family, 12)
    sheet.text(142, 20, f"{rng.randint(6, 12)}A{rng.randint(1, 9)}", "hand-digits", 18, color=(30, 50, 140))
    columns = [20, 58, 80, 102, 128, 192]
    for left, right, text in zip(columns, columns[1:], ["Môn học", "HK I", "HK II", "Cả năm", "Giáo viên xác nhận"]):
        sheet.text((left + right) / 2, 33, text, family, 11, "b", "m")
    y = 27
    for i, name in enumerate([None] + SUBJECTS):
        sheet.rule(20, y, 192, y)
        if name:
            sheet.text(22, y + 7, name, family, 11.5)
            for left in columns[1:4]:
                sheet.text(left + 5, y + 7 + rng.uniform(-.8, .8), f"{rng.randint(45, 99) / 10:.1f}".replace(".", ","),
                           "hand-digits", 18,
                           color=(30, 50, 140))
            sheet.text(132, y + 7, people.full_name(rng, "female").split()[-1], "hand", 15, color=(30, 50, 140))
        y += 10.4
    sheet.rule(20, y, 192, y)
    for left in columns:
        sheet.rule(left, 27, left, y)
    sheet.text(22, y + 10, "Nhận xét của giáo viên chủ nhiệm:", family, 11.5)
    sheet.text(26, y + 20, rng.choice(["Ngoan, có ý thức học tập tốt.", "Chăm chỉ, cần phát huy hơn.",
                                       "Lễ phép, học khá đều các môn."]),
               "hand", 17, color=(30, 50, 140))
    return sheet
