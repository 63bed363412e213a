"""Copies after their archive time-stamp was renewed, and after their signers' certificates ended: before truecopy and
judges that are not ours, by the file and the root alone."""

import os
import subprocess
import unittest

import harness
import judges

PAPERS = int(os.environ.get("TRUECOPY_TEST_OLD_PAPERS", "2"))  # tests/long/decades takes more
CRL_ENDED, SIGNER_ENDED, AUTHORITY_ENDED = 60, 1500, 2300  # days; signers have three years, time-stamps six
QUICK = ["ocr.second_reading=false"]  # what is read does not matter here


class Decades(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        judges.build()
        cls.context = harness.data_folder()
        cls.data = cls.context.__enter__()
        captures = harness.samples()[:PAPERS]
        captures += harness.generated(cls.data / "generated", count=PAPERS - len(captures)) if PAPERS > len(captures) else []
        first = harness.run("certify", "--json", *captures, "--out", cls.data / "out", data=cls.data, settings=QUICK, timeout=7200)
        renewed = harness.run("renew", "--json", "--within", "3650", data=cls.data, timeout=7200)
        again = harness.run("certify", "--json", *captures, "--out", cls.data / "renewed", data=cls.data, settings=QUICK, timeout=7200)
        if first.status or renewed.status or again.status or len(renewed.lines) != len(captures):
            raise RuntimeError(f"{first.err} {renewed.out} {renewed.err} {again.err}")
        cls.copies = sorted((cls.data / "out").glob("*.pdf")) + sorted((cls.data / "renewed").glob("*.pdf"))
        cls.roots = [cls.data / "out/trust/root.pem"]
        cls.spoiled = cls.data / "spoiled.pdf"
        content = bytearray(cls.copies[-1].read_bytes())
        content[2000] ^= 0xFF
        cls.spoiled.write_bytes(content)

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def verify(self, days, files):
        run = subprocess.run([harness.TRUECOPY, "verify", "--json", "--trust", self.roots[0], *files],
                             capture_output=True, text=True, env=judges.days_later(days), timeout=600)
        return harness.Result(run).lines

    def test_renewed_copies_begin_with_what_was_issued(self):
        count = len(self.copies) // 2
        self.assertGreater(count, 1)
        for issued, renewed in zip(self.copies[:count], self.copies[count:]):
            self.assertEqual(issued.name, renewed.name)
            self.assertTrue(renewed.read_bytes().startswith(issued.read_bytes()))
            self.assertGreater(renewed.stat().st_size, issued.stat().st_size)

    def test_truecopy(self):
        for days in (0, CRL_ENDED, SIGNER_ENDED):
            for row in self.verify(days, self.copies):
                self.assertEqual((row["intact"], row["trusted"]), ("yes", "yes"), f"{days} days later: {row}")
                self.assertEqual([s["level"] for s in row["signatures"]][:2], ["B-LTA"] * 2)
            self.assertEqual(self.verify(days, [self.spoiled])[0]["intact"], "no")

    def test_nothing_proves_what_its_time_stamps_outlived(self):
        for row in self.verify(AUTHORITY_ENDED, self.copies):
            self.assertEqual((row["intact"], row["trusted"]), ("yes", "unknown"), row)

    def test_dss(self):
        for days in (0, SIGNER_ENDED):
            verdicts = judges.dss([*self.copies, self.spoiled], self.roots, [], days)
            for file in map(str, self.copies):
                self.assertEqual([(s[0], s[2]) for s in verdicts[file]], [("TOTAL_PASSED", "PAdES-BASELINE-LTA")] * 2,
                                 f"{days} days later: {file}: {verdicts[file]}")
            self.assertNotIn("TOTAL_PASSED", [s[0] for s in verdicts[str(self.spoiled)]])

    def test_pyhanko(self):
        for days in (0, SIGNER_ENDED):
            verdicts = judges.pyhanko_ltv([*self.copies, self.spoiled], self.roots, days)
            for file in map(str, self.copies):
                self.assertEqual([s[:3] for s in verdicts[file]], [(True, True, True)] * 2,
                                 f"{days} days later: {file}: {verdicts[file]}")
            self.assertNotIn(True, [s[0] for s in verdicts[str(self.spoiled)]])

    def test_verapdf_and_pdfsig(self):
        for file, verdict in judges.verapdf(self.copies).items():
            self.assertEqual(verdict, "", file)
        for file in self.copies:
            self.assertEqual([v for v, _ in judges.pdfsig(file)][:2], ["Signature is Valid."] * 2, file)


if __name__ == "__main__":
    unittest.main()
