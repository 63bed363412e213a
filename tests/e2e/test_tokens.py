"""Tokens that misbehave (tests/signing/token_shim.c) under a whole batch, and tokens at a desk (`truecopy desk`).

Whatever the token does: the message says it, nothing is half signed, no number of the register is lost or used twice.
"""

import json
import os
import shutil
import signal
import subprocess
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

SHIM = harness.BUILD / "tests/signing/token_shim.so"
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
QUICK = ("storage.durable=false", "ocr.second_reading=false")


class Token:
    """A data folder whose demo keys lie on the shim's token, and the commands to it."""

    def __init__(self, folder):
        self.warehouse = kill.Warehouse(folder, settings=[f"signing.pkcs11_module={SHIM}"])
        self.control = self.warehouse.folder / "token"
        self.command()
        os.environ["TOKEN_SHIM"] = str(self.control)
        self.warehouse.hold()

    def command(self, **faults):
        self.control.write_text("".join(f"{name} {value}\n" for name, value in faults.items()))
        Path(f"{self.control}.log").unlink(missing_ok=True)

    def count(self, word):
        log = Path(f"{self.control}.log")
        return log.read_text().split().count(word) if log.exists() else 0

    def certify(self, batch):
        process = subprocess.run(batch.line("out"), capture_output=True, text=True, timeout=300,
                                 stdin=subprocess.DEVNULL)
        return process.returncode, kill.rows_of(process.stdout), process.stderr

    def numbers(self):
        """Of the register, as (number, state)."""
        rows = self.warehouse.sql("SELECT number, state FROM register_entry ORDER BY number")
        return [(int(number), state) for number, state in rows]

    def remove(self):
        self.warehouse.remove()
        os.environ.pop("TOKEN_SHIM", None)


@unittest.skipUnless(SOFTHSM.exists() or harness.IN_CI, "SoftHSM2 is not there")
class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="truecopy-test-"))
        cls.token = Token(cls.folder / "w")
        first = kill.Batch(cls.token.warehouse, "first", 1)
        status, rows, err = cls.token.certify(first)
        if status != 0:
            raise RuntimeError(f"{rows} {err}")

    @classmethod
    def tearDownClass(cls):
        cls.token.remove()
        cls.folder.rmdir()

    def batch(self, name, count=3):
        return kill.Batch(self.token.warehouse, name, count)

    def check_whole(self, batch):
        """The same batch again, with the fault gone: all is certified, and the register has no gap."""
        self.token.command()
        status, rows, err = self.token.certify(batch)
        self.assertEqual((status, {row.get("verdict") for row in rows}), (0, {"valid"}), err)
        numbers = self.token.numbers()
        self.assertEqual([number for number, _ in numbers], list(range(1, len(numbers) + 1)))
        self.assertEqual({state for _, state in numbers}, {"issued"})
        self.assertEqual(len({row["number"] for row in rows}), len(rows))
        audit = self.token.warehouse.run("audit", "--json")
        self.assertEqual(audit.status, 0, audit.out)

    def test_one_login_a_batch_and_one_operation_a_signature(self):
        """Three signatures a copy (the officer's manifest, the certifier, the agency), and the ledger's head."""
        batch = self.batch("count", 4)
        self.token.command()
        status, rows, err = self.token.certify(batch)
        self.assertEqual((status, len(rows)), (0, 4), err)
        self.assertEqual((self.token.count("login"), self.token.count("sign")), (1, 3 * 4 + 1))
        self.assertEqual((self.token.count("refused"), self.token.count("failed")), (0, 0))

    def failing(self, name, words, **faults):
        batch = self.batch(name)
        before = len(self.token.numbers())
        self.token.command(**faults)
        status, rows, err = self.token.certify(batch)
        failed = [row["error"]["message"] for row in rows if "error" in row]
        self.assertNotEqual(status, 0)
        self.assertTrue(failed)
        self.assertIn(words, " ".join(failed))
        issued = [state for _, state in self.token.numbers()[before:]].count("issued")
        self.assertEqual(issued, len(rows) - len(failed))  # half signed is not issued
        self.check_whole(batch)
        self.assertEqual(len(self.token.numbers()), before + 3)

    def test_token_pulled_out_in_the_middle(self):
        self.failing("removed", "the token was removed", removed_at=5)

    def test_token_reset_in_the_middle(self):
        """All sessions and the login are gone, the token is there: one more login, and the batch goes on."""
        batch = self.batch("reset")
        self.token.command(reset_at=4)
        status, rows, err = self.token.certify(batch)
        self.assertEqual((status, [row.get("verdict") for row in rows]), (0, ["valid"] * 3), err)
        self.assertEqual((self.token.count("login"), self.token.count("sign")), (2, 3 * 3 + 1))
        self.check_whole(batch)

    def test_token_that_fails_once(self):
        self.failing("broken", "the token failed", broken_at=4)

    def test_session_lost_and_slow_do_no_harm(self):
        batch = self.batch("lost")
        self.token.command(lost_at=4, slow_ms=30)
        status, rows, err = self.token.certify(batch)
        self.assertEqual((status, [row["verdict"] for row in rows]), (0, ["valid"] * 3), err)
        self.assertEqual((self.token.count("sign"), self.token.count("failed")), (3 * 3 + 1, 1))
        self.check_whole(batch)

    def test_many_files_are_signed_under_one_login(self):
        """One operation a file; what cannot be signed leaves the others alone, and no file of its own."""
        folder = self.folder / "many"
        folder.mkdir()
        good = [shutil.copy(harness.SOURCE / "samples/decision-flatbed.pdf", folder / f"{i}.pdf") for i in range(4)]
        bad = folder / "bad.pdf"
        bad.write_bytes(b"%PDF-1.7\nno document")
        out = folder / "out"
        self.token.command()
        result = self.token.warehouse.run("sign", "--json", "--level", "T", "--out", out, *good, bad, folder / "none.pdf")
        rows = {Path(row["file"]).name: row for row in result.lines}
        self.assertEqual(result.status, 3, result.out + result.err)
        self.assertEqual(len(rows), 6)
        self.assertEqual([rows[name]["error"]["code"] for name in ("bad.pdf", "none.pdf")], ["unreadable", "not_found"])
        self.assertEqual((self.token.count("login"), self.token.count("sign")), (1, 4))
        self.assertEqual(sorted(path.name for path in out.iterdir()), [f"{i}.pdf" for i in range(4)])
        for i in range(4):
            self.assertEqual(rows[f"{i}.pdf"]["level"], "T")
            self.assertEqual((out / f"{i}.pdf").read_bytes()[:1000], Path(good[i]).read_bytes()[:1000])
        verified = self.token.warehouse.run("verify", "--json", "--trust", self.token.warehouse.data / "pki", *sorted(out.iterdir()))
        self.assertEqual([[s["level"] for s in row["signatures"]] for row in verified.lines], [["B-T"]] * 4, verified.err)
        self.assertEqual([row["intact"] for row in verified.lines], ["yes"] * 4)
        for wrong in ([*good, "--out", folder], [good[0], good[0], "--out", out], good):
            self.assertEqual(self.token.warehouse.run("sign", *wrong).status, 3)
        self.assertEqual(self.token.count("sign"), 4)
        shutil.rmtree(folder)

    def test_token_of_somebody_else_is_refused(self):
        before = self.token.numbers()
        batch = self.batch("subject")
        line = [*batch.line("out"), "--set", "signing.certifier_subject=Somebody Else"]
        process = subprocess.run(line, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        self.assertNotEqual(process.returncode, 0)
        self.assertIn('not of "Somebody Else"', process.stderr)
        self.assertEqual(self.token.numbers(), before)


class OnlyFinish(ThreadingHTTPServer):
    """Between a desk and its server: lets signatures through, and not the word to go on."""

    daemon_threads = True

    def __init__(self, server):
        super().__init__(("127.0.0.1", 0), OnlyFinishHandler)
        self.server = server
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class OnlyFinishHandler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def pass_on(self, body=None):
        headers = {"Content-Type": self.headers["Content-Type"]} if body is not None else {}
        if self.path.endswith("/certify"):
            return self.send_error(503)
        answer = self.server.server.call(self.command, self.path, body, headers)
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def do_GET(self):
        self.pass_on()

    def do_POST(self):
        self.pass_on(self.rfile.read(int(self.headers["Content-Length"])))


@unittest.skipUnless(SOFTHSM.exists() or harness.IN_CI, "SoftHSM2 is not there")
class Desk(unittest.TestCase):
    """The certifier's key is on a token at a desk; the office's seal is at the server."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="truecopy-test-"))
        cls.token = Token(cls.folder / "w")
        demo = cls.token.warehouse  # makes the keys, and is the desk's place of the token
        made = demo.run("pki", "export", cls.folder / "trust")
        if made.status != 0:
            raise RuntimeError(made.err)
        cls.pki = demo.data / "pki"
        cls.chains = {}
        for role in ("officer", "certifier", "agency"):
            chain = cls.folder / f"{role}.pem"
            chain.write_text((cls.pki / f"{role}.pem").read_text() + (cls.pki / "issuer.pem").read_text())
            cls.chains[role] = chain
        cls.pin = (demo.data / "pki.secret").read_text().strip()
        cls.data = cls.folder / "server"
        cls.data.mkdir()
        os.environ["SOFTHSM2_CONF"] = str(cls.pki / "softhsm2.conf")
        os.environ["TOKEN_SHIM"] = str(cls.folder / "at-the-server")  # what the desk's token is told is not told here
        cls.settings = [*QUICK, "signing.certifier_key=desk", f"signing.certifier_chain={cls.chains['certifier']}",
                        f"signing.pkcs11_module={SHIM}", f"signing.crl_path={cls.folder / 'trust'}",
                        "signing.certificate_addresses=false"]
        for role in ("officer", "agency"):
            cls.settings += [f"signing.{role}_key=pkcs11:object={role}", f"signing.{role}_secret={cls.pin}",
                             f"signing.{role}_chain={cls.chains[role]}"]

    @classmethod
    def tearDownClass(cls):
        os.environ.pop("SOFTHSM2_CONF", None)
        harness.remove_data_folder(cls.data)
        cls.token.remove()
        subprocess.run(["rm", "-r", cls.folder], check=True)

    def desk(self, url, *options, key="pkcs11:object=certifier", pin=None, chain="certifier"):
        environment = dict(os.environ, TOKEN_SHIM=str(self.token.control))
        line = [str(harness.TRUECOPY), "desk", url, "--json", "--key", key, "--chain", str(self.chains[chain]),
                "--data", str(self.token.warehouse.data), "--set", f"signing.pkcs11_module={SHIM}", *options]
        process = subprocess.run(line, input=(pin or self.pin) + "\n", capture_output=True, text=True, timeout=120,
                                 env=environment)
        return harness.Result(process)

    def prepare(self, server, name, count=2):
        """Captures taken in, compared and prepared: they wait."""
        batch = kill.Batch(self.token.warehouse, name, count)
        records = [server.upload(capture).json["id"] for capture in batch.captures]
        for record in records:
            server.wait(record)
            compared = server.post(f"/api/v1/records/{record}/certify", {"name": "Trần Thị Mẫu"})
            self.assertEqual((compared.status, compared.json["state"]), (200, "prepared"))
        return records

    def test_signs_elsewhere_hours_later(self):
        with serving(self.data, *self.settings) as server:
            records = self.prepare(server, "elsewhere")
            refused = server.post(f"/api/v1/records/{records[0]}/finish", b"")
            self.assertEqual((refused.status, refused.json["code"]), (409, "conflict"))
            self.assertIn("desk", refused.json["detail"])
            waiting = server.get("/api/v1/signing/certifier").json
            self.assertEqual([item["record"] for item in waiting["waiting"]], records)
        with serving(self.data, *self.settings) as server:  # another process, as days later
            self.token.command()
            wrong = self.desk(server.url, key="pkcs11:object=agency", chain="agency")
            self.assertNotEqual(wrong.status, 0)
            self.assertIn("the server waits for the certifier", wrong.err)
            self.assertEqual((self.token.count("login"), self.token.count("sign")), (1, 0))
            done = self.desk(server.url)
            self.assertEqual(done.status, 0, done.err)
            self.assertEqual({row["record"]: row["state"] for row in done.lines}, dict.fromkeys(records, "archived"))
            self.assertEqual((self.token.count("login"), self.token.count("sign")), (2, len(records)))
            self.assertEqual(server.get("/api/v1/signing/certifier").json["waiting"], [])
            again = self.desk(server.url)
            self.assertEqual((again.status, again.lines), (0, []))
            for record in records:
                copy = self.folder / "copy.pdf"
                copy.write_bytes(server.get(f"/api/v1/records/{record}/copy").body)
                verified = harness.run("verify", "--json", "--trust", self.folder / "trust", copy)
                self.assertEqual(verified.lines[0]["intact"], "yes")
                self.assertEqual(len(verified.lines[0]["signatures"]), 2)
                self.assertEqual(verified.lines[0]["verdict"], "valid", verified.out)

    def test_server_killed_after_a_desk_signed(self):
        """The signature is in and the server gone before it sealed: the next one seals and archives by itself."""
        with serving(self.data, *self.settings) as server:
            record = self.prepare(server, "left", 1)[0]
            self.token.command()
            with OnlyFinish(server) as between:
                done = self.desk(between.url)
            self.assertEqual([(row["record"], row["state"]) for row in done.lines], [(record, "signed")], done.err)
            self.assertEqual(server.record(record)["state"], "signed")
            server.stop(signal.SIGKILL)
        with serving(self.data, *self.settings) as server:
            self.assertEqual(server.wait(record, "archived", 60)["state"], "archived")
            self.assertEqual(server.record(record)["number"]["state"], "issued")
            self.check_copy(server, record)

    def officer_away(self):
        """The officer's key is at a desk as well."""
        kept = [s for s in self.settings if not s.startswith(("signing.officer_key", "signing.officer_secret"))]
        return [*kept, "signing.officer_key=desk"]

    def test_officer_signs_the_manifest_elsewhere(self):
        """Compared, the record waits for the officer; no number is drawn before; then for the certifier."""
        settings = self.officer_away()
        with serving(self.data, *settings) as server:
            batch = kill.Batch(self.token.warehouse, "officer", 2)
            records = [server.upload(capture).json["id"] for capture in batch.captures]
            for record in records:
                server.wait(record)
                compared = server.post(f"/api/v1/records/{record}/certify", {"name": "Trần Thị Mẫu"})
                self.assertEqual((compared.status, compared.json["state"]), (200, "compared"), compared.body)
                again = server.post(f"/api/v1/records/{record}/certify", {})
                self.assertEqual(again.json["state"], "compared")
                refused = server.post(f"/api/v1/records/{record}/finish", b"")
                self.assertEqual((refused.status, refused.json["code"]), (409, "conflict"))
                self.assertIn("the officer's key is at a desk", refused.json["detail"])
                self.assertIsNone(server.record(record)["number"])
            waiting = server.get("/api/v1/signing/officer").json["waiting"]
            self.assertEqual([(item["record"], item["signer"]) for item in waiting], [(r, "officer") for r in records])
            self.assertEqual(server.get("/api/v1/signing/certifier").json["waiting"], [])
        with serving(self.data, *settings) as server:  # another process, as days later
            self.token.command()
            wrong = self.desk(server.url, "--as", "officer")
            self.assertNotEqual(wrong.status, 0)
            self.assertIn("the server waits for the officer", wrong.err)
            forged = server.post(f"/api/v1/records/{records[0]}/finish", b"no signature")
            self.assertGreaterEqual(forged.status, 400)
            self.assertEqual(self.token.count("sign"), 0)
            done = self.desk(server.url, "--as", "officer", key="pkcs11:object=officer", chain="officer")
            self.assertEqual({row["record"]: row["state"] for row in done.lines}, dict.fromkeys(records, "prepared"), done.err)
            self.assertEqual((self.token.count("login"), self.token.count("sign")), (2, len(records)))
            self.assertEqual(server.get("/api/v1/signing/officer").json["waiting"], [])
            self.assertEqual(self.desk(server.url).status, 0)
            for record in records:
                self.check_copy(server, record)

    def check_copy(self, server, record):
        """Archived; with the desk's signature over the manifest that the copy carries."""
        self.assertEqual(server.record(record)["state"], "archived")
        copy = self.folder / "copy.pdf"
        copy.write_bytes(server.get(f"/api/v1/records/{record}/copy").body)
        verified = harness.run("verify", "--json", "--trust", self.folder / "trust", copy)
        self.assertEqual(verified.lines[0]["verdict"], "valid", verified.out)
        self.assertEqual([f["code"] for f in verified.lines[0]["findings"] if f["code"].startswith("copy_")], [])
        subprocess.run(["pdfdetach", "-saveall", "-o", self.folder, copy], check=True, stdout=subprocess.DEVNULL)
        manifest, signature = self.folder / "captures.json", self.folder / "captures.json.p7s"
        self.assertEqual(json.loads(manifest.read_text())["record"], record)
        cms = subprocess.run(["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", manifest,
                              "-CAfile", self.pki / "root.pem", "-purpose", "any", "-out", "/dev/null"],
                             capture_output=True, text=True)
        self.assertEqual(cms.returncode, 0, cms.stderr)

    def test_officer_alone_is_elsewhere(self):
        """With the other keys at the server the copy is there once the officer's signature is; one that nobody makes ends the
        record."""
        keys = [s for s in self.officer_away() if not s.startswith("signing.certifier")]
        keys += ["signing.certifier_key=pkcs11:object=certifier", f"signing.certifier_secret={self.pin}",
                 f"signing.certifier_chain={self.chains['certifier']}"]
        with serving(self.data, *keys) as server:
            self.token.command()
            batch = kill.Batch(self.token.warehouse, "alone", 2)
            records = [server.upload(capture).json["id"] for capture in batch.captures]
            for record in records:
                server.wait(record)
                compared = server.post(f"/api/v1/records/{record}/certify", {"name": "Trần Thị Mẫu"})
                self.assertEqual(compared.json["state"], "compared", compared.body)
            warehouse = kill.Warehouse(self.folder / "unused")
            warehouse.data = self.data
            warehouse.sql("UPDATE signing SET prepared_at = prepared_at - interval '31 days' WHERE status = 'waiting'"
                          f" AND record_id = '{records[1]}'", user="postgres")
            self.assertEqual(server.wait(records[1], "withdrawn", 30)["events"][-1]["reason"], "not_signed_in_time")
            done = self.desk(server.url, "--as", "officer", key="pkcs11:object=officer", chain="officer")
            self.assertEqual([(row["record"], row["state"]) for row in done.lines], [(records[0], "archived")], done.err)
            self.check_copy(server, records[0])

    def test_server_goes_on_when_its_token_is_back(self):
        """Pulled out and put back while the server runs: what failed then is done now, under the number that it drew."""
        control = self.folder / "at-the-server"
        with serving(self.data, *self.settings) as server:
            batch = kill.Batch(self.token.warehouse, "back", 1)
            record = server.upload(batch.captures[0]).json["id"]
            server.wait(record)
            control.write_text("removed_at 1\n")
            for words in ("the token was removed", "the token was removed"):
                away = server.post(f"/api/v1/records/{record}/certify", {"name": "Trần Thị Mẫu"})
                self.assertNotEqual(away.status, 200)
                self.assertIn(words, away.json["detail"])
            control.write_text("")
            logins = Path(f"{control}.log").read_text().split().count("login")
            back = server.post(f"/api/v1/records/{record}/certify", {"name": "Trần Thị Mẫu"})
            self.assertEqual((back.status, back.json.get("state")), (200, "prepared"), back.body)
            self.assertGreater(Path(f"{control}.log").read_text().split().count("login"), logins)
            self.token.command()
            self.assertEqual(self.desk(server.url).status, 0)
            self.assertEqual(server.wait(record, "archived", 30)["state"], "archived")
            year = time.strftime("%Y")
            rows = [row for row in server.get(f"/api/v1/register/01/{year}?limit=1000").json if row["record"] == record]
            self.assertEqual([row["state"] for row in rows], ["issued"])
        control.unlink()

    def test_z_what_arrives_from_a_revoked_certificate_is_refused(self):
        """Revoked between prepare and finish: last, as the certifier of the shared PKI stays revoked."""
        with serving(self.data, *self.settings) as server:
            record = self.prepare(server, "revoked", 1)[0]
        lists = self.folder / "lists"
        for line in (["revoke", "certifier"], ["export", lists]):
            self.assertEqual(self.token.warehouse.run("pki", *line).status, 0)
        settings = [s for s in self.settings if not s.startswith("signing.crl_path")]
        with serving(self.data, *settings, f"signing.crl_path={lists}") as server:
            self.token.command()
            refused = self.desk(server.url)
            self.assertNotEqual(refused.status, 0)
            self.assertIn("has been revoked", refused.out)
            self.assertEqual(server.record(record)["state"], "prepared")

    def test_token_pulled_out_at_the_desk(self):
        with serving(self.data, *self.settings) as server:
            records = self.prepare(server, "pulled", 3)
            self.token.command(removed_at=2)
            broken = self.desk(server.url, "--set", "signing.token_sessions=1")
            self.assertNotEqual(broken.status, 0)
            self.assertIn("the token was removed", broken.err + broken.out)
            left = [item["record"] for item in server.get("/api/v1/signing/certifier").json["waiting"]]
            self.assertEqual(left, records[1:])
            self.token.command()
            self.assertEqual(self.desk(server.url).status, 0)
            states = {server.record(record)["state"] for record in records}
            self.assertEqual(states, {"archived"})

    def test_wrong_pin_stops_before_the_token_locks(self):
        """At the desk, and no number is drawn for a batch whose token does not open."""
        with serving(self.data, *self.settings) as server:
            self.token.command()
            for words in ("few tries are left", "one more wrong PIN locks the token", "nothing was tried",
                          "nothing was tried"):
                result = self.desk(server.url, pin="000000")
                self.assertNotEqual(result.status, 0)
                self.assertIn(words, result.err)
            self.assertEqual(self.token.count("refused"), 2)
            self.assertIn("nothing was tried", self.desk(server.url).err)  # nor the right one, until somebody says so
            allowed = self.desk(server.url, "--set", "signing.token_last_try=true")
            self.assertEqual(allowed.status, 0, allowed.err)
            self.assertEqual((self.token.count("refused"), self.token.count("login")), (2, 1))
        batch = kill.Batch(self.token.warehouse, "pin", 1)
        settings = [s for s in self.settings if not s.startswith("signing.officer_secret")]
        result = harness.run("certify", "--json", *batch.captures, "--out", batch.folder / "out", "--compared-by", "X",
                             data=self.data, settings=[*settings, "signing.officer_secret=000000"])
        self.assertNotEqual(result.status, 0)
        self.assertIn("the officer's key: logging in to the token failed", result.err)

    def test_stays_and_ends_with_the_workstation(self):
        with serving(self.data, *self.settings) as server:
            self.token.command()
            line = [str(harness.TRUECOPY), "desk", server.url, "--json", "--every", "1", "--key",
                    "pkcs11:object=certifier", "--data", str(self.token.warehouse.data), "--set",
                    f"signing.pkcs11_module={SHIM}", "--chain", str(self.chains["certifier"])]
            process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                       env=dict(os.environ, TOKEN_SHIM=str(self.token.control)))
            process.stdin.write(self.pin + "\n")
            process.stdin.flush()
            record = self.prepare(server, "stays", 1)[0]
            row = json.loads(process.stdout.readline())
            self.assertEqual((row["record"], row["state"]), (record, "archived"))
            self.assertEqual(self.token.count("login"), 1)
            process.send_signal(signal.SIGHUP)
            self.assertEqual(process.wait(timeout=20), 0)
            process.stdin.close()
            process.stdout.close()

    def test_what_nobody_signs_is_withdrawn_and_its_number_void(self):
        with serving(self.data, *self.settings) as server:
            record = self.prepare(server, "lapses", 1)[0]
            number = server.record(record)["number"]["text"]
            warehouse = kill.Warehouse(self.folder / "unused")
            warehouse.data = self.data
            warehouse.sql("UPDATE signing SET prepared_at = prepared_at - interval '31 days' WHERE status = 'waiting'",
                          user="postgres")
            self.assertEqual(server.wait(record, "withdrawn", 30)["events"][-1]["reason"], "not_signed_in_time")
            year = time.strftime("%Y")
            rows = server.get(f"/api/v1/register/01/{year}?limit=1000").json
            row = next(row for row in rows if row["text"] == number)
            self.assertEqual((row["state"], row["void_reason"]), ("void", "not_signed_in_time"))


if __name__ == "__main__":
    unittest.main()
