"""Schemathesis draws requests from openapi.yaml, right and wrong ones: none makes the server fail, and every answer is
as described. Its packages live in an environment of their own in the build folder."""

import os
import subprocess
import unittest

import harness
from serving import serving

SECONDS = 45
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance"


class Fuzz(unittest.TestCase):
    def test_drawn_requests(self):
        python = subprocess.run([harness.SOURCE / "tools/python-venv", harness.SOURCE / "tests/service/requirements.txt",
                                 harness.BUILD / "schemathesis"], check=True, capture_output=True, text=True).stdout.strip()
        with harness.data_folder() as data, serving(data, "service.connection_timeout=5") as server:
            record = server.upload(harness.SOURCE / "samples/residence-flatbed.png").json["id"]
            server.wait(record)
            environment = dict(os.environ, SCHEMATHESIS_HOOKS="drawing", RECORD=record,
                               PYTHONPATH=str(harness.SOURCE / "tests/service"))
            run = subprocess.run(
                [python, "-m", "schemathesis.cli", "run", harness.SOURCE / "schemas/api/openapi.yaml", "--url", server.url,
                 "--checks", CHECKS, "--max-time", str(SECONDS), "--phases", "examples,coverage,fuzzing", "--warnings",
                 "off", "--seed", "1", "--request-timeout", "30", "--no-shrink", "--no-color"],
                capture_output=True, text=True, timeout=600, cwd=data, env=environment)
            self.assertEqual(run.returncode, 0, run.stdout[-6000:] + run.stderr[-1000:])
            self.assertEqual(server.record(record)["id"], record)
            self.assertIsNone(server.process.poll())


if __name__ == "__main__":
    unittest.main()
