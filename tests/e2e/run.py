"""python3 run.py MODULE: runs tests/e2e/MODULE.py."""

import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "judges"))

import harness  # noqa: E402

sys.exit(harness.main(importlib.import_module(sys.argv[1])))
