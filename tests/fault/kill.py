"""Batches that are hit at their n-th call by tests/fault/shim.c, and what must be true of the warehouse afterwards.

One data folder serves many hits, each with three captures of its own, so that a hit costs seconds; its database server
keeps running, because this process holds the lock that says that somebody uses it. Hits on a fresh folder, where the
cluster and the keys are being made, take a `Warehouse` each.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

import harness
import material

SHIM = harness.BUILD / "tests/fault/tc_fault.so"
KINDS = ("kill", "enospc", "eio")
END = "end of rows"  # behind the rows of each statement
SETTINGS = ("storage.durable=false", "pipeline.demo_key_kind=ec", "ocr.second_reading=false")


class Warehouse:
    """A data folder in `folder`, with what the tests need to see of it."""

    def __init__(self, folder, settings=()):
        self.settings = (*SETTINGS, *settings)
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.lock = None

    def hold(self):
        """From now on the database server that a call starts keeps running."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.lock = os.open(self.data / "database.users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self.lock, fcntl.LOCK_SH)

    def release(self):
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None

    def line(self, *arguments):
        line = [harness.TRUECOPY, *arguments, "--data", self.data]
        for setting in self.settings:
            line += ["--set", setting]
        return list(map(str, line))

    def run(self, *arguments, timeout=300):
        process = subprocess.run(self.line(*arguments), capture_output=True, text=True, timeout=timeout,
                                 stdin=subprocess.DEVNULL)
        return harness.Result(process)

    def cluster(self):
        place = self.data / "cluster.place"
        return Path(place.read_text().strip()) if place.exists() else self.data / "postgres"

    def postmaster(self):
        """The server's process id, 0: none."""
        try:
            pid = int((self.cluster() / "cluster/postmaster.pid").read_text().split()[0])
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except (OSError, ValueError, IndexError):
            return 0
        return pid if name == "postgres" else 0

    def page(self):
        """The bytes of a page so small that reading it takes next to no time: reading is not what is hit."""
        file = self.folder / "page.tif"
        return (file if file.exists() else material.tiny(file, "SO 1", "-crop", "160x110+20+30")).read_bytes()

    def sql(self, *statements, user="truecopy"):
        """Rows of each statement as lists of texts, one after the other in one call; needs a running server."""
        environment = dict(os.environ, PGPASSWORD=(self.data / "database.password").read_text().strip(),
                           PGOPTIONS="-c search_path=truecopy")
        socket = next(p.parent for p in (self.cluster() / "socket").glob(".s.PGSQL.5432"))
        commands = [word for statement in statements for word in ("-c", statement, "-c", f"\\echo {END}")]
        process = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", socket,
                                  "-U", user, "-d", "truecopy", *commands], capture_output=True, text=True,
                                 env=environment)
        if process.returncode != 0:
            raise RuntimeError(process.stderr)
        tables = [[line.split("\t") for line in table.splitlines()] for table in process.stdout.split(END + "\n")[:-1]]
        return tables[0] if len(tables) == 1 else tables

    def remove(self):
        self.release()
        if self.data.exists():
            harness.remove_data_folder(self.data)
        shutil.rmtree(self.folder, ignore_errors=True)


class Batch:
    """Three captures that no other batch has."""

    def __init__(self, warehouse, name, count=3):
        self.warehouse = warehouse
        self.folder = warehouse.folder / f"batch-{name}"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.captures = [self.folder / f"{i}.tif" for i in range(1, count + 1)]
        for capture in self.captures:  # bytes behind what a TIFF points at make it another capture of the same page
            capture.write_bytes(warehouse.page() + secrets.token_bytes(16))

    def line(self, out):
        return self.warehouse.line("certify", "--json", *self.captures, "--out", self.folder / out)

    def hit(self, kind, at):
        """Runs the batch with its `at`-th call hit; gives the process and what the shim wrote."""
        log = self.folder / "log"
        environment = dict(os.environ, LD_PRELOAD=str(SHIM), TRUECOPY_TEST_FAULT=kind, TRUECOPY_TEST_FAULT_AT=str(at),
                           TRUECOPY_TEST_FAULT_LOG=str(log))
        process = subprocess.run(self.line("out"), capture_output=True, text=True, timeout=300, env=environment,
                                 stdin=subprocess.DEVNULL)
        return process, log.read_text() if log.exists() else ""

    def count(self, kind="kill"):
        """How many calls that `kind` can hit an undisturbed batch makes."""
        process, log = self.hit(kind, 0)
        if process.returncode != 0:
            raise RuntimeError(process.stdout + process.stderr)
        return int(log.split()[-1])

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def rows_of(text):
    rows = []
    for line in text.splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:  # cut by the kill
            pass
    return rows


def check_first(process, kind):
    """What may be wrong with the run that was hit; "" where nothing is."""
    if kind == "kill":
        return "" if process.returncode in (0, -signal.SIGKILL) else f"status {process.returncode}: {process.stderr}"
    rows = rows_of(process.stdout)
    failed = [row for row in rows if "error" in row]
    codes = {row["error"]["code"] for row in failed}
    # A message to or from a worker that fails is the one fault inside that a call may end with.
    if process.returncode < 0 or (process.returncode == 5 and codes != {"worker"}):
        return f"status {process.returncode}: {process.stdout} {process.stderr}"
    if process.returncode == 0:
        return "" if len(rows) == 3 and not failed else f"status 0, yet {process.stdout}"
    if not failed and not process.stderr.strip():
        return f"status {process.returncode} without a message: {process.stdout}"
    return ""


def check_after(batch):
    """A rerun finishes, nothing is lost, the register and the copies are right, the audit is clean."""
    warehouse = batch.warehouse
    if warehouse.lock is None:
        warehouse.hold()
    again = subprocess.run(batch.line("again"), capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
    rows = rows_of(again.stdout)
    if again.returncode != 0 or [row.get("verdict") for row in rows] != ["valid"] * len(batch.captures):
        return f"the rerun: {again.returncode} {again.stdout} {again.stderr}"
    if len({row["record"] for row in rows}) != len(rows):
        return f"records are shared: {again.stdout}"
    audit = warehouse.run("audit", "--json")
    if audit.status != 0:
        return f"audit: {audit.out} {audit.err}"
    return check_rows(batch, rows)


def check_rows(batch, rows):
    warehouse = batch.warehouse
    register, last, copies, stray = warehouse.sql(
        "SELECT book, year, number, state, record_id, number_text FROM register_entry ORDER BY book, year, number",
        "SELECT book, year, last_number FROM register_book",
        "SELECT encode(sha256, 'hex'), record_id FROM certified_copy",
        "SELECT id, state FROM record WHERE state NOT IN ('archived', 'delivered')")
    copies = dict(copies)
    for book, year, number in last:
        numbers = [int(row[2]) for row in register if row[0] == book and row[1] == year]
        if numbers != list(range(1, int(number) + 1)):
            return f"the register has gaps or repeats: {numbers}, last {number}"
    issued = [row[4] for row in register if row[3] == "issued"]
    if len(set(issued)) != len(issued):
        return "a record has two numbers"
    if stray:
        return f"records are unfinished: {stray}"
    if any(row[3] == "bound" for row in register):
        return "a number is still bound though all records are finished"
    for row in rows:
        if not any(entry[4] == row["record"] and entry[5] == row["number"] for entry in register):
            return f"the register does not have {row}"
    for out in ("out", "again"):
        for copy in (batch.folder / out).glob("*.pdf"):
            digest = hashlib.sha256(copy.read_bytes()).hexdigest()
            if digest not in copies:
                return f"{out}/{copy.name} was handed out and is not recorded"
    for row in rows:
        digest = hashlib.sha256((batch.folder / "again" / row["copy"]).read_bytes()).hexdigest()
        if copies.get(digest) != row["record"]:
            return f"{row['copy']} is not the copy of its record"
    return ""


def hit_and_check(warehouse, kind, at):
    """One hit with a batch of its own; "" or what is wrong."""
    batch = Batch(warehouse, f"{kind}-{at}")
    process, log = batch.hit(kind, at)
    first, after = check_first(process, kind), check_after(batch)
    problem = first or after
    what = log.split("\n")[0] if log.startswith("hit") else "not reached"
    batch.remove()
    return f"{kind} at {at} ({what}): {problem}" if problem else ""
