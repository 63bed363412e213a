"""Identity cards on a page, both sides: căn cước công dân (2021) and căn cước (2024), with QR code and TD1 lines that
agree with the print. The cards are drawn at their own size and laid on a sheet, straight or a little turned."""
import datetime

import cv2
import numpy as np
from PIL import Image

from . import fonts, marks, numbers, office, people
from .business import plain
from .land import qr
from .sheet import Paper, Sheet

WIDTH, HEIGHT = 85.6, 53.98
PERMANENT = "Không thời hạn"
MARKS = ["Nốt ruồi C:1cm trên sau cánh mũi trái", "Sẹo chấm C:2cm dưới trước mép phải",
         "Nốt ruồi C:0,5cm dưới đuôi mắt trái",
         "Sẹo C:1,5cm trên đuôi lông mày phải"]


def td1(who, expiry):
    """The three lines of 30 characters (ICAO 9303-5)."""
    day = lambda d: f"{d.year % 100:02d}{d.month:02d}{d.day:02d}"
    short = who.personal_id[3:]
    first = f"IDVNM{short}{numbers.check_digit(short)}{who.personal_id}<<"
    first += numbers.check_digit(who.personal_id)
    until = "991231" if expiry is None else day(expiry)
    born = day(who.birth)
    sex = "M" if who.sex == "male" else "F"
    second = f"{born}{numbers.check_digit(born)}{sex}{until}{numbers.check_digit(until)}VNM" + "<" * 11
    second += numbers.check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    family, *given = plain(who.name).upper().split()
    third = (family + "<<" + "<".join(given)).ljust(30, "<")[:30]
    return [first, second, third]


def _expiry(rng, who, issued):
    """The birthday on which the card ends: 25, 40, 60, then never."""
    for age in (25, 40, 60):
        if issued.year - who.birth.year < age - 2:
            return datetime.date(who.birth.year + age, who.birth.month,
                                 min(who.birth.day, 28 if who.birth.month == 2 else 30))
    return None


def values(rng, kind, sample):
    year = rng.randint(2021, 2024) if kind == "citizen_id_2021" else rng.randint(2024, 2026)
    who = people.person(rng, rng.choice(["male", "female"]), year - rng.randint(15, 74), year, sample=sample)
    who.nationality = "Việt Nam"
    issued = people.day_in_year(rng, year)
    if kind == "identity_card_2024" and issued < datetime.date(2024, 7, 1):
        issued = people.day(rng, datetime.date(2024, 7, 1), datetime.date(2024, 12, 30))
    expiry = _expiry(rng, who, issued)
    paper = Paper(kind, "2021" if kind == "citizen_id_2021" else "2024", year=year)
    put = paper.put
    put("personal_id", who.personal_id)
    put("full_name", who.name.upper())
    put("date_of_birth", people.dmy(who.birth))
    put("sex", who.sex_printed)
    put("nationality", who.nationality)
    place = lambda text: ", ".join(_short(part) for part in text.split(", "))
    if kind == "citizen_id_2021":
        put("native_place", place(who.native))
        put("permanent_residence", place(who.residence))
    else:
        put("residence", place(who.residence))
        put("birth_registration_place", place(who.native))
    put("issue_date", people.dmy(issued))
    put("expiry_date", people.dmy(expiry) if expiry else PERMANENT)
    put("mrz", " ".join(td1(who, expiry)))
    compact = lambda d: f"{d.day:02d}{d.month:02d}{d.year}"
    old = f"{rng.randint(10**8, 4 * 10**8):09d}" if rng.random() < .6 else ""
    home = paper.fields.get("permanent_residence") or paper.fields["residence"]
    code = "|".join([who.personal_id, old, who.name, compact(who.birth), who.sex_printed, home, compact(issued)])
    if kind == "identity_card_2024":
        father = people.full_name(rng, "male", who.name.split()[0], sample)
        mother = people.full_name(rng, "female", sample=sample)
        code += f"||{father}|{mother}|"
    return paper, who, issued, expiry, code


def _short(part):
    """Cards name places without their kind: 'Sông Đá, Tân Lạc, Hòa Bình'."""
    for kind in ("xã ", "phường ", "thị trấn ", "huyện ", "quận ", "thị xã ", "tỉnh ", "thành phố ", "Thành phố "):
        if part.startswith(kind):
            part = part[len(kind):]
    return part[0].upper() + part[1:]


class Card:
    """A card's side; sizes in millimetres of the card, drawn larger where the copy enlarges."""

    def __init__(self, rng, family, tints, scale, strengths=(.12, .2, .3)):
        ground = marks.guilloche(rng, WIDTH, HEIGHT, [(236, 246, 240), (240, 246, 250), (246, 244, 236)], tints,
                                 strengths)
        self.sheet = Sheet(WIDTH, HEIGHT, ground, 300)
        if scale != 1:
            self.sheet = Sheet(WIDTH, HEIGHT, dpi=300 * scale)
            self.sheet.image.paste(Image.fromarray(ground).resize(self.sheet.image.size))
        self.family = family
        self.scale = scale
        self.box = lambda x0, y0, x1, y1, w=1, c=(120, 120, 126): self.sheet.box(x0, y0, x1, y1, w, c)

    def text(self, x, y, text, pt, style="", align="l", color=(40, 40, 48), family=None, width=None):
        return self.sheet.fit(x, y, width or WIDTH, text, family or self.family, pt, style, align, color)

    def image(self, image, x, y):
        self.sheet.image.paste(image, (self.sheet.px(x), self.sheet.px(y)))

    def pair(self, x, y, label, english, value, pt=6.6, style="b", right=WIDTH - 2, gap=1):
        """'Nhãn / Label: VALUE' on one line."""
        end = self.text(x, y, f"{label} / ", 5.6)
        end = self.text(end, y, f"{english}: ", 5, "i")
        return self.sheet.fit(end + gap, y, right - end - gap, value, self.family, pt, style)

    def below(self, x, y, width, label, english, value, pt=6.6, style="b", step=3.6):
        """The label, its value on the line below."""
        end = self.text(x, y, f"{label} / ", 5.6)
        self.text(end, y, f"{english}:", 5, "i")
        return self.sheet.paragraph(x, y + step, width, value, self.family, pt, style, 3.3)

    def run_on(self, x, y, right, label, english, value, pt=6.6, style="b"):
        """The value begins after the label and wraps to the label's own margin."""
        end = self.text(x, y, f"{label} / ", 5.6)
        end = self.text(end, y, f"{english}: ", 5, "i")
        rows = self.sheet.lines(value, right - x, self.family, pt, style, right - end - 1)
        for i, row in enumerate(rows):
            if row:
                self.text(end + 1 if i == 0 else x, y + 3.4 * i, row, pt, style)
        return y + 3.4 * len(rows)

    def mrz(self, lines, y):
        for i, line in enumerate(lines):
            step = (WIDTH - 7) / 30
            for n, char in enumerate(line):
                self.sheet.text(4 + n * step, y + 4.3 * i, char, "cousine", 9.6, "b", color=(24, 24, 28))
            del self.sheet.written[-30:]
            self.sheet.written.append((line, _row(self.sheet, 4, y + 4.3 * i - 3, 4 + 30 * step, y + 4.3 * i + .6)))

    def chip(self, x, y):
        gold = (206, 176, 96)
        s = self.sheet
        s.pen.rounded_rectangle([s.px(x), s.px(y), s.px(x + 11), s.px(y + 9)], s.px(1.2), fill=gold,
                                outline=(120, 96, 40))
        for dx in (3.6, 7.4):
            s.rule(x + dx, y, x + dx, y + 9, 1, (120, 96, 40))
        for dy in (3, 6):
            s.rule(x, y + dy, x + 11, y + dy, 1, (120, 96, 40))


def _row(sheet, x0, y0, x1, y1):
    return np.array([(sheet.px(a), sheet.px(b)) for a, b in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))], float)


def _front_2021(card, rng, nrng, paper, code):
    f, text = paper.fields, card.text
    text(50, 5, office.NATION, 6.6, "b", "m")
    text(50, 8, "Độc lập - Tự do - Hạnh phúc", 6, "b", "m")
    text(46, 10.8, "SOCIALIST REPUBLIC OF VIET NAM", 4.6, "", "m")
    text(46, 13, "Independence - Freedom - Happiness", 4.6, "", "m")
    text(46, 18, "CĂN CƯỚC CÔNG DÂN", 10, "b", "m", (196, 40, 44))
    text(46, 20.8, "Citizen Identity Card", 5.6, "i", "m", (196, 40, 44))
    marks.emblem(card.sheet, 10, 10, 6)
    card.image(qr(code, 14, card.sheet.dpi), 70, 8)
    card.image(marks.portrait(rng, nrng, 19, 24, card.sheet.dpi), 4, 20)
    x = 27
    card.pair(x, 25.4, "Số", "No.", f["personal_id"], 10.4)
    card.below(x, 28.8, 56, "Họ và tên", "Full name", f["full_name"], 7.4)
    card.pair(x, 36, "Ngày sinh", "Date of birth", f["date_of_birth"], 7)
    end = card.pair(x, 39.3, "Giới tính", "Sex", f["sex"], 6.8, right=48)
    card.pair(max(end + 2, 51), 39.3, "Quốc tịch", "Nationality", f["nationality"], 6.8)
    y = card.below(x, 42.4, 56, "Quê quán", "Place of origin", f["native_place"], 6.4, step=3.1)
    card.run_on(x, max(y, 48.4), WIDTH - 2, "Nơi thường trú", "Place of residence", f["permanent_residence"], 6.2)
    text(4, 46.6, "Có giá trị đến:", 4.8)
    text(4, 49, "Date of expiry:", 4.4, "i")
    text(4, 51.8, f["expiry_date"], 5.8, "b")


def _back_2021(card, rng, nrng, paper, signer):
    f, text = paper.fields, card.text
    text(5, 5, "Đặc điểm nhận dạng / ", 5.6)
    text(25, 5, "Personal identification:", 5, "i")
    text(5, 8.6, rng.choice(MARKS), 6.4, "b")
    card.chip(6, 12)
    text(22, 14, "Ngày, tháng, năm / ", 5.6)
    text(40, 14, "Date, month, year:", 5, "i")
    text(56, 14, f["issue_date"], 6.6, "b")
    rows = ["CỤC TRƯỞNG CỤC CẢNH SÁT", "QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI"]
    for i, row in enumerate(rows):
        text(42, 18 + 2.6 * i, row, 5.2, "b", "m", width=44)
    text(42, 23.2, "DIRECTOR GENERAL OF THE POLICE DEPARTMENT FOR", 3.6, "", "m", width=44)
    text(42, 25.2, "ADMINISTRATIVE MANAGEMENT OF SOCIAL ORDER", 3.6, "", "m", width=44)
    text(42, 35, signer, 6.4, "b", "m")
    _ink(card, marks.signature(rng, 20, 8), 42, 30)
    _ink(card, marks.seal(rng, nrng, "CỤC CẢNH SÁT QLHC VỀ TTXH", ["BỘ CÔNG AN"], 15), 31, 31)
    for x, label, english in ((66, "Ngón trỏ trái", "Left index finger"), (76, "Ngón trỏ phải", "Right index finger")):
        _ink(card, marks.fingerprint(nrng, 9, 14, card.sheet.dpi), x + 4, 26, scaled=True)
        text(x + 4, 35, label, 3.6, "", "m")
        text(x + 4, 37, english, 3.2, "i", "m")
    card.mrz(f["mrz"].split(), 42)


def _ink(card, patch, x, y, scaled=False):
    if card.scale != 1 and not scaled:
        patch = cv2.resize(patch, None, fx=card.scale, fy=card.scale, interpolation=cv2.INTER_LINEAR)
    card.sheet.multiply(patch, x, y)


def _front_2024(card, rng, nrng, paper, code):
    f, text = paper.fields, card.text
    text(50, 5, office.NATION, 6.6, "b", "m")
    text(50, 8, "Độc lập - Tự do - Hạnh phúc", 6, "b", "m")
    text(50, 10.6, "SOCIALIST REPUBLIC OF VIET NAM", 4.4, "", "m")
    text(50, 12.6, "Independence - Freedom - Happiness", 4.4, "", "m")
    text(50, 17.6, "CĂN CƯỚC", 11, "b", "m", (196, 40, 44))
    text(50, 20.6, "IDENTITY CARD", 6, "b", "m", (196, 40, 44))
    marks.emblem(card.sheet, 10, 9.6, 6)
    card.image(marks.portrait(rng, nrng, 20, 26, card.sheet.dpi), 4, 22)
    x = 28
    card.below(x, 24.4, 56, "Số định danh cá nhân", "Personal identification number", f["personal_id"], 9.6, step=4)
    card.below(x, 32, 56, "Họ, chữ đệm và tên khai sinh", "Full name", f["full_name"], 7.4, step=3.6)
    card.below(x, 39.4, 30, "Ngày, tháng, năm sinh", "Date of birth", f["date_of_birth"], 7)
    card.below(64, 39.4, 20, "Giới tính", "Sex", f["sex"], 7)
    card.below(x, 46.4, 56, "Quốc tịch", "Nationality", f["nationality"], 7)
    card.chip(66, 43.5)


def _back_2024(card, rng, nrng, paper, code):
    f, text = paper.fields, card.text
    card.image(qr(code, 16, card.sheet.dpi), 66, 3)
    y = card.below(5, 5, 58, "Nơi cư trú", "Place of residence", f["residence"], 6.6, step=3.2)
    y = card.below(5, max(y, 15), 58, "Nơi đăng ký khai sinh", "Place of birth", f["birth_registration_place"], 6.6,
                   step=3.2)
    y = max(y, 24.6)
    card.below(5, y, 34, "Ngày, tháng, năm cấp", "Date of issue", f["issue_date"], 6.6, step=3.2)
    card.below(5, y + 6.8, 40, "Ngày, tháng, năm hết hạn", "Date of expiry", f["expiry_date"], 6.6, step=3.2)
    text(66, y + 3, "BỘ CÔNG AN", 6.6, "b", "m")
    text(66, y + 5.6, "MINISTRY OF PUBLIC SECURITY", 4.4, "", "m")
    card.mrz(f["mrz"].split(), 41.6)


def lay(rng, sheet, cards, title=None):
    """Lays cards one above the other, or side by side on a page on its side; all of each lies on the page."""
    landscape = sheet.width > sheet.height
    jig = lambda: rng.uniform(-1, 1)
    lowest = sheet.height - HEIGHT * cards[0].scale / 2 - 6
    turned = rng.uniform(-2.5, 2.5) if rng.random() < .4 else 0
    for i, card in enumerate(cards):
        h = HEIGHT * card.scale
        x = sheet.width * (.27 if i == 0 else .73) if landscape else sheet.width / 2 + 5 * jig()
        y = sheet.height * .42 + 3 * jig() if landscape else sheet.height * .16 + h / 2 + i * (h + rng.uniform(6, 26))
        y = min(y, lowest)
        a = turned + (jig() if turned else 0)
        sheet.paste(card.sheet, x, y, a)
    if title:
        sheet.text(sheet.width / 2, 18, title, "tinos", 12, "b", "m")


def draw(kind):
    def of_kind(rng, nrng, sample=False, close=False):
        paper, who, issued, expiry, code = values(rng, kind, sample)
        family = rng.choice(fonts.CARD)
        scale = rng.choice([1, 1, 1.25, 1.41, 1.6]) if not close else 1
        tints = [[(170, 210, 190), (180, 205, 226)], [(232, 200, 150), (176, 206, 190)]][kind == "identity_card_2024"]
        front, back = (Card(rng, family, tints, scale) for _ in range(2))
        if kind == "citizen_id_2021":
            _front_2021(front, rng, nrng, paper, code)
            _back_2021(back, rng, nrng, paper, people.full_name(rng, "male", sample=sample))
        else:
            _front_2024(front, rng, nrng, paper, code)
            _back_2024(back, rng, nrng, paper, code)
        side = not close and scale <= 1.25 and rng.random() < .2
        sheet = Sheet(297, 210) if side else Sheet(105, 148) if close else Sheet()
        lay(rng, sheet, [front, back])
        paper.pages.append(sheet)
        return paper
    return of_kind


citizen_2021 = draw("citizen_id_2021")
identity_2024 = draw("identity_card_2024")
