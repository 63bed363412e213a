"""Scores answers of `truecopy extract --json` against truths.

A field is right when its value equals the true one (comparison rule of papers.normal): dates as dd/MM/yyyy however the
paper prints them. "Sure and wrong" is a sure field with another value, one that the paper leaves blank, or one written
by hand. Fields that the truth does not know are ignored, unless the type is right and they are called sure with a
value: the paper does not print them, so such a value is made up."""
from dataclasses import dataclass, field

from measure import papers

ACCEPTANCE = {"silent_max": .002, "all_sure_min": .85, "type_min": .995, "forced_max": 0, "flatbed_right_min": .99,
              "sideways_right_min": .99, "office_right_min": .98, "faded_right_min": .97, "phone_right_min": .97,
              "copier_right_min": .95, "grey_right_min": .95}


@dataclass
class Tally:
    papers: int = 0
    types_right: int = 0
    types_forced: int = 0  # a paper of no known type that was given one
    fields: int = 0  # values the papers print
    right: int = 0
    sure: int = 0
    sure_right: int = 0
    handed_over: int = 0  # printed values that came back without being called sure
    empty: int = 0  # fields that papers leave blank
    silent: int = 0  # sure and wrong, blanks and made-up values included
    errors: int = 0  # papers that gave an error

    def add(self, other):
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def shares(self):
        return {"papers": self.papers, "fields": self.fields,
                "right": papers.share(self.right, self.fields), "sure": papers.share(self.sure, self.fields),
                "silent": papers.share(self.silent, self.fields + self.empty),
                "sure_right": papers.share(self.sure_right, self.sure),
                "type": papers.share(self.types_right, self.papers), "forced": self.types_forced,
                "errors": self.errors}


@dataclass
class Result:
    total: Tally = field(default_factory=Tally)
    by_degradation: dict = field(default_factory=dict)
    by_type: dict = field(default_factory=dict)
    by_key: dict = field(default_factory=dict)
    calibration: dict = field(default_factory=dict)  # tenth of confidence -> [fields, right]
    silent: list = field(default_factory=list)
    wrong: list = field(default_factory=list)


def _value(answer):
    value = answer.get("value")
    return None if value is None else papers.normal(str(value))


def _judge(truth, key, answer):
    """(is printed, right, sure, silent error)"""
    expected = truth.fields.get(key)
    value = _value(answer)
    sure = answer.get("status") == "sure"
    if key in truth.handwritten:
        return False, True, sure, sure
    if not expected:
        return False, value is None, False, sure and value is not None
    right = value == papers.normal(expected)
    return True, right, sure, sure and not right


def _paper(truth, answer, result):
    tally = Tally(papers=1)
    if answer is None or "error" in answer:
        tally.errors = 1
        answer = {"fields": {}, "document_type": None}
    kind = answer.get("document_type")
    tally.types_right = kind == truth.type
    tally.types_forced = truth.type == "other" and kind not in ("other", None)
    fields = answer.get("fields") or {}
    for key in sorted(set(truth.fields) | set(fields)):
        made_up = key not in truth.fields
        reply = fields.get(key) or {}
        printed, right, sure, silent = _judge(truth, key, reply)
        if made_up:
            # A paper called foreign, or one that is, may well have more to find than its truth lists.
            silent = silent and truth.type != "other" and kind not in ("other", None)
            tally.silent += silent
        elif printed:
            tally.fields += 1
            tally.right += right
            tally.sure += sure
            tally.sure_right += sure and right
            tally.handed_over += not sure
        else:
            tally.empty += 1
        if not made_up:
            tally.silent += silent
            per_key = result.by_key.setdefault(f"{truth.type}.{key}", Tally())
            per_key.add(Tally(fields=int(printed), right=int(printed and right), sure=int(printed and sure),
                              sure_right=int(printed and sure and right), silent=int(silent),
                              empty=int(not printed)))
        row = {"file": truth.file.name, "key": key, "expected": truth.fields.get(key), "value": reply.get("value"),
               "status": reply.get("status"), "confidence": reply.get("confidence")}
        if silent:
            result.silent.append(row)
        if printed and not right:
            result.wrong.append(row)
        if printed and isinstance(reply.get("confidence"), (int, float)) and reply.get("value") is not None:
            confidence = reply["confidence"] / (100 if reply["confidence"] > 1 else 1)
            cell = result.calibration.setdefault(min(9, int(confidence * 10)), [0, 0])
            cell[0] += 1
            cell[1] += right
    return tally


def score(truths, answers):
    """answers: {file name: object of extract --json}"""
    result = Result()
    for truth in truths:
        tally = _paper(truth, answers.get(truth.file.name), result)
        result.total.add(tally)
        result.by_degradation.setdefault(truth.degradation, Tally()).add(tally)
        result.by_type.setdefault(truth.type, Tally()).add(tally)
    return result


def rows(tallies):
    out = []
    for name, tally in tallies:
        s = tally.shares()
        out.append([name, s["papers"], s["fields"], f"{s['right']:.3f}", f"{s['sure']:.3f}", f"{s['silent']:.4f}",
                    tally.silent, f"{s['type']:.3f}", tally.types_forced, tally.errors])
    return out


HEAD = ["", "papers", "fields", "right", "sure", "silent", "(n)", "type", "forced", "errors"]


def show(result, worst=20):
    groups = sorted(result.by_degradation.items(),
                    key=lambda g: papers.ORDER.index(g[0]) if g[0] in papers.ORDER else 99)
    papers.table(rows(groups) + rows([("all", result.total)]), HEAD)
    print()
    papers.table(rows(sorted(result.by_type.items())), HEAD)
    if result.calibration:
        print("\nCalibration: of the fields called n% sure, the share that is right")
        papers.table([[f"{10 * c}-{10 * c + 10}%", n, f"{papers.share(right, n):.3f}"]
                      for c, (n, right) in sorted(result.calibration.items())], ["confidence", "fields", "right"])
    if result.silent:
        print("\nSure and wrong:")
        for row in result.silent[:worst]:
            print(f"  {row['file']}: {row['key']}: '{row['value']}' for '{row['expected']}'")


def as_json(result):
    return {"all": result.total.shares(), "by_degradation": {k: t.shares() for k, t in result.by_degradation.items()},
            "by_type": {k: t.shares() for k, t in result.by_type.items()},
            "by_key": {k: t.shares() for k, t in sorted(result.by_key.items())},
            "calibration": {str(k): v for k, v in sorted(result.calibration.items())}, "sure_and_wrong": result.silent,
            "wrong": result.wrong}


def against(result, limits):
    """limits: {name: number}; returns the sentences that say what was missed. Names: silent_max, type_min,
    DEGRADATION_right_min, DEGRADATION_sure_min (DEGRADATION may be `all`)."""
    missed = []
    groups = {"all": result.total, **result.by_degradation}
    for name, limit in limits.items():
        if name in ("silent_max", "type_min", "forced_max"):
            value = result.total.shares()[name.rsplit("_", 1)[0]]
        else:
            group, measure, _ = name.rsplit("_", 2)
            if group not in groups:
                missed.append(f"{name}: no paper of degradation {group}")
                continue
            value = groups[group].shares()[measure]
        # A share of nothing is not a number and never fulfils a limit.
        good = value <= limit if name.endswith("_max") else value >= limit
        if not good:
            missed.append(f"{name}: {value:.4f}, asked for {limit}")
    return missed
