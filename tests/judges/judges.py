"""The judges that are not ours: qpdf, pdfsig, veraPDF, EU DSS, pyHanko. Each gives a verdict for a file, or raises.

The Java judges are compiled once into the build folder (tests/judges/build), pyHanko lives in a virtual environment of
its own there (tools/python-venv).
"""

import glob
import os
import subprocess
from pathlib import Path

FAKETIME = "/usr/lib/*/faketime/libfaketime.so.1"
HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
BUILD = Path(os.environ.get("MESON_BUILD_ROOT", SOURCE / "build/tests"))
FOLDER = BUILD / "judges"


def build():
    """Compiles the Java judges and makes pyHanko's environment; quick when that is done already."""
    subprocess.run([HERE / "build", FOLDER], check=True)
    build_pyhanko()


def build_pyhanko():
    subprocess.run([SOURCE / "tools/python-venv", HERE / "requirements.txt", FOLDER / "pyhanko"], check=True,
                   stdout=subprocess.DEVNULL)


def days_later(days):
    """The environment of a process that believes it is so many days later; 0: as it is."""
    if days == 0:
        return dict(os.environ)
    (library,) = glob.glob(FAKETIME)
    # waits are on the true monotonic clock: with the library's own fix for them each wait of a JVM ends at once, and spins
    return dict(os.environ, LD_PRELOAD=library, FAKETIME=f"+{days}d", FAKETIME_DONT_FAKE_MONOTONIC="1",
                FAKETIME_FORCE_MONOTONIC_FIX="0")


def patience(files):
    """Seconds that a judge may take for so many files on a busy machine."""
    return 300 + 20 * len(files)


def _java(judge, main, arguments, days=0):
    classes = FOLDER / judge / "target/classes"
    libraries = FOLDER / judge / "target/lib/*"
    process = subprocess.run(["java", "-Xmx1g", "-cp", f"{classes}:{libraries}", main, *map(str, arguments)],
                             capture_output=True, text=True, timeout=patience(arguments), env=days_later(days))
    rows = [line.split("\t") for line in process.stdout.splitlines() if "\t" in line]
    if not rows:
        raise RuntimeError(f"{judge} said nothing: {process.stderr[-2000:]}")
    return rows


def verapdf(files, flavour="3b"):
    """{file: ""} for what is PDF/A-3b (or ua1: PDF/UA-1), otherwise the clauses that failed."""
    rows = _java("verapdf", "truecopy.VeraPdfJudge", ["--flavour", flavour, *files])
    return {row[1]: "" if row[0] == "PASS" else row[2] or "failed" for row in rows}


def dss(files, roots, crls, days=0):
    """{file: [(indication, sub-indication, format, signer, errors)]}, a tuple a signature; as judged days later."""
    arguments = []
    for root in roots:
        arguments += ["--root", root]
    for crl in crls:
        arguments += ["--crl", crl]
    verdicts = {}
    for row in _java("dss", "truecopy.DssJudge", [*arguments, *files], days):
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
roots, crls, files, strict = json.load(sys.stdin)
context = lambda: ValidationContext(
    trust_roots=[load_cert_from_pemder(r) for r in roots], allow_fetching=False, revocation_mode="require",
    crls=[crl.CertificateList.load(open(c, "rb").read()) for c in crls])
for file in files:
    try:
        with open(file, "rb") as stream:
            reader = PdfFileReader(stream, strict=strict)
            if reader.encrypted:
                reader.decrypt("")
            rows = []
            for signature in reader.embedded_regular_signatures:
                status = validate_pdf_signature(signature, context(), context())
                rows.append([bool(status.intact), bool(status.valid), bool(status.trusted), bool(status.bottom_line),
                             status.summary()])
    except Exception as problem:
        rows = [[False, False, False, False, repr(problem)]]
    print(json.dumps([file, rows]))
"""


def pyhanko(files, roots, crls, strict=True):
    """{file: [(intact, valid, trusted, bottom line, summary)]}, a tuple a signature. Strict, it refuses hybrid files."""
    import json
    question = json.dumps([[str(r) for r in roots], [str(c) for c in crls], [str(f) for f in files], strict])
    process = subprocess.run([FOLDER / "pyhanko/bin/python", "-c", PYHANKO], input=question, capture_output=True,
                             text=True, timeout=patience(files))
    if process.returncode != 0:
        raise RuntimeError(f"pyHanko did not run: {process.stderr[-2000:]}")
    rows = [json.loads(line) for line in process.stdout.splitlines()]
    return {file: [tuple(row) for row in signatures] for file, signatures in rows}


PYHANKO_LTV = r"""
import asyncio, json, sys
from datetime import timedelta
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (PdfSignatureValidationSpec, RevinfoOnlineFetchingRule,
                                                 RevocationInfoGatheringSpec, SignatureValidationSpec)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (CertRevTrustPolicy, FreshnessReqType, RevocationCheckingPolicy,
                                                 RevocationCheckingRule)
from pyhanko_certvalidator.registry import SimpleTrustManager
roots, days, files = json.load(sys.stdin)
rule = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
of_stamps = {"freshness": timedelta(days=days + 1),
             "freshness_req_type": FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION}
of_signers = {} if days else of_stamps
def certificates(**freshness):
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[load_cert_from_pemder(r) for r in roots]),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule), **freshness))
def specification():
    offline = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    return PdfSignatureValidationSpec(SignatureValidationSpec(certificates(**of_signers), offline,
                                                              ts_cert_validation_policy=certificates(**of_stamps)))
for file in files:
    rows = []
    try:
        with open(file, "rb") as stream:
            for signature in PdfFileReader(stream).embedded_regular_signatures:
                result = asyncio.run(ades_lta_validation(signature, specification()))
                status = result.api_status
                rows.append([result.ades_subindic == AdESPassed.OK, bool(status.intact and status.docmdp_ok),
                             result.oldest_evidence_record_timestamp is not None, str(result.ades_subindic)])
    except Exception as problem:
        rows = [[False, False, False, repr(problem)]]
    print(json.dumps([file, rows]))
"""


def pyhanko_ltv(files, roots, days=0):
    """{file: [(passed, unchanged, archive time-stamp, indication)]}: pyHanko's validation for the long term (ETSI EN
    319 102-1 5.6.3), by the file's own validation data alone; as judged days later, when what tells of the time-stamp
    authority may be as old as that and a day; today what tells of signers as well, for many files take hours."""
    import json
    question = json.dumps([[str(r) for r in roots], days, [str(f) for f in files]])
    process = subprocess.run([FOLDER / "pyhanko/bin/python", "-c", PYHANKO_LTV], input=question, capture_output=True,
                             text=True, timeout=patience(files), env=days_later(days))
    if process.returncode != 0:
        raise RuntimeError(f"pyHanko did not run: {process.stderr[-2000:]}")
    rows = [json.loads(line) for line in process.stdout.splitlines()]
    return {file: [tuple(row) for row in signatures] for file, signatures in rows}
