"""cards BUILD [DIR…] [--seed S] [--count N]: draws N scans of cards on a glass, has BUILD/bench/find-cards look at them,
and at the papers in each DIR, none of which is one.

A scan counts where each of its cards was found in its place and nothing else was."""
import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

GENERATE = Path(__file__).resolve().parents[1] / "generate"
CAPTURES = (".jpg", ".png", ".tif", ".pdf")


def find(build, files):
    """A row of find-cards for each page."""
    rows = []
    for start in range(0, len(files), 50):
        out = subprocess.run([Path(build) / "bench/find-cards", *files[start:start + 50]], capture_output=True, text=True)
        rows += [json.loads(line) for line in out.stdout.splitlines()]
    return rows


def _is_at(found, drawn):
    found, drawn = np.array(found), np.array(drawn)
    span = np.linalg.norm(drawn[0] - drawn[2])
    return np.linalg.norm(found.mean(0) - drawn.mean(0)) < .03 * span and \
        abs(np.linalg.norm(found[0] - found[2]) / span - 1) < .05


def _judge(row, cards):
    places = [any(_is_at(quad, card["corners"]) for quad in row["cards"]) for card in cards]
    return all(places) and len(row["cards"]) == len(cards)


def glasses(build, seed, count):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([GENERATE, "--glass", "--seed", seed, "--count", str(count), "--out", folder], check=True,
                       stdout=subprocess.DEVNULL)
        rows = find(build, sorted(Path(folder).glob("*.jpg")))
        good, cards, found = 0, 0, 0
        for row in rows:
            file = Path(row["file"])
            drawn = json.loads((file.parent / "truth" / f"{file.stem}.json").read_text(encoding="utf-8"))["cards"]
            right = _judge(row, drawn)
            good += right
            cards += len(drawn)
            found += len(row["cards"])
            if not right:
                print(f"  {file.name}: {len(row['cards'])} of {len(drawn)} cards", file=sys.stderr)
    print(f"seed {seed}: {good} of {len(rows)} scans fall into their cards; {found} found of {cards} cards")


def papers(build, folder):
    files = sorted(p for p in Path(folder).iterdir() if p.suffix in CAPTURES)
    rows = find(build, files)
    split = [row["file"] for row in rows if row["cards"]]
    seconds = sum(row["seconds"] for row in rows) / max(1, len(rows))
    print(f"{folder}: {len(split)} of {len(rows)} pages of {len(files)} papers are split; {seconds:.3f} s a page")
    for file in split:
        print(f"  {file}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(prog="cards", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="where find-cards was built: ninja -C BUILD bench/find-cards")
    parser.add_argument("papers", nargs="*", help="folders of ordinary papers")
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument("--count", type=int, default=60)
    options = parser.parse_args()
    if not os.access(Path(options.build) / "bench/find-cards", os.X_OK):
        sys.exit("cards: build bench/find-cards first")
    if options.count > 0:
        glasses(options.build, options.seed, options.count)
    for folder in options.papers:
        papers(options.build, folder)


if __name__ == "__main__":
    main()
