"""Runs `truecopy extract --json --timings` on files and keeps what it answers and what it takes."""
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field


@dataclass
class Cost:
    """Of processes that have ended: seconds on the wall, seconds of processor, MiB of the largest one."""
    wall: float = 0
    processor: float = 0
    peak: float = 0

    def add(self, usage):
        self.processor += usage.ru_utime + usage.ru_stime
        self.peak = max(self.peak, usage.ru_maxrss / 1024)


@dataclass
class Run:
    answers: dict = field(default_factory=dict)  # file name -> object of one line
    cost: Cost = field(default_factory=Cost)
    stages: dict = field(default_factory=dict)  # stage -> seconds of processor over all files
    status: int = 0


def parse(lines):
    answers = {}
    for line in lines:
        if line.strip():
            answer = json.loads(line)
            answers[os.path.basename(answer["file"])] = answer
    return answers


def stages(answers):
    """Seconds by stage, summed over files, pages and what their pages share."""
    out = {}
    for answer in answers.values():
        timings = answer.get("timings") or {}
        parts = [{"inspect": timings.get("inspect", 0)}, timings.get("document") or {}, *timings.get("pages", [])]
        for part in parts:
            for name, seconds in part.items():
                out[name] = out.get(name, 0) + seconds
    return out


# A shared machine may be many times slower than the page deserves; what is measured is seconds of processor.
PATIENCE = "--set=base.worker_timeout=3600000"


def extract(program, files, keep=None, options=()):
    """Reads all files in one call; `keep` is a file for the lines."""
    start = time.monotonic()
    child = subprocess.Popen([program, "extract", "--json", "--timings", PATIENCE, *options, *map(str, files)],
                             stdout=subprocess.PIPE, text=True, encoding="utf-8")
    text = child.stdout.read()
    # wait4, not wait: it tells the costs of this process and its workers, and of nothing else.
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if keep:
        keep.write_text(text, "utf-8")
    run = Run(parse(text.splitlines()), Cost(time.monotonic() - start), status=child.returncode)
    run.cost.add(usage)
    run.stages = stages(run.answers)
    if not run.answers:
        sys.exit(f"{program} extract gave no line (exit status {child.returncode})")
    return run
