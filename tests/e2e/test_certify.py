"""Certified copies before judges that are not ours; each judge must also reject a spoiled copy."""

import json
import os
import shutil
import subprocess
import unittest
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
import judges

PAPERS = int(os.environ.get("TRUECOPY_TEST_PAPERS", "6"))  # tests/long/certify draws more


def crl_time_passed():
    """CRLs count whole seconds; one that is to be younger than a time-stamp needs the next one."""
    import time
    time.sleep(1.1)


class Certify(unittest.TestCase):
    """The samples, some freshly drawn papers and, where there are any, the real ones, certified once for the class."""

    @classmethod
    def setUpClass(cls):
        judges.build()
        cls.context = harness.data_folder()
        cls.data = cls.context.__enter__()
        cls.out = cls.data / "out"
        cls.captures = list(harness.samples()) + harness.generated(cls.data / "generated", count=PAPERS)
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
        # The judges that take long sit side by side; a test waits for the one that it asks.
        cls.bench = ThreadPoolExecutor(2)
        cls.verdicts = {"dss": cls.bench.submit(judges.dss, cls.copies, cls.roots, []),
                        "pyhanko_ltv": cls.bench.submit(judges.pyhanko_ltv, cls.copies, cls.roots),
                        "pyhanko": cls.bench.submit(judges.pyhanko, cls.copies, cls.roots, cls.crls),
                        "verapdf": cls.bench.submit(judges.verapdf, cls.copies),
                        "verapdf_ua": cls.bench.submit(judges.verapdf, cls.copies, "ua1")}

    @classmethod
    def tearDownClass(cls):
        cls.bench.shutdown()
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
        for file, verdict in self.verdicts["verapdf"].result().items():
            self.assertEqual(verdict, "", file)

    def test_verapdf_finds_every_copy_accessible(self):
        for file, verdict in self.verdicts["verapdf_ua"].result().items():
            self.assertEqual(verdict, "", file)

    def test_verapdf_rejects_what_is_no_pdf_a(self):
        other = self.data / "other.pdf"
        subprocess.run(["qpdf", "--empty", other], check=True)
        for flavour in ("3b", "ua1"):
            self.assertNotEqual(judges.verapdf([other], flavour)[str(other)], "")

    def test_dss_passes_both_signatures_at_level_lta(self):
        """By the files' own validation data: no CRL is given."""
        verdicts = self.verdicts["dss"].result()
        for file in map(str, self.copies):
            self.assertEqual([(s[0], s[2]) for s in verdicts[file]], [("TOTAL_PASSED", "PAdES-BASELINE-LTA")] * 2,
                             f"{file}: {verdicts[file]}")

    def test_dss_rejects_a_spoiled_copy(self):
        for signature in judges.dss([self.spoiled], self.roots, self.crls)[str(self.spoiled)]:
            self.assertNotEqual(signature[0], "TOTAL_PASSED")

    def test_pyhanko_accepts_both_signatures(self):
        verdicts = self.verdicts["pyhanko"].result()
        for file in map(str, self.copies):
            self.assertEqual([s[:4] for s in verdicts[file]], [(True, True, True, True)] * 2,
                             f"{file}: {verdicts[file]}")

    def test_pyhanko_accepts_both_signatures_for_the_long_term(self):
        verdicts = self.verdicts["pyhanko_ltv"].result()
        for file in map(str, self.copies):
            self.assertEqual([s[:3] for s in verdicts[file]], [(True, True, True)] * 2, f"{file}: {verdicts[file]}")
        for signature in judges.pyhanko_ltv([self.spoiled], self.roots)[str(self.spoiled)]:
            self.assertFalse(signature[0])

    def test_pyhanko_rejects_a_spoiled_copy(self):
        for signature in judges.pyhanko([self.spoiled], self.roots, self.crls)[str(self.spoiled)]:
            self.assertFalse(signature[3])

    def test_pdfsig_accepts_both_signatures(self):
        for file in self.copies:
            # Of document time-stamps pdfsig knows the range, not the kind.
            self.assertEqual(judges.pdfsig(file), [("Signature is Valid.", False), ("Signature is Valid.", False),
                                                   ("Signature has not yet been verified.", True)], file)
        self.assertNotIn("Signature is Valid.", [verdict for verdict, _ in judges.pdfsig(self.spoiled)])

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

    @harness.needs_shared
    def test_what_was_signed_already_keeps_its_verdict(self):
        decision = harness.SHARED / "corpora/vn-decisions/970.pdf"
        with harness.serve(self.data) as url:
            record = json.load(urllib.request.urlopen(f"{url}/api/v1/records/{self.rows[decision]['record']}"))
        verdicts = [event["details"] for event in record["events"] if event["kind"] == "capture_signatures"]
        self.assertEqual([(v["intact"], v["trusted"], len(v["signatures"])) for v in verdicts], [("yes", "unknown", 1)])
        self.assertEqual(record["pages"][0]["annotations"][0]["subtype"], "Widget")

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
        self.assertEqual(result.lines[0]["error"]["code"], "denied", result.out)
        self.assertIn("revoked", result.lines[0]["error"]["message"])
        self.assertEqual(sorted(out.glob("*.pdf")), [])
        # What was signed and stamped before the revocation stays good.
        harness.run("pki", "export", self.data / "trust-now", data=self.data)
        before = harness.run("verify", "--json", "--trust", self.data / "trust-now", self.copies[0])
        self.assertEqual(before.status, 0, before.out)


class OtherKeys(unittest.TestCase):
    """P-256 keys in encrypted PEM instead of RSA on a token; a time-stamp server over HTTP; keys of one's own."""

    @classmethod
    def setUpClass(cls):
        judges.build()
        cls.capture = next(c for c in harness.samples() if c.suffix == ".png")

    def judge(self, copy, roots, crls):
        signatures = judges.dss([copy], roots, [])[str(copy)]
        self.assertEqual([(s[0], s[2]) for s in signatures], [("TOTAL_PASSED", "PAdES-BASELINE-LTA")] * 2, signatures)
        self.assertEqual([s[:4] for s in judges.pyhanko([copy], roots, crls)[str(copy)]], [(True,) * 4] * 2)
        self.assertEqual(judges.verapdf([copy])[str(copy)], "")

    def test_p256_in_pem(self):
        with harness.data_folder() as data:
            out = data / "out"
            result = harness.run("certify", self.capture, "--out", out, data=data,
                                 settings=["pipeline.demo_key_kind=ec", "signing.pkcs11_module="])
            self.assertEqual(result.status, 0, result.err)
            self.assertIn("EC P-256", harness.run("pki", data=data, settings=["signing.pkcs11_module="]).out)
            copy = next(out.glob("*.pdf"))
            crl_time_passed()
            harness.run("pki", "export", out / "trust", data=data, settings=["signing.pkcs11_module="])
            self.judge(copy, [out / "trust/root.pem"], sorted((out / "trust").glob("*.crl")))

    def test_time_stamps_over_http(self):
        with harness.data_folder() as theirs, harness.data_folder() as ours, harness.serve(theirs) as url:
            out = ours / "out"
            result = harness.run("certify", self.capture, "--out", out, data=ours,
                                 settings=[f"signing.tsa_url={url}/tsa"])
            # Their root is not among ours: the signer is known, the time is not proven.
            self.assertEqual(result.status, 2, result.err)
            copy = next(out.glob("*.pdf"))
            harness.run("pki", "export", theirs / "trust", data=theirs)
            both = harness.run("verify", "--json", "--trust", out / "trust", "--trust", theirs / "trust", copy)
            self.assertEqual(both.status, 0, both.out)
            self.assertEqual([s["level"] for s in both.lines[0]["signatures"]], ["B-T", "B-T"])

    def test_no_time_stamp_server_holds_nobody_up(self):
        """The copy is issued at the level reached and raised later, under its number: never a second copy."""
        with harness.data_folder() as data:
            away = ["signing.tsa_url=http://127.0.0.1:9/tsa http://127.0.0.1:10/tsa"]
            result = harness.run("certify", "--json", self.capture, "--out", data / "out", data=data, settings=away)
            row = result.lines[0]
            self.assertEqual((result.status, row["verdict"], row["level"], row["pending"]), (0, "valid", "B", True))
            early = next((data / "out").glob("*.pdf")).read_bytes()
            # Still away: it stays as it is, and says why.
            again = harness.run("renew", "--json", "--within", "1", data=data, settings=away)
            self.assertEqual((again.status, again.lines[0]["pending"], again.lines[0]["changed"]), (2, True, False))
            self.assertIn("time-stamp server", again.lines[0]["problem"])
            raised = harness.run("renew", "--json", "--within", "1", data=data)
            self.assertEqual((raised.status, raised.lines[0]["from"], raised.lines[0]["level"]), (0, "B", "LTA"))
            later = harness.run("certify", "--json", self.capture, "--out", data / "later", data=data)
            self.assertEqual((later.lines[0]["number"], later.lines[0]["existing"]), (row["number"], True))
            copy = next((data / "later").glob("*.pdf"))
            self.assertTrue(copy.read_bytes().startswith(early), "a raised copy begins with the one that was issued")
            self.judge(copy, [data / "later/trust/root.pem"], sorted((data / "later/trust").glob("*.crl")))
            self.assertEqual(harness.run("audit", data=data).status, 0)

    def test_no_revocation_data_leave_the_copy_at_t(self):
        with harness.data_folder() as data:
            away = ["signing.ocsp_url=http://127.0.0.1:9/ocsp", "signing.certificate_addresses=false"]
            row = harness.run("certify", "--json", self.capture, "--out", data / "out", data=data,
                              settings=away).lines[0]
            self.assertEqual((row["verdict"], row["level"], row["pending"]), ("valid", "T", True))
            raised = harness.run("renew", "--json", "--within", "1", data=data).lines[0]
            self.assertEqual((raised["from"], raised["level"]), ("T", "LTA"))
            nothing = harness.run("renew", "--json", data=data)
            self.assertEqual((nothing.status, nothing.lines), (0, []))
            # Years later: the next archive time-stamp.
            renewed = harness.run("renew", "--json", "--within", "3650", data=data).lines[0]
            self.assertEqual((renewed["from"], renewed["level"], renewed["changed"]), ("LTA", "LTA", True))
            row = harness.run("certify", "--json", self.capture, "--out", data / "later", data=data).lines[0]
            self.assertEqual(row["level"], "LTA")
            copy = next((data / "later").glob("*.pdf"))
            self.judge(copy, [data / "later/trust/root.pem"], sorted((data / "later/trust").glob("*.crl")))
            self.assertEqual(judges.pdfsig(copy)[-1][1], True)
            self.assertEqual(harness.run("audit", data=data).status, 0)

    def test_others_than_the_demo_name_who_compared(self):
        with harness.data_folder() as data:
            harness.run("pki", data=data, settings=["signing.pkcs11_module="])
            secret = (data / "pki.secret").read_text().strip()
            keys = []
            for role in ("officer", "certifier", "agency"):
                chain = data / f"{role}-chain.pem"
                chain.write_text((data / f"pki/{role}.pem").read_text() + (data / "pki/issuer.pem").read_text())
                keys += [f"signing.{role}_key={data}/pki/{role}.key", f"signing.{role}_chain={chain}",
                         f"signing.{role}_secret={secret}"]
            with harness.data_folder() as office:
                without = harness.run("certify", "--json", self.capture, "--out", office / "out", data=office,
                                      settings=keys)
                self.assertEqual(without.lines[0]["error"]["code"], "usage", without.out)
                named = harness.run("certify", "--json", self.capture, "--compared-by", "A. Clerk", "--out",
                                    office / "out", data=office, settings=keys)
                self.assertEqual(named.lines[0].get("error"), None, named.out)
                text = subprocess.run(["pdftotext", next((office / "out").glob("*.pdf")), "-"], capture_output=True,
                                      text=True).stdout
                self.assertIn("A. Clerk", text)
                self.assertNotIn("KHÔNG CÓ GIÁ TRỊ", text)


class Sign(unittest.TestCase):
    """truecopy sign: a PDF that exists, signed by incremental update, several times."""

    def test_every_byte_before_stays_and_judges_accept(self):
        judges.build()
        with harness.data_folder() as data:
            plain, once, twice = data / "plain.pdf", data / "once.pdf", data / "twice.pdf"
            subprocess.run(["qpdf", "--empty", "--pages", str(harness.SOURCE / "samples/decision-flatbed.pdf"), "--",
                            "--object-streams=generate", plain], check=True)
            self.assertEqual(harness.run("sign", "--certify", plain, once, data=data).status, 0)
            self.assertEqual(harness.run("sign", "--as", "agency", "--lock", once, twice, data=data).status, 0)
            self.assertTrue(once.read_bytes().startswith(plain.read_bytes()))
            self.assertTrue(twice.read_bytes().startswith(once.read_bytes()))
            crl_time_passed()
            harness.run("pki", "export", data / "trust", data=data)
            roots, crls = [data / "trust/root.pem"], sorted((data / "trust").glob("*.crl"))
            self.assertEqual([s[:4] for s in judges.pyhanko([twice], roots, crls)[str(twice)]], [(True,) * 4] * 2)
            self.assertEqual(harness.run("verify", "--trust", data / "trust", twice).status, 0)
            self.assertEqual(judges.qpdf(twice), "")

    def test_refusals_name_the_file(self):
        with harness.data_folder() as data:
            locked = data / "locked.pdf"
            subprocess.run(["qpdf", "--encrypt", "u", "o", "256", "--", harness.SOURCE / "samples/decision-flatbed.pdf",
                            locked], check=True)
            result = harness.run("sign", locked, data / "out.pdf", data=data)
            self.assertEqual(result.status, 3)
            self.assertIn("locked.pdf", result.err)
            self.assertIn("encrypted", result.err)
            self.assertFalse((data / "out.pdf").exists())


if __name__ == "__main__":
    unittest.main()
