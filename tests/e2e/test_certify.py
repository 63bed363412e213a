"""Certified copies before judges that are not ours; each judge must also reject a spoiled copy."""

import shutil
import subprocess
import unittest
from pathlib import Path

import harness
import judges


def crl_time_passed():
    """CRLs count whole seconds; one that is to be younger than a time-stamp needs the next one."""
    import time
    time.sleep(1.1)


class Certify(unittest.TestCase):
    """The samples and, where there are any, the real papers, certified once for the whole class."""

    @classmethod
    def setUpClass(cls):
        judges.build()
        cls.context = harness.data_folder()
        cls.data = cls.context.__enter__()
        cls.out = cls.data / "out"
        cls.captures = list(harness.samples())
        if harness.SHARED.is_dir():
            cls.captures += sorted((harness.SHARED / "corpora/vn-decisions").glob("*.pdf"))
            cls.captures.append(harness.SHARED / "corpora/vn-decree/scan-p1-9.pdf")
        cls.result = harness.run("certify", "--json", *cls.captures, "--out", cls.out, data=cls.data, timeout=1800)
        cls.rows = {Path(row["file"]): row for row in cls.result.lines}
        cls.copies = sorted(cls.out.glob("*.pdf"))
        cls.roots = [cls.out / "trust/root.pem"]
        cls.crls = sorted((cls.out / "trust").glob("*.crl"))
        cls.spoiled = cls.data / "spoiled.pdf"
        content = bytearray(cls.copies[0].read_bytes())
        content[2000] ^= 0xFF
        cls.spoiled.write_bytes(content)

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def test_every_capture_is_certified_and_verified(self):
        self.assertEqual(self.result.status, 0, self.result.err)
        self.assertEqual(len(self.rows), len(self.captures))
        for file, row in self.rows.items():
            self.assertEqual(row.get("verdict"), "valid", f"{file}: {row}")
        self.assertEqual(len(self.copies), len(self.captures))

    def test_numbers_have_no_gap_and_no_repeat(self):
        numbers = sorted(int(row["number"].split("/")[0]) for row in self.rows.values())
        self.assertEqual(numbers, list(range(1, len(self.rows) + 1)))

    def test_verapdf(self):
        for file, verdict in judges.verapdf(self.copies).items():
            self.assertEqual(verdict, "", file)

    def test_verapdf_rejects_what_is_no_pdf_a(self):
        other = self.data / "other.pdf"
        subprocess.run(["qpdf", "--empty", other], check=True)
        self.assertNotEqual(judges.verapdf([other])[str(other)], "")

    def test_dss_passes_both_signatures_at_level_t(self):
        verdicts = judges.dss(self.copies, self.roots, self.crls)
        for file in map(str, self.copies):
            self.assertEqual([(s[0], s[2]) for s in verdicts[file]], [("TOTAL_PASSED", "PAdES-BASELINE-T")] * 2,
                             f"{file}: {verdicts[file]}")

    def test_dss_rejects_a_spoiled_copy(self):
        for signature in judges.dss([self.spoiled], self.roots, self.crls)[str(self.spoiled)]:
            self.assertNotEqual(signature[0], "TOTAL_PASSED")

    def test_pyhanko_accepts_both_signatures(self):
        verdicts = judges.pyhanko(self.copies, self.roots, self.crls)
        for file in map(str, self.copies):
            self.assertEqual([s[:4] for s in verdicts[file]], [(True, True, True, True)] * 2,
                             f"{file}: {verdicts[file]}")

    def test_pyhanko_rejects_a_spoiled_copy(self):
        for signature in judges.pyhanko([self.spoiled], self.roots, self.crls)[str(self.spoiled)]:
            self.assertFalse(signature[3])

    def test_pdfsig_accepts_both_signatures(self):
        for file in self.copies:
            self.assertEqual(judges.pdfsig(file), [("Signature is Valid.", False), ("Signature is Valid.", True)], file)
        self.assertNotIn(("Signature is Valid.", True), judges.pdfsig(self.spoiled))

    def test_qpdf_finds_nothing(self):
        for file in self.copies:
            self.assertEqual(judges.qpdf(file), "", file)
        cut = self.data / "cut.pdf"
        cut.write_bytes(self.copies[0].read_bytes()[:-4000])
        self.assertNotEqual(judges.qpdf(cut), "")

    def test_verify_accepts_offline_with_trust_alone(self):
        result = harness.run("verify", "--json", "--trust", self.out / "trust", *self.copies)
        self.assertEqual(result.status, 0, result.out + result.err)
        without = harness.run("verify", "--json", self.copies[0])
        self.assertEqual((without.status, without.lines[0]["intact"], without.lines[0]["trusted"]), (2, "yes", "unknown"))

    def test_the_same_capture_is_not_certified_twice(self):
        renamed = self.data / "renamed.jpg"
        capture = next(c for c in self.captures if c.suffix == ".jpg")
        shutil.copy(capture, renamed)
        again = harness.run("certify", "--json", renamed, "--out", self.data / "again", data=self.data)
        row = again.lines[0]
        self.assertEqual((row["existing"], row["record"], row["number"]),
                         (True, self.rows[capture]["record"], self.rows[capture]["number"]))
        first = self.out / self.rows[capture]["copy"]
        self.assertEqual((self.data / "again" / row["copy"]).read_bytes(), first.read_bytes())

    def test_audit_is_clean(self):
        audit = harness.run("audit", "--json", data=self.data)
        self.assertEqual(audit.status, 0, audit.out + audit.err)
        self.assertEqual(audit.lines[-1]["faults"], 0)

    def test_z_a_revoked_signer_passes_neither_us_nor_dss(self):
        """Last: it revokes the certifier of the shared PKI, as of before anything that is signed from now on."""
        self.assertEqual(harness.run("pki", "revoke", "certifier", data=self.data).status, 0)
        crl_time_passed()
        fresh = self.data / "fresh.jpg"
        capture = next(c for c in self.captures if c.suffix == ".jpg")
        fresh.write_bytes(capture.read_bytes() + b"\0")
        out = self.data / "revoked"
        result = harness.run("certify", "--json", fresh, "--out", out, data=self.data)
        copies = sorted(out.glob("*.pdf"))
        if copies:  # a copy that was made all the same must not be believed
            verdicts = judges.dss(copies, [out / "trust/root.pem"], sorted((out / "trust").glob("*.crl")))
            self.assertNotEqual(verdicts[str(copies[0])][0][0], "TOTAL_PASSED")
            self.assertNotEqual(harness.run("verify", "--trust", out / "trust", copies[0]).status, 0)
        else:
            self.assertNotEqual(result.status, 0)
        # What was signed and stamped before the revocation stays good.
        harness.run("pki", "export", self.data / "trust-now", data=self.data)
        before = harness.run("verify", "--json", "--trust", self.data / "trust-now", self.copies[0])
        self.assertEqual(before.status, 0, before.out)


if __name__ == "__main__":
    unittest.main()
