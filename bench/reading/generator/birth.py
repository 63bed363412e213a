"""Giấy khai sinh: the certificate in use since 2016, an extract from the register, and the form of 2006-2015."""
import datetime

from . import fonts, marks, office, people, words
from .sheet import Form, Paper, Sheet


def _family(rng, year, sample):
    sex = rng.choice(["male", "female"])
    born = people.day(rng, datetime.date(year, 1, 1), datetime.date(year, 10, 31))
    mother = people.person(rng, "female", born.year - rng.randint(19, 40), year, sample=sample)
    father = people.person(rng, "male", born.year - rng.randint(21, 45), year, sample=sample) \
        if rng.random() > .08 else None
    line = (father or mother)
    child = people.person(rng, sex, born.year, year, family=line.name.split()[0], ethnicity=line.ethnicity,
                          sample=sample)
    child.birth, child.native = born, line.native
    child.nationality = "Việt Nam"
    return child, mother, father


def _values(rng, layout, year, sample):
    child, mother, father = _family(rng, year, sample)
    where = people.unit(rng, year)
    registered = people.day(rng, child.birth + datetime.timedelta(days=2),
                            child.birth + datetime.timedelta(days=58))
    number = {"register-2006": f"{rng.randint(1, 380)}", "extract": f"{rng.randint(1, 900):02d}/TLKS-BS"}.get(
        layout, f"{rng.randint(1, 400):02d}/{registered.year}")
    hospital = f"{rng.choice(words.HOSPITALS)} {people.join([where[1] or where[0], where[2][1]])}"
    declarant = rng.choice([p for p in (mother, father) if p])
    paper = Paper("birth_certificate", layout, year=registered.year)
    put = paper.put
    put("number", number)
    put("full_name", child.name.upper() if rng.random() < .6 else child.name)
    put("date_of_birth", people.dmy(child.birth))
    put("date_of_birth_words", people.date_words(rng, child.birth))
    put("sex", child.sex_printed)
    put("ethnicity", child.ethnicity)
    put("nationality", child.nationality)
    put("place_of_birth", hospital)
    put("native_place", child.native)
    if layout != "register-2006":
        put("personal_id", child.personal_id if rng.random() > .1 else None)
    for role, who in (("mother", mother), ("father", father)):
        put(f"{role}_name", who and (who.name.upper() if rng.random() < .4 else who.name))
        put(f"{role}_birth_year", who and str(who.birth.year))
        put(f"{role}_ethnicity", who and who.ethnicity)
        put(f"{role}_nationality", who and who.nationality)
        put(f"{role}_residence", who and who.residence)
    if layout != "extract":
        put("declarant_name", declarant.name)
        if layout != "register-2006":
            put("declarant_id_paper", people.id_paper(rng, declarant, max(2016, registered.year - rng.randint(0, 6))))
    put("registration_place", office.committee(where))
    put("registration_date", people.dmy(registered),
        people.long_date(registered) if rng.random() < .4 else None)
    put("signer_name", people.full_name(rng, rng.choice(["male", "male", "female"]), sample=sample))
    return paper, where


def _blank(rng, form):
    return rng.choice(["-/-", "//", "", "-/-"]) if form.leaders != "none" else rng.choice(["-/-", "//"])


def draw(rng, nrng, sample=False):
    year = rng.choice([2006, 2008, 2010, 2012, 2014, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025])
    layout = "register-2006" if year < 2016 else rng.choice(["certificate", "certificate", "extract"])
    paper, where = _values(rng, layout, year, sample)
    ground = marks.guilloche(rng) if layout == "certificate" and rng.random() < .6 else None
    sheet = Sheet(ground=ground)
    if ground is not None or rng.random() < .3:
        marks.frame(sheet, rng)
    form = Form(sheet, rng, rng.choice(fonts.FORM), rng.choice(fonts.TYPED), rng.choice([11.5, 12, 12.5, 13]),
                rng.uniform(7.4, 8.6))
    form.english = layout == "extract" and rng.random() < .35
    if layout == "register-2006" and rng.random() < .15:
        # Filled in with a pen, as before there were printers: all but the number and the typed name of the signer.
        form.value_family, form.value_pt, form.value_style = "hand", 16, ""
        form.leaders, form.under, form.drop = "dots", True, -.5
        paper.handwritten = [key for key in paper.fields if key not in ("number", "signer_name")]
    y = _head(sheet, rng, paper, form, where, layout)
    y = {"certificate": _certificate, "extract": _extract, "register-2006": _register}[layout](
        sheet, rng, paper, form, y)
    _foot(sheet, rng, nrng, paper, form, where, layout, y, sample)
    paper.pages.append(sheet)
    return paper


def _head(sheet, rng, paper, form, where, layout):
    family, f = form.label_family, paper.fields
    if layout == "extract":
        rows = [("ỦY BAN NHÂN DÂN", "b"), (where[0].upper(), "b")]
        office.office_column(sheet, 55, 24, 70, rows, family, 11.5)
        office.nation(sheet, 142, 24, family, 11.5, rng, form.english)
        sheet.text(55, 40, f"Số: {f['number']}", family, 12, "", "m")
        sheet.text(105, 56, "TRÍCH LỤC KHAI SINH", family, 17, "b", "m")
        sheet.text(105, 62.5, "(BẢN SAO)", family, 12, "b", "m")
        return 74
    office.nation(sheet, 105, 24, family, 12.5, rng)
    sheet.text(105, 50, "GIẤY KHAI SINH", family, 24, "b", "m", color=(196, 30, 36))
    if layout == "certificate":
        sheet.text(150, 60, f"Số: {f['number']}", family, 12.5, rng.choice(["", "b"]))
        if rng.random() < .5:
            sheet.text(105, 57, "(BẢN SAO)", family, 11, "b", "m")
    else:
        sheet.text(20, 26, "Mẫu TP/HT-2006-KS.1", family, 8, "i")
        sheet.text(148, 54, f"Số: {f['number']}", family, 12)
        sheet.text(148, 60, f"Quyển số: {rng.randint(1, 4):02d}/{paper.year}", family, 12)
    return 72


def _dates(sheet, form, x, y, w, f, label, words_label):
    y = form.entry(x, y, w, (label, f["date_of_birth"], "Date of birth"))
    return form.entry(x, y, w, (words_label, f["date_of_birth_words"], "In words"))


def _parent(sheet, rng, form, x, y, w, f, role, label, born, home):
    blank = _blank(rng, form)
    value = lambda key: f[f"{role}_{key}"] or blank
    y = form.entry(x, y, w, (label, value("name"), f"{role.capitalize()}'s full name"))
    y = form.entry(x, y, w, (born, value("birth_year"), "Year of birth"), ("Dân tộc:", value("ethnicity"),
                                                                           "Ethnic group"),
                   ("Quốc tịch:", value("nationality"), "Nationality"))
    return form.entry(x, y, w, (home, value("residence"), "Residence"))


def _certificate(sheet, rng, paper, form, y):
    f, x, w = paper.fields, 20, 170
    y = form.entry(x, y, w, ("Họ, chữ đệm, tên:", f["full_name"], ""), style="b")
    y = _dates(sheet, form, x, y, w, f, "Ngày, tháng, năm sinh:", "ghi bằng chữ:")
    y = form.entry(x, y, w, ("Giới tính:", f["sex"]), ("Dân tộc:", f["ethnicity"]), ("Quốc tịch:", f["nationality"]))
    y = form.entry(x, y, w, ("Nơi sinh:", f["place_of_birth"]))
    y = form.entry(x, y, w, ("Quê quán:", f["native_place"]))
    y = form.entry(x, y, w, ("Số định danh cá nhân:", f["personal_id"] or _blank(rng, form)))
    y = _parent(sheet, rng, form, x, y, w, f, "mother", "Họ, chữ đệm, tên người mẹ:", "Năm sinh:", "Nơi cư trú:")
    y = _parent(sheet, rng, form, x, y, w, f, "father", "Họ, chữ đệm, tên người cha:", "Năm sinh:", "Nơi cư trú:")
    y = form.entry(x, y, w, ("Họ, chữ đệm, tên người đi khai sinh:", f["declarant_name"]))
    y = form.entry(x, y, w, ("Giấy tờ tùy thân:", f["declarant_id_paper"]))
    y = form.entry(x, y, w, ("Nơi đăng ký khai sinh:", f["registration_place"]))
    return form.entry(x, y, w, ("Ngày, tháng, năm đăng ký:", _registered(paper)))


def _registered(paper):
    return paper.printed.get("registration_date", paper.fields["registration_date"])


def _extract(sheet, rng, paper, form, y):
    f, x, w = paper.fields, 22, 166
    y = form.entry(x, y, w, ("Họ, chữ đệm, tên:", f["full_name"], "Full name"), style="b")
    y = form.entry(x, y, w, ("Ngày, tháng, năm sinh:", f["date_of_birth"], "Date of birth"),
                   ("Giới tính:", f["sex"], "Sex"))
    y = form.entry(x, y, w, ("Ghi bằng chữ:", f["date_of_birth_words"], "In words"))
    y = form.entry(x, y, w, ("Số định danh cá nhân:", f["personal_id"] or _blank(rng, form),
                             "Personal identification No."))
    y = form.entry(x, y, w, ("Dân tộc:", f["ethnicity"], "Ethnic group"), ("Quốc tịch:", f["nationality"],
                                                                           "Nationality"))
    y = form.entry(x, y, w, ("Nơi sinh:", f["place_of_birth"], "Place of birth"))
    y = form.entry(x, y, w, ("Quê quán:", f["native_place"], "Native place"))
    first, second = ("father", "mother") if rng.random() < .5 else ("mother", "father")
    for role in (first, second):
        label = "Họ, chữ đệm, tên người " + ("cha:" if role == "father" else "mẹ:")
        y = _parent(sheet, rng, form, x, y, w, f, role, label, "Năm sinh:", "Nơi cư trú:")
    y = form.entry(x, y, w, ("Đăng ký khai sinh tại:", f["registration_place"], "Place of registration"))
    return form.entry(x, y, w, ("Ngày, tháng, năm đăng ký:", _registered(paper), "Date of registration"))


def _register(sheet, rng, paper, form, y):
    f, x, w = paper.fields, 20, 170
    y = form.entry(x, y, w, ("Họ và tên:", f["full_name"]), ("Giới tính:", f["sex"]))
    y = form.entry(x, y, w, ("Ngày, tháng, năm sinh:", f["date_of_birth"]))
    y = form.entry(x, y, w, ("(Bằng chữ:", f["date_of_birth_words"] + ")"))
    y = form.entry(x, y, w, ("Nơi sinh:", f["place_of_birth"]))
    y = form.entry(x, y, w, ("Dân tộc:", f["ethnicity"]), ("Quốc tịch:", f["nationality"]))
    y = form.entry(x, y, w, ("Quê quán:", f["native_place"]))
    y = _parent(sheet, rng, form, x, y, w, f, "father", "Họ và tên cha:", "Năm sinh:", "Nơi thường trú/tạm trú:")
    y = _parent(sheet, rng, form, x, y, w, f, "mother", "Họ và tên mẹ:", "Năm sinh:", "Nơi thường trú/tạm trú:")
    y = form.entry(x, y, w, ("Nơi đăng ký:", f["registration_place"]))
    y = form.entry(x, y, w, ("Ngày, tháng, năm đăng ký:", _registered(paper)))
    y = form.entry(x, y, w, ("Ghi chú:", ""))
    kin = "Cha" if f["father_name"] and f["declarant_name"].lower() == f["father_name"].lower() else "Mẹ"
    return form.entry(x, y, w, ("Họ và tên người đi khai sinh:", f["declarant_name"]), ("Quan hệ:", kin))


def _foot(sheet, rng, nrng, paper, form, where, layout, y, sample):
    family, x = form.label_family, 146
    y += 2.5
    heading = {"certificate": "NGƯỜI KÝ GIẤY KHAI SINH", "extract": "NGƯỜI KÝ TRÍCH LỤC",
               "register-2006": "NGƯỜI KÝ GIẤY KHAI SINH"}[layout]
    sheet.text(x, y, heading, family, 11.5, "b", "m")
    if rng.random() < .6:
        y += 4.6
        sheet.text(x, y, "(Ký, ghi rõ họ, tên, chức vụ và đóng dấu)", family, 9, "i", "m")
    for row in office.chairs(rng, where):
        y += 5
        sheet.text(x, y, row, family, 11.5, "b", "m")
    gap = max(14, min(25, sheet.height - 14 - y))
    marks.sign_block(sheet, rng, nrng, x, y, paper.fields["signer_name"],
                     form.value_family if rng.random() < .4 and not paper.handwritten else family, 12,
                     office.ring_of(where), ["ỦY BAN", "NHÂN DÂN"], gap)
    if layout == "register-2006":
        sheet.text(50, y - 8, "CÁN BỘ TƯ PHÁP HỘ TỊCH", family, 11, "b", "m")
        sheet.text(50, y + gap - 2, people.full_name(rng, "female", sample=sample), family, 11.5, "b", "m")
        sheet.multiply(marks.signature(rng, 34, 16), 50, y + 5)
