"""The HTTP interface as a program sees it: from captures to a certified copy, and what it refuses."""

import contextlib
import socket
import time
import unittest
import uuid

import harness
from serving import serving

SAMPLES = harness.SOURCE / "samples"
KINDS = ["birth-certificate-flatbed.jpg", "residence-flatbed.png", "decision-grey-2-pages.tif", "decision-flatbed.pdf"]
UPLOAD_LIMIT = 20_000_000


class Http(unittest.TestCase):
    """One server for all; each of the four records goes its own way."""

    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.data = cls.stack.enter_context(harness.data_folder())
        cls.server = cls.stack.enter_context(
            serving(cls.data, f"service.max_upload={UPLOAD_LIMIT}", "service.connection_timeout=3"))
        cls.records = {kind: cls.server.upload(SAMPLES / kind).json["id"] for kind in KINDS}

    @classmethod
    def tearDownClass(cls):
        cls.stack.close()

    def problem(self, answer, status, code):
        self.assertEqual(answer.status, status, answer.body[:300])
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        self.assertEqual((answer.json["status"], answer.json["code"]), (status, code))
        self.assertTrue(answer.json["title"] and answer.json["detail"])

    # ---- The whole way ----

    def test_every_kind_of_capture_is_recognised(self):
        for kind, record in self.records.items():
            document = self.server.wait(record, state=None)
            self.assertTrue(document["fields"], kind)
            keys = [f["key"] for f in self.server.get(f"/api/v1/types/{document['document_type']}").json["fields"]]
            self.assertLessEqual(set(document["fields"]), set(keys))
            self.assertEqual(document["captures"][0]["file_name"], kind)
            capture = self.server.get(f"/api/v1/captures/{document['captures'][0]['sha256']}")
            self.assertEqual(capture.body, (SAMPLES / kind).read_bytes())
            picture = self.server.get(f"/api/v1/records/{record}/pages/1?width=200")
            self.assertEqual((picture.status, picture.body[:2]), (200, b"\xff\xd8"))
            self.assertIn("immutable", picture.headers["Cache-Control"])
        types = {row["id"]: row["name"] for row in self.server.get("/api/v1/types").json["types"]}
        self.assertEqual(types[document["document_type"]],
                         self.server.get(f"/api/v1/types/{document['document_type']}").json["name"])
        counts = self.server.get("/api/v1/counts").json
        self.assertEqual(sum(n for state, n in counts.items() if state != "total"), counts["total"])

    def test_confirm_with_edits_and_certify(self):
        at = f"/api/v1/records/{self.records[KINDS[0]]}"
        before = self.server.wait(self.records[KINDS[0]])
        edit = {"version": before["version"], "fields": {"full_name": "Nguyễn Thử Mẫu"}}
        self.problem(self.server.post(f"{at}/confirm", {**edit, "version": before["version"] - 1}), 409, "conflict")
        self.assertEqual(self.server.get(at).json["state"], "recognised")
        confirmed = self.server.post(f"{at}/confirm", edit)
        self.assertEqual((confirmed.status, confirmed.json["state"]), (200, "confirmed"))
        document = self.server.get(at).json
        self.assertEqual(document["fields"]["full_name"]["value"], "Nguyễn Thử Mẫu")
        self.assertEqual({f["assurance"] for f in document["fields"].values()}, {"person"})
        self.assertGreaterEqual(len(self.server.get(f"{at}/fields/full_name").json), 2)
        self.problem(self.server.get(f"{at}/copy"), 409, "conflict")
        compared = self.server.post(f"{at}/compare", {"name": "Trần Thị Mẫu", "version": document["version"]})
        self.assertEqual(compared.json["state"], "compared")
        certified = self.server.post(f"{at}/certify")
        self.assertEqual((certified.status, certified.json["state"]), (200, "archived"), certified.body)
        self.check_copy(at)

    def check_copy(self, at):
        whole = self.server.get(f"{at}/copy")
        etag = whole.headers["ETag"]
        self.assertEqual((whole.status, whole.headers["Content-Type"]), (200, "application/pdf"))
        self.assertRegex(whole.headers["Content-Disposition"], r'^attachment; filename="[!-~]+\.pdf"$')
        part = self.server.get(f"{at}/copy", Range="bytes=100-199")
        self.assertEqual((part.status, part.body), (206, whole.body[100:200]))
        self.assertEqual(part.headers["Content-Range"], f"bytes 100-199/{len(whole.body)}")
        self.assertEqual(self.server.get(f"{at}/copy", Range="bytes=-7").body, whole.body[-7:])
        known = self.server.get(f"{at}/copy", If_None_Match=etag)
        self.assertEqual((known.status, known.body, known.headers["ETag"]), (304, b"", etag))
        self.assertEqual(self.server.get(f"{at}/copy", Range=f"bytes={len(whole.body)}-").status, 416)
        self.assertEqual(self.server.call("HEAD", f"{at}/copy").headers["Content-Length"], str(len(whole.body)))
        self.check_verification(at, whole.body)

    def check_verification(self, at, pdf):
        good = self.server.post("/api/v1/verify", pdf).json
        self.assertEqual((good["verdict"], good["intact"], good["in_force"]), ("valid", "yes", "yes"), good)
        spoiled = bytearray(pdf)
        spoiled[len(pdf) // 3] ^= 0xFF
        self.assertNotEqual(self.server.post("/api/v1/verify", bytes(spoiled)).json["verdict"], "valid")
        page = self.form(pdf)
        self.assertEqual((page.status, page.body.count(b"<dt>")), (200, 4))
        self.assertIn(b"verdict-valid", page.body)
        self.assertNotIn(b"{{", page.body)
        standing = self.server.get(at.replace("/api/v1/records", "/v"))
        self.assertIn(b"verdict-valid", standing.body)

    def form(self, content):
        body = (b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
                b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n--xx--\r\n")
        return self.server.call("POST", "/verify?lang=en", body, {"Content-Type": "multipart/form-data; boundary=xx"})

    def test_prepare_and_finish(self):
        record = self.records[KINDS[1]]
        at = f"/api/v1/records/{record}"
        self.server.wait(record)
        self.problem(self.server.post(f"{at}/prepare"), 404, "not_found")  # nothing waits before the comparison
        self.server.post(f"{at}/compare", {"name": "Trần Thị Mẫu"})
        first = self.server.post(f"{at}/prepare", Idempotency_Key="prepare-1")
        self.assertEqual((first.json["state"], first.json["signer"]), ("prepared", "certifier"))
        self.assertEqual(self.server.post(f"{at}/prepare", Idempotency_Key="prepare-1").json, first.json)
        self.problem(self.server.post(f"{at}/finish", b"not a CMS"), 422, "unreadable")
        self.assertEqual(self.server.post(f"{at}/finish", b"").json["state"], "signed")
        second = self.server.post(f"{at}/prepare").json
        self.assertEqual((second["signer"], second["number"]), ("agency", first.json["number"]))
        self.assertNotEqual(second["digest"], first.json["digest"])
        self.assertEqual(self.server.post(f"{at}/finish", b"").json["state"], "sealed")
        self.assertEqual(self.server.post(f"{at}/certify").json["state"], "archived")
        referred = self.server.post(f"{at}/references", {"organisation": "x", "procedure": "2.000815", "ground": "law"})
        self.assertEqual(referred.status, 201)

    def test_refusal_keeps_its_reason(self):
        record = self.records[KINDS[3]]
        self.server.wait(record)
        at = f"/api/v1/records/{record}"
        self.assertGreaterEqual(self.server.post(f"{at}/move", {"to": "sealed"}).status, 400)
        self.assertEqual(self.server.post(f"{at}/move", {"to": "refused", "reason": "secret"}).json["state"], "refused")
        self.assertEqual(self.server.record(record)["events"][-1]["reason"], "secret")

    # ---- Once, however often it is sent ----

    def test_same_capture_twice_is_one_record(self):
        again = self.server.upload(SAMPLES / KINDS[2])
        paper = {"id": self.records[KINDS[2]], "existing": True}
        self.assertEqual((again.status, again.json), (200, {**paper, "papers": [paper]}))

    def test_idempotency_key(self):
        key = uuid.uuid4().hex
        path = f"/api/v1/captures?file_name={KINDS[2]}"
        body = (SAMPLES / KINDS[2]).read_bytes()
        first = self.server.post(path, body, Idempotency_Key=key)
        self.assertEqual((first.status, first.json), (lambda a: (a.status, a.json))(
            self.server.post(path, body, Idempotency_Key=key)))
        self.problem(self.server.post(path, body + b"x", Idempotency_Key=key), 409, "conflict")
        self.problem(self.server.post(path, body, Idempotency_Key="x" * 201), 400, "usage")

    # ---- What is refused ----

    def test_bad_requests(self):
        at = f"/api/v1/records/{self.records[KINDS[2]]}"
        self.problem(self.server.post(f"{at}/confirm", b"{"), 400, "usage")
        self.problem(self.server.post(f"{at}/confirm", b"[]"), 400, "usage")
        self.problem(self.server.post(f"{at}/confirm", {"fields": 7}), 400, "usage")
        self.problem(self.server.post("/api/v1/captures", b""), 400, "usage")
        self.problem(self.server.post("/api/v1/captures", b"just text"), 422, "unreadable")
        self.problem(self.server.post("/api/v1/captures?grade=golden", b"x"), 400, "usage")
        self.problem(self.server.post("/api/v1/verify", b""), 400, "usage")
        self.problem(self.server.get("/api/v1/records?state=lost"), 400, "usage")
        self.problem(self.server.get("/api/v1/records?limit=0"), 400, "usage")
        self.problem(self.server.get("/api/v1/records?before=yesterday"), 400, "usage")
        self.problem(self.server.get("/api/v1/records?q=%ff"), 400, "usage")

    def test_unknown_addresses(self):
        nowhere = "a" * 26
        for path in ("/nothing", "/api/v1/records/1", f"/api/v1/records/{nowhere}", f"/api/v1/records/{nowhere}/copy",
                     "/api/v1/records/../../etc", f"/v/{nowhere}", "/v/x", "/static/..%2fmeson.build", "/pki/root.key",
                     "/api/v1/types/none", "/api/v1/register/SCT/soon", f"/api/v1/captures/{'0' * 64}",
                     f"/api/v1/records/{self.records[KINDS[2]]}/pages/99"):
            with self.subTest(path):
                self.problem(self.server.get(path), 404, "not_found")

    def test_wrong_method(self):
        answer = self.server.call("DELETE", "/verify")
        self.problem(answer, 405, "usage")
        self.assertEqual(answer.headers["Allow"], "GET, POST")

    def test_too_large(self):
        self.problem(self.server.call("POST", "/api/v1/captures", None, {"Content-Length": str(UPLOAD_LIMIT + 1)}), 413,
                     "limit")
        chunks = (b"x" * 1_000_000 for _ in range(UPLOAD_LIMIT // 1_000_000 + 1))
        self.problem(self.server.call("POST", "/api/v1/captures", chunks), 413, "limit")

    def test_other_sites_are_refused(self):
        for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"},
                        {"Host": "localhost:1"}):
            with self.subTest(headers):
                self.problem(self.server.call("GET", "/api/v1/counts", headers=headers), 403, "denied")
                self.problem(self.server.call("POST", "/api/v1/captures", b"x", headers), 403, "denied")
        own = {"Origin": self.server.url}
        self.assertEqual(self.server.call("GET", "/api/v1/counts", headers=own).status, 200)

    def test_slow_client_is_let_go(self):
        host, port = self.server.authority.split(":")
        with socket.create_connection((host, int(port)), timeout=20) as slow:
            slow.sendall(f"POST /api/v1/captures HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 9\r\n\r\nx".encode())
            start = time.monotonic()
            with contextlib.suppress(ConnectionResetError):
                while slow.recv(4096):
                    pass
        self.assertLess(time.monotonic() - start, 15)
        self.assertEqual(self.server.get("/api/v1/counts").status, 200)

    def test_pages_in_both_languages(self):
        for path in ("/", "/verify", f"/records/{self.records[KINDS[2]]}"):
            for language in ("vi", "en"):
                page = self.server.get(f"{path}?lang={language}")
                self.assertEqual(page.status, 200)
                self.assertIn(f'<html lang="{language}"'.encode(), page.body)
                self.assertNotIn(b"{{", page.body)
                self.assertIn(f"lang={language}", page.headers["Set-Cookie"])
                self.assertIn("default-src 'self'", page.headers["Content-Security-Policy"])
                self.assertNotIn("unsafe", page.headers["Content-Security-Policy"])
        self.assertIn(b'lang="en"', self.server.get("/", Cookie="lang=en", Accept_Language="vi").body)
        style = self.server.get("/static/style.css")
        self.assertEqual(self.server.get("/static/style.css", If_None_Match=style.headers["ETag"]).status, 304)


class Restart(unittest.TestCase):
    def test_state_is_kept_and_reading_resumed(self):
        with harness.data_folder() as data:
            with serving(data) as server:
                record = server.upload(SAMPLES / KINDS[1]).json["id"]
                self.assertIn(server.record(record)["state"], ("received", "captured"))
                self.assertEqual(server.stop(), 0)
            with serving(data) as server:
                self.assertEqual(server.wait(record)["captures"][0]["file_name"], KINDS[1])
                again = server.upload(SAMPLES / KINDS[1])
                self.assertEqual((again.json["id"], again.json["existing"]), (record, True))


if __name__ == "__main__":
    unittest.main()
