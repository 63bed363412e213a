#!/usr/bin/env python3
"""Checks that the documentation says what the code does.

    check_docs.py settings TRUECOPY   docs/settings.md is what `truecopy settings --markdown` prints
    check_docs.py dependencies        docs/dependencies.md names each package of tools/install-deps and the lock files,
                                      and no other Debian package
    check_docs.py links               each relative link and each path in backquotes leads somewhere
    check_docs.py commands TRUECOPY   each command of the program is in CHANGELOG.md or README.md

Prints what is wrong; exit status 1 then.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/architecture.md", "docs/dependencies.md",
         "docs/adding-a-paper-type.md", "docs/verification.md"]
FOLDERS = ("base", "imaging", "pdf", "ocr", "signing", "storage", "pipeline", "service", "schemas", "samples", "tests",
           "bench", "tools", "docs")


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def check_settings(truecopy):
    wanted = run(truecopy, "settings", "--markdown", "--data", "/nonexistent")
    if (ROOT / "docs/settings.md").read_text(encoding="utf-8") != wanted:
        yield "docs/settings.md is out of date: truecopy settings --markdown >docs/settings.md"


def lock_files():
    """(file, package) for what the lock files name directly."""
    for path in sorted(ROOT.glob("*/**/requirements*.txt")):
        if "node_modules" not in path.parts and not path.relative_to(ROOT).parts[0].startswith("build"):
            for line in path.read_text(encoding="utf-8").splitlines():
                found = re.match(r"\s*([A-Za-z0-9][\w.-]*)", line)
                if found:
                    yield path, found.group(1)
    for path in sorted((ROOT / "tests").glob("**/pom.xml")):
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r"<dependency>.*?<artifactId>([^<]+)</artifactId>", text, re.DOTALL):
            yield path, found.group(1)
    for path in [ROOT / "service/web/package.json", *sorted((ROOT / "tests").glob("*/package.json"))]:
        if path.exists():
            package = json.loads(path.read_text(encoding="utf-8"))
            for group in ("dependencies", "devDependencies"):
                for name in package.get(group, {}):
                    yield path, name


def check_dependencies():
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`]+)`", text))
    debian = {line.split("\t")[1] for line in run(ROOT / "tools/install-deps", "--list").splitlines()}
    for package in sorted(debian - named):
        yield f"docs/dependencies.md does not say why {package} (tools/install-deps) is there"
    for path, package in lock_files():
        if not any(name == package or name.endswith(":" + package) for name in named):
            yield f"docs/dependencies.md does not say why {package} ({path.relative_to(ROOT)}) is there"
    # First cells of the tables of Debian packages.
    for row in re.findall(r"^\| ((?:`[a-z0-9.+-]+` ?)+)\|", text, re.MULTILINE):
        for package in re.findall(r"`([^`]+)`", row):
            if package not in debian:
                yield f"docs/dependencies.md names {package}, which tools/install-deps does not install"


def check_links():
    for page in PAGES:
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)", text):
            if "://" not in target and not (path.parent / target).exists():
                yield f"{page}: the link {target} leads nowhere"
        for name in re.findall(r"`([^`\s]+)`", text):
            known = name.split("/")[0] in FOLDERS and "/" in name and not re.search(r"[A-Z<*…]{3,}|[<*…]|NAME", name)
            if known and name.split("/", 1)[1] and not (ROOT / name).exists() and "lock.json" not in name:
                yield f"{page}: there is no {name}"


def check_commands(truecopy):
    text = "".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "CHANGELOG.md"))
    for command in re.findall(r"^  ([a-z]\S*) +\S", run(truecopy, "--help"), re.MULTILINE):
        if not re.search(rf"(truecopy |`){command}\b", text):
            yield f"neither README.md nor CHANGELOG.md names the command {command}"


def main():
    checks = {"settings": check_settings, "dependencies": check_dependencies, "links": check_links,
              "commands": check_commands}
    if len(sys.argv) < 2 or sys.argv[1] not in checks:
        sys.exit(__doc__)
    problems = list(checks[sys.argv[1]](*sys.argv[2:]))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
