#!/usr/bin/env python3
"""Checks of the source tree that no compiler makes.

    check_tree.py includes          an include never points up or sideways, goes by path, and a unit's own comes first
    check_tree.py headers CC [DIR]  each header compiles alone (DIR: the build folder, for flags of private headers)
    check_tree.py words             no Vietnamese stands in the code: it is data, in schemas/
    check_tree.py calls             calls and words the house does without
    check_tree.py format            clang-format has nothing to say

Prints file:line: what is wrong; exit status 1 then, 77 where a tool is missing (unless CI=true).
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A folder sees itself and the folders of lower rank; equals meet in pipeline/ only.
RANK = {"base": 0, "imaging": 1, "pdf": 1, "ocr": 2, "signing": 2, "storage": 2, "pipeline": 3, "service": 4}
OUTSIDE = ("tests", "bench", "samples", "tools")

# What a header may include in angle brackets without the suffix _private: the C library and the kernel.
SYSTEM_HEADERS = re.compile(
    r"(assert|complex|ctype|dirent|errno|fcntl|float|inttypes|iso646|limits|locale|math|poll|pthread|setjmp|signal|"
    r"stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings|tgmath|threads|time|"
    r"unistd|wchar|wctype|sys/\w+|arpa/inet|netinet/in)\.h|cmocka\.h")

VIETNAMESE = re.compile(
    "[\u00C0-\u00C3\u00C8-\u00CA\u00CC\u00CD\u00D2-\u00D5\u00D9\u00DA\u00DD"
    "\u00E0-\u00E3\u00E8-\u00EA\u00EC\u00ED\u00F2-\u00F5\u00F9\u00FA\u00FD"
    "\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01A0\u01A1\u01AF\u01B0\u1EA0-\u1EF9]")
VIETNAMESE_ESCAPE = re.compile(r"\\u(1E[A-F][0-9A-F]|01(02|03|10|11|A0|A1|AF|B0))|\\xE1\\xBA|\\xE1\\xBB|\\xC4\\x9[01]",
                               re.IGNORECASE)

# (pattern in the code without comments and strings, folders it is free in, what to do instead)
CALLS = [
    (re.compile(r"\bgoto\b"), (), "no goto: tc_auto ends scopes"),
    (re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|mktemp|tmpnam)\s*\("), OUTSIDE, "unsafe call"),
    (re.compile(r"\b(getenv|secure_getenv)\s*\("), ("service",) + OUTSIDE, "library code does not read the environment"),
    (re.compile(r"(?<![\w_])(exit|quick_exit)\s*\("), ("service",) + OUTSIDE, "library code does not exit"),
    (re.compile(r"(?<![\w_])(system|popen)\s*\("), OUTSIDE, "no shell"),
]
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK|not implemented)\b", re.IGNORECASE)
INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def sources(*suffixes):
    skipped = {"node_modules", ".git", "subprojects"}
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(
            name for name in folders
            if name not in skipped and not name.startswith((".", "build"))
            and not os.path.exists(os.path.join(folder, name, "meson-private")))
        for name in sorted(files):
            if name.endswith(suffixes):
                path = pathlib.Path(folder, name)
                yield path.relative_to(ROOT), path


def lines(path):
    return enumerate(path.read_text(encoding="utf-8").splitlines(), 1)


def without_comments(text):
    """Blanks comments, strings and characters, and keeps the lines."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text, flags=re.DOTALL)


def is_private(path):
    """By its name, or by what its top comment says."""
    return path.stem.endswith("_private") or "Private to" in path.read_text(encoding="utf-8").partition("*/")[0]


def brings(header, wanted):
    """Whether a header of the tree is, or itself includes, another one."""
    if header == wanted:
        return True
    path = ROOT / header
    own = (INCLUDE.match(line) for _, line in lines(path)) if path.exists() else ()
    return any(brings(found.group(1), wanted) for found in own if found and found.group(1))


def may_include(folder, module, target):
    """folder: where the file stands; module: whose tests it is, where it is a test."""
    if folder in RANK:
        return target == folder or RANK.get(target, 99) < RANK[folder]
    if module in RANK and target in RANK:
        return target == module or RANK[target] < RANK[module]
    return True


def check_includes():
    for relative, path in sources(".c", ".h"):
        parts = relative.parts
        module = parts[1] if parts[0] == "tests" and len(parts) > 2 else None
        private = is_private(path)
        own = str(relative.with_suffix(".h"))
        first = True
        for number, line in lines(path):
            found = INCLUDE.match(line)
            if not found:
                continue
            quoted, system = found.groups()
            if first and relative.suffix == ".c" and (ROOT / own).exists() and not (quoted and brings(quoted, own)):
                yield relative, number, f'"{own}" comes first'
            first = False
            if system is not None:
                if relative.suffix == ".h" and parts[0] in RANK and not private and not SYSTEM_HEADERS.fullmatch(system):
                    yield relative, number, f"<{system}> in a header that is not private: wrap it"
                continue
            target = quoted.split("/")[0]
            if "/" not in quoted:
                yield relative, number, f'"{quoted}": includes go by path from the root'
            elif not may_include(parts[0], module, target):
                yield relative, number, f'"{quoted}" points up or sideways from {module or parts[0]}/'
            elif target in RANK and target not in (parts[0], module) and (ROOT / quoted).exists() \
                    and is_private(ROOT / quoted):
                yield relative, number, f'"{quoted}" is private to {target}/'


def flags_of(build):
    """Include folders of each module's sources, for private headers of third parties' types."""
    flags = {}
    commands = pathlib.Path(build, "compile_commands.json") if build else None
    if commands is None or not commands.exists():
        return flags
    for entry in json.loads(commands.read_text()):
        source = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if ROOT in source.parents:
            folder = source.relative_to(ROOT).parts[0]
            flags.setdefault(folder, set()).update(re.findall(r"-I(/\S+)", entry["command"]))
    return flags


def check_headers(compiler, build=None):
    flags = flags_of(build)

    def compile_alone(item):
        relative, path = item
        extra = [f"-I{each}" for each in sorted(flags.get(relative.parts[0], ()))]
        command = [*compiler.split(), "-std=gnu17", "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                   f"-I{ROOT}", *extra, "-x", "c", "-"]
        done = subprocess.run(command, input=f'#include "{relative}"\n#include "{relative}"\n', text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return relative, done
    headers = [each for each in sources(".h") if each[0].parts[0] in RANK]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for relative, done in pool.map(compile_alone, headers):
            if done.returncode != 0:
                yield relative, 1, "does not compile alone:\n" + done.stdout


def check_words():
    for relative, path in sources(".c", ".h", ".ts"):
        in_tests = relative.parts[0] in OUTSIDE
        for number, line in lines(path):
            if VIETNAMESE.search(line) or (not in_tests and VIETNAMESE_ESCAPE.search(line)):
                yield relative, number, "Vietnamese letters: words are data, in schemas/ (tests: escapes or fixtures)"


def check_calls():
    for relative, path in sources(".c", ".h"):
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(without_comments(text).splitlines(), 1):
            for pattern, free, advice in CALLS:
                if pattern.search(line) and relative.parts[0] not in free:
                    yield relative, number, advice
        for number, line in enumerate(text.splitlines(), 1):
            if MARKS.search(line):
                yield relative, number, "an unfinished mark: finish it, or leave it out"


def check_format():
    tool = shutil.which("clang-format")
    if tool is None:
        print("clang-format is not installed")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    files = [str(relative) for relative, _ in sources(".c", ".h")]
    done = subprocess.run([tool, "--dry-run", "--Werror", *files], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    for found in re.finditer(r"^([^:\n]+):(\d+):\d+: error:", done.stdout, re.MULTILINE):
        yield found.group(1), int(found.group(2)), "clang-format would change this"


def main():
    checks = {"includes": check_includes, "headers": check_headers, "words": check_words, "calls": check_calls,
              "format": check_format}
    if len(sys.argv) < 2 or sys.argv[1] not in checks:
        sys.exit(__doc__)
    bad = list(checks[sys.argv[1]](*sys.argv[2:]))
    for name, number, problem in bad:
        print(f"{name}:{number}: {problem}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
