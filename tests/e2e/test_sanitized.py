"""The whole way on a few papers with the program under AddressSanitizer and UBSan: any report ends the program or its
worker, and so the run."""

import unittest

import harness


class Sanitized(unittest.TestCase):
    def test_the_whole_way(self):
        kinds = {c.suffix: c for c in harness.samples()}
        self.assertGreaterEqual(len(kinds), 4)
        with harness.data_folder() as data:
            out = data / "out"
            result = harness.run("certify", "--json", *kinds.values(), "--out", out, data=data, timeout=1700,
                                 settings=["base.worker_timeout=600000"])
            self.assertEqual(result.status, 0, result.out + result.err)
            self.assertNotIn("Sanitizer", result.err)
            copies = sorted(out.glob("*.pdf"))
            self.assertEqual(len(copies), len(kinds))
            verify = harness.run("verify", "--trust", out / "trust", *copies)
            self.assertEqual(verify.status, 0, verify.out + verify.err)
            spoiled = data / "spoiled.pdf"
            content = bytearray(copies[0].read_bytes())
            content[len(content) // 2] ^= 1
            spoiled.write_bytes(content)
            self.assertEqual(harness.run("verify", "--trust", out / "trust", spoiled).status, 1)
            audit = harness.run("audit", data=data)
            self.assertEqual(audit.status, 0, audit.out + audit.err)
            self.assertNotIn("Sanitizer", verify.err + audit.err)


if __name__ == "__main__":
    unittest.main()
