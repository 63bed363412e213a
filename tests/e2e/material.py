"""Captures that tests make themselves, in formats simple enough to write by hand or with ImageMagick."""

import os
import struct
import subprocess
import threading
import time
import zlib
from pathlib import Path

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def png(path, width, height, bits=1, dpi=100):
    """A white PNG of any size; rows are compressed as they come, so that a huge one costs little memory."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + b"\xff" * ((width * bits + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    per_metre = round(dpi / 0.0254)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)) +
                     chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)) + chunk(b"IDAT", data) +
                     chunk(b"IEND", b""))
    return path


def tiff_head(path, width, height):
    """A bilevel TIFF whose head promises width × height and whose one strip holds next to nothing."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 1), (259, 3, 4), (262, 3, 0), (273, 4, 8), (277, 3, 1),
            (278, 4, height), (279, 4, 8)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    strip = b"\0\x10\x01\0\x10\x01\0\0"
    path.write_bytes(b"II*\0" + struct.pack("<I", 16) + strip + struct.pack("<H", len(tags)) + entries + bytes(4))
    return path


def convert(*arguments):
    """ImageMagick, whatever its version calls itself."""
    subprocess.run(["convert", *map(str, arguments)], check=True)


def tiny(path, text, *options):
    """A bilevel TIFF of one short line: the quickest capture that still says something."""
    convert("-size", "620x380", "xc:white", "-font", FONT, "-pointsize", "26", "-fill", "black", "-annotate", "+40+80",
            text, *options, "-threshold", "50%", "-type", "bilevel", "-compress", "Group4", "-density", "100", "-units",
            "PixelsPerInch", path)
    return path


def a4(path, number):
    """A full A4 page of print as an office scanner gives it: bilevel, 200 dpi."""
    text = "\n".join(f"{line}. Trang {number}: GIAY XAC NHAN, line {line} of an ordinary letter." for line in range(1, 40))
    convert("-size", "1654x2339", "xc:white", "-font", FONT, "-pointsize", "32", "-fill", "black", "-annotate",
            "+160+220", text, "-threshold", "50%", "-type", "bilevel", "-compress", "Group4", "-units", "PixelsPerInch",
            "-density", "200", path)
    return path


def with_exif_orientation(jpeg, orientation, path):
    """The same JPEG stream behind an Exif segment that says how it is turned."""
    data = Path(jpeg).read_bytes()
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    segment = b"Exif\0\0" + tiff
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + data[2:])
    return path


def pdf(objects, path):
    """A PDF of the given objects (bytes, numbered from 1; the first is the catalogue)."""
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    path.write_bytes(out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at))
    return path


def stream(dictionary, data):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (dictionary, len(data), data)


def tree(pid):
    """The process and all that descend from it."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                todo += map(int, (task / "children").read_text().split())
        except OSError:
            pass
    return found


def status_bytes(pid, field):
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class Watched:
    """Runs a command and samples the memory of its whole tree: `peak` is the largest sum of all processes' own peaks
    (VmHWM) among those alive at once. `lines` are standard output's, each with the time it came."""

    def __init__(self, line, environment=None, timeout=300):
        self.start = time.monotonic()
        self.peak, self.parent_peak, self.lines = 0, 0, []
        self.process = subprocess.Popen(list(map(str, line)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        stdin=subprocess.DEVNULL, env=environment)
        watch = threading.Thread(target=self._watch, daemon=True)
        errors = threading.Thread(target=self._errors, daemon=True)
        stopper = threading.Timer(timeout, self.process.kill)
        for thread in (watch, errors, stopper):
            thread.start()
        for text in self.process.stdout:
            self.lines.append((time.monotonic() - self.start, text))
        self.status = self.process.wait()
        stopper.cancel()
        watch.join()
        errors.join()
        self.seconds = time.monotonic() - self.start
        self.process.stdout.close()
        self.process.stderr.close()

    def _errors(self):
        self.err = self.process.stderr.read()

    def _watch(self):
        while self.process.poll() is None:
            self.peak = max(self.peak, sum(status_bytes(one, "VmHWM") for one in tree(self.process.pid)))
            self.parent_peak = max(self.parent_peak, status_bytes(self.process.pid, "VmHWM"))
            time.sleep(0.03)


class Peaks:
    """Samples the memory of every process that runs a program while a block runs."""

    def __init__(self, program):
        self.program = str(program)

    def __enter__(self):
        self.by_pid, self.stop = {}, threading.Event()
        self.thread = threading.Thread(target=self.sample)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()

    def sample(self):
        while not self.stop.wait(0.05):
            for process in Path("/proc").iterdir():
                try:
                    if process.name.isdigit() and os.readlink(process / "exe") == self.program:
                        status = (process / "status").read_text()
                        command = (process / "cmdline").read_bytes().split(b"\0")
                        peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
                        kind = "worker" if b"worker-process" in command else "program"
                        self.by_pid[process.name] = (kind, max(peak, self.by_pid.get(process.name, ("", 0))[1]))
                except (OSError, IndexError):
                    pass

    def peak(self, kind):
        return max((peak for k, peak in self.by_pid.values() if k == kind), default=0)
