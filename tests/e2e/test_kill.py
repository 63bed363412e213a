"""A batch of three is hit at its n-th write, fsync, rename, send or recv; afterwards nothing is lost and all agrees.

A sample of n; tests/long/kill takes every one.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import harness

sys.path.insert(0, str(harness.SOURCE / "tests/fault"))
import desk  # noqa: E402
import kill  # noqa: E402


class Hits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="truecopy-test-"))
        cls.warehouse = kill.Warehouse(cls.folder / "w")
        cls.warehouse.hold()
        kill.Batch(cls.warehouse, "first").count()
        cls.calls = kill.Batch(cls.warehouse, "count").count()

    @classmethod
    def tearDownClass(cls):
        cls.warehouse.remove()
        cls.folder.rmdir()

    def check(self, kind, hits):
        """Spread over the whole batch, at other places in each run."""
        step = self.calls / hits
        for i in range(hits):
            at = int(i * step + random.random() * step) + 1
            with self.subTest(kind=kind, at=at, calls=self.calls):
                self.assertEqual(kill.hit_and_check(self.warehouse, kind, at), "")

    def test_killed(self):
        self.check("kill", 4)

    def test_disk_full(self):
        self.check("enospc", 2)

    def test_input_or_output_error(self):
        self.check("eio", 2)

    def test_killed_while_a_fresh_folder_is_made(self):
        for at in (random.randint(1, 12), random.randint(13, 120)):
            fresh = kill.Warehouse(self.folder / f"fresh-{at}")
            with self.subTest(at=at):
                self.assertEqual(kill.hit_and_check(fresh, "kill", at), "")
            fresh.remove()

    def test_the_database_is_killed_under_a_batch(self):
        batch = kill.Batch(self.warehouse, "stopped")
        process = subprocess.Popen(batch.line("out"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        time.sleep(0.6)
        os.kill(self.warehouse.postmaster(), 9)
        out, err = process.communicate(timeout=300)
        self.assertGreaterEqual(process.returncode, 0)
        for row in kill.rows_of(out):
            if "error" in row:
                self.assertEqual(row["error"]["code"], "database", row)
        if process.returncode != 0:
            self.assertIn("database", (out + err).lower())
        self.assertEqual(kill.check_after(batch), "")
        batch.remove()


class AtDesks(unittest.TestCase):
    """The way over the officer's and the certifier's desks; tests/long/desk-kill takes every call."""

    def test_a_server_that_is_hit_leaves_nothing_behind(self):
        with tempfile.TemporaryDirectory(prefix="truecopy-test-") as folder:
            office = desk.Office(Path(folder) / "w")
            for kind, hits in (("kill", 2), ("enospc", 1), ("eio", 1)):
                calls = office.count(kind)
                for at in (random.randint(1, calls) for _ in range(hits)):
                    with self.subTest(kind=kind, at=at, calls=calls):
                        self.assertEqual(office.hit_and_check(kind, at), "")
            office.remove()


@unittest.skipUnless(os.geteuid() == 0, "a small file system takes root to mount")
class FullDisk(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="truecopy-test-"))
        self.mount = self.folder / "small"
        self.mount.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=500k", "none", self.mount]).returncode != 0:
            self.folder_done()
            self.skipTest("nothing can be mounted here")
        self.warehouse = kill.Warehouse(self.folder / "w")

    def tearDown(self):
        self.warehouse.remove()
        subprocess.run(["umount", self.mount])
        self.folder_done()

    def folder_done(self):
        self.mount.rmdir()
        self.folder.rmdir()

    def test_what_is_full_is_said_and_nothing_is_lost(self):
        """Blobs on a file system of half a megabyte: some records cannot be finished until there is room again."""
        self.warehouse.hold()
        self.warehouse.run("migrate")
        blobs = self.warehouse.data / "blobs"
        before = self.mount / "blobs"
        subprocess.run(["cp", "-a", blobs, before], check=True)
        subprocess.run(["mount", "--bind", before, blobs], check=True)
        batch = kill.Batch(self.warehouse, "full")
        first = subprocess.run(batch.line("out"), capture_output=True, text=True, timeout=300)
        codes = {row["error"]["code"] for row in kill.rows_of(first.stdout) if "error" in row}
        self.assertEqual((first.returncode, codes), (4, {"no_space"}), first.stdout + first.stderr)
        subprocess.run(["mount", "-o", "remount,size=64m", self.mount], check=True)
        problem = kill.check_after(batch)
        subprocess.run(["umount", blobs], check=True)
        self.assertEqual(problem, "")
        batch.remove()


if __name__ == "__main__":
    unittest.main()
