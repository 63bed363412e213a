"""Why a value was not read right, as far as the answer itself tells: the classes by which failures are counted."""
import difflib
import unicodedata

from measure import papers


def bare(text):
    """Lower case, no diacritics: what is left when only the marks were lost."""
    text = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return papers.normal("".join(c for c in text if not unicodedata.combining(c)))


def _near(a, b):
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


def of(truth, key, answer):
    """One short sentence."""
    if answer is None or "error" in answer:
        return "no answer: " + str((answer or {}).get("error", {}).get("code", "missing"))
    kind = answer.get("document_type")
    if kind != truth.type:
        return f"taken for another type ({kind})"
    reply = (answer.get("fields") or {}).get(key) or {}
    value, true = reply.get("value"), papers.normal(truth.fields.get(key) or "")
    text = papers.normal(answer.get("text") or "")
    if value is None:
        if reply.get("status") in ("handwritten", "blank"):
            return f"called {reply['status']}"
        if papers.normal(truth.as_printed(key) or "") in text:
            return "words read, value not found"
        return "not found, and its words misread"
    value = papers.normal(str(value))
    if not true:
        return "a blank taken for a value"
    if bare(value) == bare(true):
        return "only marks or case of letters differ"
    if true in value:
        return "ran on into what follows"
    if value in true:
        return "cut short"
    near = _near(value, true)
    if near > .75:
        return "letters misread" if not papers.normal(truth.as_printed(key)) in text else "value joined wrongly"
    if papers.normal(truth.as_printed(key)) in text:
        return "words read, another value taken"
    return "another value taken, or mostly misread"


def ranked(truths, answers, result):
    """All fields that are wrong, sure ones first, then by confidence, each with its reason."""
    known = {t.file.name: t for t in truths}
    rows = {(r["file"], r["key"]): dict(r, silent=False) for r in result.wrong}
    for row in result.silent:
        rows[row["file"], row["key"]] = dict(row, silent=True)
    for row in rows.values():
        truth = known[row["file"]]
        row.update(type=truth.type, degradation=truth.degradation, reason=of(truth, row["key"],
                                                                             answers.get(row["file"])))
        reply = ((answers.get(row["file"]) or {}).get("fields") or {}).get(row["key"]) or {}
        row["evidence"] = reply.get("evidence") or []
    return sorted(rows.values(), key=lambda r: (not r["silent"], -(r["confidence"] or 0), r["file"], r["key"]))


def show(rows, most=12):
    """Classes of failure by weight."""
    weights, examples = {}, {}
    for row in rows:
        weights[row["reason"]] = weights.get(row["reason"], 0) + 1
        examples.setdefault(row["reason"], {}).setdefault(f"{row['type']}.{row['key']}", []).append(row)
    print(f"\nWhy {len(rows)} fields are not right, and where most")
    for reason, weight in sorted(weights.items(), key=lambda w: -w[1])[:most]:
        places = sorted(examples[reason].items(), key=lambda e: -len(e[1]))[:6]
        print(f"  {weight:4d}  {reason}: " + ", ".join(f"{place} {len(hits)}" for place, hits in places))


def worst(rows, truths, count, alike=2):
    """The first `count`, no more than `alike` of one field of one type for one reason, with what a crop needs."""
    known, seen, out = {t.file.name: t for t in truths}, {}, []
    for row in rows:
        kind = (row["type"], row["key"], row["reason"])
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= alike and len(out) < count:
            truth = known[row["file"]]
            out.append(dict(row, path=str(truth.file), places=truth.places.get(row["key"], [])))
    return out
