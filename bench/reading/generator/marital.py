"""Giấy xác nhận tình trạng hôn nhân, in the wordings of 2005, 2015 and 2020."""
from . import fonts, marks, office, people
from .sheet import Form, Paper, Sheet

STATUS = ["Hiện tại đang độc thân, chưa đăng ký kết hôn với ai", "Chưa đăng ký kết hôn với ai",
          "Hiện tại chưa đăng ký kết hôn với ai",
          "Từ ngày {a} đến ngày {b} chưa đăng ký kết hôn với ai",
          "Trong thời gian cư trú tại {c} từ ngày {a} đến ngày {b}, chưa đăng ký kết hôn với ai",
          "Có đăng ký kết hôn, nhưng đã ly hôn theo Bản án ly hôn số {n}/{y}/HNGĐ-ST ngày {a} của Tòa án nhân dân {c}; "
          "hiện tại chưa đăng ký kết hôn với ai",
          "Có đăng ký kết hôn, nhưng vợ đã chết (Giấy chứng tử số {n} do Ủy ban nhân dân {c} cấp ngày {a}); hiện tại "
          "chưa đăng ký kết hôn với ai",
          "Đang có chồng là anh {p}", "Hiện tại đang có vợ là chị {q} (Giấy chứng nhận kết hôn số {n} cấp ngày {a})"]
PURPOSE = ["Đăng ký kết hôn", "Bổ sung hồ sơ vay vốn ngân hàng", "Để làm thủ tục kết hôn với anh {p}",
           "Làm thủ tục chuyển nhượng quyền sử dụng đất", "Đăng ký kết hôn với chị {q}", "Mua bán bất động sản",
           "Bổ túc hồ sơ xin việc làm ở nước ngoài", "Làm thủ tục nhận nuôi con nuôi", "Sử dụng vào mục đích khác, không "
           "có giá trị sử dụng để đăng ký kết hôn"]


def _values(rng, year, sample):
    date = people.day_in_year(rng, year)
    who = people.person(rng, rng.choice(["male", "female"]), year - rng.randint(20, 66), year, sample=sample)
    where = people.unit(rng, year)
    layout = "2005" if year < 2015 else rng.choice(["2015", "2015", "2020"])
    filled = {"a": people.dmy(people.day_in_year(rng, year - rng.randint(3, 9))),
              "b": people.dmy(people.day_in_year(rng, year - rng.randint(1, 2))), "c": where[0], "n": rng.randint(4,
                                                                                                                  190),
              "y": year - rng.randint(2, 6), "p": people.full_name(rng, "male", sample=sample),
              "q": people.full_name(rng, "female", sample=sample)}
    paper = Paper("marital_status_confirmation", layout, year=year)
    put = paper.put
    put("number", f"{rng.randint(1, 1900):02d}/" + rng.choice(["UBND-XNTTHN", "XNTTHN", "UBND-XN", f"{year}/XNTTHN"]))
    put("full_name", who.name.upper() if rng.random() < .55 else who.name)
    put("date_of_birth", people.dmy(who.birth))
    put("sex", who.sex_printed)
    put("ethnicity", who.ethnicity)
    put("nationality", who.nationality)
    put("id_paper", people.id_paper(rng, who, max(2012, year - rng.randint(0, 7))))
    put("residence", who.residence)
    # A death or a divorce is told from the side of whoever asks.
    status = rng.choice(STATUS).format(**filled)
    if who.sex == "female":
        status = status.replace("nhưng vợ đã", "nhưng chồng đã").replace("có vợ là chị " + filled["q"],
                                                                         "có chồng là anh " + filled["p"])
    else:
        status = status.replace("có chồng là anh " + filled["p"], "có vợ là chị " + filled["q"])
    put("marital_status", status)
    purpose = rng.choice(PURPOSE)
    if who.sex == "female":
        purpose = purpose.replace("chị {q}", "anh {p}")
    else:
        purpose = purpose.replace("anh {p}", "chị {q}")
    put("purpose", purpose.format(**filled))
    put("issue_date", people.dmy(date), people.long_date(date))
    put("signer_name", people.full_name(rng, rng.choice(["male", "male", "female"]), sample=sample))
    return paper, where, date


def draw(rng, nrng, sample=False):
    year = rng.choice([2009, 2012, 2016, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025])
    paper, where, date = _values(rng, year, sample)
    sheet = Sheet()
    form = Form(sheet, rng, rng.choice(fonts.SERIF), rng.choice(fonts.TYPED), rng.choice([12.5, 13, 13.5]),
                rng.uniform(7.6, 9))
    family, f = form.label_family, paper.fields
    rows = [("ỦY BAN NHÂN DÂN", "b"), (where[0].upper(), "b")]
    if where[1] and rng.random() < .5:
        rows = [(f"UBND {where[1].upper()}", ""), (f"UBND {where[0].upper()}", "b")]
    y = rng.uniform(20, 26)
    office.office_column(sheet, 56, y, 74, rows, family, 12)
    office.nation(sheet, 142, y, family, 12, rng)
    sheet.text(56, y + 16, f"Số: {f['number']}", family, 12.5, "", "m")
    place = " ".join(where[0].split()[1:])
    sheet.text(142, y + 16, f"{place}, {people.long_date(date)}", family, 12.5, "i", "m")
    sheet.text(105, y + 36, "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", family, rng.choice([14.5, 16]), "b", "m")
    y = _body(sheet, rng, paper, form, where, y + 48)
    _foot(sheet, rng, nrng, paper, form, where, y)
    paper.pages.append(sheet)
    return paper


def _body(sheet, rng, paper, form, where, y):
    f, x, w, old = paper.fields, 24, 164, paper.layout == "2005"
    asks = "bà" if f["sex"] == "Nữ" else "ông"
    if paper.layout == "2020" or rng.random() < .5:
        y = sheet.paragraph(x, y, w, f"Xét đề nghị của {asks} {f['full_name'].title()}, về việc cấp Giấy xác nhận tình "
                            "trạng hôn nhân cho bản thân,", form.label_family, form.pt, leading=6.6, indent=10)
        sheet.text(105, y + 2, "XÁC NHẬN:", form.label_family, form.pt + .5, "b", "m")
        y += 11
    y = form.entry(x, y, w, ("Họ và tên:" if old else "Họ, chữ đệm, tên:", f["full_name"]), style="b")
    if old or rng.random() < .4:
        y = form.entry(x, y, w, ("Ngày, tháng, năm sinh:", f["date_of_birth"]), ("Giới tính:", f["sex"]))
        y = form.entry(x, y, w, ("Dân tộc:", f["ethnicity"]), ("Quốc tịch:", f["nationality"]))
    else:
        y = form.entry(x, y, w, ("Ngày, tháng, năm sinh:", f["date_of_birth"]))
        y = form.entry(x, y, w, ("Giới tính:", f["sex"]), ("Dân tộc:", f["ethnicity"]),
                       ("Quốc tịch:", f["nationality"]))
    id_label = "Số Giấy CMND/Hộ chiếu/Giấy tờ hợp lệ thay thế:" if old else "Giấy tờ tùy thân:"
    home = "Nơi thường trú/tạm trú:" if old else "Nơi cư trú:"
    pair = [(id_label, f["id_paper"]), (home, f["residence"])]
    for item in reversed(pair) if old else pair:
        y = form.entry(x, y, w, item)
    y = form.entry(x, y, w, ("Tình trạng hôn nhân:", f["marital_status"]))
    y = form.entry(x, y, w, (rng.choice(["Giấy này được cấp để:", "Giấy này được cấp để làm thủ tục:"]) if not old else
                             "Giấy xác nhận này được cấp để:", f["purpose"]))
    if rng.random() < .85:
        text = "Giấy này có giá trị sử dụng trong thời hạn 06 tháng, kể từ ngày cấp." if not old else \
            "Giấy xác nhận này có giá trị 6 tháng kể từ ngày cấp."
        y = sheet.paragraph(x, y, w, text, form.label_family, form.pt - .5, "i" if rng.random() < .5 else "", indent=10)
    return y + 3


def _foot(sheet, rng, nrng, paper, form, where, y):
    family, x = form.label_family, 142
    rows = office.chairs(rng, where)
    heading = rng.choice(["NGƯỜI KÝ GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "TM. ỦY BAN NHÂN DÂN", None])
    for row in ([heading] if heading else []) + rows:
        sheet.fit(x, y, 88, row, family, 12, "b", "m")
        y += 5
    if rng.random() < .5:
        sheet.text(x, y, "(Ký, ghi rõ họ, tên, chức vụ và đóng dấu)", family, 9, "i", "m")
    gap = max(15, min(27, sheet.height - 14 - y))
    marks.sign_block(sheet, rng, nrng, x, y, paper.fields["signer_name"], family, 12.5, office.ring_of(where),
                     ["ỦY BAN", "NHÂN DÂN"], gap)
