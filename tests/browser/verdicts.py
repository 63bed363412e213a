"""Ten files on the page that verifies: verdicts.mjs hands each in, in both languages, and reads what it says first.

An office of its own, with keys that are not the demo's, certifies; time-stamps and OCSP responses come from the service
that has the demo PKI. Screenshots are left in BUILD/browser/shots."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
os.environ["MESON_BUILD_ROOT"] = sys.argv[1]
for folder in ("tests/e2e", "tests/service", "tests/attacks"):
    sys.path.insert(0, str(SOURCE / folder))

import bases  # noqa: E402
import crypto  # noqa: E402
import harness  # noqa: E402
import material  # noqa: E402
from serving import serving  # noqa: E402


def keys_of(data, url):
    """Settings of an office with the keys of a PKI in a data folder, whose services are behind the address."""
    harness.run("pki", data=data, settings=["signing.pkcs11_module="])
    secret = (data / "pki.secret").read_text().strip()
    settings = [f"signing.tsa_url={url}/tsa", f"signing.ocsp_url={url}/pki/ocsp", f"signing.crl_path={data}/pki"]
    for role in ("officer", "certifier", "agency"):
        chain = data / f"{role}-chain.pem"
        chain.write_text("".join((data / f"pki/{name}.pem").read_text() for name in (role, "issuer", "root")))
        settings += [f"signing.{role}_key={data}/pki/{role}.key", f"signing.{role}_chain={chain}",
                     f"signing.{role}_secret={secret}"]
    return settings


def certify(office, settings, captures, out):
    """{capture: (copy, record)}"""
    result = harness.run("certify", "--json", *captures, "--compared-by", "Trần Thị Mẫu", "--out", out,
                         data=office, settings=settings)
    rows = {Path(row["file"]).name: row for row in result.lines}
    assert all("copy" in row for row in rows.values()), result.out + result.err
    return {name: ((out / row["copy"]).read_bytes(), row["record"]) for name, row in rows.items()}


def foreign(folder):
    """A file that somebody signed whom nobody here knows, and one signed with a key of 1024 bits."""
    pki = crypto.Pki(str(folder))
    return bases.sign(bases.draw(), pki), bases.sign(bases.draw(), pki, pki.weak)


def changed(copy):
    """One byte in the middle is another."""
    at = len(copy) // 2
    return copy[:at] + bytes([copy[at] ^ 1]) + copy[at + 1:]


def files(office, settings):
    def tiny(name):
        return material.tiny(office / f"{name}.tif", f"GIAY {name.upper()}")

    captures = [*map(tiny, ("valid", "superseded", "revoked")), SOURCE / "samples/marital-status-phone.jpg"]
    copies = certify(office, settings, captures, office / "out")
    late = certify(office, [*settings, "signing.level=T"], [tiny("late")], office / "late")
    stranger, weak = foreign(office / "stranger")
    valid = copies["valid.tif"][0]
    unsigned = material.pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"], office / "unsigned.pdf")
    return {"use_valid": valid, "use_superseded": copies["superseded.tif"][0], "use_revoked": copies["revoked.tif"][0],
            "use_paper_expired": copies["marital-status-phone.jpg"][0], "use_not_checked": late["late.tif"][0],
            "use_changed": changed(valid), "use_signer_unknown": stranger, "use_weak": weak,
            "use_unsigned": unsigned.read_bytes(), "use_damaged": valid[:200]}, {
                "superseded": copies["superseded.tif"][1], "revoked": copies["revoked.tif"][1]}


harness.install()
work = Path(sys.argv[1]) / "browser"
(work / "verdicts.mjs").write_bytes((SOURCE / "tests/browser/verdicts.mjs").read_bytes())
with harness.data_folder() as theirs, harness.data_folder() as office, tempfile.TemporaryDirectory() as profile:
    harness.run("pki", data=theirs, settings=["signing.pkcs11_module="])
    with serving(theirs, "signing.pkcs11_module=") as services:
        settings = keys_of(theirs, services.url)
        contents, records = files(office, settings)
    # From here on no service answers; an office that has the lists as files does without.
    with serving(office, *settings) as server:
        answer = server.post("/api/v1/verify", contents["use_not_checked"]).json
        assert (answer["verdict"], answer["advice"]) == ("valid", "use_valid"), answer
    alone = [setting for setting in settings if not setting.startswith("signing.crl_path=")]
    with serving(office, *alone) as server:
        for state, record in records.items():
            answer = server.post(f"/api/v1/records/{record}/move", {"to": state, "reason": "requester_asked"})
            assert answer.json.get("state") == state, answer.body
        for code, content in contents.items():
            (office / f"{code}.pdf").write_bytes(content)
        reasons = {row["code"]: row for row in json.loads(
            (SOURCE / "schemas/national/vn/reasons.json").read_text(encoding="utf-8"))}
        expected = {str(office / f"{code}.pdf"): reasons[code] for code in contents}
        (office / "expected.json").write_text(json.dumps(expected))
        status = subprocess.run(["node", work / "verdicts.mjs", server.url, office / "expected.json", work / "shots",
                                 profile], timeout=600, stdin=subprocess.DEVNULL).returncode
sys.exit(status)
