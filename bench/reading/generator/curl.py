"""Sheets that do not lie flat: a cylinder over the sheet, whose ruling lines run nearly down the page, so that lines of
text become curves. Three of them are photographed (a side that rises, the bend beside a spine, waves), one lies with its
spine on a flatbed scanner. Paper does not stretch: lengths along the sheet stay what they are."""
import cv2
import numpy as np

from . import degrade

STEP = 8  # pixels between those that are traced; the others are interpolated
REACH = .3  # of the sheet: how far beyond its sides the surface goes on


def _rising(rng):
    start, most = rng.uniform(.1, .5), np.radians(rng.uniform(18, 40))
    return lambda a: most * np.clip((a - start) / (1 - start), 0, 1.1)


def _spine(rng):
    most, reach = np.radians(rng.uniform(28, 50)), rng.uniform(.1, .22)
    return lambda a: -most * np.exp(-np.clip(1 - a, 0, None) / reach)


def _wavy(rng):
    most, count, start = np.radians(rng.uniform(9, 20)), rng.uniform(.7, 1.5), rng.uniform(0, 2 * np.pi)
    return lambda a: most * np.sin(2 * np.pi * count * a + start)


class Surface:
    """Where points of the sheet (pixels at 300 dpi) lie in space: x right, y down, z towards the camera, in pixels."""

    def __init__(self, size, angle, ruling, mirrored):
        self.width, self.height = size
        self.cos, self.sin = np.cos(ruling), np.sin(ruling)
        self.mirrored = mirrored
        along = np.linspace(-REACH - .3, 1.3 + REACH, 1200)
        self.along, self.angles = along, angle(along)
        step = along[1] - along[0]
        self.x = np.cumsum(np.cos(self.angles)) * step
        self.z = np.cumsum(np.sin(self.angles)) * step
        for values in (self.x, self.z):
            values -= np.interp(.5, along, values)

    def _position(self, points):
        u = (points[..., 0] - self.width / 2) / self.width * (-1 if self.mirrored else 1)
        v = (points[..., 1] - self.height / 2) / self.width
        return u * self.cos + v * self.sin + .5, v * self.cos - u * self.sin

    def in_space(self, points):
        a, b = self._position(points)
        x, z = np.interp(a, self.along, self.x), np.interp(a, self.along, self.z)
        u = x * self.cos - b * self.sin
        return np.stack([u * (-1 if self.mirrored else 1), x * self.sin + b * self.cos, z], -1) * self.width

    def slope(self, points):
        """The angle at which the sheet rises there, to the right."""
        return np.interp(self._position(points)[0], self.along, self.angles) * (-1 if self.mirrored else 1)


def _rotation(rng, most):
    """A camera held not quite above the middle, in degrees about x, y and z."""
    out = np.eye(3)
    for axis, degrees in enumerate(most):
        vector = np.zeros(3)
        vector[axis] = np.radians(rng.uniform(-degrees, degrees))
        out = cv2.Rodrigues(vector)[0] @ out
    return out


def _camera(surface, size, rng):
    """From pixels of the sheet to pixels of a photograph that it fills as a person would fill it."""
    out = np.array(size, float)
    focal = np.hypot(*size) * rng.uniform(.58, .72)
    turn = _rotation(rng, (13, 10, 3))
    edge = np.linspace(0, 1, 30)
    rim = np.concatenate([np.stack([edge, edge * 0], -1), np.stack([edge, edge * 0 + 1], -1),
                          np.stack([edge * 0, edge], -1), np.stack([edge * 0 + 1, edge], -1)])
    rim = surface.in_space(rim * (surface.width, surface.height)) @ turn.T
    fill, distance = rng.uniform(.8, .94), 1.5 * surface.height
    for _ in range(12):
        seen = rim[:, :2] * focal / (distance - rim[:, 2:])
        distance *= ((seen.max(0) - seen.min(0)) / (out * fill)).max()
    middle = (seen.max(0) + seen.min(0)) / 2
    shift = out / 2 - middle + [rng.uniform(-.02, .02) * s for s in size]

    def project(points):
        p = surface.in_space(points) @ turn.T
        return p[..., :2] * focal / (distance - p[..., 2:]) + shift
    return project


def _traced(project, sheet, size):
    """For every pixel of the photograph its place on the sheet: `project` undone step by step on a coarse grid."""
    w, h = sheet
    corners = np.float32([[0, 0], [w, 0], [w, h], [0, h]])
    flat = cv2.getPerspectiveTransform(np.float32(project(corners.astype(float))), corners)
    y, x = np.mgrid[0:size[1]:STEP, 0:size[0]:STEP].astype(np.float64)
    wanted = np.stack([x, y], -1).reshape(-1, 1, 2)
    aim, least, most = wanted.copy(), np.array([-REACH * w, -REACH * h]), np.array([w + REACH * w, h + REACH * h])
    for _ in range(40):
        found = np.clip(cv2.perspectiveTransform(aim, flat), least, most)
        aim += .8 * (wanted - project(found))
    shape = x.shape
    grow = lambda field: cv2.warpAffine(np.float32(field.reshape(shape)), np.float32([[STEP, 0, 0], [0, STEP, 0]]), size,
                                        flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return grow(found[..., 0]), grow(found[..., 1])


def _shading(surface, x, y, rng, depth):
    """Lamp light on a bent surface."""
    small = np.stack([x[::STEP, ::STEP], y[::STEP, ::STEP]], -1).astype(float)
    slope = surface.slope(small)
    lamp = np.radians(rng.uniform(-35, 35))
    light = np.cos(slope - lamp) / np.cos(lamp)
    light = np.clip(1 - depth + depth * light, .35, 1.12)
    return cv2.resize(np.float32(light), (x.shape[1], x.shape[0]), interpolation=cv2.INTER_LINEAR)


def _photograph(image, rng, nrng, angle):
    h, w = image.shape[:2]
    size = (4000, 3000) if w > h else (3000, 4000)
    surface = Surface((w, h), angle, np.radians(rng.uniform(-6, 6)), rng.random() < .5)
    project = _camera(surface, size, rng)
    x, y = _traced(project, (w, h), size)
    paper = degrade._levels(image, rng.randint(15, 45), rng.randint(225, 248))
    sheet = cv2.remap(paper, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    sheet = cv2.multiply(sheet, cv2.merge([_shading(surface, x, y, rng, rng.uniform(.4, .8))] * 3), dtype=cv2.CV_8U)
    on_sheet = ((x >= 0) & (y >= 0) & (x < w) & (y < h)).astype(np.uint8)
    photo = degrade._desk(rng, nrng, size[1], size[0])
    shade = cv2.GaussianBlur(cv2.resize(on_sheet, None, fx=1 / 8, fy=1 / 8) * 130, (0, 0), 5)
    photo = cv2.subtract(photo, cv2.merge([cv2.resize(shade, size)] * 3))
    photo[on_sheet > 0] = sheet[on_sheet > 0]
    photo = cv2.GaussianBlur(degrade._light(photo, rng), (0, 0), rng.uniform(.7, 1.2))
    return degrade.Capture(degrade._noise(photo, nrng, rng.uniform(2.5, 6)), 72, quality=rng.randint(65, 88),
                           bend=project)


def _scan(image, rng, nrng):
    """A bound sheet on a flatbed scanner whose row of sensors lies along the spine: what is off the glass is smaller,
    darker and not sharp."""
    h, w = image.shape[:2]
    surface = Surface((w, h), _spine(rng), 0, rng.random() < .5)
    path = rng.uniform(1.1, 1.5) * w  # how far the sensors see, as light goes

    def project(points):
        p = surface.in_space(points)
        top = np.maximum(0, -p[..., 2])
        return np.stack([p[..., 0] + w / 2, p[..., 1] * path / (path + top) + h / 2], -1)
    x, y = _traced(project, (w, h), (w, h))
    paper = degrade._levels(image, rng.randint(15, 45), rng.randint(240, 252))
    page = cv2.remap(paper, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(60, 58, 56))
    page = cv2.multiply(page, cv2.merge([_shading(surface, x, y, rng, rng.uniform(.7, .9))] * 3), dtype=cv2.CV_8U)
    page = cv2.GaussianBlur(page, (0, 0), rng.uniform(.6, 1))
    return degrade.Capture(degrade._noise(page, nrng, rng.uniform(2, 4)), 300, quality=rng.randint(70, 90), bend=project)


def curled(image, rng, nrng):
    kind = rng.choice([_rising, _spine, _wavy, None])
    return _photograph(image, rng, nrng, kind(rng)) if kind else _scan(image, rng, nrng)
