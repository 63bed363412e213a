"""What happens to a page between the printer and the file: each function takes a 300 dpi RGB array and returns a
Capture (array, dpi, bilevel?, JPEG quality, EXIF orientation)."""
from dataclasses import dataclass, field

import cv2
import numpy as np

cv2.setNumThreads(1)


@dataclass
class Capture:
    image: np.ndarray
    dpi: int
    bilevel: bool = False
    quality: int = 88
    orientation: int = 1
    skew: float = 0.0
    # From pixels of the sheet to pixels of the capture, 3 × 3; where the sheet is bent, after `bend` (points to points).
    matrix: np.ndarray = field(default_factory=lambda: np.eye(3))
    bend: object = None
    # Where something is printed, in pixels of the capture: a point for every few pixels of ink.
    print_at: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))

    def through(self, points):
        """Points of the sheet (n × 2) on the capture."""
        points = self.bend(np.asarray(points, float)) if self.bend else points
        points = np.c_[points, np.ones(len(points))] @ np.asarray(self.matrix).T
        return points[:, :2] / points[:, 2:]

    def note_print(self, sheet):
        """`sheet` is the page before anything happened to it."""
        y, x = np.nonzero(cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY)[::4, ::4] < 128)
        if len(x):
            self.print_at = self.through(np.float32(np.stack([x, y], -1) * 4))

    def turn(self, code):
        """Lies on its side, or on its head."""
        h, w = self.image.shape[:2]
        self.matrix = {cv2.ROTATE_90_COUNTERCLOCKWISE: np.array([[0, 1, 0], [-1, 0, w - 1], [0, 0, 1.]]),
                       cv2.ROTATE_90_CLOCKWISE: np.array([[0, -1, h - 1], [1, 0, 0], [0, 0, 1.]]),
                       cv2.ROTATE_180: np.array([[-1, 0, w - 1], [0, -1, h - 1], [0, 0, 1.]])}[code] @ self.matrix
        self.image = cv2.rotate(self.image, code)


def _noise(image, nrng, sigma):
    """Sensor noise: one field of noise at half the page, tiled, so that it costs little."""
    h, w = image.shape[:2]
    tile = nrng.normal(0, sigma, (h // 2 + 1, w // 2 + 1) + image.shape[2:]).astype(np.int16)
    field = np.tile(tile, (2, 2) + (1,) * (image.ndim - 2))[:h, :w]
    return np.clip(image.astype(np.int16) + field, 0, 255).astype(np.uint8)


def _turned(shape, degrees, factor=1.0):
    """The matrix of _rotate and, after it, _resize."""
    h, w = shape[:2]
    matrix = np.vstack([cv2.getRotationMatrix2D((w / 2, h / 2), degrees, 1), [0, 0, 1]])
    return np.diag([factor, factor, 1]) @ matrix


def _rotate(image, degrees, fill):
    h, w = image.shape[:2]
    matrix = _turned(image.shape, degrees)[:2]
    return cv2.warpAffine(image, matrix, (w, h), flags=cv2.INTER_LINEAR, borderValue=fill)


def _resize(image, factor):
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def _levels(image, black, white):
    """Maps 0..255 onto black..white."""
    table = np.linspace(black, white, 256).astype(np.uint8)
    return cv2.LUT(image, table)


def _smooth_field(nrng, shape, cells):
    """A smooth random field, mean about 0.5."""
    return cv2.resize(nrng.random((cells, cells), np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def flatbed(image, rng, nrng):
    angle, shape = rng.uniform(-.4, .4), image.shape
    image = _rotate(image, angle, (252, 252, 250))
    image = cv2.GaussianBlur(image, (0, 0), rng.uniform(.5, .8))
    image = _levels(image, rng.randint(10, 40), rng.randint(244, 253))
    return Capture(_noise(image, nrng, rng.uniform(1.5, 3.5)), 300, quality=rng.randint(82, 92), skew=angle,
                   matrix=_turned(shape, angle))


def _streaks(image, rng):
    out = image.astype(np.int16)
    w = image.shape[1]
    for _ in range(rng.randint(1, 4)):
        x, width = rng.randint(30, w - 30), rng.randint(1, 4)
        out[:, x:x + width] += rng.choice([-70, -45, 40, -90])
    return np.clip(out, 0, 255).astype(np.uint8)


def _fold(image, rng):
    """A crease: a light line with a shadow on one side."""
    h = image.shape[0]
    y = int(h * rng.choice([.5, .333, .667]) + rng.randint(-40, 40))
    reach = 160
    profile = np.zeros(h, np.float32)
    rows = np.arange(h)
    near = (rows >= y) & (rows < y + reach)
    profile[near] = -30 * (1 - (rows[near] - y) / reach)
    profile[y - 2:y + 3] = 45
    return np.clip(image.astype(np.int16) + profile.astype(np.int16)[:, None, None], 0, 255).astype(np.uint8)


def office(image, rng, nrng):
    angle, shape = rng.uniform(-3, 3), image.shape
    if rng.random() < .6:
        image = _fold(image, rng)
    image = _rotate(image, angle, (246, 246, 242))
    dpi = rng.choice([200, 200, 240, 300])
    image = cv2.GaussianBlur(image, (0, 0), rng.uniform(.8, 1.4))
    image = _resize(image, dpi / 300) if dpi != 300 else image
    image = _levels(image, rng.randint(20, 60), rng.randint(232, 250))
    if rng.random() < .7:
        image = _streaks(image, rng)
    return Capture(_noise(image, nrng, rng.uniform(5, 9)), dpi, quality=rng.randint(26, 54), skew=angle,
                   matrix=_turned(shape, angle, dpi / 300))


def _bleed(image, rng, strength):
    """The back of the sheet shines through: the page itself, mirrored and blurred."""
    back = cv2.GaussianBlur(image[:, ::-1], (0, 0), 3.5)
    # No print of the back lies beyond the sheet either: it moves within the usual margins.
    shift = np.float32([[1, 0, rng.randint(-60, 60)], [0, 1, rng.randint(-150, 150)]])
    back = cv2.warpAffine(back, shift, (image.shape[1], image.shape[0]), borderValue=(255, 255, 255))
    return cv2.subtract(image, cv2.convertScaleAbs(255 - back, alpha=strength))


def _stains(image, rng):
    h, w = image.shape[:2]
    small = np.full((h // 8, w // 8, 3), 255, np.uint8)
    for _ in range(rng.randint(1, 4)):
        centre = (rng.randint(0, w // 8), rng.randint(0, h // 8))
        axes = (rng.randint(15, 70), rng.randint(12, 55))
        color = rng.choice([(222, 196, 150), (206, 178, 130), (228, 210, 180)])
        cv2.ellipse(small, centre, axes, rng.uniform(0, 180), 0, 360, color, -1)
        cv2.ellipse(small, centre, axes, 0, 0, 360, tuple(int(c * .9) for c in color), 1)
    mask = cv2.resize(cv2.GaussianBlur(small, (0, 0), 3), (w, h), interpolation=cv2.INTER_LINEAR)
    return cv2.multiply(image, mask, scale=1 / 255)


def faded(image, rng, nrng):
    """Pale ink in patches on yellowed paper, stained, with the back shining through."""
    h, w = image.shape[:2]
    keep = rng.uniform(.36, .6) + .33 * (_smooth_field(nrng, (h // 4, w // 4), 9) - .5)
    keep = cv2.resize(np.clip(keep, .14, .8), (w, h))[..., None]
    pale = (255 - (255 - image.astype(np.float32)) * keep).astype(np.uint8)
    pale = _bleed(pale, rng, rng.uniform(.08, .24))
    paper = np.array(rng.choice([(238, 226, 196), (240, 232, 212), (232, 220, 190)]), np.float32) / 255
    pale = cv2.LUT(pale, np.stack([np.arange(256) * c for c in paper], -1).astype(np.uint8)[None])
    pale = _stains(pale, rng)
    angle = rng.uniform(-1, 1)
    pale = _rotate(pale, angle, (200, 190, 165))
    pale = cv2.GaussianBlur(pale, (0, 0), rng.uniform(.7, 1.1))
    return Capture(_noise(pale, nrng, rng.uniform(2, 5)), 300, quality=rng.randint(70, 88), skew=angle,
                   matrix=_turned(image.shape, angle))


def copier(image, rng, nrng):
    """A bilevel 200 dpi copy: uneven threshold, specks, a dark edge sometimes."""
    angle = rng.uniform(-1.5, 1.5)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    grey = _resize(_rotate(cv2.GaussianBlur(grey, (0, 0), 1.1), angle, 255), 200 / 300)
    h, w = grey.shape
    threshold = rng.uniform(120, 165) + 40 * (_smooth_field(nrng, (h, w), 6) - .5)
    noise = nrng.normal(0, rng.uniform(13, 24), (h, w)).astype(np.float32)
    page = np.where(grey + noise > threshold, 255, 0).astype(np.uint8)
    count = rng.randint(150, 900)
    ys, xs = nrng.integers(0, h - 3, count), nrng.integers(0, w - 3, count)
    for y, x, size in zip(ys, xs, nrng.integers(1, 4, count)):
        page[y:y + size, x:x + size] = 0
    if rng.random() < .3:
        page[:, :rng.randint(4, 30)] = 0
    return Capture(page, 200, bilevel=True, skew=angle, matrix=_turned(image.shape, angle, 200 / 300))


def grey(image, rng, nrng):
    """A grey copy of a copy: blurred, hardened, blurred again, slightly enlarged, with toner in the background."""
    page = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    for sigma in (rng.uniform(.8, 1.2), rng.uniform(.6, 1)):
        page = cv2.GaussianBlur(page, (0, 0), sigma)
        low, high = rng.randint(40, 70), rng.randint(195, 230)
        page = np.clip((page.astype(np.float32) - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
        page = _noise(page, nrng, rng.uniform(4, 8))
    angle = rng.uniform(-1.5, 1.5)
    page = _rotate(page, angle, 250)
    dpi = rng.choice([200, 240, 300])
    page = _levels(_resize(page, dpi / 300), rng.randint(25, 60), rng.randint(225, 250))
    return Capture(page, dpi, quality=rng.randint(50, 75), skew=angle, matrix=_turned(image.shape, angle, dpi / 300))


def sideways(image, rng, nrng):
    """Pages lying on their side, some on their head. Tesseract reads one of the two quarter turns by itself (it knows
    vertical lines); it is rare here, as in the set the limits come from."""
    capture = flatbed(image, rng, nrng) if rng.random() < .5 else office(image, rng, nrng)
    capture.turn(rng.choices([cv2.ROTATE_90_COUNTERCLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE], [78, 18, 4])[0])
    return capture


def _desk(rng, nrng, h, w):
    """A table top: wood grain, plain colour or cloth."""
    base = np.array(rng.choice([(120, 82, 52), (160, 120, 84), (70, 74, 80), (188, 184, 176), (92, 60, 44)]),
                    np.float32)
    grain = cv2.resize(nrng.random((h // 160 + 2, w // 6 + 2), np.float32), (w, h), interpolation=cv2.INTER_LINEAR)
    if rng.random() < .5:
        grain = cv2.resize(nrng.random((h // 40 + 2, w // 40 + 2), np.float32), (w, h), interpolation=cv2.INTER_CUBIC)
    return np.clip(base[None, None] * (.75 + .5 * grain[..., None]), 0, 255).astype(np.uint8)


def _light(image, rng):
    """Uneven lamp light and the shadow of a hand or a phone, with a soft rounded edge."""
    h, w = image.shape[:2]
    sh, sw = h // 16, w // 16
    y, x = np.mgrid[0:sh, 0:sw].astype(np.float32)
    direction = rng.uniform(0, 2 * np.pi)
    slope = (np.cos(direction) * x / sw + np.sin(direction) * y / sh)
    light = 1 - rng.uniform(.08, .3) * (slope - slope.min())
    if rng.random() < .75:
        mask = np.zeros((sh, sw), np.float32)
        centre = (int(sw * rng.uniform(0, 1)), int(sh * rng.uniform(.5, 1.1)))
        cv2.ellipse(mask, centre, (int(sw * rng.uniform(.2, .5)), int(sh * rng.uniform(.2, .5))), rng.uniform(0, 180),
                    0,
                    360, 1, -1)
        light *= 1 - rng.uniform(.18, .42) * cv2.GaussianBlur(mask, (0, 0), rng.uniform(3, 14))
    field = cv2.resize(light, (w, h), interpolation=cv2.INTER_LINEAR)
    return cv2.multiply(image, cv2.merge([field] * 3), dtype=cv2.CV_8U)


def phone(image, rng, nrng):
    """A photograph: the sheet on a desk, seen at an angle, unevenly lit, slightly blurred, compressed."""
    h, w = image.shape[:2]
    landscape = w > h
    out_w, out_h = (4000, 3000) if landscape else (3000, 4000)
    scale = min(out_w / w, out_h / h) * rng.uniform(.78, .93)
    dx, dy = (out_w - w * scale) / 2, (out_h - h * scale) / 2
    jig = lambda span: rng.uniform(-span, span)
    bend = min(dx, dy) * .9
    corners = np.float32([[dx + jig(bend), dy + jig(bend)], [out_w - dx + jig(bend), dy + jig(bend)],
                          [out_w - dx + jig(bend), out_h - dy + jig(bend)], [dx + jig(bend), out_h - dy + jig(bend)]])
    matrix = cv2.getPerspectiveTransform(np.float32([[0, 0], [w, 0], [w, h], [0, h]]), corners)
    paper = _levels(image, rng.randint(15, 45), rng.randint(225, 248))
    photo = _desk(rng, nrng, out_h, out_w)
    shade = cv2.GaussianBlur(cv2.fillConvexPoly(np.zeros((out_h // 8, out_w // 8), np.uint8),
                                                ((corners + 24) / 8).astype(np.int32), 130), (0, 0), 4)
    photo = cv2.subtract(photo, cv2.merge([cv2.resize(shade, (out_w, out_h))] * 3))
    mask = cv2.fillConvexPoly(np.zeros((out_h, out_w), np.uint8), corners.round().astype(np.int32), 255)
    warped = cv2.warpPerspective(paper, matrix, (out_w, out_h), flags=cv2.INTER_LINEAR)
    photo[mask > 0] = warped[mask > 0]
    photo = _light(photo, rng)
    photo = cv2.GaussianBlur(photo, (0, 0), rng.uniform(.7, 1.2))
    tint = [rng.uniform(.92, 1), rng.uniform(.93, 1), rng.uniform(.84, 1)]
    photo = cv2.LUT(photo, np.stack([np.arange(256) * t for t in tint], -1).astype(np.uint8)[None])
    capture = Capture(_noise(photo, nrng, rng.uniform(2.5, 6)), 72, quality=rng.randint(65, 88), matrix=matrix)
    if rng.random() < .4:
        # Held sideways: pixels are turned, EXIF says how to turn them back.
        capture.orientation, turn = rng.choice([(6, cv2.ROTATE_90_COUNTERCLOCKWISE), (8, cv2.ROTATE_90_CLOCKWISE),
                                                (3, cv2.ROTATE_180)])
        capture.turn(turn)
    return capture


DEGRADATIONS = {"flatbed": flatbed, "office": office, "faded": faded, "copier": copier, "phone": phone, "grey": grey,
                "sideways": sideways}
