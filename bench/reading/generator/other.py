"""Papers of no known type: receipts, invitations, minutes, a notice. Their fields are what `other` asks for, where
they are printed; the point is that they are not forced into a type."""
from . import fonts, marks, office, people, words
from .sheet import Paper, Sheet


def _receipt(sheet, rng, nrng, paper, family, year, sample):
    who = people.person(rng, rng.choice(["male", "female"]), year - 35, year, sample=sample)
    sheet.text(24, 22, f"CỬA HÀNG VẬT TƯ {rng.choice(words.PLACE_A).upper()} {rng.choice(words.PLACE_B).upper()}", family, 12, "b")
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
        item = rng.choice(["Phân bón lá", "Hạt giống rau cải", "Lưới che nắng", "Bình tưới 16 lít", "Dây buộc", "Cuốc cán gỗ"])
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


def draw(rng, nrng, sample=False):
    year = rng.choice([2015, 2018, 2020, 2022, 2024, 2025])
    kind = rng.choice([_receipt, _minutes, _invitation])
    paper = Paper("other", kind.__name__.strip("_"), year=year)
    sheet = Sheet()
    kind(sheet, rng, nrng, paper, rng.choice(fonts.FORM), year, sample)
    paper.pages.append(sheet)
    return paper
