"""BUILD DIR: one invented page of each kind, spoilt in turn by each degradation; to the left the capture, to the right
what recognition is given, both with the boxes of the fields that were found: green where sure, amber where a person
checks, red otherwise."""
import json
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy as np
from PIL import Image

from generator.__main__ import CARDS, MANY_PAGES, TYPES, make

from . import pages

HARD = ["phone", "faded", "office", "copier", "grey", "sideways"]
COLORS = {"sure": (20, 150, 60), "check": (230, 150, 0)}
HEIGHT = 900


def cleaned(program, file):
    """The clean page as RGB and the transform from capture pixels to its own."""
    data = subprocess.run([program, str(file)], check=True, capture_output=True).stdout
    magic, numbers, size, _, pixels = data.split(b"\n", 4)
    assert magic == b"P5", "a grey picture"
    width, height = map(int, size.split())
    grey = np.frombuffer(pixels, np.uint8).reshape(height, width)
    to_capture = np.array(numbers[1:].split(), float).reshape(3, 3)
    return cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.linalg.inv(to_capture)


def boxed(image, fields, matrix):
    image = image.copy()
    thick = max(2, max(image.shape[:2]) // 500)
    for reply in fields.values():
        if reply["page"] != 1:
            continue
        x, y, w, h = reply["box"]
        corners = np.array([(x, y, 1), (x + w, y, 1), (x + w, y + h, 1), (x, y + h, 1)]) @ matrix.T
        points = (corners[:, :2] / corners[:, 2:]).round().astype(np.int32)
        cv2.polylines(image, [points], True, COLORS.get(reply["status"], (210, 30, 40)), thick, cv2.LINE_AA)
    return image


def fitted(image):
    factor = HEIGHT / image.shape[0]
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def picture(build, kind, degradation, work):
    drawing = {"pages": 1} if kind in MANY_PAGES else {"close": True} if kind in CARDS and degradation == "phone" else None
    form = "png" if degradation == "copier" else "jpg"
    data, _, _ = make("pictures", 1, kind, degradation, form, sample=True, drawing=drawing)
    file = work / f"{kind}.{form}"
    file.write_bytes(data)
    line = subprocess.run([build / "service" / "truecopy", "extract", "--json", file], check=True,
                          capture_output=True).stdout
    fields = json.loads(line)["fields"]
    clean, matrix = cleaned(build / "bench" / "clean-page", file)
    before, after = (fitted(boxed(image, fields, m)) for image, m in ((pages.of(file)[0], np.eye(3)), (clean, matrix)))
    gap = np.full((HEIGHT, 16, 3), 255, np.uint8)
    return np.hstack([before, gap, after])


def main():
    build, out = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        for i, kind in enumerate(TYPES):
            image = picture(build, kind, HARD[i % len(HARD)], pathlib.Path(work))
            Image.fromarray(image).save(out / f"{kind}.jpg", quality=62)
            print(f"{kind}: {HARD[i % len(HARD)]}")


if __name__ == "__main__":
    main()
