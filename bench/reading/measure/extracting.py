"""Runs `truecopy extract --json` on a folder of papers and keeps what it answers."""
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field


@dataclass
class Run:
    answers: dict = field(default_factory=dict)  # file name -> object of one line
    seconds: float = 0
    peak: float = 0  # MiB of the largest process
    stages: dict = field(default_factory=dict)  # stage -> seconds


def parse(lines):
    answers = {}
    for line in lines:
        if line.strip():
            answer = json.loads(line)
            answers[os.path.basename(answer["file"])] = answer
    return answers


def extract(program, truths, keep=None, options=()):
    """Reads all papers in one call; `keep` is a file for the lines."""
    start = time.monotonic()
    child = subprocess.Popen([program, "extract", "--json", *options, *(str(t.file) for t in truths)],
                             stdout=subprocess.PIPE, text=True, encoding="utf-8")
    text = child.stdout.read()
    # wait4, not wait: it tells the peak of this process and its workers, and of nothing else.
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    if keep:
        keep.write_text(text, "utf-8")
    run = Run(parse(text.splitlines()), wall, usage.ru_maxrss / 1024)
    if not run.answers:
        sys.exit(f"{program} extract gave no line (exit status {child.returncode})")
    return run
