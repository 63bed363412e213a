"""What a certified copy says of itself, against itself: the composed file is changed in one place and signed anew by
other hands who are trusted, so that nothing but the copy's own checks can tell."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bases  # noqa: E402
import crypto  # noqa: E402
import harness  # noqa: E402
import material  # noqa: E402
import pdf  # noqa: E402
from pdf import Ref  # noqa: E402

ALWAYS = {"copy_signer_missing"}  # the other hands are not whom the copy names


def other(byte):
    """Another digit or letter in a byte's place."""
    return b"2" if byte == b"3" else b"3"


def changed(data, pattern, group=1):
    """The first byte of what a pattern finds becomes another one; everything stays in its place."""
    at = re.search(pattern, data, re.S).start(group)
    return data[:at] + other(data[at:at + 1]) + data[at + 1:]


def embedded(name, inside):
    """A pattern for a place in an embedded JSON file."""
    return rb'stream\n\{[^\n]{0,400}?"format":"' + name + rb'"[^\n]*?' + inside


CHANGES = {
    "another image": (rb"/Subtype /Image.{0,600}?stream\r?\n.{40}(.)", {"copy_page_differs"}),
    "another digest of a page in the data": (
        embedded(b"truecopy/copy/1", rb'"pages":\[.*?"sha256":"(.)'), {"copy_page_differs", "copy_manifest_differs"}),
    "another digest of a page in the manifest": (
        embedded(b"truecopy/captures/1", rb'"pages":\[.*?"sha256":"(.)'),
        {"copy_manifest_differs", "copy_officer_signature"}),
    "another capture in the manifest": (
        rb'"captures":\[\{[^]]*?"sha256":"(.)', {"copy_code_differs", "copy_officer_signature"}),
    "another code in the data": (rb'"code":"(.)', {"copy_code_differs"}),
    "another address": (rb'"url":"https://(.)', {"copy_qr_differs"}),
    "another record in the address": (rb'"url":"https://[^"]*/v/(.)', {"copy_qr_differs"}),
    "another officer's signature": (rb"application#2fpkcs7-signature.*?stream\r?\n.{900}(.)", {"copy_officer_signature"}),
}


class Copies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="truecopy-copies-"))
        cls.pki = crypto.Pki(str(cls.folder / "pki"))
        cls.context = harness.data_folder()
        cls.data = cls.context.__enter__()
        cls.copy, cls.own_trust = bases.own(cls.data)
        cls.composed = cls.copy[:cls.copy.index(b"%%EOF\n") + 6]

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)
        shutil.rmtree(cls.folder)

    def verify(self, contents):
        paths = []
        for i, content in enumerate(contents):
            paths.append(self.folder / f"{i}.pdf")
            paths[-1].write_bytes(content)
        return harness.run("verify", "--json", "--trust", self.pki.trust, "--trust", self.own_trust, *paths).lines

    def test_each_change_is_named_and_nothing_else(self):
        files = [self.composed] + [changed(self.composed, pattern) for pattern, _ in CHANGES.values()]
        wanted = [set()] + [codes for _, codes in CHANGES.values()]
        rows = self.verify([bases.sign(file, self.pki) for file in files])
        for label, codes, row in zip(["unchanged", *CHANGES], wanted, rows):
            with self.subTest(label):
                self.assertEqual((row["intact"], row["trusted"]), ("yes", "yes"), row)
                self.assertEqual({f["code"] for f in row["findings"] if f["severity"] == "violation"}, codes | ALWAYS)
                self.assertEqual(row["verdict"], "indeterminate")

    def test_an_embedded_original_is_the_capture_of_the_manifest(self):
        """A capture that cannot stand in the copy as it is, is embedded whole; here in LZW."""
        with harness.data_folder() as data:
            capture = data / "lzw.tif"
            subprocess.run(["tiffcp", "-c", "lzw", material.tiny(data / "tiny.tif", "GIAY XAC NHAN"), capture], check=True)
            row = harness.run("certify", "--json", capture, "--out", data / "out", data=data,
                              settings=["storage.durable=false"]).lines[0]
            copy, trust = (data / "out" / row["copy"]).read_bytes(), data / "out/trust"
            composed = copy[:copy.index(b"%%EOF\n") + 6]
            at = composed.index(capture.read_bytes()) + 300
            self.assertEqual(composed.count(b"/Type /EmbeddedFile"), 4)
            spoiled = composed[:at] + other(composed[at:at + 1]) + composed[at + 1:]
            for content, codes in ((composed, set()), (spoiled, {"copy_manifest_differs"})):
                path = data / "signed.pdf"
                path.write_bytes(bases.sign(content, self.pki))
                (answer,) = harness.run("verify", "--json", "--trust", self.pki.trust, "--trust", trust, path).lines
                self.assertEqual({f["code"] for f in answer["findings"] if f["severity"] == "violation"}, codes | ALWAYS)

    def test_a_copy_cut_off_before_the_seal_is_none(self):
        """Its first signature alone holds, and covers the whole file."""
        ends = [match.end() for match in re.finditer(rb"%%EOF\n", self.copy)]
        (row,) = self.verify([self.copy[:ends[1]]])
        self.assertEqual((row["intact"], row["trusted"], len(row["signatures"])), ("yes", "yes", 1), row)
        self.assertEqual([f["code"] for f in row["findings"]], ["copy_signer_missing"])
        self.assertEqual(row["verdict"], "indeterminate")

    def test_another_signer_shows_nothing_on_a_copy(self):
        """Whom a verifier trusts may sign along, and not cover what was certified."""
        file = pdf.File(self.copy)
        value, field, look = file.size, file.size + 1, file.size + 2
        shown = {look: pdf.stream(b"1 g 0 0 99 20 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 99 20]"), field: {
            b"/Type": b"/Annot", b"/Subtype": b"/Widget", b"/FT": b"/Sig", b"/T": b"(Third)", b"/V": Ref(value),
            b"/P": Ref(file.pages()[0]), b"/Rect": [72, 500, 171, 520], b"/F": 4, b"/AP": {b"/N": Ref(look)}}}
        rows = self.verify([bases.sign(self.copy, self.pki, field="Third", extra=extra) for extra in (None, shown)])
        self.assertEqual([(row["intact"], row["verdict"], [f["code"] for f in row["findings"]]) for row in rows],
                         [("yes", "valid", []), ("yes", "indeterminate", ["copy_signature_shown"])])

    def test_a_stranger_with_the_same_serial_numbers_is_not_the_registers(self):
        """He signs the copy's own pages in the right fields: that is intact, and tells of the record."""
        (row,) = self.verify([self.copy])
        serials = [int(signature["serial"], 16) for signature in row["signatures"] if signature["kind"] == "signature"]
        file = self.composed
        for field, serial in zip(("Certifier", "Agency"), serials, strict=True):
            with mock.patch.object(crypto.Certificate, "serials", iter([serial])):
                stranger = crypto.Certificate("Stranger", self.pki.signer.key)
            file = bases.sign(file, self.pki, stranger, field=field)
        with harness.serve(self.data) as server:
            request = urllib.request.Request(server + "/api/v1/verify", data=file, method="POST",
                                             headers={"Content-Type": "application/pdf"})
            with urllib.request.urlopen(request, timeout=60) as response:
                answer = json.load(response)
        self.assertEqual([s["serial"] for s in answer["signatures"]], [f"{serial:x}" for serial in serials])
        self.assertEqual((answer["intact"], answer["trusted"], answer["in_force"], answer["verdict"]),
                         ("yes", "unknown", "unknown", "indeterminate"), answer)
        self.assertFalse({"record", "state"} & set(answer))

    def test_the_officer_is_named(self):
        (row,) = self.verify([self.copy])
        officer = row["copy"]["captured_by"]
        self.assertEqual((row["verdict"], row["findings"], officer["intact"], officer["trusted"]),
                         ("valid", [], "yes", "yes"))
        self.assertNotEqual(officer["signer"], row["signatures"][0]["signer"])


if __name__ == "__main__":
    unittest.main()
