"""What end-to-end tests share: the installed program, throw-away data folders, the shared corpora, the judges.

A test file is a unittest module run by meson: `python3 tests/e2e/run.py MODULE`. It exits 77 where everything in it
was skipped, 1 where something failed.
"""

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("MESON_BUILD_ROOT", SOURCE / "build/tests"))
SHARED = Path(os.environ.get("TRUECOPY_SHARED", SOURCE.parent / "shared"))
IN_CI = os.environ.get("CI") == "true"

# The program as a user has it: installed, its data beside its prefix.
PREFIX = BUILD / "installed/usr/local"
TRUECOPY = PREFIX / "bin/truecopy"


def install():
    """Installs the build into BUILD/installed, where that is older than the last thing built."""
    built = BUILD / ".ninja_log"
    if TRUECOPY.exists() and TRUECOPY.stat().st_mtime >= built.stat().st_mtime:
        return
    # --prefix of the build is /usr/local; DESTDIR moves the whole below the build folder.
    environment = dict(os.environ, DESTDIR=str(BUILD / "installed"))
    subprocess.run(["meson", "install", "-C", str(BUILD), "--no-rebuild", "--quiet"], env=environment, check=True,
                   stdout=subprocess.DEVNULL)
    TRUECOPY.touch()


def needs_shared(test):
    """Skips a test without ../shared; in CI it runs, and fails, all the same."""
    return unittest.skipUnless(SHARED.is_dir() or IN_CI, "../shared is not there")(test)


class Result:
    """A finished run of the program."""

    def __init__(self, process):
        self.status = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    @property
    def lines(self):
        """Standard output as JSON, an object a line."""
        return [json.loads(line) for line in self.out.splitlines() if line.strip()]


def run(*arguments, data=None, timeout=600, env=None, settings=(), cwd=None):
    """Runs truecopy with a command and its arguments; `data` is the data folder."""
    line = [str(TRUECOPY), *map(str, arguments)]
    if data is not None:
        line += ["--data", str(data)]
    for setting in settings:
        line += ["--set", setting]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TRUECOPY_")}
    environment.update(env or {})
    process = subprocess.run(line, capture_output=True, text=True, timeout=timeout, env=environment, cwd=cwd,
                             stdin=subprocess.DEVNULL)
    return Result(process)


@contextlib.contextmanager
def data_folder():
    """A data folder with its private cluster, both gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="truecopy-test-"))
    try:
        yield folder
    finally:
        remove_data_folder(folder)


def remove_data_folder(folder):
    """Stops and removes the cluster that a data folder has, root's own place included, and then the folder."""
    place = folder / "cluster.place"
    if place.exists():
        cluster = Path(place.read_text().strip())
        pid = cluster / "cluster/postmaster.pid"
        if pid.exists():
            subprocess.run(["kill", "-INT", pid.read_text().split()[0]], stderr=subprocess.DEVNULL)
        shutil.rmtree(cluster, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def serve(data, settings=()):
    """A running server over a data folder; gives its address."""
    line = [str(TRUECOPY), "serve", "--data", str(data), "--set", "service.port=0"]
    for setting in settings:
        line += ["--set", setting]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    try:
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def samples():
    """The sample captures, sorted."""
    folder = SOURCE / "samples"
    return sorted(p for p in folder.iterdir() if p.suffix in (".jpg", ".png", ".tif", ".pdf"))


def generated(folder, count, seed=None, *options):
    """Freshly drawn papers of the reading bench; the seed is printed, so that a failure can be drawn again."""
    seed = seed or secrets.token_hex(4)
    print(f"papers drawn with --seed {seed} --count {count}", file=sys.stderr)
    subprocess.run([SOURCE / "bench/reading/generate", "--seed", seed, "--count", str(count), "--out", folder, *options],
                   check=True, stdout=subprocess.DEVNULL)
    return sorted(p for p in Path(folder).iterdir() if p.suffix in (".jpg", ".png", ".tif", ".pdf"))


def main(module):
    """Runs a module's tests; the exit status is meson's."""
    install()
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    result = unittest.TextTestRunner(verbosity=2, stream=sys.stderr).run(suite)
    if not result.wasSuccessful() or result.testsRun == 0:
        return 1
    return 77 if len(result.skipped) == result.testsRun else 0
