"""Hits at every call, several at a time, each in a warehouse of its own that is replaced now and then; resumable."""

import threading
from concurrent.futures import ThreadPoolExecutor

import kill

HITS_OF_A_WAREHOUSE = 100


class Every:
    """`fresh(folder)` makes what is hit: with count(kind), hit_and_check(kind, at) and remove()."""

    def __init__(self, folder, fresh, side_by_side):
        folder.mkdir(exist_ok=True)
        self.folder, self.fresh, self.side_by_side = folder, fresh, side_by_side
        self.done = folder / "done"
        self.lock = threading.Lock()

    def note(self, line):
        with self.lock, open(self.done, "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def count(self):
        office = self.fresh(self.folder / "count")
        self.note("calls\t" + "\t".join(f"{kind}={office.count(kind)}" for kind in kill.KINDS))
        office.remove()

    def work(self, name, hits):
        office = None
        for i, (kind, at) in enumerate(hits):
            if i % HITS_OF_A_WAREHOUSE == 0:
                if office is not None:
                    office.remove()
                office = self.fresh(self.folder / name)
            problem = " ".join(office.hit_and_check(kind, at).split())
            self.note(f"{kind}\t{at}\t{problem}")
            if problem:
                print(problem, flush=True)
        if office is not None:
            office.remove()

    def run(self):
        """(a sentence, number of faults) of all hits, those of earlier runs included."""
        if not self.done.exists():
            self.count()
        first, *lines = self.done.read_text(encoding="utf-8").splitlines()
        calls = {kind: int(number) for kind, number in (part.split("=") for part in first.split("\t")[1:])}
        seen = {tuple(line.split("\t")[:2]) for line in lines}
        hits = [(kind, at) for kind in kill.KINDS for at in range(1, calls[kind] + 1) if (kind, str(at)) not in seen]
        with ThreadPoolExecutor(self.side_by_side) as pool:
            list(pool.map(self.work, map(str, range(self.side_by_side)),
                          (hits[i::self.side_by_side] for i in range(self.side_by_side))))
        lines = self.done.read_text(encoding="utf-8").splitlines()[1:]
        faults = sum(1 for line in lines if line.split("\t")[2])
        return (", ".join(f"{kind} at each of {number} calls" for kind, number in calls.items()) +
                f": {len(lines)} hits, {faults} faults"), faults
