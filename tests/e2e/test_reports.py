"""`truecopy verify --report`: a PDF/A for people, in both languages, whose first sentence says whether the file can be
used."""

import json
import subprocess
import unittest

import harness
import judges
import material

REASONS = {row["code"]: row for row in
           json.loads((harness.SOURCE / "schemas/national/vn/reasons.json").read_text(encoding="utf-8"))}


def text_of(path):
    """All of its text on one line, as a reader selects it."""
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(text.split())


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        judges.build()
        cls.context = harness.data_folder()
        cls.data = cls.context.__enter__()
        row = harness.run("certify", "--json", material.tiny(cls.data / "tiny.tif", "GIAY XAC NHAN"), "--out",
                          cls.data / "out", data=cls.data, settings=["storage.durable=false"]).lines[0]
        cls.copy, cls.number = cls.data / "out" / row["copy"], row["number"]
        content = bytearray(cls.copy.read_bytes())
        content[5000] ^= 1
        cls.changed = cls.data / "changed.pdf"
        cls.changed.write_bytes(content)
        cls.plain = material.pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                                  b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"], cls.data / "plain.pdf")

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def report(self, file, language):
        path = self.data / f"{file.stem}-{language}.report.pdf"
        result = harness.run("verify", "--json", "--trust", self.data / "out/trust", "--report", path, "--language",
                             language, file)
        return path, result

    def test_each_says_first_whether_the_file_can_be_used(self):
        reports = []
        for file in (self.copy, self.changed, self.plain):
            for language in ("vi", "en"):
                path, result = self.report(file, language)
                row, text = result.lines[0], text_of(path)
                words = [REASONS["report_title"][language], REASONS[row["advice"]][language],
                         REASONS[row["advice"]]["next_" + language], row["digest"]]
                words += [REASONS["question_" + answer][language]
                          for answer in ("intact", "trusted", "in_force", "paper_valid")]
                words += [REASONS[finding["code"]][language] for finding in row["findings"]]
                words += [signature["signer"] for signature in row["signatures"]]
                if file == self.copy:
                    self.assertEqual(row["verdict"], "valid", row)
                    words.append(self.number)
                places = [text.replace(" ", "").find(" ".join(word.split()).replace(" ", "")) for word in words]
                self.assertNotIn(-1, places, f"{words}\n{text}")
                self.assertEqual(places[:3], sorted(places[:3]))
                reports.append(path)
        for flavour in ("3b", "ua1"):
            self.assertEqual({file: "" for file in map(str, reports)}, judges.verapdf(reports, flavour))

    def test_what_cannot_be(self):
        path, result = self.report(self.copy, "xx")
        self.assertEqual((result.status, path.exists()), (3, False), result.out)
        self.assertEqual([row["verdict"] for row in result.lines], ["valid"])
        self.assertIn("xx", result.err)

    def test_a_result_is_told_even_where_its_report_cannot_be_written(self):
        nowhere = self.data / "no-such-folder/report.pdf"
        for options in (["--json"], []):
            result = harness.run("verify", *options, "--trust", self.data / "out/trust", "--report", nowhere, self.changed)
            self.assertEqual(result.status, 3, result.out + result.err)
            self.assertIn("invalid", result.out)
            self.assertIn(str(nowhere), result.err)

    def test_a_report_is_of_one_file(self):
        two = harness.run("verify", "--report", self.data / "two.pdf", self.copy, self.copy)
        self.assertEqual((two.status, (self.data / "two.pdf").exists()), (3, False))


if __name__ == "__main__":
    unittest.main()
