"""What a certified copy is made of: the captures' encoded images byte for byte, and the words where they are seen."""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import harness
import material

sys.path.insert(0, str(harness.SOURCE / "tests/fault"))
import kill  # noqa: E402


def objects(pdf):
    """All objects of a PDF as qpdf's JSON has them, by number."""
    text = subprocess.run(["qpdf", "--json=1", "--json-key=objects", pdf, "-"], capture_output=True, text=True).stdout
    return json.loads(text)["objects"]


def raw_images(pdf, encoding):
    """SHA-256 of each image's encoded bytes with that filter."""
    found = set()
    for name, value in objects(pdf).items():
        if not isinstance(value, dict) or value.get("/Subtype") != "/Image":
            continue
        filters = value.get("/Filter")
        filters = [filters] if isinstance(filters, str) else filters or []
        if filters == [encoding]:
            data = subprocess.run(["qpdf", f"--show-object={name.split()[0]}", "--raw-stream-data", pdf],
                                  capture_output=True).stdout
            found.add(hashlib.sha256(data).hexdigest())
    return found


def jpeg_streams(path):
    return {hashlib.sha256(path.read_bytes()).hexdigest()}


def ccitt_strips(path):
    """The encoded strips of a TIFF's pages, one strip a page, as its own directories place them."""
    data = path.read_bytes()
    order = "little" if data[:2] == b"II" else "big"

    def number(at, size):
        return int.from_bytes(data[at:at + size], order)

    found, directory = set(), number(4, 4)
    while directory:
        tags = {}
        count = number(directory, 2)
        for i in range(count):
            at = directory + 2 + 12 * i
            size = 2 if number(at + 2, 2) == 3 else 4
            many = number(at + 4, 4)
            where = at + 8 if size * many <= 4 else number(at + 8, 4)
            tags[number(at, 2)] = [number(where + size * k, size) for k in range(many)]
        if len(tags[273]) == 1:
            found.add(hashlib.sha256(data[tags[273][0]:tags[273][0] + tags[279][0]]).hexdigest())
        directory = number(directory + 2 + 12 * count, 4)
    return found


def inside(point, quad):
    """In a convex quad, either way round, with a pixel's grace."""
    signs = []
    for i in range(4):
        (x1, y1), (x2, y2) = quad[i], quad[(i + 1) % 4]
        length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1e-9)
        signs.append(((x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)) / length)
    return all(s >= -1 for s in signs) or all(s <= 1 for s in signs)


class Content(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.context = harness.data_folder()
        cls.data = cls.context.__enter__()
        cls.captures = cls.data / "captures"
        cls.captures.mkdir()
        source = harness.SOURCE / "samples/residence-office.jpg"
        cls.plain = cls.captures / "plain.jpg"
        cls.plain.write_bytes(source.read_bytes())
        cls.variants = [cls.plain]
        for name, arguments in (("skewed", ["-background", "white", "-rotate", "3"]), ("turned", ["-rotate", "90"])):
            path = cls.captures / f"{name}.jpg"
            material.convert(source, *arguments, "-quality", "85", path)
            cls.variants.append(path)
        # Stored turned to the left, with an Exif word that turns it back: 6 means turn to the right to see it.
        sideways = cls.captures / "sideways.jpg"
        material.convert(source, "-rotate", "270", "-quality", "85", "-strip", sideways)
        cls.variants.append(material.with_exif_orientation(sideways, 6, cls.captures / "exif.jpg"))
        cls.tiff = harness.SOURCE / "samples/decision-copier-3-pages.tif"
        cls.pdf = harness.SOURCE / "samples/decision-flatbed.pdf"
        cls.photographs = [cls.captures / "phone.webp", cls.captures / "phone.heic"]
        for path in cls.photographs:
            material.convert(harness.SOURCE / "samples/residence-phone.jpg", "-resize", "50%", "-quality", "85", path)
        cls.out = cls.data / "out"
        cls.result = harness.run("certify", "--json", *cls.variants, cls.tiff, cls.pdf, *cls.photographs,
                                 "--out", cls.out, data=cls.data, settings=["storage.durable=false"])
        cls.rows = {Path(row["file"]).name: row for row in cls.result.lines}

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def copy(self, capture):
        return self.out / self.rows[Path(capture).name]["copy"]

    def test_all_are_certified(self):
        self.assertEqual(self.result.status, 0, self.result.out + self.result.err)

    def test_jpeg_is_byte_for_byte_in_the_copy(self):
        for capture in self.variants:
            self.assertLessEqual(jpeg_streams(capture), raw_images(self.copy(capture), "/DCTDecode"), capture.name)

    def test_ccitt_is_byte_for_byte_in_the_copy(self):
        strips = ccitt_strips(self.tiff)
        self.assertEqual(len(strips), 3)
        self.assertLessEqual(strips, raw_images(self.copy(self.tiff), "/CCITTFaxDecode"))

    def test_a_scanned_pdf_s_images_are_byte_for_byte_in_the_copy(self):
        images = raw_images(self.pdf, "/DCTDecode")
        self.assertTrue(images)
        self.assertLessEqual(images, raw_images(self.copy(self.pdf), "/DCTDecode"))

    def test_what_a_pdf_cannot_carry_is_there_without_loss_and_as_it_came(self):
        for capture in self.photographs:
            folder = self.data / capture.suffix[1:]
            folder.mkdir()
            subprocess.run(["pdfimages", "-png", "-l", "1", self.copy(capture), folder / "page"], check=True)
            seen = sorted(folder.glob("page*.png"))[0]
            decoded = folder / "decoded.png"  # the two libraries round colours of HEIC differently
            material.convert(capture, "-colorspace", "sRGB", decoded)
            same = subprocess.run(["compare", "-fuzz", "2%", "-metric", "AE", decoded, seen, "null:"],
                                  capture_output=True, text=True)
            self.assertEqual((same.returncode, same.stderr), (0, "0"), capture.name)
            subprocess.run(["pdfdetach", "-saveall", "-o", folder, self.copy(capture)], check=True)
            self.assertEqual((folder / capture.name).read_bytes(), capture.read_bytes())
            cut = self.data / f"cut{capture.suffix}"
            cut.write_bytes(capture.read_bytes()[:-1000])
            self.assertEqual(harness.run("extract", "--json", cut).lines[0]["error"]["code"], "unreadable")

    def quads(self, capture):
        """What was recognised on a record's first page: its words, with quads in capture pixels."""
        warehouse = kill.Warehouse(self.data)
        warehouse.data = self.data
        warehouse.hold()
        self.addCleanup(warehouse.release)
        warehouse.run("migrate")
        record = self.rows[Path(capture).name]["record"]
        digest = warehouse.sql(f"SELECT encode(words, 'hex') FROM recognition WHERE record_id = '{record}' "
                               "ORDER BY revision DESC LIMIT 1")[0][0]
        blob = self.data / "blobs" / digest[:2] / digest[2:4] / digest
        return json.loads(blob.read_text(encoding="utf-8").splitlines()[0])

    def test_words_stand_where_they_were_read(self):
        for capture in self.variants:
            with self.subTest(capture.name):
                self.check_words(capture)

    def check_words(self, capture):
        copy = self.copy(capture)
        process = subprocess.run(["pdftotext", "-bbox", "-f", "1", "-l", "1", copy, "-"], capture_output=True, text=True)
        self.assertEqual(process.stderr, "")
        root = ElementTree.fromstring(re.sub(r' xmlns="[^"]*"', "", process.stdout))
        page = root.find(".//page")
        words = [(w.text, (float(w.get("xMin")) + float(w.get("xMax"))) / 2,
                  (float(w.get("yMin")) + float(w.get("yMax"))) / 2) for w in page.iter("word")]
        read = self.quads(capture)
        place = self.placement(copy, capture, float(page.get("height")))
        quads = [[place(*point) for point in word_quad(word)] for word in read["words"]]
        texts = {word["text"] for word in read["words"]}
        # Words of the capture: by their text, and not in the strip, whose words may be the same.
        corners = [place(*corner) for corner in ((0, 0), self.size)]
        (left, right), (top, bottom) = (sorted(values) for values in zip(*corners))
        own = [(text, x, y) for text, x, y in words if text in texts and left <= x <= right and top <= y <= bottom]
        self.assertGreater(len(own), 0.9 * len(quads), "words are missing in the text layer")
        good = sum(any(inside((x, y), quad) for quad in quads) for _, x, y in own)
        self.assertGreaterEqual(good, 0.99 * len(own), f"{good} of {len(own)} words are in place")

    def placement(self, copy, capture, height):
        """From capture pixels to points from the page's top left corner, by the image's matrix on the page."""
        content = subprocess.run(["qpdf", "--qdf", "--object-streams=disable", copy, "-"], capture_output=True).stdout
        matrix = re.search(rb"([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) cm\s+/\w+ Do", content)
        a, b, c, d, e, f = map(float, matrix.groups())
        size = subprocess.run(["identify", "-format", "%w %h", capture], capture_output=True, text=True, check=True)
        width, tall = self.size = tuple(map(int, size.stdout.split()))

        def place(x, y):
            u, v = x / width, 1 - y / tall
            return a * u + c * v + e, height - (b * u + d * v + f)

        return place


def word_quad(word):
    """The corners; a word that stands straight is its box."""
    if "quad" in word:
        return [word["quad"][i:i + 2] for i in range(0, 8, 2)]
    x, y, width, height = word["box"]
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


class PaperType(unittest.TestCase):
    def test_a_type_invented_at_run_time_is_extracted(self):
        """One JSON file and one image; the program is the installed one."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            types = folder / "types"
            types.mkdir()
            (types / "boat_pass.json").write_text(json.dumps(PASS), encoding="utf-8")
            image = folder / "pass.png"
            material.convert("-size", "1240x900", "xc:white", "-font", material.FONT, "-fill", "black", "-pointsize",
                             "52", "-annotate", "+330+150", "HARBOUR BOAT PASS", "-pointsize", "34", "-annotate",
                             "+120+330", "Name of boat: Silver Heron", "-annotate", "+120+430", "Berth number: 4071",
                             "-annotate", "+120+530", "Issued on: 14/03/2024", "-density", "150", "-units",
                             "PixelsPerInch", image)
            result = harness.run("extract", "--json", image, settings=[f"ocr.more_types_folder={types}"])
            row = result.lines[0]
            self.assertEqual((result.status, row.get("document_type")), (0, "boat_pass"), result.out[:2000] + result.err)
            self.assertEqual(row["fields"]["boat"]["value"], "Silver Heron", row["fields"])
            self.assertEqual(row["fields"]["berth"]["value"], "4071", row["fields"])
            self.assertEqual(row["fields"]["issued_on"]["value"], "14/03/2024", row["fields"])


class Timings(unittest.TestCase):
    STAGES = ("decode", "clean", "layout", "first_reading", "second_reading", "extraction")

    def timings(self, name):
        result = harness.run("extract", "--json", "--timings", harness.SOURCE / "samples" / name)
        self.assertEqual(result.status, 0, result.err)
        return result.lines[0]

    def test_stages_by_page(self):
        row = self.timings("residence-office.jpg")
        timings = row["timings"]
        self.assertEqual([tuple(page) for page in timings["pages"]], [self.STAGES])
        spent = timings["pages"][0]
        self.assertTrue(all(spent[stage] > 0 for stage in self.STAGES), spent)
        self.assertLessEqual(sum(spent.values()), row["elapsed_ms"] / 1000 + 0.1)

    def test_several_pages_share_the_extraction(self):
        timings = self.timings("decision-office-2-pages.pdf")["timings"]
        self.assertEqual(len(timings["pages"]), 2)
        for page in timings["pages"]:
            self.assertGreater(page["first_reading"], 0)
            self.assertEqual(page["extraction"], 0)
        self.assertGreater(timings["document"]["extraction"], 0)


PASS = {"id": "boat_pass", "name": "Boat pass", "titles": ["HARBOUR BOAT PASS"],
        "fields": [{"key": "boat", "labels": ["Name of boat"], "value": {"kind": "text"}},
                   {"key": "berth", "labels": ["Berth number"], "value": {"kind": "digits", "sizes": [4]}},
                   {"key": "issued_on", "labels": ["Issued on"], "value": {"kind": "date"}}]}

if __name__ == "__main__":
    unittest.main()
