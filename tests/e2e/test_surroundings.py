"""The program where its surroundings are odd: no HOME, a closed folder, a long path with blanks, a folder made anew."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness

SAMPLE = harness.SOURCE / "samples/receipt-phone.jpg"


def run(*arguments, **environment):
    """Runs truecopy in an environment of its own, with no terminal and no session."""
    line = ["setsid", "-w", str(harness.TRUECOPY), *map(str, arguments)]
    base = {k: v for k, v in os.environ.items() if not k.startswith(("TRUECOPY_", "XDG_")) and k != "HOME"}
    return harness.Result(subprocess.run(line, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
                                         env={**base, **environment}))


class Surroundings(unittest.TestCase):
    def test_without_a_home_what_keeps_nothing_works(self):
        self.assertEqual(run("settings").status, 0)
        self.assertEqual(run("verify", SAMPLE.with_name("decision-flatbed.pdf")).status, 2)
        self.assertEqual(run("extract", "--json", SAMPLE).status, 0)

    def test_without_a_home_what_keeps_something_says_what_to_do(self):
        for command in (["demo", "--once"], ["audit"], ["certify", SAMPLE, "--out", "/nonexistent"]):
            result = run(*command)
            self.assertEqual(result.status, 3, command)
            self.assertIn("--data DIR", result.err)

    def test_a_home_that_cannot_be_written_is_named_with_the_way_out(self):
        result = run("demo", "--once", HOME="/proc/1/nowhere")
        self.assertIn(result.status, (3, 4))
        self.assertIn("/proc/1/nowhere", result.err)
        self.assertIn("--data DIR", result.err)

    def test_an_empty_data_folder_is_refused(self):
        self.assertEqual(run("audit", "--data", "").status, 3)

    def test_a_long_path_with_blanks_and_the_same_folder_again(self):
        root = Path(tempfile.mkdtemp(prefix="truecopy-test-"))
        self.addCleanup(shutil.rmtree, root, ignore_errors=True)
        data = root / ("a folder, with 'blanks' " + "x" * 170)
        for _ in range(2):  # deleted with its cluster left behind, where root's lies elsewhere, and made again
            out = root / "out"
            result = run("certify", SAMPLE, "--out", out, "--data", data)
            self.assertEqual(result.status, 0, result.err)
            place = Path((data / "cluster.place").read_text().strip())
            self.addCleanup(shutil.rmtree, place, ignore_errors=True)
            shutil.rmtree(data)
            shutil.rmtree(out)


if __name__ == "__main__":
    unittest.main()
