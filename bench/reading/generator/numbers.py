"""Amounts and areas in words, enterprise codes, check digits of machine-readable lines."""
from . import words

UNITS = [(10**9, "tỷ"), (10**6, "triệu"), (1000, "nghìn"), (1, "")]


def _group(n, full, zero):
    """Words of 1…999; `full` where a larger group stands before it, so that hundreds are spoken."""
    hundreds, rest = divmod(n, 100)
    parts = [f"{words.DIGITS[hundreds]} trăm"] if hundreds or full else []
    tens, ones = divmod(rest, 10)
    if tens == 0 and ones:
        parts.append(f"{zero} {words.DIGITS[ones]}" if parts else words.DIGITS[ones])
    elif tens:
        last = {0: "", 1: " mốt" if tens > 1 else " một", 5: " lăm"}.get(ones, f" {words.DIGITS[ones]}")
        parts.append(("mười" if tens == 1 else f"{words.DIGITS[tens]} mươi") + last)
    return " ".join(parts)


def in_words(n, zero="linh"):
    """'năm tỷ hai trăm linh ba triệu'."""
    if n == 0:
        return words.DIGITS[0]
    parts = []
    for size, name in UNITS:
        group, n = divmod(n, size) if size > 1 else (n, 0)
        if group:
            parts.append(f"{_group(group, bool(parts), zero)} {name}".strip())
    return " ".join(parts)


def decimal_words(text, zero="linh"):
    """'125,5' -> 'một trăm hai mươi lăm phẩy năm'."""
    whole, _, part = text.partition(",")
    out = in_words(int(whole.replace(".", "")), zero)
    if part:
        digits = part if part[0] == "0" else None
        out += " phẩy " + (" ".join(words.DIGITS[int(d)] for d in digits) if digits else in_words(int(part), zero))
    return out


def dotted(n):
    return f"{n:,}".replace(",", ".")


def enterprise_code(rng, province):
    """Ten digits, the last one a check digit."""
    while True:
        digits = [int(d) for d in f"{int(province[0]) % 63 + 1:02d}{rng.randint(0, 9999999):07d}"]
        check = 10 - sum(d * w for d, w in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3))) % 11
        if check < 10:
            return "".join(map(str, digits)) + str(check)


def check_digit(text):
    """ICAO 9303: weights 7, 3, 1; letters count from 10, < is 0."""
    value = lambda c: 0 if c == "<" else int(c) if c.isdigit() else ord(c) - 55
    return str(sum(value(c) * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)
