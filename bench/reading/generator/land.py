"""Giấy chứng nhận quyền sử dụng đất: the folded sheet of 2009-2024 (owner, parcel, plan) and the single sheet since."""
import segno
import numpy as np
from PIL import Image

from . import fonts, marks, numbers, office, people
from .sheet import Form, Paper, Sheet

PURPOSES = ["Đất ở tại nông thôn", "Đất ở tại đô thị", "Đất ở", "Đất trồng cây lâu năm", "Đất chuyên trồng lúa nước",
            "Đất ở: {a} m²; đất trồng cây lâu năm: {b} m²", "Đất trồng cây hàng năm khác", "Đất cơ sở sản xuất phi nông nghiệp",
            "Đất nuôi trồng thủy sản"]
ORIGINS = ["Công nhận QSDĐ như giao đất có thu tiền sử dụng đất", "Nhà nước giao đất có thu tiền sử dụng đất",
           "Công nhận quyền sử dụng đất như giao đất không thu tiền sử dụng đất", "Nhận chuyển nhượng đất được Công nhận QSDĐ "
           "như giao đất có thu tiền sử dụng đất", "Nhận tặng cho đất được Nhà nước giao đất có thu tiền sử dụng đất",
           "Nhận thừa kế đất được Công nhận QSDĐ như giao đất có thu tiền"]
PINK = dict(bases=[(253, 232, 230), (252, 226, 228), (255, 238, 236)],
            tints=[(236, 168, 168), (240, 180, 172), (226, 160, 176)], strengths=(.3, .4, .5, .6))


def _values(rng, year, sample):
    date = people.day_in_year(rng, year)
    where = people.unit(rng, year)
    who = people.person(rng, rng.choice(["male", "female"]), year - rng.randint(26, 78), year, sample=sample)
    layout = "2024" if year >= 2025 else "2014" if year >= 2014 else "2009"
    paper = Paper("land_use_certificate", layout, year=year)
    put = paper.put
    letters = "".join(rng.choice("ABCDĐEGHKMNPQSTUV") for _ in range(2))
    if layout == "2024":
        letters = "AA"
    put("serial_number",
        f"{letters} {rng.randint(10**7, 10**8 - 1) if layout == '2024' else rng.randint(10**5, 10**6 - 1)}")
    put("owner_name", who.name.upper() if rng.random() < .45 else who.name)
    put("owner_birth_year", str(who.birth.year))
    put("owner_id", who.personal_id if year > 2017 else f"{rng.randint(10**8, 4 * 10**8):09d}")
    put("owner_address", who.residence)
    put("parcel_number", str(rng.randint(1, 980)))
    put("map_sheet_number", str(rng.randint(1, 90)))
    put("parcel_address", people.address(rng, year, where))
    whole, part = rng.randint(38, 2400), rng.randint(1, 9)
    area = f"{numbers.dotted(whole)},{part}" if rng.random() < .7 else f"{numbers.dotted(whole)}"
    put("area_m2", area)
    put("area_words", office.capital(numbers.decimal_words(area)) + " mét vuông")
    put("usage_form", rng.choice(["Sử dụng riêng", "Sử dụng riêng", "Sử dụng chung",
                                  "Sử dụng riêng: " + area + " m²; sử dụng "
                                  "chung: không m²"]))
    home = rng.randint(30, whole - 4)
    put("purpose", rng.choice(PURPOSES).format(a=home, b=whole - home))
    put("term", "Lâu dài" if "Đất ở" in paper.fields["purpose"] else
        rng.choice(["Đến ngày 15/10/2043", "Đến ngày 01/07/2064", "50 năm kể từ ngày cấp",
                    f"Đến tháng {rng.randint(3, 12)}/2053"]))
    put("origin", rng.choice(ORIGINS))
    put("register_number",
        f"{rng.choice(['CH', 'CS', 'CH', 'VP'])} {rng.randint(3, 99000):05d}" if rng.random() < .8 else
        f"CH{rng.randint(3, 99000):05d}")
    put("issue_date", people.dmy(date), people.long_date(date))
    put("signer_name", people.full_name(rng, rng.choice(["male", "male", "female"]), sample=sample))
    return paper, where, who


def qr(text, side_mm, dpi=300):
    """A QR code as an image, black on white with its quiet zone."""
    code = segno.make(text, error="m", micro=False)
    matrix = np.array([[0 if cell else 255 for cell in row] for row in code.matrix_iter(border=2)], np.uint8)
    side = round(side_mm * dpi / 25.4)
    return Image.fromarray(matrix).resize((side, side), Image.Resampling.NEAREST).convert("RGB")


def draw(rng, nrng, sample=False, pages=None):
    year = rng.choice([2010, 2012, 2014, 2016, 2018, 2020, 2021, 2022, 2023, 2024, 2025, 2025, 2026])
    paper, where, who = _values(rng, year, sample)
    family = rng.choice(fonts.SERIF)
    single = paper.layout == "2024"
    if single:
        sheet = Sheet(210, 297, marks.guilloche(rng, 210, 297, **PINK))
        marks.frame(sheet, rng)
        form = _form(sheet, rng, family)
        _title(sheet, rng, paper, family, 0, 210, 46)
        sheet.image.paste(qr(f"{paper.fields['serial_number']}|{paper.fields['register_number']}", 22),
                          (sheet.px(170), sheet.px(16)))
        y = _owner(sheet, rng, paper, form, who, 20, 84, 170,
                   "1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:")
        y = _parcel(sheet, rng, paper, form, 20, y + 1, 170, "2. Thông tin thửa đất:")
        _foot(sheet, rng, nrng, paper, form, where, 20, 210, y + 2)
        sheet.text(190, 284, paper.fields["serial_number"], family, 14, "b", "r", (180, 30, 40))
        paper.pages = [sheet] + ([_plan(rng, family)] if rng.random() < .3 and pages != 1 else [])
        return paper
    spread = pages == 1 or rng.random() < .4
    if spread:
        sheet = Sheet(380, 265, marks.guilloche(rng, 380, 265, **PINK))
        front = inside = sheet
        offset = 190
    else:
        front, inside = (Sheet(190, 265, marks.guilloche(rng, 190, 265, **PINK)) for _ in range(2))
        offset = 0
    marks.frame(front, rng)
    form = _form(front, rng, family)
    _title(front, rng, paper, family, 0, 190, 60)
    _owner(front, rng, paper, form, who, 18, 124, 154,
           "I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất")
    front.text(172, 246, paper.fields["serial_number"], family, 15, "b", "r", (180, 30, 40))
    form.sheet = inside
    y = _parcel(inside, rng, paper, form, offset + 16, 26, 158, "II. Thửa đất, nhà ở và tài sản khác gắn liền với đất")
    _foot(inside, rng, nrng, paper, form, where, offset + 16, offset + 190, y + 2)
    paper.pages = [front] if spread else [front, inside] + ([_plan(rng, family, 190, 265)] if rng.random() < .4 else [])
    return paper


def _form(sheet, rng, family):
    form = Form(sheet, rng, family, None if rng.random() < .6 else rng.choice(fonts.TYPED),
                rng.choice([11.5, 12, 12.5]),
                rng.uniform(6.8, 7.6))
    form.leaders = "none" if rng.random() < .85 else form.leaders
    return form


def _title(sheet, rng, paper, family, left, width, y):
    middle = left + width / 2
    office.nation(sheet, middle, y - 24, family, 12.5, rng)
    marks.emblem(sheet, middle, y - 2, 9)
    sheet.text(middle, y + 16, "GIẤY CHỨNG NHẬN", family, 20, "b", "m", (190, 30, 40))
    rows = {"2024": ["QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN", "GẮN LIỀN VỚI ĐẤT"]}.get(
        paper.layout, ["QUYỀN SỬ DỤNG ĐẤT", "QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT"])
    for i, row in enumerate(rows):
        sheet.fit(middle, y + 23 + 6 * i, width - 36, row, family, 13, "b", "m", (190, 30, 40))


def _owner(sheet, rng, paper, form, who, x, y, w, heading):
    f = paper.fields
    y = sheet.paragraph(x, y, w, heading, form.label_family, form.pt, "b", form.spacing) + 1
    asks = "Ông:" if who.sex == "male" else "Bà:"
    y = form.entry(x, y, w, (rng.choice([asks, asks, "Hộ " + asks.lower()]), f["owner_name"]), style="b")
    id_label = "Số định danh cá nhân:" if paper.layout == "2024" else "CCCD số:" if paper.year > 2017 else "CMND số:"
    y = form.entry(x, y, w, ("Năm sinh:", f["owner_birth_year"]), (id_label, f["owner_id"]))
    return form.entry(x, y, w, (rng.choice(["Địa chỉ thường trú:", "Địa chỉ:", "Địa chỉ thường trú:"]),
                                f["owner_address"]))


def _parcel(sheet, rng, paper, form, x, y, w, heading):
    f = paper.fields
    y = sheet.paragraph(x, y, w, heading, form.label_family, form.pt, "b", form.spacing) + .6
    numbered = paper.layout != "2024"
    if numbered:
        sheet.text(x, y, "1. Thửa đất:", form.label_family, form.pt, "b")
        y += form.spacing
    marks_of = iter(["a) ", "b) ", "c) ", "d) ", "đ) ", "e) ", "g) "])
    label = lambda text: next(marks_of) + text
    pair = rng.random() < .6
    if pair:
        y = form.entry(x, y, w, (label("Thửa đất số:"), f"{f['parcel_number']}{';' if numbered else ''}"),
                       (rng.choice(["tờ bản đồ số:", "Tờ bản đồ số:"]), f["map_sheet_number"]))
    else:
        y = form.entry(x, y, w, (label("Thửa đất số:"), f["parcel_number"]))
        y = form.entry(x, y, w, ("Tờ bản đồ số:", f["map_sheet_number"]))
    address = (label("Địa chỉ:"), f["parcel_address"])
    y = form.entry(x, y, w, address)
    if rng.random() < .5:
        y = form.entry(x, y, w, (label("Diện tích:"), f"{f['area_m2']} m², (bằng chữ: {f['area_words']})"))
    else:
        y = form.entry(x, y, w, (label("Diện tích:"), f"{f['area_m2']} m²"))
        y = form.entry(x, y, w, ("(Bằng chữ:", f"{f['area_words']})"))
    rows = [(("Hình thức sử dụng:"), f["usage_form"]), ("Mục đích sử dụng:" if numbered else "Loại đất:", f["purpose"]),
            ("Thời hạn sử dụng:" if numbered or rng.random() < .5 else "Thời hạn:", f["term"]),
            ("Nguồn gốc sử dụng:", f["origin"])]
    if not numbered:
        rows[0], rows[1], rows[2] = rows[1], rows[2], rows[0]
    for text, value in rows:
        y = form.entry(x, y, w, (label(text), value))
    if numbered:
        for text in ("2. Nhà ở:", "3. Công trình xây dựng khác:", "4. Rừng sản xuất là rừng trồng:", "5. Cây lâu năm:",
                     "6. Ghi chú:"):
            y = form.entry(x, y, w, (text, "-/-"))
    else:
        y = form.entry(x, y, w, ("3. Thông tin tài sản gắn liền với đất:", "-/-"))
    return y


def _foot(sheet, rng, nrng, paper, form, where, left, right, y):
    f, family = paper.fields, form.label_family
    x = left + (right - left) * .68
    province = where[2][1]
    place = province.split(" ", 1)[1] if province.startswith("tỉnh") else province.split("phố ")[1]
    sheet.text(x, y, f"{place}, {paper.printed['issue_date']}", family, 11.5, "i", "m")
    y += 5.2
    who, title = rng.choice([(f"ỦY BAN NHÂN DÂN {(where[1] or where[0]).upper()}",
                              ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
                             (f"SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG {province.upper()}",
                              ["TUQ. GIÁM ĐỐC", "GIÁM ĐỐC VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI"]),
                             (f"VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI {province.upper()}", ["GIÁM ĐỐC"])])
    for row in [who] + title:
        sheet.fit(x, y, 86, row, family, 11.5, "b", "m")
        y += 4.8
    bottom = sheet.height - 18
    gap = max(13, min(24, bottom - y))
    marks.sign_block(sheet, rng, nrng, x, y - 2, f["signer_name"], family, 11.5, who, ["*"], gap)
    sheet.text(left, min(bottom + 4, y + gap + 3), f"Số vào sổ cấp GCN: {f['register_number']}", family, 11.5)


def _plan(rng, family, width=210, height=297):
    """The parcel's plan: lines and lengths, nothing a reader may take for fields."""
    sheet = Sheet(width, height, marks.guilloche(rng, width, height, **PINK))
    sheet.text(20, 24, "III. Sơ đồ thửa đất, nhà ở và tài sản khác gắn liền với đất", family, 12, "b")
    cx, cy = width / 2, height * .36
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    points = [(cx + rng.uniform(.7, 1) * 50 * dx, cy + rng.uniform(.7, 1) * 55 * dy) for dx, dy in corners]
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1]):
        sheet.rule(x0, y0, x1, y1, 3)
        sheet.text((x0 + x1) / 2 + 2, (y0 + y1) / 2 - 1, f"{np.hypot(x1 - x0, y1 - y0) / 4:.2f}".replace(".", ","),
                   family, 9)
    for i, (px, py) in enumerate(points):
        sheet.text(px - 4, py - 2, str(i + 1), family, 9)
    sheet.text(20, height * .66, "IV. Những thay đổi sau khi cấp giấy chứng nhận", family, 12, "b")
    sheet.box(20, height * .69, width - 20, height - 20)
    sheet.rule(width * .62, height * .69, width * .62, height - 20)
    sheet.text(width * .35, height * .72, "Nội dung thay đổi và cơ sở pháp lý", family, 10, "b", "m")
    sheet.text(width * .78, height * .72, "Xác nhận của cơ quan có thẩm quyền", family, 8.5, "b", "m")
    return sheet
