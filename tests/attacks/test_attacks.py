"""Published attacks on signed PDFs, built over our own copies and over files of another hand: none may be called valid,
each must be named, and the files they were built from must be valid.

ATTACKS=all takes every variant (tests/long/attacks does); else every seventh, and each class once a file.
"""

import json
import os
import shutil
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import authorities  # noqa: E402
import bases  # noqa: E402
import crypto  # noqa: E402
import fills  # noqa: E402
import harness  # noqa: E402
import pdf  # noqa: E402
import places  # noqa: E402
import prepared  # noqa: E402
import signatures  # noqa: E402
import smuggled  # noqa: E402, F401 - its classes join those of structure
import structure  # noqa: E402
import tagged  # noqa: E402

ALL = os.environ.get("ATTACKS") == "all"
EVERY = 7
CHUNK = 400
LEAST = 500


# What adbe.pkcs7.detached does not ask for: named, and no fault there (a note).
OLDER_FORMAT_ALLOWS = {"signing certificate missing", "indefinite length", "length in more bytes than needed"}


class Variant:
    def __init__(self, base, label, name, data, codes):
        self.base, self.label, self.name, self.data, self.codes = base, label, name, data, codes

    def __str__(self):
        return f"{self.label}: {self.name} ({self.base})"


def codes_of(row):
    """Every stable code that a result gives: findings, reasons of checks that are not in order, an error's."""
    found = {finding["code"] for finding in row.get("findings", [])}
    for signature in row.get("signatures", []):
        found |= {check["reason"] for check in signature["checks"] if check["result"] != "yes"}
    if "error" in row:
        found |= {row["error"]["code"], "unreadable"}
    return found - {"ok", "not_checked", "stamp_missing"}


class Attacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="truecopy-attacks-"))
        cls.pki = crypto.Pki(str(cls.folder / "pki"))
        cls.context = harness.data_folder()
        data = cls.context.__enter__()
        copy, cls.own_trust = bases.own(data)
        cls.files = {"own copy": copy, **bases.foreign(cls.pki)}

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)
        shutil.rmtree(cls.folder)

    def verify(self, contents, *trust):
        """Results in the order of the files."""
        places = [part for place in (self.pki.trust, self.own_trust, *trust) for part in ("--trust", place)]
        rows = []
        for start in range(0, len(contents), CHUNK):
            paths = []
            for i, content in enumerate(contents[start:start + CHUNK]):
                paths.append(self.folder / f"{i:04}.pdf")
                paths[-1].write_bytes(content)
            result = harness.run("verify", "--json", *places, *paths)
            rows += result.lines
        self.assertEqual(len(rows), len(contents))
        return rows

    def structures(self):
        for base, data in self.files.items():
            file = pdf.File(data)
            for label, function, codes in structure.CLASSES:
                for name, variant in function(file, self.pki):
                    yield Variant(base, label, name, variant, codes)

    def cms(self):
        plain, several = bases.draw(), bases.draw(2, True)
        for base, prepared in (("approval", pdf.prepare(plain)), ("certified", pdf.prepare(several, docmdp=2)),
                               ("older format", pdf.prepare(plain, sub_filter=b"/adbe.pkcs7.detached"))):
            for label, name, variant, codes in signatures.fill_all(prepared, self.pki):
                if base == "older format" and name in OLDER_FORMAT_ALLOWS:
                    continue
                yield Variant(base, label, name, variant, codes)

    def sample(self, variants):
        seen = set()
        for i, variant in enumerate(variants):
            first = (variant.label, variant.base) not in seen
            seen.add((variant.label, variant.base))
            if ALL or first or i % EVERY == 0:
                yield variant

    def expect_refusals(self, variants, *trust):
        wrong, unnamed, classes = [], [], Counter()
        for variant, row in zip(variants, self.verify([v.data for v in variants], *trust)):
            classes[variant.label] += 1
            if row.get("verdict") == "valid":
                wrong.append(str(variant))
            elif not codes_of(row) & variant.codes:
                unnamed.append(f"{variant}: {sorted(codes_of(row))}")
        print(f"attacks: {sum(classes.values())} variants: {json.dumps(classes)}", file=sys.stderr)
        self.assertEqual(wrong, [], "called valid")
        self.assertEqual(unnamed, [], "not named")

    def test_untouched_files_are_valid(self):
        for name, row in zip(self.files, self.verify(list(self.files.values()))):
            self.assertEqual((row.get("verdict"), [f for f in row["findings"] if f["severity"] != "note"]), ("valid", []),
                             f"{name}: {json.dumps(row, indent=1)}")

    def test_attacks_on_the_structure(self):
        variants = list(self.structures())
        self.assertGreaterEqual(len(variants), LEAST)
        self.expect_refusals(list(self.sample(variants)))

    def test_attacks_on_the_signature(self):
        self.expect_refusals(list(self.cms() if ALL else self.sample(self.cms())))

    def test_tagged_files(self):
        signed = bases.sign(tagged.draw(), self.pki)
        file = pdf.File(signed)
        self.expect_refusals([Variant("tagged", "tagged", *row, tagged.CODES) for row in tagged.wrong(file, self.pki)])
        honest = [("once", signed), *tagged.right(file, self.pki), ("sRGB added", bases.with_srgb(signed))]
        for (name, _), row in zip(honest, self.verify([data for _, data in honest])):
            self.assertEqual((row["verdict"], row["findings"]), ("valid", []), name)

    def test_attacks_on_authorities(self):
        who = authorities.Authorities(self.pki, self.folder / "authorities")
        self.expect_refusals([Variant("approval", *row) for row in who.variants()], who.folder)
        honest = list(who.honest())
        for (name, _), row in zip(honest, self.verify([data for _, data in honest], who.folder)):
            self.assertEqual((row["verdict"], row["findings"]), ("valid", []), f"{name}: {row['signatures']}")

    def test_files_that_were_prepared_before_they_were_signed(self):
        rows = [*prepared.variants(self.pki), *places.variants(self.pki)]
        self.expect_refusals([Variant("prepared", label, name, data, codes) for label, name, _, data, codes in rows])
        for (_, name, *_), row in zip(rows, self.verify([signed for _, _, signed, _, _ in rows])):
            self.assertEqual((row["verdict"], row["findings"]), ("valid", []), name)

    def forms(self):
        """Variants to refuse, and (name, file) to call valid."""
        refused, permitted = [], []
        for base, (data, allowed) in fills.signed(self.pki).items():
            file = pdf.File(data)
            permitted.append((base, data))
            refused += [Variant(base, "form", name, variant, fills.CHANGED | fills.FORBIDDEN | set(structure.CONTENT))
                        for name, variant in fills.wrong(file)]
            if allowed:
                permitted += [(f"{base}: {name}", variant) for name, variant in fills.right(file)]
            else:
                refused += [Variant(base, "form filled in", name, variant, fills.FORBIDDEN)
                            for name, variant in fills.right(file)]
        return refused, permitted

    def test_forms_are_filled_in_as_their_signers_permit(self):
        refused, permitted = self.forms()
        self.expect_refusals(refused if ALL else list(self.sample(refused)))
        for (name, _), row in zip(permitted, self.verify([data for _, data in permitted])):
            codes = [finding["code"] for finding in row["findings"]]
            self.assertEqual((row["verdict"], set(codes) <= {"form_filled"}, "form_filled" in codes),
                             ("valid", True, ":" in name), f"{name}: {json.dumps(row['findings'], indent=1)}")
            self.assertEqual(row["advice"], "use_filled" if ":" in name else "use_signed", name)


if __name__ == "__main__":
    unittest.main()
