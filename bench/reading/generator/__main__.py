"""generate --seed N --count N [--types a,b] [--degradations x,y] [--jobs N] [--format F] [--spoil s,t] --out DIR

Writes DIR/<id>.<jpg|png|tif|pdf> and DIR/truth/<id>.json. The same seed, count and lists give the same bytes.
Types and degradations take turns, so that any count covers them evenly."""
import argparse
import json
import math
import os
import random
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from . import (birth, business, cards, criminal, curl, decision, degrade, degree, glass, land, letter,
               licence, marital, marks, marriage, other, output, people, places, residence, spoil, transcript)

TYPES = {"birth_certificate": birth.draw, "marriage_certificate": marriage.draw,
         "residence_confirmation": residence.draw,
         "administrative_decision": decision.draw, "official_letter": letter.draw, "business_registration": business.draw,
         "marital_status_confirmation": marital.draw, "university_degree": degree.draw, "land_use_certificate": land.draw,
         "citizen_id_2021": cards.citizen_2021, "identity_card_2024": cards.identity_2024, "driving_licence": licence.draw,
         "school_transcript": transcript.draw, "criminal_record_1": criminal.draw, "other": other.draw}
# What is drawn where no degradation is named, and what only where it is.
USUAL = degrade.DEGRADATIONS
DEGRADATIONS = {**USUAL, "curled": curl.curled}
PHOTOGRAPHED = ("phone", "curled")
MANY_PAGES = ("administrative_decision", "official_letter", "land_use_certificate", "school_transcript")
CERTIFIED = .1  # share of papers that may bear the stamp of an earlier certification
CARDS = ("citizen_id_2021", "identity_card_2024", "driving_licence")


def make(seed, index, kind, degradation, form=None, sample=False, drawing=None, mark=None, squeeze=None, spoilt=None):
    """One paper: (file bytes, extension, truth). `mark` draws on a finished sheet, `squeeze` changes a capture before
    it is encoded, `spoilt` names what makes it one that nobody should accept."""
    rng = random.Random(f"{seed}/{index}/{kind}/{degradation}")
    nrng = np.random.default_rng(rng.getrandbits(64))
    paper = TYPES[kind](rng, nrng, sample=sample, **(drawing or {}))
    if not sample and kind not in CARDS and rng.random() < CERTIFIED:
        marks.certified(paper.pages[-1], rng, nrng, paper.year, people.full_name(rng, "male"), people.commune(rng))
    captures = []
    for sheet in paper.pages:
        if mark:
            mark(sheet)
        capture = DEGRADATIONS[degradation](np.asarray(sheet.image), rng, nrng)
        if spoilt:
            capture.note_print(np.asarray(sheet.image))
            capture = spoil.SPOILS[spoilt](capture, rng, nrng)
        captures.append(squeeze(capture) if squeeze else capture)
    form = form or output.choose(captures, rng)
    if form in ("jpg", "png"):
        assert len(captures) == 1, "JPEG and PNG hold one page"
    data = output.encode(captures, form)
    truth = {"type": paper.type, "layout": paper.layout, "year": paper.year, "degradation": degradation,
             "spoilt": spoilt, "seed": str(seed), "index": index, "format": form,
             "fields": paper.fields, "printed": paper.printed,
             "handwritten": paper.handwritten, "places": places.of_values(paper, captures),
             "pages": [{"width_mm": s.width, "height_mm": s.height, "width": c.image.shape[1],
                        "height": c.image.shape[0], "dpi": c.dpi, "skew": round(c.skew, 3),
                        "orientation": c.orientation} for s, c in zip(paper.pages, captures)]}
    return data, form, truth


def _pretty(truth):
    """JSON of one line a member, so that the many corners stay out of the reader's way."""
    deep = ("fields", "printed")
    rows = (f" {json.dumps(k)}: " + json.dumps(v, ensure_ascii=False, indent=2 if k in deep else None)
            for k, v in truth.items())
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _one(task):
    out, name, arguments = task
    data, form, truth = make(**arguments)
    truth = {"file": f"{name}.{form}", **truth}
    with open(os.path.join(out, truth["file"]), "wb") as file:
        file.write(data)
    with open(os.path.join(out, "truth", f"{name}.json"), "w", encoding="utf-8") as file:
        file.write(_pretty(truth))


def _drawing(options, kind, degradation):
    """A photograph, a JPEG or a PNG holds one page; a telephone goes near a card."""
    if kind in MANY_PAGES and (options.format in ("jpg", "png") or degradation in PHOTOGRAPHED):
        return {"pages": 1}
    return {"close": True} if kind in CARDS and degradation in PHOTOGRAPHED else None


def _glass(task):
    out, seed, index, kinds = task
    capture, laid = glass.draw(seed, index, kinds)
    name = f"{index:04d}-glass"
    with open(os.path.join(out, name + ".jpg"), "wb") as file:
        file.write(output.encode([capture], "jpg"))
    with open(os.path.join(out, "truth", f"{name}.json"), "w", encoding="utf-8") as file:
        json.dump({"file": f"{name}.jpg", "dpi": capture.dpi, "cards": glass.truth(laid)}, file, ensure_ascii=False)


def _listed(value, known, what, usual=None):
    names = value.split(",") if value else list(usual or known)
    for name in names:
        if name not in known:
            sys.exit(f"generate: unknown {what} '{name}' (known: {', '.join(known)})")
    return names


def main():
    parser = argparse.ArgumentParser(prog="generate", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", default="1", help="any text; the same seed gives the same papers")
    parser.add_argument("--count", type=int, default=35)
    parser.add_argument("--types", help="of: " + ", ".join(TYPES))
    parser.add_argument("--degradations", help="of: " + ", ".join(USUAL) + "; and, not drawn unless named: curled")
    parser.add_argument("--spoil", help="captures nobody should accept; of: " + ", ".join(spoil.SPOILS))
    parser.add_argument("--glass", action="store_true", help="several cards on a scanner's glass instead; with --types "
                        "both sides of the first type's card and the fronts of the others, of: " + ", ".join(glass.KINDS))
    parser.add_argument("--format", choices=["jpg", "png", "tif", "pdf"], help="instead of one at random")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    if options.glass:
        kinds = _listed(options.types, glass.KINDS, "card") if options.types else None
        os.makedirs(os.path.join(options.out, "truth"), exist_ok=True)
        with ProcessPoolExecutor(max(1, options.jobs)) as pool:
            list(pool.map(_glass, [(options.out, options.seed, i, kinds) for i in range(options.count)]))
        return print(f"{options.count} scans in {options.out}")
    types = _listed(options.types, TYPES, "type")
    degradations = _listed(options.degradations, DEGRADATIONS, "degradation", USUAL)
    spoils = _listed(options.spoil, spoil.SPOILS, "way to spoil a capture") if options.spoil else []
    os.makedirs(os.path.join(options.out, "truth"), exist_ok=True)
    tasks = []
    for i in range(options.count):
        # Both turn with each paper, and types one step further each time the pair would come again.
        degradation = degradations[i % len(degradations)]
        kind = types[(i + i // math.lcm(len(types), len(degradations))) % len(types)]
        spoilt = spoils[i % len(spoils)] if spoils else None
        if spoilt == "glare":
            degradation = "phone"  # a scanner's lamp is not mirrored
        tasks.append((options.out, "-".join(filter(None, (f"{i:04d}", kind, degradation, spoilt))),
                      {"seed": options.seed, "index": i, "kind": kind, "degradation": degradation,
                       "form": options.format, "spoilt": spoilt, "drawing": _drawing(options, kind, degradation)}))
    with ProcessPoolExecutor(max(1, options.jobs)) as pool:
        for _ in pool.map(_one, tasks, chunksize=1):
            pass
    print(f"{len(tasks)} papers in {options.out}")


if __name__ == "__main__":
    main()
