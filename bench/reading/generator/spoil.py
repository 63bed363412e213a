"""Captures nobody should accept: each takes a Capture that is as it should be and returns it spoilt."""
import cv2
import numpy as np


def blurred(capture, rng, nrng):
    """Out of focus, or the hand moved: letters run into each other."""
    image = capture.image
    letter = capture.dpi if capture.dpi != 72 else max(image.shape[:2]) / 11.7  # dots an inch, near enough
    if rng.random() < .5:
        capture.image = cv2.GaussianBlur(image, (0, 0), letter / 300 * rng.uniform(5.5, 9))
        return capture
    length = int(letter / 300 * rng.uniform(22, 40))
    kernel = np.zeros((length, length), np.float32)
    angle = rng.uniform(0, np.pi)
    middle = length / 2
    for step in np.linspace(-middle, middle, 4 * length):
        x, y = int(middle + step * np.cos(angle) * .98), int(middle + step * np.sin(angle) * .98)
        kernel[min(length - 1, max(0, y)), min(length - 1, max(0, x))] = 1
    capture.image = cv2.filter2D(image, -1, kernel / kernel.sum())
    return capture


SIDES = ("left", "right", "top", "bottom")


def _loses_print(capture, side, share):
    """Print lies beyond the new edge, and some right within it: whoever looks sees that the capture is cut. What is cut
    in a blank place looks whole, and where nothing printed is missing it is whole."""
    h, w = capture.image.shape[:2]
    across, size = (0, w) if side in ("left", "right") else (1, h)
    inwards = capture.print_at[:, across] / size - share
    if side in ("right", "bottom"):
        inwards = 1 - capture.print_at[:, across] / size - share
    near = .009  # of the picture: 2 to 3 millimetres
    return (inwards < 0).mean() > .02 and ((inwards > 0) & (inwards < near)).any()


def _cut(capture, rng):
    """A side and how much of it: between a sixth and a quarter, more where nothing is printed there."""
    for least, most in [(.16, .26)] * 24 + [(.16, .6)] * 200:
        side, share = rng.choice(SIDES), rng.uniform(least, most)
        if _loses_print(capture, side, share):
            return side, share
    raise ValueError("a page without print cannot be cut off")


def cut_off(capture, rng, nrng):
    """A strip with print on it lies outside the capture: one side of a photograph, or a sheet laid askew on the glass."""
    h, w = capture.image.shape[:2]
    side, share = _cut(capture, rng)
    if capture.dpi == 72:
        x0, x1 = (int(w * share), w) if side == "left" else (0, int(w * (1 - share))) if side == "right" else (0, w)
        y0, y1 = (int(h * share), h) if side == "top" else (0, int(h * (1 - share))) if side == "bottom" else (0, h)
        capture.image = np.ascontiguousarray(capture.image[y0:y1, x0:x1])
        return capture
    dx = int(w * share) * {"left": -1, "right": 1}.get(side, 0)
    dy = int(h * share) * {"top": -1, "bottom": 1}.get(side, 0)
    shift = np.float32([[1, 0, dx], [0, 1, dy]])
    lid = 238 if capture.image.ndim == 2 else (238, 238, 236)
    capture.image = cv2.warpAffine(capture.image, shift, (w, h), borderValue=lid)
    return capture


def glare(capture, rng, nrng):
    """A lamp mirrored in the sheet: a spot burnt out to white with a soft edge, over print."""
    h, w = capture.image.shape[:2]
    mask = np.zeros((h // 8, w // 8), np.float32)
    centre = (int(mask.shape[1] * rng.uniform(.35, .65)), int(mask.shape[0] * rng.uniform(.3, .6)))
    axes = (int(mask.shape[1] * rng.uniform(.1, .2)), int(mask.shape[0] * rng.uniform(.07, .14)))
    cv2.ellipse(mask, centre, axes, rng.uniform(0, 180), 0, 360, 1, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), min(axes) * .3)
    mask = cv2.resize(np.clip(mask * 1.5, 0, 1), (w, h), interpolation=cv2.INTER_LINEAR)
    if capture.image.ndim == 3:
        mask = mask[..., None]
    capture.image = (capture.image * (1 - mask) + 255 * mask).astype(np.uint8)
    return capture


def low_resolution(capture, rng, nrng):
    """A thumbnail: 60 to 90 dots an inch of the sheet."""
    dots = capture.dpi if capture.dpi != 72 else max(capture.image.shape[:2]) / 12.5
    factor = rng.uniform(60, 90) / dots
    capture.image = cv2.resize(capture.image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    capture.matrix = np.diag([factor, factor, 1]) @ capture.matrix
    if capture.dpi != 72:
        capture.dpi = round(capture.dpi * factor)
    return capture


SPOILS = {"blurred": blurred, "cut_off": cut_off, "glare": glare, "low_resolution": low_resolution}
