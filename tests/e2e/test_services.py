"""Time-stamp, OCSP and CRL servers that are away, slow or lie, under the whole program: copies are issued all the same, at the
level that was reached and marked pending; once the server is honest `renew` raises them, and nothing is certified twice.
"""

import http.client
import shutil
import sys
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import harness

sys.path.insert(0, str(harness.SOURCE / "tests/fault"))
sys.path.insert(0, str(harness.SOURCE / "tests/service"))
import kill  # noqa: E402
from serving import serving  # noqa: E402

CRL = "/pki/issuer.crl"
TYPES = {"/tsa": "application/timestamp-reply", "/pki/ocsp": "application/ocsp-response", CRL: "application/pkix-crl"}
LIES = ("garbage", "pem_of_garbage", "huge", "redirect", "replay", "slow", "error", "empty")
CRL_LIES = (*LIES, "other_ca", "cut")  # replay: a list from before the signature


class Liar(ThreadingHTTPServer):
    """Passes questions on to an honest server, unless `lie` says what to do instead."""

    daemon_threads = True

    def __init__(self, honest):
        super().__init__(("127.0.0.1", 0), Handler)
        self.honest, self.lie, self.asked, self.first = honest, "", 0, {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def reply(self, body, status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Type", TYPES[self.path])
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # the other side had enough

    def ask(self, path, question=None):
        connection = http.client.HTTPConnection(self.server.honest.removeprefix("http://"), timeout=60)
        headers = {} if question is None else {"Content-Type": self.headers["Content-Type"]}
        connection.request("GET" if question is None else "POST", path, question, headers)
        body = connection.getresponse().read()
        connection.close()
        return body

    def do_GET(self):
        self.answer(self.ask(self.path))

    def do_POST(self):
        self.answer(self.ask(self.path, self.rfile.read(int(self.headers["Content-Length"]))))

    def answer(self, truth):
        self.server.asked += 1
        old = self.server.first.setdefault(self.path, truth)  # an answer to another question: another nonce
        match self.server.lie:
            case "": self.reply(truth)
            case "garbage": self.reply(b"<html>Welcome to the hotel</html>")
            case "pem_of_garbage": self.reply(b"-----BEGIN OCSP RESPONSE-----\nAAAA\n-----END OCSP RESPONSE-----\n")
            case "huge": self.reply(truth + bytes(1 << 20))
            case "redirect": self.reply(b"", 302, Location=self.server.honest + self.path)
            case "replay": self.reply(old)
            case "error": self.reply(truth, 500)
            case "empty": self.reply(b"")
            case "other_ca": self.reply(self.ask("/pki/root.crl"))
            case "cut": self.reply(truth[:-40])
            case "slow":
                time.sleep(2)
                self.reply(truth)


class Services(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="truecopy-test-"))
        cls.warehouse = kill.Warehouse(cls.folder / "w")
        cls.warehouse.hold()
        # The honest one has the same keys and a warehouse of its own: it would raise the copies of this one itself.
        made = cls.warehouse.run("pki", "show")
        if made.status != 0:
            raise RuntimeError(made.err)
        cls.other = cls.folder / "honest"
        shutil.copytree(cls.warehouse.data / "pki", cls.other / "pki")
        shutil.copy(cls.warehouse.data / "pki.secret", cls.other)
        cls.context = serving(cls.other, *kill.SETTINGS)
        cls.liar = Liar(cls.context.__enter__().url)

    @classmethod
    def tearDownClass(cls):
        cls.liar.shutdown()
        cls.liar.server_close()
        cls.context.__exit__(None, None, None)
        harness.remove_data_folder(cls.other)
        cls.warehouse.remove()
        cls.folder.rmdir()

    def run_through(self, service, lies, reached, settings):
        """A copy with each lie, then all of them raised; gives nothing back, as it asserts."""
        settings = [word for setting in settings for word in ("--set", setting)]
        self.liar.lie = ""
        self.certify(f"{service}-honest", settings, ("LTA", False))  # and the answer that is replayed
        records = []
        for lie in lies:
            with self.subTest(service=service, lie=lie):
                self.liar.lie = lie
                records.append(self.certify(f"{service}-{lie}", settings, (reached, True)))
        self.liar.lie = ""
        time.sleep(1.1)  # responders count whole seconds
        raised = self.warehouse.run("renew", "--json", "--within", "1", *settings)
        self.assertEqual({row["record"]: row["level"] for row in raised.lines if row["record"] in records},
                         dict.fromkeys(records, "LTA"), raised.out + raised.err)
        rows = self.warehouse.sql("SELECT record_id, count(*) FROM register_entry GROUP BY record_id HAVING count(*) <> 1",
                                  "SELECT number FROM register_entry WHERE state <> 'issued'")
        self.assertEqual(rows, [[], []])

    def certify(self, name, settings, expected):
        batch = kill.Batch(self.warehouse, name, 1)
        before = self.liar.asked
        result = self.warehouse.run("certify", "--json", *batch.captures, "--out", batch.folder / "out", *settings)
        row = result.lines[0]
        self.assertEqual((result.status, row["verdict"], (row["level"], row["pending"])), (0, "valid", expected), row)
        self.assertEqual(len(list((batch.folder / "out").glob("*.pdf"))), 1)
        if self.liar.lie:
            self.assertGreater(self.liar.asked, before)
        return row["record"]

    def test_time_stamp_server(self):
        self.run_through("tsa", LIES, "B", [f"signing.tsa_url={self.liar.url}/tsa", "signing.tsa_total_timeout_ms=700"])

    def test_ocsp_responder(self):
        self.run_through("ocsp", LIES, "T", [f"signing.ocsp_url={self.liar.url}/pki/ocsp",
                                             "signing.certificate_addresses=false",
                                             "signing.revocation_total_timeout_ms=700"])

    def test_many_files_share_what_one_question_found(self):
        """All are signed first: an answer that is younger than the last signature serves every file."""
        folder = self.folder / "many"
        folder.mkdir()
        files = [shutil.copy(harness.SOURCE / "samples/decision-flatbed.pdf", folder / f"{i}.pdf") for i in range(24)]
        settings = [f"signing.ocsp_url={self.liar.url}/pki/ocsp", "signing.certificate_addresses=false"]
        settings = [word for setting in settings for word in ("--set", setting)]
        self.liar.lie, before = "", self.liar.asked
        signed = self.warehouse.run("sign", "--json", "--level", "LT", "--out", folder / "out", *files, *settings)
        self.assertEqual((signed.status, [row.get("level") for row in signed.lines]), (0, ["LT"] * 24), signed.out + signed.err)
        asked = self.liar.asked - before
        self.assertGreater(asked, 0)
        self.assertLess(asked, 24)  # signer, authority and the CAs above, by a few threads and in two seconds at most
        verified = self.warehouse.run("verify", "--json", "--trust", self.warehouse.data / "pki", *sorted((folder / "out").iterdir()))
        self.assertEqual([row["signatures"][0]["level"] for row in verified.lines], ["B-LT"] * 24, verified.out)
        shutil.rmtree(folder)

    def test_crl_server(self):
        """No OCSP responder answers, and the lists that are at hand are older than the signature."""
        self.run_through("crl", CRL_LIES, "T", [f"signing.crl_url={self.liar.url}{CRL}", "signing.crl_response_limit=65536",
                                                "signing.ocsp_url=http://127.0.0.1:9/ocsp",
                                                "signing.certificate_addresses=false",
                                                "signing.revocation_total_timeout_ms=700"])


if __name__ == "__main__":
    unittest.main()
