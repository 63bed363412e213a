"""Seals, signatures, stamps and patterned grounds. Patches are uint8 RGB, white where nothing is printed, and are
multiplied onto the page, as ink is."""
import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

from . import fonts

DPI = 300


def px(mm):
    return round(mm * DPI / 25.4)


def _ring_text(image, text, radius, pt, family, start, sweep, color):
    """Letters along a circle, upright seen from the centre, from angle `start` over `sweep` degrees."""
    font = fonts.font(family, "b", pt, DPI)
    centre = image.width / 2
    widths = [font.getlength(c) for c in text]
    scale = sweep / max(1, sum(widths))
    angle = start
    for char, width in zip(text, widths):
        middle = math.radians(angle + width * scale / 2)
        angle += width * scale
        if char == " ":
            continue
        size = round(pt * DPI / 72 * 2)
        glyph = Image.new("L", (size, size), 0)
        ImageDraw.Draw(glyph).text((size / 2, size / 2), char, font=font, fill=255, anchor="mm")
        glyph = glyph.rotate(-math.degrees(middle) - 90, Image.Resampling.BILINEAR)
        at = (round(centre + radius * math.cos(middle) - size / 2),
              round(centre + radius * math.sin(middle) - size / 2))
        image.paste(color, at, glyph)


def _star(pen, centre, radius, color):
    points = []
    for i in range(10):
        r = radius if i % 2 == 0 else radius * .4
        a = math.radians(-90 + 36 * i)
        points.append((centre + r * math.cos(a), centre + r * math.sin(a)))
    pen.polygon(points, fill=color)


def _uneven(patch, nrng, strength):
    """Ink that takes unevenly: a smooth random field lightens it."""
    h, w = patch.shape[:2]
    field = cv2.resize(nrng.random((7, 7), np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
    fine = cv2.resize(nrng.random((h // 3, w // 3), np.float32), (w, h), interpolation=cv2.INTER_LINEAR)
    keep = np.clip(1 - strength * (field * .8 + fine * .5), 0.1, 1)[..., None]
    return (255 - (255 - patch.astype(np.float32)) * keep).astype(np.uint8)


def seal(rng, nrng, ring, inner, diameter=36, strength=None):
    """A round red seal: double ring, text along it, a star, the office's name in the middle."""
    size = px(diameter + 4)
    color = rng.choice([(214, 38, 44), (200, 30, 52), (222, 60, 50), (190, 40, 60)])
    image = Image.new("RGB", (size, size), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    c, r = size / 2, px(diameter) / 2
    for radius, width in ((r, 6), (r - 10, 2), (r * .66, 3)):
        pen.ellipse([c - radius, c - radius, c + radius, c + radius], outline=color, width=width)
    pt = 8.2 if len(ring) < 34 else 6.6
    sweep = min(285, len(ring) * 9.5)
    _ring_text(image, ring, r * .82, pt, "arimo", -90 - sweep / 2, sweep, color)
    bottom = c + r * .82
    _star(pen, c, r * .2, color)
    pen.ellipse([c - 4, bottom - 4, c + 4, bottom + 4], fill=color)
    font = fonts.font("arimo", "b", 6.4, DPI)
    for i, row in enumerate(inner[:3]):
        pen.text((c, c + r * (.3 + .15 * i)), row, font=font, fill=color, anchor="mm")
    image = image.rotate(rng.uniform(-22, 22), Image.Resampling.BILINEAR, fillcolor=(255, 255, 255))
    patch = cv2.GaussianBlur(np.asarray(image), (0, 0), .8)
    return _uneven(patch, nrng, rng.uniform(.15, .6) if strength is None else strength)


def signature(rng, width=46, height=22):
    """Strokes of a pen: a few smooth curves with loops and a long flourish."""
    w, h = px(width), px(height)
    canvas = np.full((h, w, 3), 255, np.uint8)
    color = rng.choice([(28, 52, 150), (20, 40, 120), (36, 70, 180), (30, 30, 60), (50, 44, 140)])
    x, y = w * .08, h * rng.uniform(.4, .65)
    knots = [(x, y)]
    for _ in range(rng.randint(7, 12)):
        x += w * rng.uniform(-.05, .16)
        knots.append((min(w * .9, x), h * rng.uniform(.12, .85)))
    knots += [(w * rng.uniform(.1, .4), h * rng.uniform(.5, .9)), (w * .97, h * rng.uniform(.3, .8))]
    points = _smooth(np.array(knots, np.float32))
    speed = np.hypot(*np.diff(points, axis=0).T)
    for (a, b), v in zip(zip(points, points[1:]), speed):
        thick = int(np.clip(7.5 - v / 4, 3, 7))
        cv2.line(canvas, tuple(int(t) for t in a), tuple(int(t) for t in b), color, thick, cv2.LINE_AA)
    return cv2.GaussianBlur(canvas, (0, 0), .7)


def _smooth(knots, steps=26):
    """Catmull-Rom through the knots."""
    ext = np.vstack([knots[:1], knots, knots[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)[:, None]
    out = []
    for p0, p1, p2, p3 in zip(ext, ext[1:], ext[2:], ext[3:]):
        out.append(.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
                         + (3 * p1 - p0 - 3 * p2 + p3) * t**3))
    return np.vstack(out)


def stamp_box(rng, nrng, rows, width=48, color=None):
    """A rectangular stamp (incoming mail, an earlier certification)."""
    color = color or rng.choice([(200, 40, 46), (60, 70, 160), (90, 60, 140)])
    height = 5 + 4.6 * len(rows)
    image = Image.new("RGB", (px(width), px(height)), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    pen.rectangle([3, 3, image.width - 4, image.height - 4], outline=color, width=4)
    for i, row in enumerate(rows):
        size = 8.4 if i == 0 else 7.6
        pen.text((image.width / 2, px(4.6 + 4.5 * i)), row, font=fonts.font("arimo", "b" if i == 0 else "", size, DPI),
                 fill=color, anchor="ms")
    image = image.rotate(rng.uniform(-5, 5), Image.Resampling.BILINEAR, expand=True, fillcolor=(255, 255, 255))
    return _uneven(np.asarray(image), nrng, rng.uniform(.1, .5))


BASES = [(253, 244, 236), (255, 246, 228), (246, 250, 240), (252, 240, 242)]
TINTS = [(232, 178, 160), (226, 196, 140), (170, 205, 178), (230, 170, 186)]


def certified(sheet, rng, nrng, year, signer, where):
    """The stamp of an earlier certification with its own number, day, signer and seal, where the sheet is empty; most
    full sheets have no room for it. Nothing on it is the paper's own."""
    width, height = 66, 40
    taken = np.zeros((math.ceil(sheet.height), math.ceil(sheet.width)), bool)
    for _, corners in sheet.written:
        x, y = np.asarray(corners).T * 25.4 / sheet.dpi
        taken[max(0, int(y.min()) - 2):int(y.max()) + 3, max(0, int(x.min()) - 2):int(x.max()) + 3] = True
    for x, y in ((14, sheet.height - height - 14), (sheet.width - width - 14, sheet.height - height - 14), (14, 130),
                 (14, 60)):
        if x < 0 or y < 0 or taken[int(y):int(y) + height, int(x):int(x) + width].any():
            continue
        color = rng.choice([(190, 40, 46), (70, 60, 150), (40, 40, 44)])
        rows = ["CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH",
                f"Số chứng thực: {rng.randint(10, 9000)}   Quyển số: {rng.randint(1, 9):02d} - SCT/BS",
                f"Ngày {rng.randint(1, 28):02d} tháng {rng.randint(3, 12)} năm {year + rng.randint(0, 2)}"]
        for i, row in enumerate(rows):
            sheet.fit(x + width / 2, y + 5 + 4.6 * i, width - 4, row, "arimo", 9, "b" if i == 0 else "", "m", color)
        sheet.text(x + width / 2, y + 19, rng.choice(["KT. CHỦ TỊCH - PHÓ CHỦ TỊCH", "CÔNG CHỨNG VIÊN"]), "arimo", 8.5,
                   "b", "m", color)
        sheet.text(x + width / 2, y + 37, signer, "arimo", 9, "b", "m", color)
        sheet.multiply(signature(rng, 34, 14), x + width / 2 + 4, y + 28)
        sheet.multiply(seal(rng, nrng, f"ỦY BAN NHÂN DÂN {where.upper()}", ["ỦY BAN", "NHÂN DÂN"], 32),
                       x + width / 2 - 16, y + 27)
        return True
    return False


def guilloche(rng, width=210, height=297, bases=None, tints=None, strengths=(.2, .3, .4, .5, .7)):
    """A patterned ground in pale colours: two families of waves and a drum of rings in the middle."""
    w, h = px(width), px(height)
    hw, hh = w // 2, h // 2
    base = np.array(rng.choice(bases or BASES), np.float32)
    tint = np.array(rng.choice(tints or TINTS), np.float32)
    x = np.arange(hw, dtype=np.float32)[None, :]
    y = np.arange(hh, dtype=np.float32)[:, None]
    period = rng.uniform(13, 22)
    bend = rng.uniform(6, 16)
    wave = np.sin((y + bend * np.sin(x / rng.uniform(30, 60))) * (2 * np.pi / period))
    other = np.sin((x + bend * np.sin(y / rng.uniform(30, 60))) * (2 * np.pi / (period * 1.3)))
    r = np.hypot(x - hw / 2, y - hh / 2)
    drum = np.where(r < hw * .33, np.sin(r * (2 * np.pi / 17)), -1)
    lines = np.maximum(np.maximum(wave, other), drum)
    strength = np.clip((lines - .72) * 5, 0, 1) * rng.choice(strengths)
    small = (base[None, None] * (1 - strength[..., None]) + tint[None, None] * strength[..., None]).astype(np.uint8)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR)


def frame(sheet, rng, margin=9):
    """An ornamental border of a certificate."""
    color = rng.choice([(176, 60, 60), (60, 110, 80), (150, 110, 40), (80, 90, 150)])
    sheet.box(margin, margin, sheet.width - margin, sheet.height - margin, 6, color)
    sheet.box(margin + 2.2, margin + 2.2, sheet.width - margin - 2.2, sheet.height - margin - 2.2, 2, color)
    step = 3.2
    x = margin + 1.1
    while x < sheet.width - margin:
        for y in (margin + 1.1, sheet.height - margin - 1.1):
            sheet.pen.regular_polygon((sheet.px(x), sheet.px(y), 6), 4, fill=color)
        x += step


def sign_block(sheet, rng, nrng, x, y, name, family, pt, ring, inner, gap=24):
    """Signature, printed name at y + gap, and the seal over the left of both. How far they reach over the name is what
    decides whether it can be read: sometimes hardly, often over half of it."""
    cover = rng.random() ** 1.8
    sheet.text(x, y + gap, name, family, pt, "b", "m")
    height = min(22, gap * .95)
    top = y + 1 + height / 2  # the signature's middle where it stays clear of the name
    sheet.multiply(signature(rng, 46, height), x + rng.uniform(-3, 8), top + cover * (gap - height * .65))
    half = sheet.length(name, family, pt, "b") / 2
    dx = -half - 15 + cover * (half + 9)
    sheet.multiply(seal(rng, nrng, ring, inner), x + dx + rng.uniform(-3, 3), y + gap * (.4 + .3 * cover))


def emblem(sheet, x, y, radius, color=(206, 60, 50)):
    """A state emblem from afar: a wreath, a disc and a star, centred at (x, y) mm."""
    c, r = (sheet.px(x), sheet.px(y)), sheet.px(radius)
    gold = (226, 180, 70)
    sheet.pen.ellipse([c[0] - r, c[1] - r, c[0] + r, c[1] + r], outline=gold, width=max(2, r // 6))
    inner = round(r * .78)
    sheet.pen.ellipse([c[0] - inner, c[1] - inner, c[0] + inner, c[1] + inner], fill=color)
    points = []
    for i in range(10):
        length = inner * (.72 if i % 2 == 0 else .29)
        a = math.radians(-90 + 36 * i)
        points.append((c[0] + length * math.cos(a), c[1] + length * math.sin(a)))
    sheet.pen.polygon(points, fill=gold)


def portrait(rng, nrng, width, height, dpi=DPI, grey=False):
    """A face as a photograph on a card shows it: blurred shapes are enough, nobody reads it."""
    w, h = round(width * dpi / 25.4), round(height * dpi / 25.4)
    image = np.full((h, w, 3), rng.choice([(205, 220, 236), (236, 238, 240), (120, 160, 210)]), np.uint8)
    skin = rng.choice([(226, 186, 156), (206, 164, 132), (236, 200, 172)])
    shirt = rng.choice([(240, 240, 242), (60, 70, 96), (150, 60, 66), (90, 110, 90)])
    cv2.ellipse(image, (w // 2, int(h * 1.06)), (int(w * .46), int(h * .3)), 0, 0, 360, shirt, -1)
    cv2.ellipse(image, (w // 2, int(h * .7)), (int(w * .13), int(h * .16)), 0, 0, 360, skin, -1)
    cv2.ellipse(image, (w // 2, int(h * .36)), (int(w * .29), int(h * .27)), 0, 0, 360, (36, 30, 30), -1)
    cv2.ellipse(image, (w // 2, int(h * .44)), (int(w * .24), int(h * .24)), 0, 0, 360, skin, -1)
    for side in (-1, 1):
        cv2.ellipse(image, (w // 2 + side * int(w * .1), int(h * .42)), (max(2, w // 30), max(1, h // 60)), 0, 0, 360,
                    (40, 34, 34), -1)
    cv2.ellipse(image, (w // 2, int(h * .57)), (w // 14, max(1, h // 70)), 0, 0, 360, (170, 90, 90), -1)
    image = cv2.GaussianBlur(image, (0, 0), max(1, w / 90))
    if grey:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return Image.fromarray(image)


def fingerprint(nrng, width, height, dpi=DPI):
    w, h = round(width * dpi / 25.4), round(height * dpi / 25.4)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    bend = cv2.resize(nrng.random((5, 5), np.float32), (w, h), interpolation=cv2.INTER_CUBIC) * 14
    rings = np.sin(np.hypot((x - w / 2) * 1.3, y - h * .45) * .55 + bend)
    inside = ((x - w / 2) / (w * .48)) ** 2 + ((y - h / 2) / (h * .48)) ** 2 < 1
    return np.repeat(np.where(inside & (rings > .1), 90, 255).astype(np.uint8)[..., None], 3, -1)
