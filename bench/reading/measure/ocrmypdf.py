"""OCRmyPDF on the same pages: only its time, one process a core as its own default has it."""
import concurrent.futures
import os
import subprocess
import time


def read_all(truths, root, work, jobs=None):
    """Wall seconds for all papers. Photographs and TIFFs become PDFs first (not counted): it takes one image a file."""
    python = subprocess.run([str(root / "tools" / "python-venv"),
                             str(root / "bench" / "reading" / "requirements-ocrmypdf.txt"),
                             str(root / "build" / "venv-ocrmypdf")], check=True, capture_output=True,
                            text=True).stdout.strip()
    inputs = [_as_pdf(t.file, work) for t in truths]
    environment = dict(os.environ, OMP_THREAD_LIMIT="1")
    start = time.monotonic()

    def one(path):
        subprocess.run([python, "-m", "ocrmypdf", "--quiet", "-l", "vie", "--deskew", "--rotate-pages", "--jobs", "1",
                        "--output-type", "pdf", str(path), str(path.with_suffix(".out.pdf"))], env=environment,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    with concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        list(pool.map(one, inputs))
    return time.monotonic() - start


def _as_pdf(file, work):
    if file.suffix == ".pdf":
        return file
    out = work / (file.stem + ".in.pdf")
    if file.suffix == ".tif":
        subprocess.run(["tiff2pdf", "-o", str(out), str(file)], check=True, stderr=subprocess.DEVNULL)
    else:
        subprocess.run(["convert", str(file), "-auto-orient", str(out)], check=True)
    return out
