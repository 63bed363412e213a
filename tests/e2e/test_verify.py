"""`truecopy verify`: untouched copies, changed bytes, the corpora of signed and tampered files, exit statuses."""

import contextlib
import csv
import json
import os
import re
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
import material

FLIP = harness.BUILD / "tests/fault/flip"


def cases(folder):
    path = harness.SHARED / "corpora" / folder
    with open(path / "cases.tsv", encoding="utf-8") as file:
        return [path / row["file"] for row in csv.DictReader(file, delimiter="\t")]


def regions(copy):
    """First and last offset of the last signature's value, the file's size, the end of what that signature covers."""
    return map(int, subprocess.check_output([FLIP, "--regions", copy], text=True).split())


class Copy(unittest.TestCase):
    """A small certified copy of our own."""

    @classmethod
    def setUpClass(cls):
        cls.context = harness.data_folder()
        cls.data = cls.context.__enter__()
        capture = material.tiny(cls.data / "tiny.tif", "GIAY XAC NHAN")
        cls.out = cls.data / "out"
        result = harness.run("certify", "--json", capture, "--out", cls.out, data=cls.data,
                             settings=["storage.durable=false"])
        cls.copy = cls.out / result.lines[0]["copy"]
        cls.trust = cls.out / "trust"

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def verify(self, *files):
        return harness.run("verify", "--json", "--trust", self.trust, *files)

    def test_untouched_is_valid(self):
        result = self.verify(self.copy)
        self.assertEqual((result.status, result.lines[0]["verdict"]), (0, "valid"), result.out + result.err)
        self.assertEqual([f["severity"] for f in result.lines[0]["findings"] if f["severity"] != "note"], [])

    def test_explain_tells_each_check_of_each_signature(self):
        result = harness.run("verify", "--explain", "--trust", self.trust, self.copy)
        self.assertEqual(result.status, 0, result.out + result.err)
        for check in ("structure", "digest", "signature", "timestamp", "certificate", "revocation"):
            self.assertRegex(result.out, rf"(?m)^    {check} +yes +ok$")
        self.assertGreaterEqual(result.out.count("    field "), 2)

    def test_changed_bytes_are_never_valid(self):
        """A sample of single bytes, in the process of tests/fault/flip; tests/long/flip takes every one."""
        start, end, size, covered = regions(self.copy)
        self.assertEqual(covered, size)
        self.flip(self.copy, self.trust, [(0, 64, 3), (64, start, start // 250), (start - 40, start + 6, 1),
                                          (start + 6, end - 6, 97), (end - 6, end + 12, 1), (end + 12, size, 11)])

    def test_changed_bytes_of_a_pending_copy_are_never_valid(self):
        """Its last revision is a security store that nothing signs yet: there, the digest that it carries tells."""
        with harness.data_folder() as data:
            row = harness.run("certify", "--json", material.tiny(data / "tiny.tif", "GIAY XAC NHAN"), "--out",
                              data / "out", data=data, settings=["storage.durable=false", "signing.level=LT"]).lines[0]
            self.assertEqual(row["level"], "LT")
            copy = data / "out" / row["copy"]
            start, end, size, covered = regions(copy)
            self.assertLess(covered, size)
            self.flip(copy, data / "out/trust", [(64, start, start // 60), (start - 4, start + 6, 1),
                                                 (start + 6, end - 6, 397), (end - 6, covered, 37),
                                                 (covered - 8, covered + 60, 1), (covered + 60, size - 900, 13),
                                                 (size - 900, size, 1)])

    def flip(self, copy, trust, parts):
        def one(part):
            return subprocess.run([FLIP, copy, trust, *map(str, part)], capture_output=True, text=True)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for part, process in zip(parts, pool.map(one, parts)):
                self.assertEqual(process.returncode, 0, f"{part}: {process.stdout}{process.stderr}")

    def test_the_program_says_the_same_as_the_driver(self):
        """The driver calls verification in its own process; a few changes through the program as installed."""
        content = self.copy.read_bytes()
        files = []
        for i, offset in enumerate((5, 3000, len(content) // 2, len(content) - 900, len(content) - 3)):
            path = self.data / f"changed-{i}.pdf"
            path.write_bytes(content[:offset] + bytes([content[offset] ^ 0xFF]) + content[offset + 1:])
            files.append(path)
        for path in files:
            self.assertNotEqual(self.verify(path).status, 0, path)

    def test_added_and_missing_bytes(self):
        content = self.copy.read_bytes()
        for name, changed in (("appended", content + b"\n"), ("cut", content[:-1]), ("doubled", content + content),
                              ("prefixed", b" " + content)):
            path = self.data / f"{name}.pdf"
            path.write_bytes(changed)
            self.assertNotEqual(self.verify(path).status, 0, name)

    def test_the_highest_status_of_several_files_wins(self):
        text = self.data / "text.pdf"
        text.write_text("no PDF at all")
        spoiled = self.data / "spoiled.pdf"
        content = bytearray(self.copy.read_bytes())
        content[4000] ^= 1
        spoiled.write_bytes(content)
        plain = material.pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                              b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"], self.data / "plain.pdf")
        for files, status in (((self.copy,), 0), ((spoiled,), 1), ((plain,), 2), ((text,), 3),
                              ((self.copy, spoiled), 1), ((plain, spoiled, self.copy), 2),
                              ((text, self.copy, plain), 3), ((self.copy, self.data / "missing.pdf"), 3)):
            result = self.verify(*files)
            self.assertEqual(result.status, status, f"{files}: {result.out}")
            self.assertEqual(len(result.lines), len(files))

    def test_wrong_usage_is_three(self):
        self.assertEqual(harness.run("verify").status, 3)
        self.assertEqual(harness.run("verify", "--no-such-option", self.copy).status, 3)
        self.assertEqual(harness.run("verify", "--trust", self.data / "missing", self.copy).status, 3)

    def test_without_trust_it_is_undecided(self):
        result = harness.run("verify", "--json", self.copy)
        row = result.lines[0]
        self.assertEqual((result.status, row["verdict"], row["intact"], row["trusted"]),
                         (2, "indeterminate", "yes", "unknown"))

    def test_a_task_that_takes_too_long_is_stopped(self):
        start = time.monotonic()
        result = harness.run("extract", "--json", harness.samples()[0], settings=["base.worker_timeout=100"])
        self.assertLess(time.monotonic() - start, 30)
        self.assertEqual((result.lines[0]["error"]["code"], result.status), ("timeout", 4), result.out)


class Register(unittest.TestCase):
    """What the warehouse that issued a copy adds."""

    def ask(self, server, content):
        request = urllib.request.Request(server + "/api/v1/verify", data=content, method="POST",
                                         headers={"Content-Type": "application/pdf"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def report(self, server, content, language):
        request = urllib.request.Request(f"{server}/api/v1/verify/report?lang={language}&file_name=paper.pdf",
                                         data=content, method="POST", headers={"Content-Type": "application/pdf"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.assertEqual(answer.headers["Content-Type"], "application/pdf")
            return answer.read()

    def test_a_copy_is_known_by_its_digest_and_an_extended_one_by_its_record(self):
        """Cut after its security store a copy holds, and is a file that the warehouse never stored."""
        with harness.data_folder() as data:
            row = harness.run("certify", "--json", material.tiny(data / "tiny.tif", "GIAY XAC NHAN"), "--out",
                              data / "out", data=data, settings=["storage.durable=false", "signing.level=LTA"]).lines[0]
            copy = (data / "out" / row["copy"]).read_bytes()
            ends = [match.end() for match in re.finditer(rb"%%EOF\n", copy)]
            with harness.serve(data) as server:
                whole, cut, unsealed = (self.ask(server, copy[:end]) for end in (ends[-1], ends[-2], ends[1]))
                report = self.report(server, copy, "en")
                with self.assertRaises(urllib.error.HTTPError) as refused:
                    self.report(server, copy, "xx")
                refused.exception.close()
                spoiled = self.ask(server, copy[:5000] + bytes([copy[5000] ^ 1]) + copy[5001:])
        for answer in (whole, cut):
            self.assertEqual((answer["verdict"], answer["in_force"], answer["record"], answer["findings"]),
                             ("valid", "yes", row["record"], []), answer)
        self.assertNotEqual(whole["digest"], cut["digest"])
        codes = {finding["code"] for finding in unsealed["findings"]}
        self.assertEqual((unsealed["verdict"], unsealed["in_force"], codes),
                         ("invalid", "unknown", {"copy_signer_missing", "copy_signer_unregistered"}))
        self.assertEqual((spoiled["intact"], spoiled["in_force"]), ("no", "unknown"))
        self.assertEqual(refused.exception.code, 400)
        text = subprocess.run(["pdftotext", "-", "-"], input=report, capture_output=True, check=True).stdout.decode()
        for words in ("Verification report", "This copy cannot be used: it is a sample", row["number"], "paper.pdf"):
            self.assertIn(words, text)


def roots_in(path):
    """The self-issued certificates that a PDF's signatures and security store embed, as PEM."""
    data, found = path.read_bytes(), ""
    for digits in re.findall(rb"/Contents\s*<([0-9A-Fa-f]{200,})>", data):
        found += subprocess.run(["openssl", "pkcs7", "-inform", "DER", "-print_certs"], capture_output=True,
                                input=bytes.fromhex(digits.decode())).stdout.decode("latin-1")
    for match in re.finditer(rb"stream\r?\n", data):
        content = data[match.end():match.end() + 20000]
        with contextlib.suppress(zlib.error):
            content = zlib.decompressobj().decompress(content)
        if content[:2] == b"\x30\x82":
            found += subprocess.run(["openssl", "x509", "-inform", "DER"], capture_output=True,
                                    input=content[:4 + int.from_bytes(content[2:4], "big")]).stdout.decode()
    for one in set(re.findall("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", found, re.S)):
        names = subprocess.run(["openssl", "x509", "-noout", "-subject", "-issuer"], capture_output=True,
                               input=one.encode()).stdout.decode().splitlines()
        if names[0].split("=", 1)[1] == names[1].split("=", 1)[1]:
            yield one


@harness.needs_shared
class Corpora(unittest.TestCase):
    def test_with_their_own_roots_trusted_the_changed_ones_are_still_caught(self):
        """So that "not valid" is never for want of trust alone: what is wrong is the content."""
        with tempfile.TemporaryDirectory() as folder:
            for folder_name in ("signed", "tampered"):
                for path in cases(folder_name):
                    Path(folder, path.name + ".pem").write_text("".join(roots_in(path)) or "", encoding="ascii")
            for empty in (p for p in Path(folder).iterdir() if p.stat().st_size == 0):
                empty.unlink()
            for row in harness.run("verify", "--json", "--trust", folder, *cases("signed")).lines:
                self.assertEqual(row.get("intact"), "yes", row)
            known = 0
            for row in harness.run("verify", "--json", "--trust", folder, *cases("tampered")).lines:
                reasons = [check["reason"] for s in row.get("signatures", []) for check in s["checks"]]
                known += "signer_unknown" not in reasons
                self.assertEqual((row.get("intact"), row.get("verdict")), ("no", "invalid"), row)
            self.assertGreaterEqual(known, 8)

    def test_signed_originals_are_intact_and_their_signers_unknown(self):
        result = harness.run("verify", "--json", *cases("signed"))
        for row in result.lines:
            with self.subTest(Path(row["file"]).name):
                self.assertEqual((row.get("intact"), row.get("trusted")), ("yes", "unknown"), row)
        self.assertEqual(result.status, 2)

    def test_tampered_ones_are_neither_intact_nor_valid(self):
        result = harness.run("verify", "--json", *cases("tampered"))
        self.assertEqual(len(result.lines), len(cases("tampered")))
        for row in result.lines:
            with self.subTest(Path(row["file"]).name):
                self.assertNotEqual(row.get("intact"), "yes", row)
                self.assertNotEqual(row.get("verdict"), "valid", row)
        self.assertNotEqual(result.status, 0)


if __name__ == "__main__":
    unittest.main()
