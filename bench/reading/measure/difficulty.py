"""What plain tesseract finds verbatim, against what measured papers allow: a set counts only where it is as hard."""
from measure import papers

LIMITS = {"flatbed": .869, "office": .737, "faded": .778, "copier": .667, "phone": .717, "grey": .825,
          "sideways": .078}


def judge(truths, texts, misses=False):
    found, counted, single = {}, {}, {}
    for truth in truths:
        text = texts[truth.file.name]
        hits = tries = 0
        for key, value in truth.fields.items():
            if value is None or key in truth.handwritten:
                continue
            hit = papers.normal(truth.as_printed(key)) in text
            hits, tries = hits + hit, tries + 1
            for group in (truth.degradation, (truth.degradation, truth.type)):
                counted[group] = counted.get(group, 0) + 1
                found[group] = found.get(group, 0) + hit
            if misses and not hit:
                print(f"{truth.file.name}: {key}: {truth.as_printed(key)}")
        single.setdefault(truth.degradation, []).append((hits, tries))
    return found, counted, single


def standard_error(single):
    """Of a share of values, from how it differs between papers."""
    n = sum(tries for _, tries in single)
    mean = sum(hits for hits, _ in single) / n
    return sum((hits - mean * tries) ** 2 for hits, tries in single) ** .5 / n


def report(found, counted, single):
    """Prints the table; returns the degradations that are too easy."""
    rows, easy = [], []
    for name, limit in LIMITS.items():
        if name not in counted:
            continue
        n, value = counted[name], papers.share(found[name], counted[name])
        few = len(single[name]) < 30
        grace = 2 * max(standard_error(single[name]), (limit * (1 - limit) / n) ** .5) if few else 0
        verdict = "ok" if value <= limit else "ok (few)" if value <= limit + grace else "TOO EASY"
        if verdict == "TOO EASY":
            easy.append(name)
        rows.append([name, len(single[name]), n, f"{value:.3f}", f"{limit:.3f}", verdict])
    print("Difficulty: true values that plain tesseract finds verbatim")
    papers.table(rows, ["degradation", "papers", "values", "found", "limit", ""])
    return easy
