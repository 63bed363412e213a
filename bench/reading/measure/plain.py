"""What the plain tesseract command finds on the same pages: one process a core, a page at a time, one thread each.
Photographs are turned upright by their EXIF first, and PDF pages taken out as images: a set is not to look hard only
because tesseract does not read those."""
import concurrent.futures
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time

from measure.papers import normal

TURN = {3: "180", 6: "90", 8: "270"}


def exif_orientation(path):
    """The Orientation tag of a JPEG, 1 where there is none."""
    data = path.read_bytes()[:65536]
    at = data.find(b"Exif\0\0")
    if data[:2] != b"\xff\xd8" or at < 0:
        return 1
    base = at + 6
    order = "<" if data[base:base + 2] == b"II" else ">"
    ifd = base + struct.unpack_from(order + "I", data, base + 4)[0]
    for i in range(struct.unpack_from(order + "H", data, ifd)[0]):
        tag, _, _, value = struct.unpack_from(order + "HHIH", data, ifd + 2 + 12 * i)
        if tag == 0x0112:
            return value
    return 1


def _pages(file, work):
    """The images tesseract is given for a file."""
    if file.suffix == ".pdf":
        subprocess.run(["pdftoppm", "-r", "300", "-gray", str(file), str(work / "page")], check=True)
        return sorted(work.glob("page*"))
    if file.suffix == ".jpg" and exif_orientation(file) in TURN:
        out = work / "page.png"
        subprocess.run(["convert", str(file), "-auto-orient", str(out)], check=True)
        return [out]
    return [file]


def _read(file, language):
    environment = dict(os.environ, OMP_THREAD_LIMIT="1")
    text, seconds = [], 0.0
    with tempfile.TemporaryDirectory() as work:
        for page in _pages(file, pathlib.Path(work)):
            start = time.monotonic()
            done = subprocess.run(["tesseract", str(page), "-", "-l", language], capture_output=True, env=environment)
            seconds += time.monotonic() - start
            text.append(done.stdout.decode("utf-8", "replace"))
    return normal(" ".join(text)), seconds


def read_all(truths, language="vie", jobs=None):
    """{file name: text}, wall seconds, process seconds."""
    if not shutil.which("tesseract"):
        raise SystemExit("tesseract is missing: run tools/install-deps --tests")
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        results = list(pool.map(lambda t: _read(t.file, language), truths))
    wall = time.monotonic() - start
    return {t.file.name: r[0] for t, r in zip(truths, results)}, wall, sum(r[1] for r in results)
