"""Papers of no known type: receipts, invitations, minutes, notices, private letters, papers in English, photographs.
Their fields are what `other` asks for, where they are printed; the point is that they are not forced into a type."""
import cv2
import numpy as np

from . import fonts, marks, numbers, office, people, words
from .business import plain
from .sheet import Paper, Sheet


def _receipt(sheet, rng, nrng, paper, family, year, sample):
    who = people.person(rng, rng.choice(["male", "female"]), year - 35, year, sample=sample)
    sheet.text(24, 22, f"CỬA HÀNG VẬT TƯ {rng.choice(words.PLACE_A).upper()} {rng.choice(words.PLACE_B).upper()}",
               family, 12, "b")
    sheet.text(24, 28, f"Địa chỉ: {people.address(rng, year)}", family, 10)
    sheet.text(105, 44, "PHIẾU THU TIỀN", family, 18, "b", "m")
    date = people.day_in_year(rng, year)
    sheet.text(105, 51, f"{people.long_date(date, True)}", family, 11.5, "i", "m")
    number = f"PT{rng.randint(100, 99999)}"
    sheet.text(186, 28, f"Số: {number}", family, 11.5, "", "r")
    y = 64
    rows = [("Người nộp tiền", who.name), ("Lý do nộp", "Thanh toán tiền mua vật tư nông nghiệp"),
            ("Hình thức", "Tiền mặt")]
    for label, value in rows:
        sheet.text(24, y, f"{label}: {value}", family, 12.5)
        y += 8
    total = 0
    for i in range(rng.randint(4, 9)):
        price = rng.randint(12, 480) * 1000
        amount = rng.randint(1, 12)
        total += price * amount
        item = rng.choice(["Phân bón lá", "Hạt giống rau cải", "Lưới che nắng", "Bình tưới 16 lít", "Dây buộc",
                           "Cuốc cán gỗ"])
        sheet.text(26, y, str(i + 1), family, 12)
        sheet.text(38, y, item, family, 12)
        sheet.text(112, y, str(amount), family, 12, "", "r")
        sheet.text(145, y, f"{price:,}".replace(",", "."), family, 12, "", "r")
        sheet.text(186, y, f"{price * amount:,}".replace(",", "."), family, 12, "", "r")
        sheet.rule(24, y + 2, 186, y + 2)
        y += 8
    sheet.text(186, y + 2, "Tổng cộng: " + f"{total:,}".replace(",", ".") + " đồng", family, 13, "b", "r")
    sheet.text(150, y + 18, "Người lập phiếu", family, 12, "b", "m")
    sheet.multiply(marks.signature(rng), 150, y + 30)
    paper.put("title", "PHIẾU THU TIỀN")
    paper.put("number", number)


def _minutes(sheet, rng, nrng, paper, family, year, sample):
    office.nation(sheet, 105, 24, family, 12.5, rng)
    sheet.text(105, 46, "BIÊN BẢN HỌP TỔ DÂN PHỐ", family, 16, "b", "m")
    place = people.commune_new(rng)
    sheet.text(105, 53, f"(V/v góp ý quy ước của khu dân cư tại {place})", family, 12, "i", "m")
    date = people.day_in_year(rng, year)
    body = [f"Hôm nay, {people.long_date(date)}, vào hồi 19 giờ 30 phút, tại nhà sinh hoạt cộng đồng, {place}, chúng tôi "
            "gồm có đại diện các hộ gia đình họp bàn về việc sửa đổi quy ước.",
            f"1. Chủ trì: {people.full_name(rng, 'male', sample=sample)} - Tổ trưởng.",
            f"2. Thư ký: {people.full_name(rng, 'female', sample=sample)}.",
            "Sau khi nghe trình bày, các hộ thảo luận và thống nhất: giữ gìn vệ sinh chung vào sáng chủ nhật hằng tuần; "
            "không để xe dưới lòng đường; đóng góp quỹ khuyến học theo khả năng của từng gia đình.",
            "Biên bản được lập thành hai bản có nội dung như nhau, đã đọc lại cho mọi người cùng nghe và nhất trí thông "
            "qua. Cuộc họp kết thúc lúc 21 giờ 15 phút cùng ngày."]
    y = 66
    for text in body:
        y = sheet.paragraph(28, y, 160, text, family, 13.5, indent=10, justify=True) + 2.5
    for x, who, sex in ((60, "THƯ KÝ", "female"), (150, "CHỦ TRÌ", "male")):
        sheet.text(x, y + 8, who, family, 12.5, "b", "m")
        sheet.multiply(marks.signature(rng), x, y + 20)
        sheet.text(x, y + 36, people.full_name(rng, sex, sample=sample), family, 12.5, "b", "m")
    paper.put("title", "BIÊN BẢN HỌP TỔ DÂN PHỐ")


def _invitation(sheet, rng, nrng, paper, family, year, sample):
    where = people.unit(rng, year)
    school = f"TRƯỜNG TIỂU HỌC {where[0].split(' ', 1)[1].upper()}"
    office.office_column(sheet, 56, 26, 74, [(school, "b")], family, 12)
    office.nation(sheet, 142, 26, family, 12, rng)
    date = people.day_in_year(rng, year)
    sheet.text(105, 60, "GIẤY MỜI", family, 22, "b", "m")
    sheet.text(105, 68, "Dự lễ kỷ niệm ngày thành lập trường", family, 13, "i", "m")
    text = (f"Nhà trường trân trọng kính mời ông (bà) tới dự buổi gặp mặt cựu học sinh được tổ chức vào lúc 8 giờ 00 "
            f"{people.long_date(date)} tại sân trường. Sự có mặt của ông (bà) là niềm vinh dự của thầy và trò nhà trường.")
    y = sheet.paragraph(30, 84, 156, text, family, 14, indent=10) + 10
    sheet.text(146, y, "HIỆU TRƯỞNG", family, 13, "b", "m")
    marks.sign_block(sheet, rng, nrng, 146, y, people.full_name(rng, "female", sample=sample), family, 13, school,
                     ["*"], 26)
    paper.put("title", "GIẤY MỜI")
    paper.put("issuing_authority", school)


def _notice(sheet, rng, nrng, paper, family, year, sample):
    """Thông báo: the head of Decree 30, but a kind that no type here describes."""
    where = people.unit(rng, year)
    office.office_column(sheet, 56, 24, 74, [("ỦY BAN NHÂN DÂN", "b"), (where[0].upper(), "b")], family, 12)
    office.nation(sheet, 142, 24, family, 12, rng)
    date, number = people.day_in_year(rng, year), f"{rng.randint(3, 400):02d}/TB-UBND"
    place = " ".join(where[0].split()[1:])
    sheet.text(56, 41, f"Số: {number}", family, 13, "", "m")
    sheet.text(142, 41, f"{place}, {people.long_date(date)}", family, 13, "i", "m")
    sheet.text(105, 58, "THÔNG BÁO", family, 15, "b", "m")
    sheet.text(105, 64.5, "Về lịch tiếp công dân và thu gom rác thải cồng kềnh", family, 13, "b", "m")
    y = 80
    for text in (f"Ủy ban nhân dân {where[0]} thông báo lịch tiếp công dân định kỳ vào thứ Năm hằng tuần tại trụ sở; sáng từ "
                 "7 giờ 30 phút, chiều từ 13 giờ 30 phút.",
                 f"Từ {people.long_date(date)}, rác thải cồng kềnh được thu gom vào chiều thứ Bảy tại các điểm tập kết. Đề nghị "
                 "nhân dân không để đồ đạc cũ trên vỉa hè.",
                 "Thông báo này được niêm yết tại nhà văn hóa các thôn và phát trên hệ thống truyền thanh./."):
        y = sheet.paragraph(28, y, 158, text, family, 13.5, indent=10, justify=True) + 2.5
    sheet.text(28, y + 6, "Nơi nhận:", family, 12, "bi")
    sheet.text(28, y + 11, "- Các thôn;", family, 11)
    sheet.text(28, y + 16, "- Lưu: VT.", family, 11)
    sheet.text(146, y + 6, "TM. ỦY BAN NHÂN DÂN", family, 13, "b", "m")
    sheet.text(146, y + 11.5, "CHỦ TỊCH", family, 13, "b", "m")
    marks.sign_block(sheet, rng, nrng, 146, y + 10, people.full_name(rng, "male", sample=sample), family, 13,
                     office.ring_of(where), ["ỦY BAN", "NHÂN DÂN"], 26)
    paper.put("title", "THÔNG BÁO")
    paper.put("issuing_authority", f"ỦY BAN NHÂN DÂN {where[0].upper()}")
    paper.put("number", number)
    paper.put("date", people.dmy(date), people.long_date(date))


def _merit(sheet, rng, nrng, paper, family, year, sample):
    """Giấy khen, with an ornamental frame."""
    marks.frame(sheet, rng)
    where, date = people.unit(rng, year), None
    date = people.day_in_year(rng, year)
    office.nation(sheet, 105, 30, family, 13, rng)
    sheet.text(105, 58, f"CHỦ TỊCH ỦY BAN NHÂN DÂN {where[0].upper()}", family, 13, "b", "m")
    sheet.text(105, 70, "TẶNG", family, 12, "", "m")
    sheet.text(105, 88, "GIẤY KHEN", family, 34, "b", "m", (196, 30, 36))
    holder = people.full_name(rng, rng.choice(["male", "female"]), sample=sample)
    sheet.text(105, 106, f"{rng.choice(['Ông', 'Bà', 'Em'])}: {holder}", family, 17, "b", "m")
    sheet.paragraph(34, 118, 142,
                    "Đã có thành tích xuất sắc trong phong trào thi đua xây dựng đời sống văn hóa tại khu dân cư "
                    f"năm {year}.", family, 13.5, align="m")
    number = f"{rng.randint(20, 900)}/QĐ-KT"
    sheet.text(30, 148, f"Quyết định số: {number}", family, 11)
    sheet.text(146, 148, f"{' '.join(where[0].split()[1:])}, {people.long_date(date)}", family, 12, "i", "m")
    sheet.text(146, 155, "CHỦ TỊCH", family, 13, "b", "m")
    marks.sign_block(sheet, rng, nrng, 146, 155, people.full_name(rng, "male", sample=sample), family, 13,
                     office.ring_of(where),
                     ["ỦY BAN", "NHÂN DÂN"], 26)
    paper.put("title", "GIẤY KHEN")


def _private(sheet, rng, nrng, paper, family, year, sample):
    """A letter by hand or typed: words, names and dates that are nobody's fields."""
    by_hand = rng.random() < .5
    face, pt, color = ("hand", 19, (30, 46, 130)) if by_hand else (family, 13, (28, 27, 30))
    date = people.day_in_year(rng, year)
    sheet.text(190, 28, f"{rng.choice(words.PLACE_A)} {rng.choice(words.PLACE_B)}, {people.long_date(date)}", face, pt,
               "", "r", color)
    y = 46
    name = people.full_name(rng, "female", sample=sample).split()[-1]
    for text in (f"{name} thân mến,",
                 "Đã lâu rồi tôi không viết thư cho bạn. Mùa này ngoài vườn cây vải đã ra hoa, lũ trẻ đi "
                 "học về lại chạy ra bờ sông thả diều. Bố mẹ tôi vẫn khỏe, chỉ hay nhắc tới bạn.",
                 "Tháng sau tôi sẽ lên thành phố thăm bạn và mang theo ít quà quê. Nếu bạn bận thì nhắn lại cho tôi biết nhé.",
                 "Chúc bạn và gia đình mạnh khỏe."):
        for row in sheet.lines(text, 160, face, pt):
            sheet.text(26, y, row, face, pt, color=color)
            y += pt * .56
        y += 3
    sheet.text(150, y + 8, people.full_name(rng, "male", sample=sample), face, pt, "", "m", color)


def _foreign(sheet, rng, nrng, paper, family, year, sample):
    """A paper in English: an invoice or a letter of employment."""
    date = people.day_in_year(rng, year)
    company = f"{plain(rng.choice(words.PLACE_A)).upper()} RIVER TRADING PTE LTD"
    sheet.text(24, 26, company, family, 14, "b")
    sheet.text(24, 32, f"{rng.randint(2, 90)} Orchard Lane, Singapore {rng.randint(100000, 800000)}", family, 10)
    invoice = rng.random() < .5
    number = f"INV-{year}-{rng.randint(100, 9999)}"
    title = "COMMERCIAL INVOICE" if invoice else "LETTER OF EMPLOYMENT"
    sheet.text(105, 54, title, family, 18, "b", "m")
    sheet.text(186, 64, f"Date: {date.strftime('%d %B %Y')}", family, 11, "", "r")
    if invoice:
        sheet.text(24, 64, f"No.: {number}", family, 11)
        y = 82
        for i in range(rng.randint(3, 8)):
            sheet.text(24, y, rng.choice(["Cotton yarn, 40/1", "Steel bolts M8", "Printed labels", "Freight charge"]),
                       family, 11)
            sheet.text(186, y, f"USD {rng.randint(20, 4000):,}.00", family, 11, "", "r")
            sheet.rule(24, y + 2, 186, y + 2)
            y += 8
    else:
        text = (f"To whom it may concern, this is to certify that {plain(people.full_name(rng, 'female', sample=sample))} has been "
                "employed by our company as a sales assistant since March of the year before last. Her duties include the "
                "preparation of shipping papers and the daily correspondence with our customers abroad.")
        y = sheet.paragraph(24, 82, 162, text, family, 12.5)
    sheet.text(40, y + 22, "Authorised signature", family, 11)
    sheet.multiply(marks.signature(rng), 60, y + 12)
    paper.put("title", title)


def _bill(sheet, rng, nrng, paper, family, year, sample):
    """A bill of electricity or water: labels with colons, a customer, amounts."""
    kind, unit = rng.choice([("TIỀN ĐIỆN", "kWh"), ("TIỀN NƯỚC", "m³")])
    who = people.person(rng, rng.choice(["male", "female"]), year - 40, year, sample=sample)
    number, amount = f"{rng.randint(10**6, 10**7)}", rng.randint(40, 2400) * 1000
    sheet.text(24, 24, f"CÔNG TY {'ĐIỆN LỰC' if unit == 'kWh' else 'CẤP NƯỚC'} {people.place_name(rng).upper()}",
               family, 12.5, "b")
    sheet.text(105, 44, f"HÓA ĐƠN {kind}", family, 18, "b", "m")
    sheet.text(105, 51, f"(Kỳ 1 tháng {rng.randint(1, 12)} năm {year})", family, 11, "i", "m")
    sheet.text(186, 30, f"Số: {number}", family, 11, "", "r")
    y = 64
    for label, value in (("Tên khách hàng", who.name), ("Địa chỉ", who.residence),
                         ("Mã khách hàng", f"PB{rng.randint(10**8, 10**9)}"),
                         ("Chỉ số cũ", str(rng.randint(200, 4000))), ("Chỉ số mới", str(rng.randint(4000, 6000))),
                         ("Sản lượng", f"{rng.randint(20, 600)} {unit}"), ("Thuế suất GTGT", "8%"),
                         ("Tổng cộng tiền thanh toán", numbers.dotted(amount) + " đồng"),
                         ("Bằng chữ", office.capital(numbers.in_words(amount)) + " đồng")):
        y = sheet.paragraph(24, y, 162, f"{label}: {value}", family, 12) + 2.4
    paper.put("title", f"HÓA ĐƠN {kind}")


def _photograph(sheet, rng, nrng, paper, family, year, sample):
    """No paper at all: hills, a sky, a house."""
    w, h = sheet.image.size
    small = np.zeros((h // 6, w // 6, 3), np.float32)
    rows = np.linspace(0, 1, small.shape[0], dtype=np.float32)[:, None, None]
    small[:] = np.float32(rng.choice([(120, 170, 226), (226, 170, 120), (150, 160, 176)])) * (1 - .4 * rows) + 70 * rows
    for i in range(rng.randint(2, 5)):
        x = np.arange(small.shape[1], dtype=np.float32)
        waves = 26 * np.sin(x / rng.uniform(30, 90) + rng.uniform(0, 6)) + 9 * np.sin(x / rng.uniform(6, 16))
        ridge = small.shape[0] * (.35 + .12 * i) + waves
        color = np.float32([rng.uniform(30, 90), rng.uniform(80, 140), rng.uniform(40, 80)])
        below = np.arange(small.shape[0])[:, None] > ridge[None]
        small[below] = color * (1 + .1 * i)
    x, y = int(w / 6 * rng.uniform(.2, .7)), int(h / 6 * .6)
    cv2.rectangle(small, (x, y), (x + 50, y + 40), (206, 190, 170), -1)
    cv2.fillPoly(small, [np.int32([(x - 8, y), (x + 25, y - 26), (x + 58, y)])], (150, 60, 50))
    small += nrng.normal(0, 9, small.shape)
    image = cv2.resize(np.clip(small, 0, 255).astype(np.uint8), (w, h), interpolation=cv2.INTER_CUBIC)
    sheet.image.paste(marks.Image.fromarray(image))


def draw(rng, nrng, sample=False):
    year = rng.choice([2015, 2018, 2020, 2022, 2024, 2025])
    kind = rng.choice([_receipt, _minutes, _invitation, _notice, _merit, _private, _foreign, _bill, _photograph])
    paper = Paper("other", kind.__name__.strip("_"), year=year)
    sheet = Sheet()
    kind(sheet, rng, nrng, paper, rng.choice(fonts.FORM), year, sample)
    paper.pages.append(sheet)
    return paper
