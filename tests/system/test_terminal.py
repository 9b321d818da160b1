"""On a terminal (tmux): the live status line, the summary, tables of wide characters."""
import itertools
import os
import re
import shlex
import subprocess
import unicodedata

import pytest

from conftest import clean_environment, wait_for


class Terminal:
    """A terminal of its own in tmux, with one command running in it."""

    numbers = itertools.count()

    def __init__(self, argv, columns, rows, cwd):
        # A server each: one that is ending still holds its socket, and the next session would end with it.
        self.tmux = ["tmux", "-L", f"userstream-test-{os.getpid()}-{next(self.numbers)}", "-f", "/dev/null"]
        command = " ".join(map(shlex.quote, argv)) + "; echo exit code $?; exec sleep 100000"
        subprocess.run([*self.tmux, "-u", "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(cwd), command],
                       env=clean_environment(LC_ALL="C.UTF-8"), check=True)

    def screen(self):
        done = subprocess.run([*self.tmux, "capture-pane", "-p"], capture_output=True, check=True)
        return done.stdout.decode().rstrip("\n").split("\n")

    def wait_for(self, pattern):
        def found():
            return re.search(pattern, "\n".join(self.screen()), re.M)
        return wait_for(found, what=f"{pattern} on the terminal")

    def press(self, key):
        subprocess.run([*self.tmux, "send-keys", key], check=True)

    def close(self):
        subprocess.run([*self.tmux, "kill-server"], check=False)


@pytest.fixture
def terminal(program):
    opened = []

    def start(argv, columns=120, rows=40):
        opened.append(Terminal(argv, columns, rows, program.dir))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def cells(text):
    """How many cells of a terminal a text takes, as Unicode's tables have it."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


STATUS = r"^[\d,]+ fetched · [\d,]+ stored · 0 rejected · [\d,.]+/s · lag [\d,]+ · latency p50 \S+ \S+ p99 \S+ \S+$"


def test_status_line_then_summary(program, terminal):
    screen = terminal(program.argv("run", "--source", "simulator:", "--every", "50ms", "--results", 20))
    screen.wait_for(STATUS)
    counted = int(screen.wait_for(r"^(\d+) fetched").group(1))
    wait_for(lambda: int(screen.wait_for(r"^(\d+) fetched").group(1)) > counted, what="the line to move on")
    assert sum(" fetched · " in line for line in screen.screen()) == 1
    screen.press("C-c")
    screen.wait_for(r"^exit code 0$")
    shown = "\n".join(screen.screen())
    assert "stopping: what was fetched is stored first" in shown.replace("\n", "")
    assert " fetched · " not in shown  # the line is gone, the summary stays
    rows = program.rows("SELECT count(*) n FROM user_profiles")[0]["n"]
    assert re.search(rf"^  fetched +{rows}  \([\d,.]+/s\)$", shown, re.M) and re.search(rf"^  stored +{rows} ", shown, re.M)
    assert re.search(r"^  fetched -> stored +p50 .*, p99 .*, max ", shown, re.M)
    assert "(5 rows)" in shown and "Try next:" in shown


def test_status_line_on_a_narrow_terminal(program, terminal):
    """Cut, never broken into two lines, which could not be drawn over."""
    screen = terminal(program.argv("run", "--source", "simulator:", "--every", "50ms", "--results", 20, "--log-level", "error"), columns=30)
    counted = int(screen.wait_for(r"^(\d+) fetched · ").group(1))
    wait_for(lambda: int(screen.wait_for(r"^(\d+) fetched").group(1)) > counted, what="the line to move on")
    lines = [line for line in screen.screen() if line]
    assert len(lines) == 1 and len(lines[0]) < 30
    screen.press("C-c")
    screen.wait_for(r"^exit code 0$")


def test_wide_characters_line_up(program, terminal):
    program.run("run", "--source", "simulator:", "--count", 10, "--every", 0)
    texts = ["日本語", "abc", "Zoe\u0301", "한국", "Ελλάδα", "ﾊﾝｶｸ", "😀"]
    values = " UNION ALL ".join(f"SELECT '{text}' AS name, '|' AS bar" for text in texts)
    screen = terminal(program.argv("query", values))
    screen.wait_for(r"^exit code 0$")
    lines = [line for line in screen.screen() if "|" in line]
    assert [line.split("|")[0].strip() for line in lines] == texts
    assert {cells(line.split("|")[0]) for line in lines} == {max(map(cells, texts)) + 2}


def test_a_table_wider_than_the_terminal(program, terminal):
    """Cut with …, or a column a line where nothing would be left of them; never wrapped."""
    program.run("run", "--source", "simulator:", "--count", 10, "--every", 0)
    screen = terminal(program.argv("query", "SELECT first_name, address, email, picture FROM user_profiles LIMIT 3"), columns=80)
    screen.wait_for(r"^exit code 0$")
    lines = screen.screen()
    assert any("…" in line for line in lines)
    head = next(i for i, line in enumerate(lines) if "first_name" in line)
    assert [line.startswith("---") for line in lines[head:head + 5]] == [False, True, False, False, False]
    assert "(3 rows)" in lines[head + 5]
    screen.close()
    screen = terminal(program.argv("query", "SELECT * FROM user_profiles LIMIT 1"), columns=80)
    screen.wait_for(r"^exit code 0$")
    assert any(re.match(r"first_name +\S", line) for line in screen.screen())
