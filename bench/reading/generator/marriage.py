"""Giấy chứng nhận kết hôn: two columns, wife and husband (or the other way round on the older form), on a patterned
ground."""
from . import fonts, marks, office, people
from .sheet import Form, Paper, Sheet


def _values(rng, year, sample):
    date = people.day_in_year(rng, year)
    wife = people.person(rng, "female", year - rng.randint(19, 38), year, sample=sample)
    husband = people.person(rng, "male", year - rng.randint(21, 42), year, sample=sample)
    where = people.unit(rng, year)
    paper = Paper("marriage_certificate", "2015" if year >= 2016 else "2006", year=year)
    paper.put("number", f"{rng.randint(1, 300):02d}" + (f"/{year}" if rng.random() < .7 else ""))
    upper = rng.random() < .6
    for role, who in (("wife", wife), ("husband", husband)):
        paper.put(f"{role}_name", who.name.upper() if upper else who.name)
        paper.put(f"{role}_date_of_birth", people.dmy(who.birth))
        paper.put(f"{role}_ethnicity", who.ethnicity)
        paper.put(f"{role}_nationality", who.nationality)
        paper.put(f"{role}_residence", who.residence)
        paper.put(f"{role}_id_paper", people.id_paper(rng, who, max(2012, year - rng.randint(0, 8))))
    paper.put("registration_place", office.committee(where))
    paper.put("registration_date", people.dmy(date), people.long_date(date) if rng.random() < .4 else None)
    paper.put("signer_name", people.full_name(rng, "male", sample=sample))
    return paper, where


def draw(rng, nrng, sample=False):
    year = rng.choice([2008, 2010, 2013, 2015, 2016, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025])
    paper, where = _values(rng, year, sample)
    landscape = rng.random() < .35
    width, height = (297, 210) if landscape else (210, 297)
    sheet = Sheet(width, height, marks.guilloche(rng, width, height))
    marks.frame(sheet, rng)
    form = Form(sheet, rng, rng.choice(fonts.FORM), rng.choice(fonts.TYPED), rng.choice([11, 11.5, 12]),
                rng.uniform(6.9, 7.8))
    family, middle, f = form.label_family, width / 2, paper.fields
    office.nation(sheet, middle, 24, family, 12.5, rng)
    sheet.text(middle, 45, "GIẤY CHỨNG NHẬN KẾT HÔN", family, 19, "b", "m", color=(196, 30, 36))
    sheet.text(middle + 30, 54, f"Số: {f['number']}", family, 12)
    y = _columns(sheet, rng, paper, form, 64)
    y = form.entry(20, y + 1, width - 40, ("Nơi đăng ký kết hôn:", f["registration_place"]))
    registered = paper.printed.get("registration_date", f["registration_date"])
    y = form.entry(20, y, width - 40, ("Ngày, tháng, năm đăng ký:", registered))
    _foot(sheet, rng, nrng, paper, form, where, y + 3)
    paper.pages.append(sheet)
    return paper


def _columns(sheet, rng, paper, form, y):
    """Both columns start each entry at the same height: a long value on one side pushes both."""
    f, gap = paper.fields, 6
    width = (sheet.width - 40 - gap) / 2
    order = [("wife", "vợ"), ("husband", "chồng")]
    if paper.layout == "2006":
        order.reverse()
    starts = (20, 20 + width + gap)
    ruled = rng.random() < .4
    top = y - 6
    for key, label in (("name", None), ("date_of_birth", "Ngày, tháng, năm sinh:"), ("pair", None),
                       ("residence", "Nơi cư trú:" if paper.layout == "2015" else "Nơi thường trú/tạm trú:"),
                       ("id_paper", "Giấy tờ tùy thân:" if paper.layout == "2015" else
                        "Số Giấy CMND/Hộ chiếu/Giấy tờ hợp lệ thay thế:")):
        below = []
        for (role, word), x in zip(order, starts):
            if key == "pair":
                below.append(form.entry(x, y, width, ("Dân tộc:", f[f"{role}_ethnicity"]),
                                        ("Quốc tịch:", f[f"{role}_nationality"])))
            elif key == "name":
                text = f"Họ, chữ đệm, tên {word}:" if paper.layout == "2015" else f"Họ và tên {word}:"
                below.append(form.entry(x, y, width, (text, f[f"{role}_name"]), style="b"))
            else:
                below.append(form.entry(x, y, width, (label, f[f"{role}_{key}"])))
        y = max(below)
    if ruled:
        sheet.rule(starts[1] - gap / 2, top, starts[1] - gap / 2, y - 4, 2)
        sheet.box(18, top, sheet.width - 18, y - 4, 2)
    return y


def _foot(sheet, rng, nrng, paper, form, where, y):
    family, width = form.label_family, sheet.width
    for x, word in ((width * .18, "Vợ"), (width * .42, "Chồng")):
        sheet.text(x, y, word, family, 12, "b", "m")
        sheet.text(x, y + 4.8, "(Ký, ghi rõ họ, chữ đệm, tên)", family, 8.5, "i", "m")
        sheet.multiply(marks.signature(rng, 30, 14), x, y + 15)
    x = width * .76
    sheet.text(x, y, "NGƯỜI KÝ GIẤY CHỨNG NHẬN KẾT HÔN", family, 10, "b", "m")
    if rng.random() < .5:
        y += 4.8
        sheet.text(x, y, "(Ký, ghi rõ họ, tên, chức vụ và đóng dấu)", family, 8.5, "i", "m")
    for row in office.chairs(rng, where):
        y += 5
        sheet.text(x, y, row, family, 11.5, "b", "m")
    gap = max(14, min(26, sheet.height - 16 - y))
    marks.sign_block(sheet, rng, nrng, x, y, paper.fields["signer_name"], family, 12, office.ring_of(where),
                     ["ỦY BAN", "NHÂN DÂN"], gap)
