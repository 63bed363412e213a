"""schemas/api/openapi.yaml and service/http/routes.c name the same addresses and methods, and the pages the same words."""

import json
import re
import unittest

import harness

SOURCE = harness.SOURCE


def documented():
    """(METHOD, path) of the description; its layout is regular: paths two deep, methods four."""
    found, path = set(), None
    section = False
    for line in (SOURCE / "schemas/api/openapi.yaml").read_text(encoding="utf-8").splitlines():
        if re.match(r"\w", line):
            section = line.startswith("paths:")
        if section and (match := re.match(r"  (/\S*):$", line)):
            path = match[1]
        elif section and (match := re.match(r"    (get|post|put|delete|patch):", line)):
            found.add((match[1].upper(), path))
    return found


class OpenApi(unittest.TestCase):
    def test_routes_are_documented(self):
        text = (SOURCE / "service/http/routes.c").read_text()
        routes = set(re.findall(r'\{"([A-Z]+)", "([^"]+)"', text))
        self.assertTrue(routes)
        self.assertEqual(routes, documented())

    def test_codes_are_documented(self):
        rows = re.findall(r'\{TC_[A-Z_]+, "(\w+)"', (SOURCE / "base/error.c").read_text())
        listed = re.search(r"enum: \[(usage,[^\]]+)\]", (SOURCE / "schemas/api/openapi.yaml").read_text())[1]
        self.assertEqual(set(rows) - {"ok"}, set(re.split(r",\s*", listed)))

    def test_findings_have_words(self):
        table = json.loads((SOURCE / "schemas/national/vn/reasons.json").read_text(encoding="utf-8"))
        header = "".join(p.read_text() for p in (SOURCE / "pdf").glob("*.h"))
        codes = set(re.findall(r'define TC_PDF_CODE_\w+ "(\w+)"', header))
        self.assertTrue(codes)
        self.assertEqual(codes - {row["code"] for row in table}, set())

    def test_languages_have_the_same_words(self):
        words = {language: json.loads((SOURCE / f"service/web/words.{language}.json").read_text(encoding="utf-8"))
                 for language in ("vi", "en")}
        # Names of fields and types come from the paper types in their own language.
        keys = {language: {k for k in table if not k.startswith(("field_", "type_"))} for language, table in words.items()}
        self.assertEqual(keys["vi"], keys["en"])
        sources = "".join(p.read_text(encoding="utf-8") for p in (SOURCE / "service/web/src").glob("*.ts"))
        used = set(re.findall(r'\bt\("(\w+)"', sources))
        for page in (SOURCE / "service/web").glob("**/*.html"):
            if "node_modules" not in page.parts:
                used |= set(re.findall(r"\{\{(\w+)\}\}", page.read_text(encoding="utf-8"))) - {"lang", "title_"}
        self.assertEqual({key for key in used if key not in words["vi"]}, set())

    def test_what_reading_says_has_words(self):
        words = json.loads((SOURCE / "service/web/words.vi.json").read_text(encoding="utf-8"))
        ocr = "".join(p.read_text(encoding="utf-8") for p in (SOURCE / "ocr").glob("*.c"))
        vouched = {code for line in re.findall(r"tc_value_vouch\(.*", ocr) for code in re.findall(r'(?<!params, )"(\w+)"', line)}
        checks = {name for name in re.findall(r'\{"(\w+)", \d, \d, (?:true|false), \w+\}', ocr)}
        imaging = (SOURCE / "imaging/verdict.c").read_text(encoding="utf-8")
        tables = {kind: set(re.findall(r'"(\w+)"', re.search(rf"{kind}_names\[\] = \{{.*?\}};", imaging, re.S)[0]))
                  for kind in ("flaw", "place")}
        expected = {f"evidence_{code}" for code in vouched | checks} | {f"evidence_{check}:differs" for check in checks}
        expected |= {f"{kind}_{name}" for kind, names in tables.items() for name in names}
        self.assertGreater(min(len(vouched), len(checks), *map(len, tables.values())), 4)
        self.assertEqual(expected - set(words), set())


if __name__ == "__main__":
    unittest.main()
