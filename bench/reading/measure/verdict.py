"""The quality verdict: which good captures it complains of, which bad ones it catches."""
from measure import papers


def complaints(answer):
    """Codes over all pages of one answer."""
    codes = []
    for page in (answer or {}).get("pages", []):
        quality = page.get("quality")
        for complaint in (quality or {}).get("complaints", []) if isinstance(quality, dict) else []:
            codes.append(complaint if isinstance(complaint, str) else complaint.get("code", "?"))
    return codes


def show(good, good_answers, bad, bad_answers):
    """Prints both tables; returns {"complained": share of good, "caught": share of bad}."""
    groups, named = {}, {}
    for truth in good:
        codes = complaints(good_answers.get(truth.file.name))
        cell = groups.setdefault(truth.degradation, [0, 0, {}])
        cell[0], cell[1] = cell[0] + 1, cell[1] + bool(codes)
        for code in codes:
            cell[2][code] = cell[2].get(code, 0) + 1
    for truth in bad:
        codes = complaints(bad_answers.get(truth.file.name))
        cell = named.setdefault(truth.spoilt, [0, 0, 0])
        cell[0], cell[1], cell[2] = cell[0] + 1, cell[1] + bool(codes), cell[2] + (truth.spoilt in codes)
    print("\nQuality verdict: good captures complained of")
    papers.table([[name, n, hit, " ".join(f"{c} {k}" for c, k in sorted(codes.items()))]
                  for name, (n, hit, codes) in sorted(groups.items())], ["degradation", "captures", "complained of",
                                                                         "of what"])
    print("\nQuality verdict: bad captures caught")
    papers.table([[name, n, hit, right] for name, (n, hit, right) in sorted(named.items())],
                 ["what is bad", "captures", "caught", "by that name"])
    total = lambda cells, i: sum(c[i] for c in cells.values())
    return {"complained": papers.share(total(groups, 1), total(groups, 0)), "caught": papers.share(total(named, 1),
                                                                                                   total(named, 0))}
