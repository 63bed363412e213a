"""What papers of public offices share: the two-column head, the office's names, who signs."""
from . import people

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
NATION_OLD = "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def nation(sheet, x, y, family, pt, rng, english=False):
    name = NATION if rng.random() < .75 else NATION_OLD
    sheet.text(x, y, name, family, pt, "b", "m")
    y += pt * .44
    if english:
        sheet.text(x, y, "SOCIALIST REPUBLIC OF VIET NAM", family, pt * .72, "i", "m")
        y += pt * .4
    sheet.text(x, y, MOTTO, family, pt + 1, "b", "m")
    half = sheet.length(MOTTO, family, pt + 1, "b") / 2
    sheet.rule(x - half, y + 1.8, x + half, y + 1.8, 2)
    return y


def office_column(sheet, x, y, width, rows, family, pt):
    """Rows of (text, style) centred at x; a short rule below. Returns the y below."""
    for text, style in rows:
        size = pt
        while sheet.length(text, family, size, style) > width:
            size -= .25
        sheet.text(x, y, text, family, size, style, "m")
        y += pt * .44
    sheet.rule(x - 9, y - pt * .44 + 1.8, x + 9, y - pt * .44 + 1.8, 2)
    return y


def capital(text):
    return text[0].upper() + text[1:]


def committee(where):
    """'UBND xã Sông Đá, huyện …, tỉnh …' of a unit."""
    return "UBND " + people.join([where[0], where[1], where[2][1]])


def ring_of(where):
    return f"ỦY BAN NHÂN DÂN {where[0].upper()}"


def chairs(rng, where):
    """Who signs for a commune: (rows above the name, authority or None, title)."""
    if rng.random() < .5:
        return ["CHỦ TỊCH"]
    return ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
