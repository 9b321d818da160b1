"""Every example of the documentation is run.

A block marked `console` is a session: each line that begins with `$ ` is run by a shell, in the order of the file, in
a directory of the file's own that has `pipelines/`, and with `userstream` on the PATH. A command must exit with 0, or with N where it ends in
`# exits N`. Where output follows in the block, each line of it must appear in what the command printed; `…` stands for any text.
"""
import os
import pathlib
import re
import subprocess

import pytest

from conftest import BIN, ROOT, clean_environment

FILES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def sessions(path):
    """(line number, command, expected lines) of each command."""
    steps, inside = [], False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("```"):
            inside = line.strip() == "```console"
        elif inside and line.startswith("$ "):
            steps.append((number, line[2:], []))
        elif inside and line.startswith("> ") and steps:
            steps[-1] = (steps[-1][0], steps[-1][1] + "\n" + line[2:], [])
        elif inside and steps:
            steps[-1][2].append(line)
    return steps


def matches(expected, output):
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("…"))
    return any(re.search(pattern, line) for line in output.splitlines())


@pytest.mark.parametrize("path", [p for p in FILES if sessions(p)], ids=lambda p: p.name)
def test_examples(path, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "userstream").symlink_to(BIN)
    (tmp_path / "pipelines").symlink_to(ROOT / "pipelines")
    env = clean_environment(PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}", USERSTREAM_LISTEN="none")
    for number, command, expected in sessions(path):
        wanted = 0
        if match := re.search(r"\s+# exits (\d+)$", command):
            wanted = int(match.group(1))
        done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        output = done.stdout.decode()
        where = f"{path.name}:{number}: {command}"
        assert done.returncode == wanted, f"{where}\nexit code {done.returncode}\n{output}"
        for line in expected:
            assert not line.strip() or matches(line, output), f"{where}\nno line like: {line}\nin:\n{output}"


def test_there_are_examples():
    assert sum(len(sessions(p)) for p in FILES) >= 15


def test_links_lead_somewhere():
    """Relative links of the documentation point at files of the checkout."""
    broken = []
    for path in [*FILES, *ROOT.glob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{path.name}: {target}")
    assert not broken


def test_no_path_of_one_machine():
    listed = subprocess.run(["git", "-C", str(ROOT), "grep", "-nI", "-e", "/ho[m]e/", "-e", str(ROOT) + "/"],
                            capture_output=True, text=True, check=False).stdout
    assert listed == ""


def test_everything_named_in_the_tree_exists():
    """Paths in backquotes in the main documents are paths of the tree."""
    missing = []
    for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        for target in re.findall(r"`((?:src|tests|docs|tools|pipelines|include)/[A-Za-z0-9_./-]+)`",
                                 (ROOT / name).read_text(encoding="utf-8")):
            if not (ROOT / target).exists():
                missing.append(f"{name}: {target}")
    assert not missing
