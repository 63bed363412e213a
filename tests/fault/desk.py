"""A record that is signed at two desks, the officer's and the certifier's, by a server that is hit at its n-th call by
tests/fault/shim.c; and what must be true once another server and the desks were asked again.

As in kill.py one data folder serves many hits, and its database server keeps running meanwhile.
"""

import http.client
import os
import subprocess
import sys
import time
from pathlib import Path

import harness
import kill

sys.path.insert(0, str(harness.SOURCE / "tests/service"))
from serving import Server, serving  # noqa: E402

DESKS = ("officer", "certifier")
BROKEN = (OSError, http.client.HTTPException, RuntimeError, KeyError, ValueError, AssertionError)  # of a server that dies


class Office:
    """A warehouse with the office's seal at the server and the two persons' keys at desks."""

    def __init__(self, folder):
        self.warehouse = kill.Warehouse(folder, ["signing.pkcs11_module="])
        self.warehouse.hold()
        self.trust = self.warehouse.folder / "trust"
        made = self.warehouse.run("pki", "export", self.trust)
        if made.status != 0:
            raise RuntimeError(made.err)
        self.pki = self.warehouse.data / "pki"
        self.secret = (self.warehouse.data / "pki.secret").read_text()
        self.settings = [*self.warehouse.settings, f"signing.crl_path={self.trust}", "signing.certificate_addresses=false",
                         f"signing.agency_key={self.pki / 'agency.key'}", f"signing.agency_secret={self.secret.strip()}"]
        for role in (*DESKS, "agency"):
            self.chain(role).write_text((self.pki / f"{role}.pem").read_text() + (self.pki / "issuer.pem").read_text())
            self.settings += [f"signing.{role}_chain={self.chain(role)}"]
        self.settings += [f"signing.{role}_key=desk" for role in DESKS]

    def chain(self, role):
        return self.warehouse.folder / f"{role}.pem"

    def desk(self, server, role):
        line = [harness.TRUECOPY, "desk", server.url, "--json", "--as", role, "--key", self.pki / f"{role}.key", "--chain",
                self.chain(role), "--data", self.warehouse.data, "--set", "signing.pkcs11_module="]
        # it gives up by itself after two minutes
        return subprocess.run(list(map(str, line)), input=self.secret, capture_output=True, text=True, timeout=180)

    def drive(self, server, capture, seconds=60):
        """The whole way of a capture, as far as it has not been gone yet: its record's document, archived."""
        record = server.upload(capture).json["id"]
        if server.wait(record, None)["state"] == "recognised":
            server.post(f"/api/v1/records/{record}/certify", {"name": "Trần Thị Mẫu"})
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for role in DESKS:
                if server.get(f"/api/v1/signing/{role}").json["waiting"]:
                    self.desk(server, role)
            document = server.record(record)
            if document["state"] == "archived":
                return document
            if server.process.poll() is not None:
                break
            time.sleep(0.2)
        raise AssertionError(f"record {record} is {document['state']}")

    def hit(self, batch, kind, at):
        """Runs a server with its `at`-th call hit until the record is archived or something fails."""
        log = batch.folder / "log"
        faults = {"LD_PRELOAD": str(kill.SHIM), "TRUECOPY_TEST_FAULT": kind, "TRUECOPY_TEST_FAULT_AT": str(at),
                  "TRUECOPY_TEST_FAULT_LOG": str(log)}
        server = None
        try:
            server = Server(self.warehouse.data, *self.settings, environment=faults)
            self.drive(server, batch.captures[0], 10)
        except BROKEN:
            pass  # what is left to do is done by the next server
        finally:
            if server is not None and server.process.poll() is None:
                server.stop()
        return log.read_text() if log.exists() else ""

    def check(self, batch):
        """Another server and the desks finish it; nothing is lost or doubled. "" or what is wrong."""
        (batch.folder / "again").mkdir(exist_ok=True)
        with serving(self.warehouse.data, *self.settings) as server:
            try:
                row = self.drive(server, batch.captures[0])
            except BROKEN as wrong:
                return f"the second server: {wrong!r}"
            record = row["id"]
            copy = batch.folder / "again" / f"{record}.pdf"
            copy.write_bytes(server.get(f"/api/v1/records/{record}/copy").body)
        verified = self.warehouse.run("verify", "--json", "--trust", self.trust, copy)
        if [line["verdict"] for line in verified.lines] != ["valid"]:
            return f"the copy: {verified.out} {verified.err}"
        audit = self.warehouse.run("audit", "--json")
        if audit.status != 0:
            return f"audit: {audit.out} {audit.err}"
        signings = self.warehouse.sql(f"SELECT count(*) FROM certified_copy WHERE record_id = '{record}'")
        if signings != [["1"]]:
            return f"the record has {signings[0][0]} copies"
        return kill.check_rows(batch, [{"record": record, "number": row["number"]["text"], "copy": copy.name}])

    def hit_and_check(self, kind, at):
        """One hit with a capture of its own; "" or what is wrong."""
        batch = kill.Batch(self.warehouse, f"{kind}-{at}", 1)
        log = self.hit(batch, kind, at)
        problem = self.check(batch)
        what = log.split("\n")[0] if log.startswith("hit") else "not reached"
        batch.remove()
        return f"{kind} at {at} ({what}): {problem}" if problem else ""

    def count(self, kind="kill"):
        """How many calls that `kind` can hit an undisturbed server makes for one record."""
        batch = kill.Batch(self.warehouse, f"count-{kind}", 1)
        return int(self.hit(batch, kind, 0).split()[-1])

    def remove(self):
        self.warehouse.remove()
