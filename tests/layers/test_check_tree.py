#!/usr/bin/env python3
"""check_tree.py against a tree of its own in which each rule is broken once, and kept once."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

CHECK = pathlib.Path(__file__).with_name("check_tree.py")

KEPT = {
    "base/a.h": "/* a */\n#pragma once\n#include <stddef.h>\n",
    "base/a.c": '#include "base/a.h"\n#include <stdio.h>\n/* goto and exit(1) in a comment, "getenv(" in a text */\n',
    "base/a_private.h": '#pragma once\n#include "base/a.h"\n#include <openssl/evp.h>\n',
    "ocr/b.c": '#include "base/a.h"\n#include "pdf/c.h"\n',
    "pdf/c.h": "#pragma once\n",
    "service/d.c": "void f(void);\nvoid f(void) { exit(getenv(0) != 0); }\n",
    "tests/pdf/test_c.c": '#include "base/a.h"\n#include "pdf/c.h"\nconst char *x = "\\u1EC5";\n',
}
# check, file, content, what the answer names
BROKEN = [
    ("includes", "base/e.c", '#include "pdf/c.h"\n', "points up or sideways"),
    ("includes", "pdf/e.c", '#include "imaging/x.h"\n', "points up or sideways"),
    ("includes", "ocr/e.h", '#include "signing/x.h"\n', "points up or sideways"),
    ("includes", "tests/pdf/test_e.c", '#include "ocr/x.h"\n', "points up or sideways"),
    ("includes", "pdf/e.c", '#include "c.h"\n', "go by path"),
    ("includes", "pdf/e.c", '#include "base/a_private.h"\n', "is private to base/"),
    ("includes", "pdf/c.c", '#include <stdio.h>\n#include "pdf/c.h"\n', "comes first"),
    ("includes", "pdf/e.h", "#include <openssl/evp.h>\n", "not private"),
    ("headers", "pdf/e.h", "#pragma once\nstatic inline size_t f(void) { return 0; }\n", "does not compile alone"),
    ("words", "pdf/e.c", "/* ch\u1EE9ng th\u1EF1c */\n", "Vietnamese"),
    ("words", "service/web/e.ts", "const a = '\u0111';\n", "Vietnamese"),
    ("words", "pdf/e.c", 'const char *x = "\\u1EE9";\n', "Vietnamese"),
    ("calls", "pdf/e.c", "void f(void) { goto out; }\n", "no goto"),
    ("calls", "pdf/e.c", "void f(void) { getenv(0); }\n", "environment"),
    ("calls", "pdf/e.c", "void f(void) { exit(1); }\n", "does not exit"),
    ("calls", "service/e.c", "void f(char *a) { strcpy(a, a); }\n", "unsafe call"),
    ("calls", "pdf/e.c", "/* TO" "DO later */\n", "unfinished"),
]


def run(root, check):
    arguments = ["cc"] if check == "headers" else []
    return subprocess.run([sys.executable, root / "tests/layers/check_tree.py", check, *arguments], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def plant(root, name, content):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "tests/layers").mkdir(parents=True)
        shutil.copy(CHECK, root / "tests/layers")
        for name, content in KEPT.items():
            plant(root, name, content)
        for check in ("includes", "words", "calls"):
            done = run(root, check)
            assert done.returncode == 0, f"{check}: {done.stdout}"
        for check, name, content, message in BROKEN:
            path = plant(root, name, content)
            done = run(root, check)
            assert done.returncode == 1 and message in done.stdout, f"{check} {name} {content!r}: {done.stdout}"
            path.unlink()


if __name__ == "__main__":
    main()
