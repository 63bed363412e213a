"""truecopy sign on PDFs of others: every shape × level × kind of key (in every run one pair a shape and a few more, in
tests/long/foreign all of them), verified by us, pdfsig, qpdf and pyHanko, earlier signatures staying valid."""

import csv
import itertools
import os
import subprocess
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import foreign
import harness
import judges
import material

EVERYTHING = os.environ.get("TRUECOPY_TEST_FOREIGN") == "all"
NO_TOKEN = "signing.pkcs11_module="
KEYS = {"pss": ("rsa", []), "pkcs1": ("rsa", ["signing.rsa_padding=pkcs1"]), "p256": ("ec", []),
        "p384": ("ec384", ["signing.digest=sha384"])}
LEVELS = ("B", "T", "LT", "LTA")


def pairs(names):
    """(shape, level, key): all of them, or so many that each shape, level and key is met; the encrypted ones at each
    level."""
    every = itertools.product(names, LEVELS, KEYS)
    if EVERYTHING:
        return list(every)
    keys = itertools.cycle(KEYS)
    chosen = [(name, LEVELS[i % 2], next(keys)) for i, name in enumerate(names)]
    chosen += [(name, level, next(keys)) for name in ("r4", "r6") for level in ("LT", "LTA")]
    return chosen + [("hybrid", "LTA", "p384"), ("linearised-streams", "LTA", "pkcs1"), ("form-apart", "LT", "p256")]


class Foreign(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        judges.build_pyhanko()
        cls.context = harness.data_folder()
        cls.folder = cls.context.__enter__()
        cls.bench = ThreadPoolExecutor(os.cpu_count() or 2)
        cls.pki = {kind: cls.folder / f"pki-{kind}" for kind in ("rsa", "ec", "ec384")}
        for kind, data in cls.pki.items():
            harness.run("pki", data=data, settings=[NO_TOKEN, f"pipeline.demo_key_kind={kind}"])
        (cls.folder / "in").mkdir()
        cls.shapes = foreign.shapes(cls.folder / "in")
        theirs = [(cls.shapes[name], cls.folder / f"in/theirs-{name}-{how}.pdf", how)
                  for name, how in (("table", "sign"), ("object-streams", "P2"), ("form-direct", "P3"), ("r6", "P2"),
                                    ("r4-form", "sign"), ("table", "P1"), ("table", "encrypt"))]
        foreign.pyhanko(theirs, cls.pki["rsa"])
        cls.closed = theirs[5][1]
        cls.theirs = {path.stem: path for i, (_, path, _) in enumerate(theirs) if i < 5}
        cls.shapes["pyhanko-r6"] = theirs[6][1]
        every = {**cls.shapes, **cls.theirs}
        cls.signed = {}
        jobs = [(pair, cls.bench.submit(cls.sign_pair, every[pair[0]], *pair)) for pair in pairs(every)]
        cls.results = {pair: job.result() for pair, job in jobs}
        print(f"signed {len(cls.signed)} of {len(cls.results)} pairs of shape, level and key", file=sys.stderr)
        time.sleep(1.1)  # CRLs count whole seconds
        for kind, data in cls.pki.items():
            harness.run("pki", "export", data / "trust", data=data, settings=[NO_TOKEN])
        cls.trust = [argument for data in cls.pki.values() for argument in ("--trust", data / "trust")]
        cls.roots = [data / "trust/root.pem" for data in cls.pki.values()]
        cls.crls = [crl for data in cls.pki.values() for crl in sorted((data / "trust").glob("*.crl"))]

    @classmethod
    def tearDownClass(cls):
        cls.bench.shutdown()
        cls.context.__exit__(None, None, None)

    @classmethod
    def sign_with(cls, key, source, target, *options):
        kind, settings = KEYS[key]
        return harness.run("sign", *options, source, target, data=cls.pki[kind],
                           settings=[NO_TOKEN, f"pipeline.demo_key_kind={kind}", *settings])

    @classmethod
    def sign_pair(cls, source, name, level, key):
        target = cls.folder / f"{name}-{level}-{key}.pdf"
        result = cls.sign_with(key, source, target, "--level", level, "--reason", f"Chứng thực ({name})")
        if result.status == 0:
            cls.signed[(name, level, key)] = target
        return result

    def verify(self, *files):
        return {row["file"]: row for row in harness.run("verify", "--json", *self.trust, *files).lines}

    def test_all_were_signed_and_not_a_byte_before_changed(self):
        every = {**self.shapes, **self.theirs}
        for pair, result in self.results.items():
            with self.subTest(pair=pair):
                self.assertEqual(result.status, 0, result.err)
                self.assertTrue(self.signed[pair].read_bytes().startswith(every[pair[0]].read_bytes()))

    def test_we_verify_them(self):
        rows = self.verify(*self.signed.values())
        for (name, level, key), path in self.signed.items():
            with self.subTest(name=name, level=level, key=key):
                row = rows[str(path)]
                self.assertEqual((row["verdict"], row["intact"], row["trusted"]), ("valid", "yes", "yes"), row)
                self.assertEqual([f for f in row["findings"] if f["severity"] != "note"], [])
                signatures = [s for s in row["signatures"] if s["kind"] == "signature"]
                self.assertEqual(signatures[-1]["level"], "B-" + level)
                self.assertEqual(signatures[-1]["reason"], f"Chứng thực ({name})")
                self.assertEqual(len(signatures), 2 if name in self.theirs else 1)
                wanted = {"pss": "RSASSA-PSS SHA-256", "pkcs1": "RSA PKCS#1 v1.5 SHA-256", "p256": "ECDSA P-256 SHA-256",
                          "p384": "ECDSA P-384 SHA-384"}
                self.assertEqual(signatures[-1]["algorithm"], wanted[key])

    def test_a_changed_byte_is_never_valid(self):
        """In the old part, in what was added, and in what was encrypted."""
        spoiled = []
        for (name, level, key), path in self.signed.items():
            content = bytearray(path.read_bytes())
            base = {**self.shapes, **self.theirs}[name].stat().st_size
            for place, at in (("before", base * 2 // 3), ("after", base + 400)):
                if place == "before" and level != "B":
                    continue
                changed = content[:at] + bytes([content[at] ^ 0x01]) + content[at + 1:]
                spoiled.append(self.folder / f"spoiled-{place}-{path.name}")
                spoiled[-1].write_bytes(changed)
        for file, row in self.verify(*spoiled).items():
            self.assertNotEqual(row.get("verdict"), "valid", file)

    def test_pdfsig_and_qpdf_agree(self):
        def ask(path):
            return path, judges.pdfsig(path), judges.qpdf(path)
        names = {path: name for (name, _, _), path in self.signed.items()}
        for path, verdicts, complaint in self.bench.map(ask, self.signed.values()):
            with self.subTest(path=path.name):
                count = 2 if names[path] in self.theirs else 1
                self.assertEqual([v[0] for v in verdicts[:count]], ["Signature is Valid."] * count)
                self.assertTrue(verdicts[-1][1] or path.name.split("-")[-2] == "LT")
                self.assertEqual(complaint, "")

    def test_pyhanko_agrees(self):
        lenient = ("hybrid", "generations")  # it reads them on demand only
        files = {strict: [path for (name, _, _), path in self.signed.items() if (name not in lenient) == strict]
                 for strict in (True, False)}
        verdicts = {file: rows for strict in files
                    for file, rows in judges.pyhanko(files[strict], self.roots, self.crls, strict).items()}
        for (name, level, key), path in self.signed.items():
            with self.subTest(name=name, level=level, key=key):
                rows = verdicts[str(path)]
                self.assertEqual([row[:4] for row in rows], [(True,) * 4] * (2 if name in self.theirs else 1), rows)

    def test_a_waiting_field_is_signed_where_it_stands(self):
        for name in ("form-direct", "form-apart", "form-in-object-streams", "r4-form", "r6-form"):
            target = self.folder / f"field-{name}.pdf"
            result = self.sign_with("p256", self.shapes[name], target, "--field", "waiting", "--level", "B")
            self.assertEqual(result.status, 0, result.err)
            row = self.verify(target)[str(target)]
            self.assertEqual((row["verdict"], row["signatures"][0]["field"]), ("valid", "waiting"), row)
            self.assertEqual(judges.pdfsig(target), [("Signature is Valid.", True)])
            again = self.sign_with("p256", target, self.folder / "again.pdf", "--field", "waiting")
            self.assertEqual(again.status, 4, again.err)
            other = self.sign_with("p256", self.shapes[name], self.folder / "again.pdf", "--field", "name")
            self.assertEqual(other.status, 4, other.err)
            self.assertFalse((self.folder / "again.pdf").exists())

    def test_certification_is_set_on_demand_and_respected(self):
        result = self.sign_with("p256", self.closed, self.folder / "no.pdf", "--level", "B")
        self.assertEqual(result.status, 4, result.err)
        self.assertIn("certified", result.err)
        self.assertFalse((self.folder / "no.pdf").exists())
        for name in ("table", "r6"):
            certified, twice = self.folder / f"certified-{name}.pdf", self.folder / f"twice-{name}.pdf"
            self.assertEqual(self.sign_with("pss", self.shapes[name], certified, "--certify", "--level", "B").status, 0)
            self.assertIn(b"/DocMDP", certified.read_bytes()[self.shapes[name].stat().st_size:])
            self.assertEqual(self.sign_with("pss", certified, self.folder / "no.pdf", "--certify").status, 4)
            self.assertEqual(self.sign_with("p384", certified, twice, "--lock", "--level", "T").status, 0)
            self.assertEqual(self.verify(twice)[str(twice)]["verdict"], "valid")
            self.assertEqual([row[:4] for row in judges.pyhanko([twice], self.roots, self.crls)[str(twice)]],
                             [(True,) * 4] * 2)

    def test_weak_or_closed_protection_is_refused_with_the_way_out(self):
        plain, out = self.shapes["table"], self.folder / "refused.pdf"
        rc4, rc4_old, locked = (self.folder / f"{name}.pdf" for name in ("rc4", "rc4-old", "locked"))
        foreign.qpdf(plain, rc4, "--allow-weak-crypto", "--encrypt", "", "o", "128", "--use-aes=n", "--")
        foreign.qpdf(plain, rc4_old, "--allow-weak-crypto", "--encrypt", "", "o", "40", "--")
        foreign.qpdf(plain, locked, "--encrypt", "mở ra", "chủ", "256", "--modify=none", "--")
        secrets = {}
        for name, word in (("user", "mở ra"), ("owner", "chủ"), ("wrong", "khác")):
            secrets[name] = self.folder / f"{name}.txt"
            secrets[name].write_text(word + "\n")
        for path, said in ((rc4, "RC4"), (rc4_old, "RC4"), (locked, "pdf.password_file")):
            result = self.sign_with("p256", path, out, "--level", "B")
            self.assertEqual(result.status, 3, result.err)
            self.assertIn(said, result.err)
            row = harness.run("verify", "--json", path).lines[0]
            self.assertEqual(row["error"]["code"], "encrypted")
        data = self.pki["ec"]
        for name, status, said in (("wrong", 3, "does not open"), ("user", 4, "permit"), ("owner", 0, "")):
            result = harness.run("sign", "--level", "B", locked, out, data=data,
                                 settings=[NO_TOKEN, f"pdf.password_file={secrets[name]}"])
            self.assertEqual(result.status, status, result.err)
            self.assertIn(said, result.err)
            self.assertNotIn("chủ", result.err)
        result = harness.run("verify", "--json", *self.trust, out, settings=[f"pdf.password_file={secrets['user']}"])
        self.assertEqual(result.lines[0]["verdict"], "valid", result.out)


def painted(pdf, page, red, folder):
    """(left, top, right, bottom) of the pixels of one colour on a page as it is shown, at 72 dpi."""
    picture = folder / "page"
    subprocess.run(["pdftoppm", "-r", "72", "-cropbox", "-f", str(page), "-l", str(page), "-singlefile", pdf, picture],
                   check=True)
    header, size, _, pixels = (folder / "page.ppm").read_bytes().split(b"\n", 3)
    width = int(size.split()[0])
    wanted = [i // 3 for i in range(0, len(pixels), 3)
              if (pixels[i] > 180 and max(pixels[i + 1:i + 3]) < 90 if red else
                  pixels[i + 2] > 180 and max(pixels[i:i + 2]) < 90)]
    columns, rows = [i % width for i in wanted], [i // width for i in wanted]
    return min(columns), min(rows), max(columns), max(rows)


class Stamp(unittest.TestCase):
    """The visible side of a signature: where it was asked for and upright, however the page is turned and cropped; what was
    PDF/A stays PDF/A."""

    @classmethod
    def setUpClass(cls):
        cls.context = harness.data_folder()
        cls.folder = cls.context.__enter__()
        harness.run("pki", data=cls.folder, settings=[NO_TOKEN, "pipeline.demo_key_kind=ec"])
        cls.seal = cls.folder / "seal.png"
        subprocess.run(["convert", "-size", "60x30", "xc:red", "-size", "60x30", "xc:blue", "-append", cls.seal],
                       check=True)

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def sign(self, source, target, *options):
        return harness.run("sign", "--level", "B", "--seal", self.seal, *options, source, target, data=self.folder,
                           settings=[NO_TOKEN, "pipeline.demo_key_kind=ec"])

    def test_it_lies_where_it_was_asked_for_and_upright(self):
        boxes = {0: (260, 180), 90: (180, 260), 180: (260, 180), 270: (180, 260)}
        for turn, (width, height) in boxes.items():
            shape = foreign.table(self.folder / f"turned{turn}.pdf", foreign.objects(
                first=b"/Rotate %d/CropBox[20 10 280 190]" % turn))
            out = self.folder / f"stamped{turn}.pdf"
            result = self.sign(shape, out, "--stamp", "10,20,150,64", "--reason", "Chứng thực")
            self.assertEqual(result.status, 0, result.err)
            # At the left, 2 points from the edges: two fifths of 150 less 4 wide, and as high.
            red, blue = painted(out, 1, True, self.folder), painted(out, 1, False, self.folder)
            for found, wanted in ((red, (12, height - 80, 67, height - 53)), (blue, (12, height - 52, 67, height - 25))):
                for one, other in zip(found, wanted):
                    self.assertAlmostEqual(one, other, delta=2, msg=f"{turn}: {red} {blue}")
            text = subprocess.run(["pdftotext", out, "-"], capture_output=True, text=True, check=True).stdout
            self.assertIn("Chứng thực", text)
            self.assertRegex(text, r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00")
            self.assertEqual(harness.run("verify", "--json", out).lines[0]["intact"], "yes")
            self.assertEqual(judges.qpdf(out), "")
            fonts = subprocess.run(["pdffonts", out], capture_output=True, text=True, check=True).stdout
            self.assertEqual(fonts.count("LiberationSerif"), len([line for line in fonts.splitlines()
                                                                  if "Liberation" in line and " yes yes yes " in line]))

    def test_last_page_own_field_and_refusals(self):
        plain = foreign.table(self.folder / "plain.pdf", foreign.objects())
        form = foreign.encrypted(foreign.table(self.folder / "form.pdf", foreign.form(False)), self.folder / "form6.pdf", 256)
        out = self.folder / "out.pdf"
        self.assertEqual(self.sign(plain, out, "--stamp", "10,20", "--page", "-1").status, 0)
        self.assertLess(painted(out, 2, True, self.folder)[0], 20)
        self.assertEqual(self.sign(form, out, "--stamp", "field", "--field", "waiting").status, 0)
        self.assertGreater(painted(out, 1, True, self.folder)[0], 179)
        out.unlink()
        for options, said in ((["--stamp", "200,20"], "within the page"), (["--stamp", "1,2,3"], "X,Y"),
                              (["--stamp", "10,20,5,5"], "at least"), (["--stamp", "10,20", "--page", "3"], "pages"),
                              (["--stamp", "10,20", "--page", "0"], "count"), (["--stamp", "field"], "--field"), ([], "--stamp")):
            result = self.sign(plain, out, *options)
            self.assertEqual(result.status, 3, options)
            self.assertIn(said, result.err)
            self.assertFalse(out.exists())
        self.seal, right = plain, self.seal
        self.assertIn("seal", self.sign(plain, out, "--stamp", "10,20").err)
        self.seal = right

    def test_pdfa_stays_pdfa(self):
        judges.build()
        capture = material.tiny(self.folder / "tiny.tif", "GIAY XAC NHAN")
        settings = ["storage.durable=false", NO_TOKEN, "pipeline.demo_key_kind=ec"]
        result = harness.run("certify", "--json", capture, "--out", self.folder / "out", data=self.folder, settings=settings)
        copy, out = self.folder / "out" / result.lines[0]["copy"], self.folder / "stamped-copy.pdf"
        self.assertEqual(self.sign(copy, out, "--stamp", "20,20,180,60").status, 0)
        self.assertEqual(judges.verapdf([copy, out]), {str(copy): "", str(out): ""})
        row = harness.run("verify", "--json", "--trust", self.folder / "out/trust", out).lines[0]
        self.assertEqual((row["intact"], row["trusted"], len([s for s in row["signatures"] if s["kind"] == "signature"])),
                         ("yes", "yes", 3), row)
        self.assertEqual([f["code"] for f in row["findings"]], ["copy_signature_shown"])  # a stranger's stamp on the copy


@harness.needs_shared
class SignedByOthers(unittest.TestCase):
    def test_what_others_signed_stays_as_it_was(self):
        folder = harness.SHARED / "corpora/signed"
        with open(folder / "cases.tsv", encoding="utf-8") as file:
            names = [row["file"] for row in csv.DictReader(file, delimiter="\t")]
        with harness.data_folder() as data:
            harness.run("pki", data=data, settings=[NO_TOKEN])
            harness.run("pki", "export", data / "trust", data=data, settings=[NO_TOKEN])
            for name in names:
                before, after = folder / name, data / name
                with self.subTest(name=name):
                    result = harness.run("sign", "--level", "T", before, after, data=data, settings=[NO_TOKEN])
                    old = harness.run("verify", "--json", before).lines[0]
                    if "structure_repaired" in [finding["code"] for finding in old["findings"]]:
                        self.assertEqual(result.status, 3, result.err)  # nothing is built upon damage
                        self.assertFalse(after.exists())
                        continue
                    self.assertEqual(result.status, 0, result.err)
                    new = harness.run("verify", "--json", "--trust", data / "trust", after).lines[0]
                    self.assertEqual(new["intact"], "yes", new)
                    self.assertEqual([s["intact"] for s in new["signatures"]],
                                     [s["intact"] for s in old["signatures"]] + ["yes"])
                    self.assertEqual(new["signatures"][-1]["trusted"], "yes")
                    theirs, ours = judges.pdfsig(before), judges.pdfsig(after)
                    self.assertEqual([v[0] for v in ours], [v[0] for v in theirs] + ["Signature is Valid."])


if __name__ == "__main__":
    unittest.main()
