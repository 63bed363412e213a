"""DIR/worst.json -> DIR/README.md and a crop for each of the fields."""
import json
import pathlib
import sys

import cv2
import numpy as np
from PIL import Image

from . import pages

MARGIN = .6  # of the line's height, all around
WIDEST = 1400


def crop(image, corners):
    """The four-cornered part of a page, upright as text reads, with a margin."""
    quad = np.float32(corners)
    width, height = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    across, down = (quad[1] - quad[0]) / max(1, width), (quad[3] - quad[0]) / max(1, height)
    edge = height * MARGIN
    quad = quad + np.float32([-across - down, across - down, across + down, -across + down]) * edge
    size = int(max(8, width + 2 * edge)), int(max(8, height + 2 * edge))
    target = np.float32([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]])
    return cv2.warpPerspective(image, cv2.getPerspectiveTransform(quad, target), size, borderValue=(255, 255, 255))


def stacked(crops):
    """Crops of one value below each other."""
    width = max(c.shape[1] for c in crops)
    padded = [cv2.copyMakeBorder(c, 0, 4, 0, width - c.shape[1], cv2.BORDER_CONSTANT,
                                 value=(255, 255, 255)) for c in crops]
    image = np.vstack(padded)
    if image.shape[1] > WIDEST:
        image = cv2.resize(image, None, fx=WIDEST / image.shape[1], fy=WIDEST / image.shape[1],
                           interpolation=cv2.INTER_AREA)
    return image


def entry(row, number, folder):
    lines = [f"## {number}. {row['type']}.{row['key']}, {row['degradation']}{' — called sure' if row['silent'] else ''}", ""]
    if row["places"]:
        sheets = pages.of(row["path"])
        name = f"{number:02d}-{row['key']}.png"
        Image.fromarray(stacked([crop(sheets[page - 1], corners) for page,
                                 corners in row["places"]])).save(folder / name)
        lines += [f"![{row['key']}]({name})", ""]
    lines += [f"- stands there: {row['expected']}", f"- read: {row['value']} [{row['status']}, {row['confidence']}]",
              f"- why: {row['reason']}"]
    if row["evidence"]:
        lines.append("- evidence: " + "; ".join(map(str, row["evidence"])))
    return lines + [f"- {row['file']}", ""]


def main():
    folder = pathlib.Path(sys.argv[1])
    rows = json.loads((folder / "worst.json").read_text("utf-8"))
    lines = ["# The worst fields", ""]
    for number, row in enumerate(rows, 1):
        lines += entry(row, number, folder)
    (folder / "README.md").write_text("\n".join(lines), "utf-8")
    print(f"{len(rows)} fields in {folder}/README.md")


if __name__ == "__main__":
    main()
