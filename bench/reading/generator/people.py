"""Persons, addresses, dates and numbers that agree with each other: an id carries province, sex and year of birth;
the date in words is the date; parents are older than the child."""
import datetime
from dataclasses import dataclass

from . import words


@dataclass
class Person:
    name: str
    sex: str  # male | female
    birth: datetime.date
    ethnicity: str
    nationality: str
    province: tuple
    residence: str
    native: str
    personal_id: str

    @property
    def sex_printed(self):
        return "Nam" if self.sex == "male" else "Nữ"


def full_name(rng, sex, family=None, sample=False):
    middle = words.SAMPLE_MIDDLE if sample else words.MIDDLE
    given = words.SAMPLE_GIVEN if sample else words.GIVEN
    parts = [family or rng.choice(words.FAMILY), rng.choice(middle[sex])]
    if not sample and rng.random() < .25:
        extra = rng.choice(given[sex])
        parts.append(extra)
    parts.append(rng.choice([g for g in given[sex] if g not in parts]))
    return " ".join(parts)


def place_name(rng):
    a = rng.choice(words.PLACE_A)
    return f"{a} {rng.choice([b for b in words.PLACE_B if b != a])}"


def commune(rng):
    """'xã Sông Đá'; wards and towns too."""
    return f"{rng.choice(['xã', 'xã', 'xã', 'phường', 'phường', 'thị trấn'])} {place_name(rng)}"


def commune_new(rng):
    return f"{rng.choice(['xã', 'xã', 'phường'])} {place_name(rng)}"


def unit(rng, year):
    """A commune with everything above it, as papers of that year write it: (commune, district or None, province)."""
    if year >= 2026 or year == 2025 and rng.random() < .5:
        return commune_new(rng), None, rng.choice(words.PROVINCES_NEW)
    province = rng.choice(words.PROVINCES)
    city = province[1].lower().startswith("thành phố")
    district = rng.choice(["quận", "huyện"] if city else ["huyện", "huyện", "thị xã", "thành phố"])
    return commune(rng), f"{district} {place_name(rng)}", province


def join(parts):
    return ", ".join(p for p in parts if p)


def address(rng, year, where=None):
    low, mid, province = where or unit(rng, year)
    house = rng.random()
    if house < .35:
        first = f"Số {rng.randint(1, 399)} đường {rng.choice(words.STREETS)}"
    elif house < .7:
        first = f"Thôn {rng.choice(words.PLACE_A)} {rng.choice(words.PLACE_B)}"
    elif house < .85:
        first = f"Tổ dân phố số {rng.randint(1, 28)}"
    else:
        first = f"{rng.randint(1, 90)}/{rng.randint(2, 60)} khu phố {rng.randint(1, 9)}"
    return join([first, low, mid, province[1]])


def personal_id(rng, province, sex, year):
    century = 0 if year < 2000 else 2
    return f"{province[0]}{century + (sex == 'female')}{year % 100:02d}{rng.randint(0, 999999):06d}"


def day(rng, first, last):
    return first + datetime.timedelta(days=rng.randint(0, max(0, (last - first).days)))


LATEST = datetime.date(2026, 6, 30)  # no paper is of the future


def day_in_year(rng, year):
    return day(rng, datetime.date(year, 1, 1), min(datetime.date(year, 12, 31), LATEST))


def person(rng, sex, year, paper_year, family=None, ethnicity=None, sample=False):
    where = unit(rng, paper_year)
    return Person(full_name(rng, sex, family, sample), sex, day_in_year(rng, year),
                  ethnicity or rng.choice(words.ETHNICITY), "Việt Nam" if rng.random() < .97 else "Hàn Quốc", where[2],
                  address(rng, paper_year, where), join([where[0], where[1], where[2][1]]), personal_id(rng, where[2],
                                                                                                        sex, year))


def dmy(date):
    return f"{date.day:02d}/{date.month:02d}/{date.year}"


def long_date(date, capital=False):
    """As printed on administrative papers: a leading zero for days below 10 and for January and February."""
    month = f"{date.month:02d}" if date.month < 3 else f"{date.month}"
    return f"{'Ngày' if capital else 'ngày'} {date.day:02d} tháng {month} năm {date.year}"


def below_hundred(n, tens_word):
    tens, ones = divmod(n, 10)
    if tens == 0:
        return words.DIGITS[ones]
    if tens == 1:
        return "mười" + ("" if ones == 0 else " lăm" if ones == 5 else f" {words.DIGITS[ones]}")
    last = {0: "", 1: " mốt", 5: " lăm"}.get(ones, f" {words.DIGITS[ones]}")
    return f"{words.DIGITS[tens]} {tens_word}{last}"


def year_words(year, thousand, zero):
    hundreds, rest = divmod(year % 1000, 100)
    text = f"{words.DIGITS[year // 1000]} {thousand} {words.DIGITS[hundreds]} trăm"
    if rest == 0:
        return text
    if rest < 10:
        return f"{text} {zero} {words.DIGITS[rest]}"
    return f"{text} {below_hundred(rest, 'mươi')}"


def date_words(rng, date):
    """'Ngày mười hai tháng ba năm hai nghìn không trăm linh chín', with the variants in use."""
    thousand, zero = rng.choice([("nghìn", "linh"), ("nghìn", "linh"), ("nghìn", "lẻ"), ("ngàn", "lẻ")])
    month = "tư" if date.month == 4 and rng.random() < .7 else below_hundred(date.month, "mươi")
    early = "mồng " if date.day <= 10 and rng.random() < .2 else ""
    return f"Ngày {early}{below_hundred(date.day, 'mươi')} tháng {month} năm {year_words(date.year, thousand, zero)}"


def id_paper(rng, who, issued_year):
    """Identity paper of a person in one of the wordings clerks use."""
    issued = dmy(day_in_year(rng, issued_year))
    form = rng.random()
    if issued_year < 2016 or form > .85 and issued_year < 2024:
        form = .8  # the 12-digit cards came later
    if form < .4:
        return f"Căn cước công dân số {who.personal_id}, {words.POLICE} cấp ngày {issued}"
    if form < .7:
        return f"CCCD số {who.personal_id} do {words.POLICE} cấp ngày {issued}"
    if form < .85:
        return f"Chứng minh nhân dân số {rng.randint(10**8, 4 * 10**8):09d}, Công an {who.province[1]} cấp ngày {issued}"
    return f"Thẻ căn cước số {who.personal_id}, Bộ Công an cấp ngày {issued}"
