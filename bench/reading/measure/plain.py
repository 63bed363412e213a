"""What the plain tesseract command finds on the same pages: one process a core, a page at a time, one thread each.
Photographs are turned upright by their EXIF first, and PDF pages taken out as images: a set is not to look hard only
because tesseract does not read those. That preparation is not counted to its time."""
import concurrent.futures
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time

from measure.extracting import Cost
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


def pages_of(file, work):
    """The images tesseract is given for a file."""
    stem = work / file.stem
    if file.suffix == ".pdf":
        subprocess.run(["pdftoppm", "-r", "300", "-gray", str(file), str(stem)], check=True)
        return sorted(work.glob(file.stem + "*"))
    if file.suffix == ".jpg" and exif_orientation(file) in TURN:
        out = stem.with_suffix(".png")
        subprocess.run(["convert", str(file), "-auto-orient", str(out)], check=True)
        return [out]
    return [file]


def _read(pages, language):
    """The text of a file's pages, and what each process took."""
    environment = dict(os.environ, OMP_THREAD_LIMIT="1")
    text, usages = [], []
    for page in pages:
        child = subprocess.Popen(["tesseract", str(page), "-", "-l", language], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, env=environment)
        text.append(child.stdout.read().decode("utf-8", "replace"))
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        usages.append(usage)
    return normal(" ".join(text)), usages


def read_all(truths, language="vie", jobs=None):
    """{file name: text}, Cost."""
    if not shutil.which("tesseract"):
        raise SystemExit("tesseract is missing: run tools/install-deps --tests")
    jobs = jobs or os.cpu_count()
    with tempfile.TemporaryDirectory(prefix="truecopy-plain-") as work, concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        pages = list(pool.map(lambda t: pages_of(t.file, pathlib.Path(work)), truths))
        start = time.monotonic()
        results = list(pool.map(lambda p: _read(p, language), pages))
        cost = Cost(time.monotonic() - start)
    for _, usages in results:
        for usage in usages:
            cost.add(usage)
    return {t.file.name: r[0] for t, r in zip(truths, results)}, cost
