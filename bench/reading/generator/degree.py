"""Bằng tốt nghiệp đại học, bằng cử nhân, kỹ sư: landscape on a yellow ground; one language, two halves, or line by line."""
import datetime

from . import fonts, marks, office, people
from .business import plain
from .sheet import Paper, Sheet

SCHOOLS = [("TRƯỜNG ĐẠI HỌC {}", "UNIVERSITY OF {}"), ("TRƯỜNG ĐẠI HỌC SƯ PHẠM {}", "{} UNIVERSITY OF EDUCATION"),
           ("TRƯỜNG ĐẠI HỌC KINH TẾ {}", "{} UNIVERSITY OF ECONOMICS"), ("HỌC VIỆN TÀI NGUYÊN {}",
                                                                         "{} ACADEMY OF RESOURCES"),
           ("TRƯỜNG ĐẠI HỌC BÁCH KHOA {}", "{} UNIVERSITY OF TECHNOLOGY"), ("ĐẠI HỌC {}", "{} UNIVERSITY")]
TITLES = [("BẰNG CỬ NHÂN", "THE DEGREE OF BACHELOR"), ("BẰNG KỸ SƯ", "THE DEGREE OF ENGINEER"),
          ("BẰNG TỐT NGHIỆP ĐẠI HỌC", "UNIVERSITY GRADUATION DEGREE"), ("BẰNG CỬ NHÂN", "BACHELOR DEGREE"),
          ("BẰNG KIẾN TRÚC SƯ", "THE DEGREE OF ARCHITECT")]
MAJORS = [("Kế toán", "Accounting"), ("Luật kinh tế", "Economic Law"),
          ("Công nghệ thông tin", "Information Technology"),
          ("Quản trị kinh doanh", "Business Administration"), ("Ngôn ngữ Anh", "English Language"),
          ("Kỹ thuật xây dựng công trình giao thông", "Transport Construction Engineering"),
          ("Sư phạm Ngữ văn", "Literature Teacher Education"), ("Điều dưỡng", "Nursing"), ("Quản lý đất đai",
                                                                                           "Land Management"),
          ("Tài chính - Ngân hàng", "Finance and Banking"), ("Nuôi trồng thủy sản", "Aquaculture"),
          ("Kỹ thuật điện, điện tử", "Electrical and Electronic Engineering"), ("Công tác xã hội", "Social Work")]
RANKS = [("Xuất sắc", "Excellent"), ("Giỏi", "Very good"), ("Khá", "Good"), ("Khá", "Good"),
         ("Trung bình khá", "Average good"),
         ("Trung bình", "Ordinary")]


def _values(rng, year, sample):
    date = people.day(rng, datetime.date(year, 5, 1), datetime.date(year, 11, 28))
    who = people.person(rng, rng.choice(["male", "female"]), year - rng.randint(22, 34), year, sample=sample)
    paper = Paper("university_degree", rng.choice(["halves", "halves", "single", "lines"]), year=year)
    proper = rng.choice([people.place_name(rng), who.province[1].replace("thành phố", "").replace("Thành phố", "")
                        .replace("tỉnh", "").strip()]).upper()
    school = rng.choice(SCHOOLS)
    title, major, rank = rng.choice(TITLES), rng.choice(MAJORS), rng.choice(RANKS)
    english = {"issuer": school[1].format(plain(proper)), "degree_title": title[1], "major": major[1],
               "classification": rank[1],
               "sex": "Mr" if who.sex == "male" else "Ms", "full_name": plain(who.name),
               "date_of_birth": f"{who.birth.day:02d} {who.birth.strftime('%B')} {who.birth.year}"}
    put = paper.put
    put("issuer", school[0].format(proper))
    put("degree_title", title[0])
    put("major", major[0])
    put("full_name", who.name.upper() if rng.random() < .45 else who.name)
    form = rng.random()
    put("date_of_birth", people.dmy(who.birth), people.long_date(who.birth) if form < .2 else None)
    put("classification", rank[0])
    province = who.province[1]
    put("issue_place", province.split(" ", 1)[1] if province.startswith("tỉnh") else province.split("phố ")[1])
    put("issue_date", people.dmy(date), people.long_date(date))
    put("serial_number",
        rng.choice([f"{rng.choice('ABCDĐQVH')}{rng.choice('ABCGHKV')} {rng.randint(10**5, 10**6 - 1):07d}",
                                     f"{rng.randint(10**5, 10**7)}", f"QH{rng.randint(10**6, 10**7 - 1)}"]))
    put("register_number", rng.choice([f"{rng.randint(20, 9000):05d}", f"{rng.randint(10, 2000)}/{year}/ĐHCQ",
                                       f"CQ.{year}.{rng.randint(10, 3000):04d}", f"{rng.randint(100, 4000)}-{year % 100:02d}"]))
    put("signer_name", people.full_name(rng, rng.choice(["male", "male", "female"]), sample=sample))
    return paper, who, english


def _ground(rng, width, height):
    return marks.guilloche(rng, width, height, [(253, 243, 205), (255, 248, 220), (250, 238, 196), (255, 250, 235)],
                           [(228, 190, 110), (214, 180, 120), (236, 200, 130)])


def draw(rng, nrng, sample=False):
    year = rng.choice([2005, 2009, 2011, 2013, 2015, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025])
    paper, who, english = _values(rng, year, sample)
    width, height = rng.choice([(297, 210), (297, 210), (270, 190)])
    sheet = Sheet(width, height, _ground(rng, width, height))
    marks.frame(sheet, rng)
    family = rng.choice(fonts.DEGREE)
    {"halves": _halves, "single": _single, "lines": _lines}[paper.layout](sheet, rng, nrng, paper, who, english, family)
    paper.pages.append(sheet)
    return paper


def _asks(who):
    return "Ông" if who.sex == "male" else "Bà"


def _sign(sheet, rng, nrng, paper, x, y, family, gap=None):
    f = paper.fields
    sheet.text(x, y, f"{f['issue_place']}, {paper.printed['issue_date']}", family, 11, "i", "m")
    y += 5.6
    for row in rng.choice([["HIỆU TRƯỞNG"], ["HIỆU TRƯỞNG"], ["KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"], ["GIÁM ĐỐC"]]):
        sheet.text(x, y, row, family, 11.5, "b", "m")
        y += 4.8
    gap = gap or max(14, min(25, sheet.height - 20 - y))
    rank = rng.choice(["", "", "PGS.TS. ", "TS. ", "GS.TS. "])
    marks.sign_block(sheet, rng, nrng, x, y - 2, rank + f["signer_name"], family, 11.5, f["issuer"], ["*"], gap)


def _numbers(sheet, rng, paper, x, y, family, english=False):
    f = paper.fields
    sheet.text(x, y, f"Số hiệu: {f['serial_number']}", family, 10.5)
    label = rng.choice(["Số vào sổ cấp bằng:", "Số vào sổ gốc cấp văn bằng:", "Vào sổ cấp bằng số:", "Số vào sổ:"])
    sheet.text(x, y + 5.2, f"{label} {f['register_number']}", family, 10.5)


def _born(paper):
    return paper.printed.get("date_of_birth", paper.fields["date_of_birth"])


def _halves(sheet, rng, nrng, paper, who, english, family):
    """English on the left half, Vietnamese on the right, as the ministry's form has it."""
    f, quarter = paper.fields, sheet.width / 4
    left, right = quarter + 2, 3 * quarter - 2
    room = sheet.width / 2 - 26
    office.nation(sheet, right, 22, family, 10.5, rng)
    sheet.fit(left, 22, room, "SOCIALIST REPUBLIC OF VIET NAM", family, 10.5, "b", "m")
    sheet.text(left, 27, "Independence - Freedom - Happiness", family, 10.5, "b", "m")
    for x, small, issuer, gives, title in ((left, "THE RECTOR OF", english["issuer"], "has conferred",
                                            english["degree_title"]),
                                           (right, "HIỆU TRƯỞNG", f["issuer"], "cấp", f["degree_title"])):
        sheet.text(x, 42, small, family, 11, "", "m")
        sheet.fit(x, 48.5, room, issuer, family, 12.5, "b", "m")
        sheet.text(x, 55, gives, family, 10.5, "i", "m")
        sheet.fit(x, 66, room, title, family, 19, "b", "m", (190, 30, 36))
    y, x = 78, 18
    rows = [("Major in", english["major"]), ("Upon", f"{english['sex']} {english['full_name']}"),
            ("Date of birth", english["date_of_birth"]), ("Degree classification", english["classification"]),
            ("Mode of study", "Full-time")]
    for label, value in rows:
        sheet.text(x, y, f"{label}: {value}", family, 11.5)
        y += 8
    y, x = 78, sheet.width / 2 + 8
    rows = [(rng.choice(["Ngành:", "Ngành đào tạo:"]), f["major"]), ("Cho:", f"{_asks(who)} {f['full_name']}"),
            ("Ngày sinh:", _born(paper)), (rng.choice(["Xếp loại tốt nghiệp:", "Hạng tốt nghiệp:"]),
                                           f["classification"]),
            ("Hình thức đào tạo:", "Chính quy")]
    bold = rng.random() < .5
    for label, value in rows:
        end = sheet.text(x, y, label + " ", family, 11.5)
        sheet.fit(end, y, sheet.width - 14 - end, value, family, 12, "b" if bold else "")
        y += 8
    _sign(sheet, rng, nrng, paper, right, y + 3, family)
    _numbers(sheet, rng, paper, 18 if rng.random() < .6 else sheet.width / 2 + 8, sheet.height - 22, family)


def _single(sheet, rng, nrng, paper, who, english, family):
    f, middle = paper.fields, sheet.width / 2
    office.nation(sheet, middle, 24, family, 12.5, rng)
    sheet.text(middle, 42, "HIỆU TRƯỞNG", family, 12, "", "m")
    sheet.fit(middle, 49, sheet.width - 60, f["issuer"], family, 15, "b", "m")
    sheet.text(middle, 56, "cấp", family, 11, "i", "m")
    sheet.text(middle, 69, f["degree_title"], family, 26, "b", "m", (190, 30, 36))
    x, y = sheet.width * .24, 82
    bold = rng.random() < .6
    rows = [("Cho:", f"{_asks(who)} {f['full_name']}"), ("Sinh ngày:", _born(paper)), ("Ngành:", f["major"]),
            ("Xếp loại tốt nghiệp:", f["classification"]), ("Năm tốt nghiệp:", str(paper.year))]
    for label, value in rows:
        end = sheet.text(x, y, label + " ", family, 13)
        sheet.fit(end, y, sheet.width - 16 - end, value, family, 13.5, "b" if bold else "")
        y += 8.6
    _sign(sheet, rng, nrng, paper, sheet.width * .7, y + 2, family)
    _numbers(sheet, rng, paper, sheet.width * .1, sheet.height - 26, family)


def _lines(sheet, rng, nrng, paper, who, english, family):
    """Each Vietnamese line with its English one below."""
    f, middle = paper.fields, sheet.width / 2
    office.nation(sheet, middle, 20, family, 11, rng, True)
    sheet.fit(middle, 42, sheet.width - 60, f["issuer"], family, 14, "b", "m")
    sheet.fit(middle, 47, sheet.width - 60, english["issuer"], family, 9.5, "i", "m")
    sheet.text(middle, 59, f["degree_title"], family, 22, "b", "m", (190, 30, 36))
    sheet.text(middle, 64.5, english["degree_title"], family, 10.5, "i", "m")
    x, y = sheet.width * .2, 76
    rows = [("Ngành:", "Major:", f["major"], english["major"]),
            ("Cho:", "Upon:", f"{_asks(who)} {f['full_name']}", f"{english['sex']} {english['full_name']}"),
            ("Ngày sinh:", "Date of birth:", _born(paper), english["date_of_birth"]),
            ("Xếp loại:", "Classification:", f["classification"], english["classification"])]
    for label, second, value, foreign in rows:
        end = max(sheet.text(x, y, label + " ", family, 12.5), x + 28)
        sheet.fit(end, y, sheet.width - 16 - end, value, family, 12.5, "b")
        sheet.text(x, y + 4.4, second + " ", family, 8.5, "i")
        sheet.fit(end, y + 4.4, sheet.width - 16 - end, foreign, family, 8.5, "i")
        y += 11
    _sign(sheet, rng, nrng, paper, sheet.width * .72, y, family)
    _numbers(sheet, rng, paper, sheet.width * .1, sheet.height - 26, family)
