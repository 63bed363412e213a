"""Phiếu lý lịch tư pháp số 1: by a department of justice (2011-2024) or, since 2025, by the police."""
from . import fonts, marks, office, people, words
from .sheet import Form, Paper, Sheet


def _values(rng, year, sample):
    date = people.day_in_year(rng, year)
    who = people.person(rng, rng.choice(["male", "female"]), year - rng.randint(18, 64), year, sample=sample)
    layout = "police" if year >= 2025 else rng.choice(["2011", "2013"])
    paper = Paper("criminal_record_1", layout, year=year)
    put = paper.put
    put("full_name", who.name.upper() if rng.random() < .8 else who.name)
    put("sex", who.sex_printed)
    put("date_of_birth", people.dmy(who.birth), people.long_date(who.birth) if rng.random() < .15 else None)
    put("place_of_birth", rng.choice([who.native, office.capital(who.province[1])]))
    put("nationality", who.nationality)
    put("id_paper", _id_paper(rng, who, year, layout))
    put("permanent_residence", who.residence)
    put("temporary_residence", None if rng.random() < .6 else people.address(rng, year))
    put("convictions", "Không có án tích" if rng.random() < .9 else "Có án tích")
    put("signer_name", people.full_name(rng, rng.choice(["male", "male", "female"]), sample=sample))
    return paper, who, date


def _id_paper(rng, who, year, layout):
    issued = people.dmy(people.day_in_year(rng, max(2016, year - rng.randint(0, 6))))
    return rng.choice([
        f"Căn cước công dân số {who.personal_id}, cấp ngày {issued} tại {words.POLICE}",
        f"Thẻ căn cước công dân, số: {who.personal_id}, cấp ngày {issued}, nơi cấp: {words.POLICE}",
        f"CCCD số: {who.personal_id} cấp ngày {issued} tại Cục Cảnh sát QLHC về TTXH",
        f"Hộ chiếu số {rng.choice('BCKPN')}{rng.randint(10**6, 10**7 - 1)}, cấp ngày {issued} tại Cục Quản lý xuất nhập cảnh"])


def draw(rng, nrng, sample=False):
    year = rng.choice([2013, 2016, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026])
    paper, who, date = _values(rng, year, sample)
    sheet = Sheet(ground=marks.guilloche(rng) if rng.random() < .3 else None)
    form = Form(sheet, rng, rng.choice(fonts.SERIF), rng.choice(fonts.TYPED), rng.choice([12, 12.5, 13]),
                rng.uniform(7.2, 8.4))
    family = form.label_family
    province = who.province[1]
    place = province.split(" ", 1)[1] if province.startswith("tỉnh") else province.split("phố ")[1]
    if paper.layout == "police":
        rows = [("BỘ CÔNG AN", ""), (f"CÔNG AN {province.upper()}", "b")]
        number, signer = f"{rng.randint(20, 90000)}/PLLTP-PV06", f"CÔNG AN {province.upper()}"
    else:
        rows = [(f"UBND {province.upper()}", ""), ("SỞ TƯ PHÁP", "b")]
        number, signer = f"{rng.randint(20, 21000)}/STP-LLTP", "SỞ TƯ PHÁP"
    y = rng.uniform(20, 25)
    office.office_column(sheet, 55, y, 72, rows, family, 12)
    office.nation(sheet, 143, y, family, 12, rng)
    sheet.text(55, y + 16, f"Số: {number}", family, 12, "", "m")
    sheet.text(143, y + 16, f"{place}, {people.long_date(date)}", family, 12, "i", "m")
    sheet.text(105, y + 32, "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1", family, rng.choice([15, 16, 17]), "b", "m")
    y = _body(sheet, rng, paper, form, y + 43)
    titles = {"police": [["GIÁM ĐỐC"], ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]],
              "2011": [["GIÁM ĐỐC"], ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"],
                       ["TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG LÝ LỊCH TƯ PHÁP"]]}
    for row in rng.choice(titles.get(paper.layout, titles["2011"])):
        sheet.fit(143, y, 88, row, family, 12.5, "b", "m")
        y += 5.2
    sheet.text(24, y - 4, "Người lập phiếu", family, 11, "i")
    gap = max(15, min(26, sheet.height - 14 - y))
    marks.sign_block(sheet, rng, nrng, 143, y, paper.fields["signer_name"], family, 12.5, signer, ["*"], gap)
    paper.pages.append(sheet)
    return paper


def _body(sheet, rng, paper, form, y):
    f, x, w = paper.fields, 24, 164
    numbered = rng.random() < .85
    blank = rng.choice(["-/-", "//"]) if form.leaders == "none" else rng.choice(["", "-/-"])
    count = iter(range(1, 20))
    label = lambda text: f"{next(count)}. {text}" if numbered else text
    if rng.random() < .8:
        for text in ("Căn cứ Luật Lý lịch tư pháp ngày 17 tháng 6 năm 2009;",
                     "Căn cứ Nghị định số 111/2010/NĐ-CP ngày 23 tháng 11 năm 2010 của Chính phủ,"):
            y = sheet.paragraph(x, y, w, text, form.label_family, form.pt, "i" if form.pt < 13 else "", indent=10)
        sheet.text(105, y + 2, "XÁC NHẬN:", form.label_family, form.pt + .5, "b", "m")
        y += 10
    upright = rng.random() < .5
    if upright:
        y = form.entry(x, y, w, (label("Họ và tên:"), f["full_name"]), style="b")
        y = form.entry(x, y, w, (label("Giới tính:"), f["sex"]))
    else:
        y = form.entry(x, y, w, (label("Họ và tên:"), f["full_name"]), (label("Giới tính:"), f["sex"]))
    born = paper.printed.get("date_of_birth", f["date_of_birth"])
    y = form.entry(x, y, w, (label("Ngày, tháng, năm sinh:"), born))
    y = form.entry(x, y, w, (label("Nơi sinh:"), f["place_of_birth"]))
    y = form.entry(x, y, w, (label("Quốc tịch:"), f["nationality"]))
    home = (("Nơi thường trú:", f["permanent_residence"]), ("Nơi tạm trú:", f["temporary_residence"] or blank))
    identity = ((rng.choice(["Giấy CMND/Hộ chiếu:", "Giấy tờ tùy thân:", "Giấy CMND/Thẻ CCCD/Hộ chiếu:"]),
                 f["id_paper"]),)
    for text, value in home + identity if rng.random() < .7 else identity + home:
        y = form.entry(x, y, w, (label(text), value))
    y = form.entry(x, y, w, (label(rng.choice(["Tình trạng án tích:", "Tình trạng án tích:", "Án tích:"])),
                             f["convictions"]))
    text = "Thông tin về cấm đảm nhiệm chức vụ, thành lập, quản lý doanh nghiệp, hợp tác xã:"
    if rng.random() < .6:
        y = form.entry(x, y, w, (label(text), rng.choice(["Không", "-/-", "Không có"])))
    return y + 3
