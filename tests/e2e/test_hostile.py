"""Hostile and odd input: each file ends in the error or result of hostile.tsv, soon, within memory, and alone.

Columns of hostile.tsv: the error's code or, where the file is taken, the paper's type (extract) or the verdict
(certify, verify). Over HTTP the same file gives the same code: a problem's code or a record, and verify's verdict.
"""

import csv
import http.client
import json
import os
import subprocess
import time
import unittest
from pathlib import Path

import harness
import material

SECONDS = 10
MEMORY = 1 << 30

EXIT_STATUS = {"unsupported": 3, "unreadable": 3, "encrypted": 3, "limit": 3, "not_found": 3, "usage": 3, "denied": 4}


def table():
    with open(Path(__file__).with_name("hostile.tsv"), encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def outcome(row):
    """What a line of output says: an error's code, a verdict, or a type."""
    return row["error"]["code"] if "error" in row else row.get("verdict") or row.get("document_type")


def watch(*arguments, data=None):
    line = [harness.TRUECOPY, *arguments, "--json"]
    if data is not None:
        line += ["--data", data, "--set", "storage.durable=false"]
    return material.Watched(line)


class Server:
    """`truecopy serve` on a free port."""

    def __init__(self, data):
        self.process = subprocess.Popen(
            [harness.TRUECOPY, "serve", "--data", data, "--set", "service.port=0", "--set", "storage.durable=false"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().split("//")[-1].strip()

    def post(self, path, body):
        connection = http.client.HTTPConnection(self.address, timeout=60)
        connection.request("POST", path, body)
        answer = connection.getresponse()
        content = json.loads(answer.read() or b"{}")
        connection.close()
        return answer.status, content

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        self.process.stdout.close()


@harness.needs_shared
class Corpus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.context = harness.data_folder()
        cls.data = cls.context.__enter__()
        cls.rows = table()
        folder = harness.SHARED / "corpora/hostile"
        cls.files = [folder / row["file"] for row in cls.rows]
        cls.good = material.tiny(cls.data / "good.tif", "GIAY XAC NHAN")
        harness.run("migrate", data=cls.data, settings=["storage.durable=false"])

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def test_the_table_names_every_file(self):
        there = sorted(p.name for p in (harness.SHARED / "corpora/hostile").iterdir())
        self.assertEqual(there, sorted(row["file"] for row in self.rows))

    def check_run(self, run, command, good, expected):
        """One call with all files and a good one. Lines come as files end, so the pause before a line
        bounds the time of its file from above."""
        out = {}
        before = 0
        for at, text in run.lines:
            row = json.loads(text)
            self.assertLess(at - before, SECONDS, row["file"])
            before = at
            out[row["file"]] = row
        for row, file in zip(self.rows, self.files):
            self.assertEqual(outcome(out[str(file)]), row[command], f"{command} {file}: {out[str(file)]}")
            if "error" in out[str(file)]:
                self.assertGreater(len(out[str(file)]["error"]["message"]), 15)
        self.assertEqual(outcome(out[str(good)]), expected, out[str(good)])
        self.assertLess(run.peak, MEMORY)
        return out

    def test_extract(self):
        run = watch("extract", self.good, *self.files)
        self.check_run(run, "extract", self.good, "other")
        self.assertEqual(run.status, 3)

    def test_certify(self):
        run = watch("certify", *self.files, self.good, "--out", self.data / "out", data=self.data)
        self.check_run(run, "certify", self.good, "valid")
        self.assertEqual(run.status, 3)
        audit = harness.run("audit", data=self.data)
        self.assertEqual(audit.status, 0, audit.out)

    def test_verify(self):
        signed = harness.SHARED / "corpora/signed/pades-ltv.pdf"
        run = watch("verify", *self.files, signed)
        out = self.check_run(run, "verify", signed, "indeterminate")
        self.assertEqual(out[str(signed)]["intact"], "yes")
        self.assertEqual(run.status, 3)

    def test_over_http(self):
        server = Server(self.data)
        try:
            peak = 0
            for row, file in zip(self.rows, self.files):
                for path, command in (("/api/v1/captures?file_name=x", "extract"), ("/api/v1/verify", "verify")):
                    start = time.monotonic()
                    status, answer = server.post(path, file.read_bytes())
                    self.assertLess(time.monotonic() - start, SECONDS, f"{path} {file}")
                    if status >= 400:
                        self.assertEqual(answer.get("code"), row[command], f"{path} {file}: {answer}")
                        self.assertLess(status, 500, f"{path} {file}: {answer}")
                    elif command == "verify":
                        self.assertEqual(answer["verdict"], row[command], f"{path} {file}")
                    else:
                        # Taken in by its head; what its pixels are like is found out behind the scenes.
                        self.assertTrue(answer["id"])
                peak = max(peak, sum(material.status_bytes(one, "VmHWM") for one in material.tree(server.process.pid)))
            self.assertLess(peak, MEMORY)
            status, answer = server.post("/api/v1/captures?file_name=good.tif", self.good.read_bytes())
            self.assertIn(status, (200, 201), answer)
        finally:
            server.stop()


class Odd(unittest.TestCase):
    """What people really hand in by mistake. No corpus needed."""

    @classmethod
    def setUpClass(cls):
        cls.context = harness.data_folder()
        cls.data = cls.context.__enter__()
        cls.folder = cls.data / "odd"
        cls.folder.mkdir()
        material.png(cls.folder / "huge.png", 20000, 20000)
        material.tiff_head(cls.folder / "huge.tif", 20000, 20000)
        (cls.folder / "empty.jpg").write_bytes(b"")
        (cls.folder / "text.jpg").write_text("Dear office,\nplease certify this.\n" * 40)
        (cls.folder / "folder.pdf").mkdir()
        pages = b"<</Type/Pages/Kids[]/Count 0>>"
        material.pdf([b"<</Type/Catalog/Pages 2 0 R>>", pages], cls.folder / "no-pages.pdf")
        content = material.stream(b"", b"0 0 m 10 10 l S")
        material.pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                      b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>", content],
                     cls.folder / "plain.pdf")
        subprocess.run(["qpdf", "--encrypt", "user", "owner", "256", "--", cls.folder / "plain.pdf",
                        cls.folder / "encrypted.pdf"], check=True)
        cls.good = material.tiny(cls.folder / "good.tif", "GIAY XAC NHAN")
        cls.expected = {"huge.png": "limit", "huge.tif": "limit", "empty.jpg": "unreadable", "text.jpg": "unreadable",
                        "folder.pdf": "unsupported", "no-pages.pdf": "unreadable", "encrypted.pdf": "encrypted",
                        "missing.jpg": "not_found"}

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def check(self, command, *more, data=None):
        files = [self.folder / name for name in self.expected]
        run = watch(command, *files, self.good, *more, data=data)
        rows = {Path(json.loads(text)["file"]).name: json.loads(text) for _, text in run.lines}
        for name, code in self.expected.items():
            self.assertEqual(outcome(rows[name]), code, f"{command} {name}: {rows[name]}")
        self.assertNotIn("error", rows["good.tif"])
        self.assertLess(run.peak, MEMORY)
        self.assertLess(run.seconds, SECONDS * len(files))
        self.assertEqual(run.status, 3)
        return rows

    def test_extract(self):
        rows = self.check("extract")
        self.assertIn("20000", rows["huge.png"]["error"]["message"])
        self.assertIn("imaging.max_pixels", rows["huge.tif"]["error"]["message"])

    def test_certify(self):
        self.check("certify", "--out", self.data / "out", data=self.data)
        self.assertEqual(harness.run("audit", data=self.data).status, 0)

    def test_verify(self):
        names = {"huge.png": 3, "empty.jpg": 3, "text.jpg": 3, "folder.pdf": 3, "missing.jpg": 3, "plain.pdf": 2}
        for name, status in names.items():
            result = harness.run("verify", "--json", self.folder / name)
            self.assertEqual(result.status, status, f"{name}: {result.out}{result.err}")
        encrypted = harness.run("verify", "--json", self.folder / "encrypted.pdf")
        self.assertEqual(encrypted.status, 3)
        self.assertEqual(encrypted.lines[0]["error"]["code"], "encrypted")

    def test_without_json_the_message_names_file_and_reason(self):
        result = harness.run("extract", self.folder / "encrypted.pdf", self.folder / "missing.jpg")
        self.assertEqual(result.status, 3)
        self.assertIn("encrypted", result.err)
        self.assertIn("missing.jpg", result.err)

    @unittest.skipIf(os.geteuid() == 0 and not Path("/usr/bin/setpriv").exists(), "root reads everything")
    def test_what_may_not_be_read(self):
        secret = Path(self.folder) / "secret.jpg"
        secret.write_bytes(b"\xff\xd8\xff")
        secret.chmod(0)
        line = [str(harness.TRUECOPY), "extract", "--json", str(secret)]
        if os.geteuid() == 0:
            # Root without its capability to read everything.
            line = ["/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all",
                    "--no-new-privs", *line]
        process = subprocess.run(line, capture_output=True, text=True)
        secret.chmod(0o600)
        self.assertEqual(json.loads(process.stdout)["error"]["code"], "denied", process.stdout + process.stderr)
        self.assertEqual(process.returncode, EXIT_STATUS["denied"])


if __name__ == "__main__":
    unittest.main()
