"""The pages of a capture file as RGB arrays, pixel by pixel as captured (EXIF not applied)."""
import pathlib
import subprocess
import tempfile

import numpy as np
from PIL import Image, ImageSequence

Image.MAX_IMAGE_PIXELS = None


def of(path):
    path = pathlib.Path(path)
    if path.suffix == ".pdf":
        with tempfile.TemporaryDirectory() as work:
            subprocess.run(["pdfimages", "-png", str(path), f"{work}/page"], check=True)
            return [np.asarray(Image.open(p).convert("RGB")) for p in sorted(pathlib.Path(work).glob("page*"))]
    return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(Image.open(path))]
