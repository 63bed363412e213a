"""A running `truecopy serve` and a small HTTP client for it."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import time

import harness


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Server:
    def __init__(self, data, *settings, environment=None):
        line = [str(harness.TRUECOPY), "serve", "--data", str(data), "--set", "service.port=0"]
        for setting in settings:
            line += ["--set", setting]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TRUECOPY_")} | (environment or {})
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                                        env=environment)
        first = self.process.stdout.readline()
        self.url = first.split()[-1] if first else ""
        self.authority = self.url.removeprefix("http://")
        if not self.url:
            raise RuntimeError(f"serve ended with status {self.process.wait()} before it listened")

    def call(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.authority, timeout=120)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.call("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def post(self, path, value=None, **headers):
        body = value if isinstance(value, bytes) else json.dumps({} if value is None else value).encode()
        return self.call("POST", path, body, {k.replace("_", "-"): v for k, v in headers.items()})

    def upload(self, file):
        return self.post(f"/api/v1/captures?file_name={file.name}", file.read_bytes())

    def record(self, record):
        return self.get(f"/api/v1/records/{record}").json

    def wait(self, record, state="recognised", seconds=180):
        """The record, once it is in the state; None: once it was read."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            document = self.record(record)
            if document["state"] == state or (state is None and document["state"] not in ("received", "captured")):
                return document
            time.sleep(0.3)
        raise AssertionError(f"record {record} is {document['state']} after {seconds} s, not {state}")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        return status


@contextlib.contextmanager
def serving(data, *settings):
    server = Server(data, *settings)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
