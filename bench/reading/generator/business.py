"""Giấy chứng nhận đăng ký doanh nghiệp: companies of one or more members and joint-stock companies."""
import re
import unicodedata

from . import fonts, marks, numbers, office, people
from .sheet import Form, Paper, Sheet

KINDS = [("CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN", "CÔNG TY TNHH MTV", "ONE MEMBER COMPANY LIMITED"),
         ("CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN", "CÔNG TY TNHH MỘT THÀNH VIÊN",
          "ONE MEMBER LIMITED LIABILITY COMPANY"),
         ("CÔNG TY TRÁCH NHIỆM HỮU HẠN HAI THÀNH VIÊN TRỞ LÊN", "CÔNG TY TNHH", "COMPANY LIMITED"),
         ("CÔNG TY CỔ PHẦN", "CÔNG TY CỔ PHẦN", "JOINT STOCK COMPANY")]
TRADES = [("THƯƠNG MẠI VÀ DỊCH VỤ", "TRADING AND SERVICES"), ("XÂY DỰNG", "CONSTRUCTION"), ("VẬN TẢI", "TRANSPORT"),
          ("NÔNG SẢN", "AGRICULTURAL PRODUCTS"), ("IN ẤN VÀ BAO BÌ", "PRINTING AND PACKAGING"), ("THỦY SẢN", "SEAFOOD"),
          ("CÔNG NGHỆ", "TECHNOLOGY"), ("DƯỢC PHẨM", "PHARMACEUTICAL"), ("SẢN XUẤT ĐỒ GỖ", "WOOD MANUFACTURING"),
          ("TƯ VẤN THIẾT KẾ", "DESIGN CONSULTING")]


def plain(text):
    """Without diacritics, as foreign names and machine-readable lines have it."""
    text = text.replace("Đ", "D").replace("đ", "d")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _company(rng, paper):
    kind, prefix, english = rng.choice(KINDS)
    proper = people.place_name(rng).upper()
    trade, trade_english = rng.choice(TRADES)
    paper.put("name_vi", f"{prefix} {trade} {proper}")
    foreign = f"{plain(proper)} {trade_english} {english}" if rng.random() < .8 else None
    paper.put("name_foreign", foreign)
    short = "".join(w[0] for w in re.split(r"\W+", plain(trade))) if rng.random() < .5 else plain(proper)
    paper.put("name_short", (f"{short} {rng.choice(['CO., LTD', 'JSC', 'CO.,LTD'])}" if "CỔ PHẦN" not in kind else
                             f"{short} JSC") if foreign and rng.random() < .7 else None)
    return kind


def _values(rng, year, sample):
    first = people.day_in_year(rng, year - rng.randint(0, 9))
    where = people.unit(rng, year)
    boss = people.person(rng, rng.choice(["male", "male", "female"]), year - rng.randint(24, 62), year, sample=sample)
    paper = Paper("business_registration", "2015" if year < 2021 else "2021", year=year)
    put = paper.put
    put("enterprise_code", numbers.enterprise_code(rng, where[2]))
    put("first_registration_date", people.dmy(first), people.long_date(first))
    changed = rng.random() < .6 and first.year < year
    date = people.day_in_year(rng, year) if changed else first
    put("change_number", str(rng.randint(1, 14)) if changed else None)
    put("change_date", people.dmy(date) if changed else None, people.long_date(date) if changed else None)
    kind = _company(rng, paper)
    put("head_office", people.address(rng, year, where) + rng.choice([", Việt Nam", ", Việt Nam", ""]))
    capital = rng.choice([rng.randint(1, 95) * 10**8, rng.randint(1, 40) * 10**9, rng.randint(100, 9900) * 10**6])
    put("charter_capital", numbers.dotted(capital) + " đồng")
    put("charter_capital_words", office.capital(numbers.in_words(capital)) + " đồng")
    put("representative_name", boss.name.upper() if rng.random() < .85 else boss.name)
    put("representative_date_of_birth", people.dmy(boss.birth))
    old = year < 2018 and rng.random() < .6
    put("representative_id", f"{rng.randint(10**8, 4 * 10**8):09d}" if old else boss.personal_id)
    put("signer_name", people.full_name(rng, rng.choice(["male", "male", "female"]), sample=sample))
    return paper, kind, where, boss, old


def draw(rng, nrng, sample=False):
    year = rng.choice([2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025])
    paper, kind, where, boss, old = _values(rng, year, sample)
    ground = marks.guilloche(rng) if rng.random() < .5 else None
    sheet = Sheet(ground=ground)
    if ground is not None or rng.random() < .4:
        marks.frame(sheet, rng)
    form = Form(sheet, rng, rng.choice(fonts.SERIF), rng.choice(fonts.TYPED) if rng.random() < .3 else None,
                rng.choice([11.5, 12, 12.5]), rng.uniform(6, 6.9))
    # Printed by a program: hardly ever any leaders.
    form.leaders = "none" if rng.random() < .93 else form.leaders
    family, f = form.label_family, paper.fields
    owner = "SỞ TÀI CHÍNH" if year >= 2025 else "SỞ KẾ HOẠCH VÀ ĐẦU TƯ"
    rows = [(f"{owner} {where[2][1].upper()}", ""), ("PHÒNG ĐĂNG KÝ KINH DOANH", "b")]
    y = rng.uniform(21, 25)
    office.office_column(sheet, 56, y, 76, rows, family, 11.5)
    office.nation(sheet, 144, y, family, 11.5, rng)
    sheet.text(105, y + 22, "GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP", family, 15.5, "b", "m")
    sheet.text(105, y + 28.5, kind, family, 12.5, "b", "m")
    sheet.text(105, y + 35.5, f"Mã số doanh nghiệp: {f['enterprise_code']}", family, 13, rng.choice(["", "b"]), "m")
    p = paper.printed
    style = rng.choice(["", "i"])
    sheet.text(105, y + 41.5, f"Đăng ký lần đầu: {p['first_registration_date']}", family, 12, style, "m")
    if f["change_number"]:
        sheet.text(105, y + 47, f"Đăng ký thay đổi lần thứ: {f['change_number']}, {p['change_date']}", family, 12,
                   style, "m")
    y = _body(sheet, rng, paper, form, boss, old, year, y + 56)
    for row in rng.choice([["TRƯỞNG PHÒNG"], ["KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"]]):
        sheet.text(146, y, row, family, 12, "b", "m")
        y += 5
    gap = max(12, min(24, sheet.height - 15 - y))
    marks.sign_block(sheet, rng, nrng, 146, y, f["signer_name"], family, 12, "PHÒNG ĐĂNG KÝ KINH DOANH", ["*"], gap)
    paper.pages.append(sheet)
    return paper


def _body(sheet, rng, paper, form, boss, old, year, y):
    f, x, w, family = paper.fields, 22, 168, form.label_family

    def heading(text, y):
        sheet.text(x, y, text, family, form.pt, "b")
        return y + form.spacing

    y = heading("1. Tên công ty", y)
    y = form.entry(x, y, w, ("Tên công ty viết bằng tiếng Việt:", f["name_vi"]))
    y = form.entry(x, y, w, ("Tên công ty viết bằng tiếng nước ngoài:", f["name_foreign"] or ""))
    y = form.entry(x, y, w, ("Tên công ty viết tắt:", f["name_short"] or ""))
    y = heading("2. Địa chỉ trụ sở chính", y)
    y = sheet.paragraph(x, y, w, f["head_office"], form.value_family, form.value_pt, form.value_style,
                        form.spacing * .9)
    y += .6
    phone = f"0{rng.randint(200, 999)} {rng.randint(100, 999)} {rng.randint(100, 999)}"
    y = form.entry(x, y, w, ("Điện thoại:", phone), ("Fax:", ""))
    y = form.entry(x, y, w, ("Email:", f"{plain(boss.name.split()[-1]).lower()}@example.vn"), ("Website:", ""))
    y = heading("3. Vốn điều lệ", y)
    if rng.random() < .5:
        y = form.entry(x, y, w, ("Vốn điều lệ:", f["charter_capital"]))
        y = form.entry(x, y, w, ("Bằng chữ:", f["charter_capital_words"]))
    else:
        y = form.entry(x, y, w, ("Vốn điều lệ:", f"{f['charter_capital']}."))
        y = form.entry(x, y, w, ("Bằng chữ:", f["charter_capital_words"] + "."))
    if rng.random() < .35:
        y = _members(sheet, rng, form, year, heading("4. Danh sách thành viên góp vốn", y))
    y = heading(rng.choice(["4. Người đại diện theo pháp luật của công ty", "5. Người đại diện theo pháp luật"]), y)
    y = form.entry(x, y, w, (rng.choice(["* Họ và tên:", "Họ và tên:"]), f["representative_name"]),
                   ("Giới tính:", boss.sex_printed))
    y = form.entry(x, y, w, ("Chức danh:", rng.choice(["Giám đốc", "Tổng giám đốc", "Chủ tịch Hội đồng quản trị",
                                                       "Chủ tịch công ty"])))
    y = form.entry(x, y, w, (rng.choice(["Sinh ngày:", "Ngày, tháng, năm sinh:"]), f["representative_date_of_birth"]),
                   ("Dân tộc:", boss.ethnicity), ("Quốc tịch:", "Việt Nam"))
    kind = "Chứng minh nhân dân" if old else "Thẻ căn cước công dân"
    modern = paper.layout == "2021"
    y = form.entry(x, y, w, ("Loại giấy tờ pháp lý của cá nhân:" if modern else "Loại giấy tờ chứng thực cá nhân:",
                             kind))
    issued = people.dmy(people.day_in_year(rng, max(2016, year - 4)))
    y = form.entry(x, y, w, ("Số giấy tờ pháp lý của cá nhân:" if modern else "Số giấy chứng thực cá nhân:",
                             f["representative_id"]))
    y = form.entry(x, y, w, ("Ngày cấp:", issued), ("Nơi cấp:", "Cục Cảnh sát QLHC về TTXH"))
    y = form.entry(x, y, w, ("Địa chỉ thường trú:" if modern else "Nơi đăng ký hộ khẩu thường trú:", boss.residence))
    if rng.random() < .5:
        y = form.entry(x, y, w, ("Địa chỉ liên lạc:" if modern else "Chỗ ở hiện tại:", boss.residence))
    return y + 1


def _members(sheet, rng, form, year, y):
    """Owners in a table: names and ids that are not the representative's."""
    family = form.label_family
    columns = [22, 30, 74, 138, 160, 190]
    heads = ["STT", "Tên thành viên", "Nơi thường trú", "Tỷ lệ (%)", "Số giấy tờ"]
    rows = [heads]
    for i in range(2):
        who = people.person(rng, rng.choice(["male", "female"]), year - rng.randint(25, 60), year)
        rows.append([str(i + 1), who.name, who.residence.split(",")[-1].strip(), f"{rng.randint(10, 60)},00",
                     who.personal_id])
    top = y - 4
    for i, row in enumerate(rows):
        for left, right, cell in zip(columns, columns[1:], row):
            sheet.fit(left + 1, top + 5 * (i + .74), right - left - 2, cell, family, 8.6, "b" if i == 0 else "")
        sheet.rule(22, top + 5 * i, 190, top + 5 * i)
    bottom = top + 5 * len(rows)
    sheet.rule(22, bottom, 190, bottom)
    for left in columns:
        sheet.rule(left, top, left, bottom)
    return bottom + 6
