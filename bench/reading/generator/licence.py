"""Giấy phép lái xe: the plastic card of 2012-2024 (transport) and of 2025 (police), both sides on a page."""
import datetime

from . import cards, fonts, marks, office, people
from .sheet import Paper, Sheet

CLASSES = ["A1", "A1", "A2", "B1", "B2", "B2", "B2", "C", "D", "E", "FC", "B", "C1", "A"]
FOREVER = "Không thời hạn"


def _values(rng, sample):
    year = rng.randint(2014, 2026)
    who = people.person(rng, rng.choice(["male", "male", "female"]), year - rng.randint(19, 60), year, sample=sample)
    issued = people.day_in_year(rng, year)
    paper = Paper("driving_licence", "2025" if year >= 2025 else "2012", year=year)
    put = paper.put
    put("licence_number", f"{int(who.province[0]) % 97:02d}{rng.randint(10**9, 10**10 - 1)}")
    put("full_name", who.name.upper())
    put("date_of_birth", people.dmy(who.birth))
    put("nationality", "VIỆT NAM" if rng.random() < .6 else "Việt Nam")
    place = [cards._short(p) if rng.random() < .3 else office.capital(p) for p in who.residence.split(", ")]
    put("residence", ", ".join(place[-3:] if rng.random() < .7 else place))
    kind = rng.choice(CLASSES)
    put("class", kind)
    endless = kind in ("A1", "A2", "A")
    until = datetime.date(issued.year + (5 if kind in ("C", "D", "E", "FC") else 10), issued.month, min(issued.day, 28))
    put("expiry_date", FOREVER if endless else people.dmy(until))
    province = who.province[1]
    put("issue_place", province.split(" ", 1)[1] if province.startswith("tỉnh") else province.split("phố ")[1])
    day, month = f"{issued.day:02d}", f"{issued.month:02d}"
    bilingual = rng.random() < .75
    shown = f"ngày/date {day} tháng/month {month} năm/year {issued.year}" if bilingual else \
        f"ngày {day} tháng {month} năm {issued.year}"
    put("issue_date", people.dmy(issued), shown)
    put("signer_name", people.full_name(rng, "male", sample=sample))
    return paper, who, issued


def _front(card, rng, nrng, paper):
    f, text, police = paper.fields, card.text, paper.layout == "2025"
    text(14, 5, "BỘ CÔNG AN" if police else rng.choice(["BỘ GTVT", "BỘ GIAO THÔNG VẬN TẢI"]), 5.6, "b", "m", width=24)
    text(14, 7.6, "MPS" if police else "MOT", 4.6, "b", "m")
    text(55, 5, office.NATION, 5.8, "b", "m", width=54)
    text(55, 7.6, "Độc lập - Tự do - Hạnh phúc", 5.4, "b", "m")
    text(52, 12, "GIẤY PHÉP LÁI XE / DRIVER'S LICENSE", 7.6, "b", "m", (196, 36, 44), width=62)
    text(52, 16.4, f"Số/No: {f['licence_number']}", 8.4, "b", "m", (196, 36, 44))
    card.image(marks.portrait(rng, nrng, 19, 25, card.sheet.dpi), 4, 12)
    x, y = 26, 20.6
    rows = [("Họ tên/Full name:", f["full_name"], "b"), ("Ngày sinh/Date of Birth:", f["date_of_birth"], "b"),
            ("Quốc tịch/Nationality:", f["nationality"], "b")]
    for label, value, style in rows:
        end = text(x, y, label + " ", 5.8)
        text(end, y, value, 6.4, style, width=84 - end)
        y += 3.7
    end = text(x, y, "Nơi cư trú/Address: ", 5.8)
    lines = card.sheet.lines(f["residence"], 84 - x, card.family, 6.2, "b", 84 - end)
    for i, row in enumerate(lines):
        if row:
            text(end if i == 0 else x, y + 3.3 * i, row, 6.2, "b")
    y += 3.3 * len(lines) + .6
    text(60, y, f"{f['issue_place']}, {paper.printed['issue_date']}", 5, "i", "m", width=50)
    text(60, y + 2.9, "CỤC TRƯỞNG / DIRECTOR" if police else "GIÁM ĐỐC/DIRECTOR", 5.2, "b", "m")
    if rng.random() < .4:
        text(60, y + 5.2, "KT. GIÁM ĐỐC - PHÓ GIÁM ĐỐC", 4.2, "b", "m")
    text(60, 51.8, f["signer_name"], 6, "b", "m")
    cards._ink(card, marks.signature(rng, 18, 6), 62, min(47.6, y + 7))
    ring = "CỤC CẢNH SÁT GIAO THÔNG" if police else f"SỞ GTVT {f['issue_place'].upper()}"
    cards._ink(card, marks.seal(rng, nrng, ring, ["*"], 13), 52 + rng.uniform(-4, 2), 47 + rng.uniform(-1, 1))
    text(4, 41.5, f"Hạng/Class: {f['class']}", 8, "b", color=(196, 36, 44))
    text(4, 45.6, "Có giá trị đến/Expires:", 5)
    text(4, 49, f["expiry_date"], 6.2, "b")


def _back(card, rng, paper, issued):
    text = card.text
    text(42.8, 5, "CÁC LOẠI XE CƠ GIỚI ĐƯỜNG BỘ ĐƯỢC ĐIỀU KHIỂN", 5.8, "b", "m")
    text(42.8, 7.8, "CLASSIFICATION OF MOTOR VEHICLES", 4.8, "i", "m")
    rows = [("A1", "Xe mô tô hai bánh có dung tích xi-lanh dưới 175 cm3"), ("A2", "Xe mô tô từ 175 cm3 trở lên"),
            ("B2", "Ô tô chở người đến 9 chỗ; ô tô tải dưới 3.500 kg"), ("C", "Ô tô tải từ 3.500 kg trở lên"),
            ("D", "Ô tô chở người từ 10 đến 30 chỗ"), ("E", "Ô tô chở người trên 30 chỗ")]
    y = 12
    for name, what in rows:
        text(6, y, name, 5.6, "b")
        text(14, y, what, 5)
        if name == paper.fields["class"]:
            text(80, y, people.dmy(issued - datetime.timedelta(days=25)), 5, "", "r")
        y += 4.6
    text(6, 46, f"Ngày trúng tuyển/Beginning date: {people.dmy(issued - datetime.timedelta(days=25))}", 5)


def draw(rng, nrng, sample=False, close=False):
    paper, who, issued = _values(rng, sample)
    family = rng.choice(fonts.CARD)
    scale = 1 if close else rng.choice([1, 1, 1.25, 1.41, 1.6])
    tints = [(240, 214, 150), (232, 226, 170), (200, 214, 236)]
    front, back = (cards.Card(rng, family, tints, scale) for _ in range(2))
    _front(front, rng, nrng, paper)
    _back(back, rng, paper, issued)
    sheet = Sheet(105, 148) if close else Sheet()
    cards.lay(rng, sheet, [front, back] if rng.random() < .7 else [front])
    paper.pages.append(sheet)
    return paper
