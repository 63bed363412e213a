"""BUILD DIR: one invented page of each degradation, of a type that has it hard; to the left the capture, to the right what
recognition is given, both with the boxes of the fields that were found: green where sure, amber where a person checks,
red otherwise."""
import json
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy as np
from PIL import Image

from generator.__main__ import MANY_PAGES, make

from . import pages

HARD = {"phone": "residence_confirmation", "curled": "criminal_record_1", "faded": "birth_certificate",
        "copier": "marital_status_confirmation", "office": "marriage_certificate", "grey": "business_registration",
        "sideways": "official_letter"}
COLORS = {"sure": (20, 150, 60), "check": (230, 150, 0)}
HEIGHT = 640


def cleaned(program, file):
    """The clean page as RGB, and what takes points (n × 2) of the capture to it."""
    data = subprocess.run([program, str(file)], check=True, capture_output=True).stdout
    magic, numbers, nodes, size, _, pixels = data.split(b"\n", 5)
    assert magic == b"P5", "a grey picture"
    width, height = map(int, size.split())
    grey = np.frombuffer(pixels, np.uint8).reshape(height, width)
    from_capture = np.linalg.inv(np.array(numbers[1:].split(), float).reshape(3, 3))
    columns, rows, cell, *bend = np.array(nodes[1:].split(), float)
    bend = np.float32(bend).reshape(int(rows), int(columns), 2)

    def to_page(points):
        bent = np.c_[points, np.ones(len(points))] @ from_capture.T
        bent = np.float32(bent[:, :2] / bent[:, 2:])
        flat = bent
        for _ in range(20 if bend.size else 0):
            flat = bent - cv2.remap(bend, flat[:, None] / np.float32(cell), None, cv2.INTER_LINEAR,
                                    borderMode=cv2.BORDER_REPLICATE)[:, 0]
        return flat
    return cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), to_page


def boxed(image, fields, to_image):
    """`image` in its final size, `to_image` takes capture pixels to its pixels before that."""
    factor = HEIGHT / image.shape[0]
    image = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    for reply in fields.values():
        if reply["page"] != 1:
            continue
        x, y, w, h = reply["box"]
        corners = to_image(np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], float))
        cv2.polylines(image, [(corners * factor).round().astype(np.int32)], True,
                      COLORS.get(reply["status"], (210, 30, 40)), 1, cv2.LINE_AA)
    return image


def picture(build, kind, degradation, work):
    drawing = {"pages": 1} if kind in MANY_PAGES else None
    form = "png" if degradation == "copier" else "jpg"
    data, _, _ = make("pictures", 1, kind, degradation, form, sample=True, drawing=drawing)
    file = work / f"{kind}.{form}"
    file.write_bytes(data)
    line = subprocess.run([build / "service" / "truecopy", "extract", "--json", file], check=True,
                          capture_output=True).stdout
    fields = json.loads(line)["fields"]
    clean, to_page = cleaned(build / "bench" / "clean-page", file)
    before = boxed(pages.of(file)[0], fields, lambda points: points)
    after = boxed(clean, fields, to_page)
    gap = np.full((HEIGHT, 16, 3), 255, np.uint8)
    return np.hstack([before, gap, after])


def main():
    build, out = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        for degradation, kind in HARD.items():
            image = picture(build, kind, degradation, pathlib.Path(work))
            Image.fromarray(image).save(out / f"{degradation}.jpg", quality=50, optimize=True)
            print(f"{degradation}: {kind}")


if __name__ == "__main__":
    main()
