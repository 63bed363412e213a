"""OCRmyPDF on the same pages, one process a core: its text (--sidecar) and what it takes."""
import concurrent.futures
import os
import subprocess
import time

from measure.extracting import Cost
from measure.papers import normal


def read_all(truths, root, work, jobs=None):
    """{file name: text}, Cost. Photographs and TIFFs become PDFs first (not counted): it takes one image a file."""
    python = subprocess.run([str(root / "tools" / "python-venv"),
                             str(root / "bench" / "reading" / "requirements-ocrmypdf.txt"),
                             str(root / "build" / "venv-ocrmypdf")], check=True, capture_output=True,
                            text=True).stdout.strip()
    inputs = [_as_pdf(python, t.file, work) for t in truths]
    environment = dict(os.environ, OMP_THREAD_LIMIT="1")

    def one(path):
        side = work / (path.stem + ".txt")
        child = subprocess.Popen([python, "-m", "ocrmypdf", "--quiet", "-l", "vie", "--deskew", "--rotate-pages",
                                  "--jobs", "1",
                                  "--output-type", "pdf", "--sidecar", str(side), str(path), str(work / (path.stem + ".out.pdf"))],
                                 env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        return normal(side.read_text("utf-8", "replace")) if side.exists() else "", usage

    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        results = list(pool.map(one, inputs))
    cost = Cost(time.monotonic() - start)
    for _, usage in results:
        cost.add(usage)
    return {t.file.name: r[0] for t, r in zip(truths, results)}, cost


def _as_pdf(python, file, work):
    """As img2pdf makes it, which OCRmyPDF brings along. A picture that says nothing of its resolution is taken for A4."""
    if file.suffix == ".pdf":
        return file
    out = work / (file.stem + ".in.pdf")
    knows = subprocess.run([python, "-c", "import sys, PIL.Image; sys.exit('dpi' not in PIL.Image.open(sys.argv[1]).info)", str(file)])
    size = [] if knows.returncode == 0 else ["--pagesize", "A4"]
    subprocess.run([python, "-m", "img2pdf", "--rotation=ifvalid", *size, "-o", str(out), str(file)], check=True)
    return out
