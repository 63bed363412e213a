"""Starts the program on an empty data folder and gives its address to clicks.mjs, which drives the browser."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
os.environ["MESON_BUILD_ROOT"] = sys.argv[1]
for folder in ("tests/e2e", "tests/service"):
    sys.path.insert(0, str(SOURCE / folder))

import harness  # noqa: E402
from serving import serving  # noqa: E402

harness.install()
work = Path(sys.argv[1]) / "browser"
with harness.data_folder() as data, serving(data) as server, tempfile.TemporaryDirectory() as profile:
    # An ES module finds its packages beside itself: in the build folder.
    (work / "clicks.mjs").write_bytes((SOURCE / "tests/browser/clicks.mjs").read_bytes())
    blurred = data / "blurred.jpg"
    subprocess.run(["convert", SOURCE / "samples/marital-status-phone.jpg", "-blur", "0x9", blurred], check=True)
    status = subprocess.run(["node", work / "clicks.mjs", server.url, SOURCE / "samples", work / "shots", profile, blurred],
                            timeout=600, stdin=subprocess.DEVNULL).returncode
sys.exit(status)
