"""Adds a row to bench/RESULTS.md: date, command, commit, result."""

import datetime
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "bench/RESULTS.md"
TITLE = "## Long tests"
TABLE = f"""{TITLE}

What `./run-tests --long NAME` found, one row a run.

| date | command | commit | result |
| --- | --- | --- | --- |
"""


def add(name, result):
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    row = "| {} | `./run-tests --long {}` | {} | {} |\n".format(
        datetime.date.today().isoformat(), name, commit.stdout.strip() or "unknown", result)
    text = FILE.read_text(encoding="utf-8") if FILE.exists() else "# Results\n"
    if TITLE not in text:
        text = text.rstrip("\n") + "\n\n" + TABLE
    before, after = text.split(TITLE, 1)
    section, mark, rest = after.partition("\n## ")
    FILE.write_text(before + TITLE + section.rstrip("\n") + "\n" + row + ("\n## " + rest if mark else ""), encoding="utf-8")
    print(row, end="")
