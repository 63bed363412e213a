"""A folder of generated papers with their truth, and how values are compared."""
import json
import pathlib
import re
import unicodedata
from dataclasses import dataclass, field


ORDER = ["flatbed", "office", "faded", "copier", "phone", "grey", "sideways"]


def normal(text):
    """The comparison rule of the whole bench: NFC, white space collapsed, nothing else."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


@dataclass
class Truth:
    file: pathlib.Path
    type: str
    degradation: str
    layout: str
    fields: dict  # key -> value, None where the paper prints none
    printed: dict  # key -> what stands on the paper, where that is not the value
    pages: list
    handwritten: tuple = ()
    places: dict = field(default_factory=dict)  # key -> [[page, corners], …] in pixels of the capture
    spoilt: str = None

    def as_printed(self, key):
        return self.printed.get(key, self.fields[key])


def load(folder):
    """All truths of a folder written by generate (or of samples/: expected/ instead of truth/)."""
    folder = pathlib.Path(folder)
    where = folder / "truth" if (folder / "truth").is_dir() else folder / "expected"
    truths = []
    for path in sorted(where.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        truths.append(Truth(folder / data["file"], data["type"], data["degradation"], data.get("layout", ""),
                            data["fields"], data.get("printed", {}), data.get("pages", []),
                            tuple(data.get("handwritten", ())), data.get("places", {}), data.get("spoilt")))
    if not truths:
        raise SystemExit(f"no truth files in {where}")
    return truths


def table(rows, head):
    """Plain text columns; the first to the left, the others to the right."""
    cells = [list(map(str, r)) for r in [head] + rows]
    widths = [max(len(r[i]) for r in cells) for i in range(len(head))]
    for n, row in enumerate(cells):
        print("  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))).rstrip())
        if n == 0:
            print("  ".join("-" * w for w in widths))


def share(part, whole):
    return part / whole if whole else float("nan")
