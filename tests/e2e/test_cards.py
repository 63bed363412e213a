"""Several cards on a scanner's glass: one capture, a page a card, a paper a card (both sides of one are one paper), and
copies that show the card that they certify and nothing of the others. And a batch: the pages of one paper in any order,
each turned in its own way."""

import json
import subprocess
import unittest
import urllib.request
from pathlib import Path

import harness
import material

KINDS = ["citizen_id_2021", "driving_licence", "identity_card_2024"]  # both sides of the first, the fronts of the others


def area(points):
    """Of a polygon."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1]))) / 2


def middle(points):
    return [sum(p[i] for p in points) / len(points) for i in (0, 1)]


class Cards(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        harness.install()
        cls.context = harness.data_folder()
        cls.data = cls.context.__enter__()
        cls.capture, = harness.generated(cls.data / "glass", 1, "e2e", "--glass", "--types", ",".join(KINDS))
        truth = cls.data / "glass/truth" / f"{cls.capture.stem}.json"
        cls.cards = json.loads(truth.read_text(encoding="utf-8"))["cards"]
        cls.out = cls.data / "out"
        cls.result = harness.run("certify", "--json", cls.capture, "--out", cls.out, data=cls.data,
                                 settings=["storage.durable=false"])
        cls.rows = {row["document_type"]: row for row in cls.result.lines}
        with harness.serve(cls.data) as address:
            cls.records = {kind: cls.get(address, f"/api/v1/records/{row['record']}")
                           for kind, row in cls.rows.items()}
            request = urllib.request.Request(f"{address}/api/v1/captures", cls.capture.read_bytes(), method="POST")
            with urllib.request.urlopen(request) as answer:
                cls.again = answer.status, json.load(answer)

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    @staticmethod
    def get(address, path):
        with urllib.request.urlopen(address + path) as answer:
            return json.load(answer)

    # Values that stand on a card once.
    UNIQUE = {"personal_id", "full_name", "date_of_birth", "issue_date", "expiry_date"}

    def sides(self, kind):
        return [card for card in self.cards if card["type"] == kind]

    def test_each_card_is_a_paper_of_its_type(self):
        self.assertEqual((self.result.status, self.result.err), (0, ""), self.result.out)
        self.assertEqual(len(self.result.lines), 3)
        self.assertEqual(set(self.rows), set(KINDS))
        self.assertEqual({row["file"] for row in self.rows.values()}, {str(self.capture)})

    def test_sides_of_one_card_are_pages_of_one_paper_in_their_places(self):
        for kind, record in self.records.items():
            sides = self.sides(kind)
            self.assertEqual(len(record["pages"]), len(sides), kind)
            for page, card in zip(record["pages"], sides):  # the front first, as it was drawn
                part = page["part"]
                self.assertEqual((page["width"], page["height"]), (part["width"], part["height"]))
                self.assertAlmostEqual(area(part["outline"]) / area(card["corners"]), 1, delta=.12)  # a shadow counts
                for found, drawn in zip(middle(part["outline"]), middle(card["corners"])):
                    self.assertAlmostEqual(found, drawn, delta=15)

    def test_boxes_of_values_lie_where_they_are_printed(self):
        checked = 0
        for kind, record in self.records.items():
            for key in self.UNIQUE & set(record["fields"]):
                field = record["fields"][key]
                if field["page"] is None or not field.get("box"):
                    continue
                card = self.sides(kind)[field["page"] - 1]
                part = record["pages"][field["page"] - 1]["part"]
                if key not in card["places"] or field["value"] != card["fields"][key]:
                    continue
                x, y, width, height = field["box"]
                at = (part["left"] + x + width / 2, part["top"] + y + height / 2)  # on the capture
                drawn = middle(card["places"][key])
                self.assertLess(max(abs(at[0] - drawn[0]), abs(at[1] - drawn[1])), 40, f"{kind}: {key}")
                checked += 1
        self.assertGreaterEqual(checked, 6)

    def test_values_are_those_of_their_own_card(self):
        for kind, key in (("citizen_id_2021", "personal_id"), ("driving_licence", "licence_number"),
                          ("identity_card_2024", "personal_id")):
            self.assertEqual(self.records[kind]["fields"][key]["value"], self.sides(kind)[0]["fields"][key])

    def test_copies_show_their_card_and_no_other(self):
        names = {card["fields"]["full_name"] for card in self.cards}
        for kind, row in self.rows.items():
            copy = self.out / row["copy"]
            images = subprocess.run(["pdfimages", "-list", copy], capture_output=True, text=True).stdout.splitlines()[2:]
            sizes = sorted(tuple(map(int, line.split()[3:5])) for line in images if line.split()[2] == "image")
            self.assertEqual(sizes, sorted((p["width"], p["height"]) for p in self.records[kind]["pages"]))
            embedded = subprocess.run(["pdfdetach", "-list", copy], capture_output=True, text=True).stdout
            self.assertNotIn(self.capture.name, embedded)
            self.assertLess(copy.stat().st_size, 3_000_000)
            text = subprocess.run(["pdftotext", copy, "-"], capture_output=True, text=True).stdout
            own = self.sides(kind)[0]["fields"]["full_name"]
            for name in names - {own}:
                self.assertNotIn(name, text)

    def test_the_capture_is_kept_whole_and_known(self):
        digests = {c["sha256"] for record in self.records.values() for c in record["captures"]}
        self.assertEqual(len(digests), 1)
        digest = digests.pop()
        self.assertEqual((self.data / "blobs" / digest[:2] / digest[2:4] / digest).read_bytes(),
                         self.capture.read_bytes())
        status, answer = self.again
        self.assertEqual(status, 200)
        self.assertEqual({paper["id"] for paper in answer["papers"]}, {row["record"] for row in self.result.lines})
        self.assertTrue(all(paper["existing"] for paper in answer["papers"]))

    def test_where_it_is_not_wanted_the_glass_is_one_page(self):
        lines = harness.run("extract", "--json", self.capture, settings=["pipeline.split_cards=false"]).lines
        self.assertEqual([len(line["pages"]) for line in lines], [1])


class Batch(unittest.TestCase):
    """Pages of one paper in one file, the last one first, one on its side in colours and one on its head in black and
    white: read as they are in order."""

    @classmethod
    def setUpClass(cls):
        harness.install()
        cls.context = harness.data_folder()
        cls.folder = cls.context.__enter__()
        cls.folder.mkdir(exist_ok=True)
        ordered = harness.SOURCE / "samples/decision-office-2-pages.pdf"
        subprocess.run(["pdfimages", "-j", ordered, cls.folder / "page"], check=True)
        first, last = sorted(cls.folder.glob("page-*.jpg"))
        mixed = cls.folder / "mixed.tif"
        material.convert("(", last, "-rotate", "90", ")", "(", first, "-rotate", "180", "-colorspace", "Gray", "-threshold",
                         "60%", "-type", "bilevel", ")", "-units", "PixelsPerInch", "-density", "200", "-compress", "zip",
                         mixed)
        cls.ordered, cls.mixed = harness.run("extract", "--json", ordered, mixed).lines

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def test_each_page_is_turned_on_its_own(self):
        self.assertEqual([page["turns"] for page in self.ordered["pages"]], [0, 0])
        self.assertEqual([page["turns"] for page in self.mixed["pages"]], [3, 2])
        self.assertEqual([page["encoding"] for page in self.mixed["pages"]], ["flate", "flate"])

    def test_values_are_the_same_on_the_other_pages(self):
        self.assertEqual(self.mixed["document_type"], self.ordered["document_type"])
        same = 0
        for key, field in self.ordered["fields"].items():
            turned = self.mixed["fields"][key]
            if field["status"] == "sure" and turned["status"] == "sure":
                self.assertEqual((turned["value"], turned["page"]), (field["value"], 3 - field["page"]), key)
            same += (turned["value"], turned["page"]) == (field["value"], 3 - field["page"])
        self.assertGreaterEqual(same, 6, self.mixed["fields"])


if __name__ == "__main__":
    harness.main(__name__)
