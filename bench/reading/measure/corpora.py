"""The corpora nobody here wrote: word recall on the decree's nine pages, and the printed fields of four decisions."""
import collections
import csv
import re
import unicodedata

from measure import papers, reasons

HEAD = ["file", "field", "printed there", "read", "status", ""]


def words(text, marks=True):
    text = unicodedata.normalize("NFC", text)
    if not marks:
        text = reasons.bare(text)
    return collections.Counter(re.findall(r"[^\W_]+", text))


def recall(true, read, marks=True):
    """Share of the true words, each counted as often as it stands there, that were read."""
    wanted, found = words(true, marks), words(read, marks)
    return papers.share(sum((wanted & found).values()), sum(wanted.values()))


def _date(text):
    day, month, year = text.split("/")
    return f"{int(day):02d}/{int(month):02d}/{year}"


def decisions(folder):
    """[(file, {key: value}, keys written by hand)] from the corpus' table."""
    with open(folder / "fields.tsv", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            authority, title = row["signer_authority_and_title"].split(" / ")
            fields = {key: row[key] for key in ("doc_number", "issue_place", "issuing_authority", "doc_kind",
                                                "abstract", "signer_name")}
            fields.update(issue_date=_date(row["issue_date"]), signer_authority=authority, signer_title=title)
            yield folder / row["file"], fields, ("doc_number", "issue_date") if "handwritten" in row["notes"] else ()


def judge(answer, fields, by_hand):
    """Rows of what is not right: printed fields whose value differs, handwritten ones not marked so."""
    rows, right = [], 0
    for key, value in fields.items():
        reply = (answer.get("fields") or {}).get(key) or {}
        if key in by_hand:
            good = reply.get("status") == "handwritten"
            value += " (by hand)"
        else:
            good = reply.get("value") is not None and papers.normal(str(reply["value"])) == papers.normal(value)
        right += good
        if not good:
            rows.append([answer.get("file", "").rsplit("/", 1)[-1], key, value, str(reply.get("value")),
                         str(reply.get("status")),
                         "SILENT" if reply.get("status") == "sure" else ""])
    return right, rows


def show(answers, corpora):
    """Prints both; returns the figures."""
    figures = {}
    decree = answers.get("scan-p1-9.pdf") or {}
    true = (corpora / "vn-decree" / "text-p1-9.txt").read_text("utf-8")
    figures["decree_recall"] = recall(true, decree.get("text", ""))
    figures["decree_recall_without_marks"] = recall(true, decree.get("text", ""), marks=False)
    print(f"\nThe decree's nine pages: word recall {figures['decree_recall']:.4f}, without diacritics "
          f"{figures['decree_recall_without_marks']:.4f}")
    right, count, wrong = 0, 0, []
    for file, fields, by_hand in decisions(corpora / "vn-decisions"):
        good, rows = judge(answers.get(file.name) or {}, fields, by_hand)
        right, count = right + good, count + len(fields)
        wrong += rows
    figures["decisions_right"], figures["decisions_fields"] = right, count
    figures["decisions_silent"] = sum(r[-1] == "SILENT" for r in wrong)
    print(f"The four decisions: {right} of {count} fields right" + (", wrong:" if wrong else ""))
    for row in wrong:
        print(f"  {row[0]}: {row[1]} [{row[4]}]{' SILENT' if row[-1] else ''}: '{row[3]}' for '{row[2]}'")
    return figures


def files(corpora):
    return [corpora / "vn-decree" / "scan-p1-9.pdf"] + [f for f, _, _ in decisions(corpora / "vn-decisions")]
