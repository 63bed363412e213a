"""truecopy beside other readers on the same pages and cores: what is found, and what it takes."""
from measure import papers


def found(truths, texts):
    """{degradation or "all": [values found verbatim, values]}"""
    out = {}
    for truth in truths:
        text = texts.get(truth.file.name, "")
        for key, value in truth.fields.items():
            if value is None or key in truth.handwritten:
                continue
            hit = papers.normal(truth.as_printed(key)) in text
            for group in (truth.degradation, "all"):
                cell = out.setdefault(group, [0, 0])
                cell[0], cell[1] = cell[0] + hit, cell[1] + 1
    return out


def show(truths, read, rivals, jobs):
    """`rivals`: {name: (texts by file name, Cost)}; the first is what ratios are to."""
    mine = {name: papers.normal(answer.get("text") or "") for name, answer in read.answers.items()}
    tables = {"truecopy extract": found(truths, mine), **{name: found(truths, texts) for name,
                                                          (texts, _) in rivals.items()}}
    groups = [g for g in papers.ORDER if g in tables["truecopy extract"]] + ["all"]
    print("\nTrue values that stand verbatim in the page's text")
    papers.table([[name] + [f"{papers.share(*table[g]):.3f}" for g in groups] for name, table in tables.items()],
                 ["", *groups])
    pages = sum(len(t.pages) for t in truths)
    costs = {"truecopy extract": read.cost, **{name: cost for name, (_, cost) in rivals.items()}}
    base = next(iter(rivals.values()))[1]
    print(f"\nTime for {len(truths)} papers, {pages} pages, {jobs} cores (ratio: of processor seconds)")
    papers.table([[name, f"{c.wall:.1f}", f"{c.processor:.1f}", f"{c.processor / pages:.2f}",
                   f"{c.processor / base.processor:.2f}", f"{c.peak:.0f}"] for name, c in costs.items()],
                 ["", "wall s", "processor s", "a page", "ratio", "peak MiB"])
    if read.stages:
        total = sum(read.stages.values())
        print("\nStages of truecopy extract, seconds of processor (inspect: on the wall)")
        papers.table([[name, f"{s:.1f}", f"{s / pages:.3f}", f"{papers.share(s, total):.2f}"] for name,
                      s in read.stages.items()],
                     ["stage", "seconds", "a page", "share"])
