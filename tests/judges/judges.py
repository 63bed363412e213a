"""The judges that are not ours: qpdf, pdfsig, veraPDF, EU DSS, pyHanko. Each gives a verdict for a file, or raises.

The Java judges are compiled once into the build folder (tests/judges/build), pyHanko lives in a virtual environment of
its own there (tools/python-venv).
"""

import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
BUILD = Path(os.environ.get("MESON_BUILD_ROOT", SOURCE / "build/tests"))
FOLDER = BUILD / "judges"


def build():
    """Compiles the Java judges and makes pyHanko's environment; quick when that is done already."""
    subprocess.run([HERE / "build", FOLDER], check=True)
    subprocess.run([SOURCE / "tools/python-venv", HERE / "requirements.txt", FOLDER / "pyhanko"], check=True,
                   stdout=subprocess.DEVNULL)


def _java(judge, main, arguments):
    classes = FOLDER / judge / "target/classes"
    libraries = FOLDER / judge / "target/lib/*"
    process = subprocess.run(["java", "-Xmx1g", "-cp", f"{classes}:{libraries}", main, *map(str, arguments)],
                             capture_output=True, text=True, timeout=900)
    rows = [line.split("\t") for line in process.stdout.splitlines() if "\t" in line]
    if not rows:
        raise RuntimeError(f"{judge} said nothing: {process.stderr[-2000:]}")
    return rows


def verapdf(files):
    """{file: ""} for what is PDF/A-3b, otherwise the clauses that failed."""
    rows = _java("verapdf", "truecopy.VeraPdfJudge", files)
    return {row[1]: "" if row[0] == "PASS" else row[2] or "failed" for row in rows}


def dss(files, roots, crls):
    """{file: [(indication, sub-indication, format, signer, errors)]}, a tuple a signature."""
    arguments = []
    for root in roots:
        arguments += ["--root", root]
    for crl in crls:
        arguments += ["--crl", crl]
    verdicts = {}
    for row in _java("dss", "truecopy.DssJudge", [*arguments, *files]):
        verdicts.setdefault(row[0], []).append(tuple(row[1:]))
    return verdicts


def qpdf(file):
    """"" where qpdf --check finds nothing, else what it says."""
    process = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, timeout=120)
    return "" if process.returncode == 0 else process.stdout + process.stderr


def pdfsig(file):
    """[(signature validation, total document signed)], one a signature."""
    process = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, timeout=120)
    verdicts, total = [], False
    for line in process.stdout.splitlines():
        line = line.strip(" -")
        if line.startswith(("Total document signed", "Not total document signed")):
            total = line.startswith("Total")
        if line.startswith("Signature Validation:"):
            verdicts.append((line.split(":", 1)[1].strip(), total))
    return verdicts


PYHANKO = r"""
import json, sys
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from asn1crypto import crl
roots, crls, files = json.load(sys.stdin)
context = lambda: ValidationContext(
    trust_roots=[load_cert_from_pemder(r) for r in roots], allow_fetching=False, revocation_mode="require",
    crls=[crl.CertificateList.load(open(c, "rb").read()) for c in crls])
for file in files:
    try:
        with open(file, "rb") as stream:
            reader = PdfFileReader(stream)
            rows = []
            for signature in reader.embedded_signatures:
                status = validate_pdf_signature(signature, context(), context())
                rows.append([bool(status.intact), bool(status.valid), bool(status.trusted), bool(status.bottom_line),
                             status.summary()])
    except Exception as problem:
        rows = [[False, False, False, False, repr(problem)]]
    print(json.dumps([file, rows]))
"""


def pyhanko(files, roots, crls):
    """{file: [(intact, valid, trusted, bottom line, summary)]}, a tuple a signature."""
    import json
    question = json.dumps([[str(r) for r in roots], [str(c) for c in crls], [str(f) for f in files]])
    process = subprocess.run([FOLDER / "pyhanko/bin/python", "-c", PYHANKO], input=question, capture_output=True,
                             text=True, timeout=900)
    if process.returncode != 0:
        raise RuntimeError(f"pyHanko did not run: {process.stderr[-2000:]}")
    rows = [json.loads(line) for line in process.stdout.splitlines()]
    return {file: [tuple(row) for row in signatures] for file, signatures in rows}
