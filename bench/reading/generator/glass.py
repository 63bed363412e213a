"""Several cards on a scanner's glass, scanned at once under the lid: plastic cards with round corners and small
certificates of paper, each at its own angle, with the soft shadow that a thing of some thickness throws. Nothing is
printed beside them."""
import math
import random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from . import cards, fonts, licence, marks, office, people
from .degrade import Capture, _levels, _noise, _resize
from .sheet import Sheet

DPI = 300
ROUND = 3.18  # millimetres, ISO/IEC 7810


class Thing:
    """Something to lay down: its sheet, whose it is (two sides of one card have the same owner), type and values."""

    def __init__(self, sheet, owner, kind, side, fields, plastic=True):
        self.sheet, self.owner, self.kind, self.side, self.fields = sheet, owner, kind, side, fields
        self.plastic = plastic
        self.corners = None  # in pixels of the capture, from the thing's own top left


def _identity(kind, rng, nrng, sample):
    paper, who, issued, expiry, code = cards.values(rng, kind, sample)
    family = rng.choice(fonts.CARD)
    tints = [[(170, 210, 190), (180, 205, 226)], [(232, 200, 150), (176, 206, 190)]][kind == "identity_card_2024"]
    front, back = (cards.Card(rng, family, tints, 1) for _ in range(2))
    if kind == "citizen_id_2021":
        cards._front_2021(front, rng, nrng, paper, code)
        cards._back_2021(back, rng, nrng, paper, people.full_name(rng, "male", sample=sample))
    else:
        cards._front_2024(front, rng, nrng, paper, code)
        cards._back_2024(back, rng, nrng, paper, code)
    return paper, front.sheet, back.sheet


def _licence(kind, rng, nrng, sample):
    paper, who, issued = licence._values(rng, sample)
    family = rng.choice(fonts.CARD)
    tints = [(240, 214, 150), (232, 226, 170), (200, 214, 236)]
    front, back = (cards.Card(rng, family, tints, 1) for _ in range(2))
    licence._front(front, rng, nrng, paper)
    licence._back(back, rng, paper, issued)
    return paper, front.sheet, back.sheet


def _certificate(rng, nrng, sample):
    """A small certificate of stiff paper, of no type that is known."""
    sheet = Sheet(148, 105, marks.guilloche(rng, 148, 105, [(250, 246, 232), (240, 246, 248)],
                                            [(214, 190, 140), (170, 196, 216)], (.15, .25)), DPI)
    family = rng.choice(fonts.CARD)
    sheet.box(6, 6, 142, 99, 4, (150, 110, 60))
    sheet.text(74, 16, office.NATION, family, 9, "b", "m")
    sheet.text(74, 21, "Độc lập - Tự do - Hạnh phúc", family, 8.5, "b", "m")
    sheet.text(74, 36, "GIẤY KHEN", family, 20, "b", "m", (190, 40, 40))
    sheet.text(74, 48, f"Tặng: {people.full_name(rng, 'female', sample=sample)}", family, 11, "b", "m")
    sheet.text(74, 56, "Đã có thành tích xuất sắc trong phong trào thi đua", family, 9, "", "m")
    sheet.text(110, 74, "CHỦ TỊCH", family, 9, "b", "m")
    sheet.text(110, 92, people.full_name(rng, "male", sample=sample), family, 9, "b", "m")
    return sheet


KINDS = {"citizen_id_2021": _identity, "identity_card_2024": _identity, "driving_licence": _licence}


def things(rng, nrng, count, sample=False):
    """So many sides of cards: now and then both of one, else one a card; seldom a small certificate."""
    out = []
    while len(out) < count:
        owner = len({t.owner for t in out})
        if rng.random() < .1:
            out.append(Thing(_certificate(rng, nrng, sample), owner, "other", "front", {}, plastic=False))
            continue
        kind = rng.choice(list(KINDS))
        paper, front, back = KINDS[kind](kind, rng, nrng, sample)
        sides = [("front", front), ("back", back)]
        if len(out) + 2 > count or rng.random() < .6:
            sides = sides[:1] if rng.random() < .85 else sides[1:]
        out += [Thing(sheet, owner, kind, side, paper.fields) for side, sheet in sides]
    return out


def of_kinds(rng, nrng, kinds, sample=False):
    """Both sides of the first kind's card, the fronts of the others'."""
    out = []
    for owner, kind in enumerate(kinds):
        paper, front, back = KINDS[kind](kind, rng, nrng, sample)
        out.append(Thing(front, owner, kind, "front", paper.fields))
        if owner == 0:
            out.append(Thing(back, owner, kind, "back", paper.fields))
    return out


def _size(thing):
    return thing.sheet.width, thing.sheet.height


def _corners(thing, x, y, degrees):
    """In millimetres, clockwise from the thing's own top left."""
    w, h = _size(thing)
    a = math.radians(degrees)
    return [(x + dx * math.cos(a) - dy * math.sin(a), y + dx * math.sin(a) + dy * math.cos(a))
            for dx, dy in ((-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2))]


def _place(rng, all_of_them, width, height, gap):
    """Somewhere on the glass without touching; None where there is no room for all."""
    taken = np.zeros((int(height), int(width)), np.uint8)
    spots = []
    for thing in all_of_them:
        for _ in range(300):
            degrees = 90 * rng.choice([0, 0, 1, 2, 3]) + (rng.uniform(-7, 7) if rng.random() < .8 else
                                                          rng.uniform(-45, 45))
            corners = np.array(_corners(thing, rng.uniform(0, width), rng.uniform(0, height), degrees))
            inside = corners.min() >= 1.5 and (corners.max(0) <= (width - 1.5, height - 1.5)).all()
            here = cv2.fillConvexPoly(np.zeros_like(taken), corners.round().astype(np.int32), 1)
            reach = 2 * gap + 1
            if inside and not (cv2.dilate(here, np.ones((reach, reach), np.uint8)) & taken).any():
                taken |= here
                spots.append((corners, degrees))
                break
        else:
            return None
    return spots


def _worn(thing):
    """The thing's picture and its shape."""
    image = thing.sheet.image.convert("RGB")
    shape = Image.new("L", image.size, 0)
    px = DPI / 25.4
    ImageDraw.Draw(shape).rounded_rectangle([0, 0, image.width - 1, image.height - 1],
                                            ROUND * px if thing.plastic else 0, fill=255)
    return np.asarray(image), np.asarray(shape)


def scan(rng, nrng, all_of_them, dpi=300, dark=False, gap=4, width=210, height=297):
    """The glass with these things on it, as a Capture; each thing knows its corners afterwards. None: no room."""
    spots = _place(rng, all_of_them, width, height, gap)
    if spots is None:
        return None
    px = DPI / 25.4
    size = round(width * px), round(height * px)
    lid = rng.randint(18, 70) if dark else rng.randint(226, 252)
    glass = np.full((size[1], size[0], 3), [lid, lid, max(0, lid - rng.randint(0, 4))], np.int16)
    light = rng.uniform(0, 2 * math.pi)
    for thing, (corners, degrees) in zip(all_of_them, spots):
        image, shape = _worn(thing)
        h, w = shape.shape
        # Only what lies within reach of the thing and its shadow changes.
        left, top = np.maximum(0, np.floor((corners.min(0) - 4) * px)).astype(int)
        right, bottom = np.minimum(size, np.ceil((corners.max(0) + 4) * px)).astype(int)
        window, at = (int(right - left), int(bottom - top)), glass[top:bottom, left:right]
        matrix = cv2.getPerspectiveTransform(np.float32([[0, 0], [w, 0], [w, h], [0, h]]),
                                             np.float32(corners * px - (left, top)))
        mask = cv2.warpPerspective(shape, matrix, window)
        thick = rng.uniform(.5, 1.0) if thing.plastic else rng.uniform(.3, .6)
        move = np.float32([[1, 0, math.cos(light) * thick * px], [0, 1, math.sin(light) * thick * px]])
        shade = cv2.GaussianBlur(cv2.warpAffine(mask, move, window), (0, 0), rng.uniform(.3, .55) * px)
        at -= (shade.astype(np.int32) * rng.randint(40, 110) // 255).astype(np.int16)[..., None]
        np.clip(at, 0, 255, out=at)
        laid = cv2.warpPerspective(image, matrix, window, flags=cv2.INTER_AREA)
        alpha = cv2.GaussianBlur(mask, (0, 0), .7).astype(np.int32)[..., None]
        at[:] = (at * (255 - alpha) + laid * alpha) // 255
        moved = np.array([[1, 0, left], [0, 1, top], [0, 0, 1]])
        thing.matrix = np.diag([dpi / DPI, dpi / DPI, 1]) @ moved @ matrix
        thing.corners = (corners * dpi / 25.4).tolist()
    page = cv2.GaussianBlur(glass.astype(np.uint8), (0, 0), rng.uniform(.5, .9))
    page = _resize(page, dpi / DPI) if dpi != DPI else page
    page = _levels(page, rng.randint(8, 30), rng.randint(246, 255))
    return Capture(_noise(page, nrng, rng.uniform(1.5, 3.5)), dpi, quality=rng.randint(75, 92))


def draw(seed, index, kinds=None, sample=False):
    """A glass of two to six things; (capture, things)."""
    rng = random.Random(f"glass/{seed}/{index}")
    nrng = np.random.default_rng(rng.getrandbits(64))
    while True:
        laid = of_kinds(rng, nrng, kinds, sample) if kinds else things(rng, nrng, rng.randint(2, 6), sample)
        capture = scan(rng, nrng, laid, rng.choice([200, 300]), dark=rng.random() < .1)
        if capture is not None:
            return capture, laid


def truth(laid):
    """A row a card: its corners on the capture, from its own top left, and where on it each value stands."""
    rows = []
    for thing in laid:
        places = {}
        for key, value in thing.fields.items():
            for text, corners in thing.sheet.written:
                if value and text == value:
                    points = np.c_[corners, np.ones(4)] @ thing.matrix.T
                    places[key] = (points[:, :2] / points[:, 2:]).round().tolist()
        rows.append({"type": thing.kind, "side": thing.side, "owner": thing.owner, "fields": thing.fields,
                     "corners": np.round(thing.corners, 1).tolist(), "places": places})
    return rows
