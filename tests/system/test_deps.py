"""tools/deps on machines of other kinds: each has its own dpkg-query, apt-get, sudo and id, which note what they are asked."""
import os
import shutil
import subprocess

import pytest

from conftest import ROOT

SCRIPT = ROOT / "tools" / "deps"


class Machine:
    """Only these programs are on the PATH."""

    def __init__(self, directory):
        self.directory = directory
        self.asked = directory / "asked"
        self.bin = directory / "bin"
        self.bin.mkdir()
        for name in ("sh", "grep", "dirname", "cat"):
            (self.bin / name).symlink_to(shutil.which(name))

    def program(self, name, text):
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)

    def debian(self, installed, user, sudo=True):
        """installed: a shell pattern of package names."""
        self.program("id", f"echo {user}")
        self.program("dpkg-query", f'for name; do :; done; case $name in {installed}) echo installed ;; *) exit 1 ;; esac')
        self.program("apt-get", f'echo "apt-get $*" >>{self.asked}')
        if sudo:
            self.program("sudo", f'echo sudo >>{self.asked}; exec "$@"')
        return self

    def run(self, *sets):
        done = subprocess.run([SCRIPT, *sets], env={"PATH": str(self.bin)}, capture_output=True, text=True, check=False)
        asked = self.asked.read_text(encoding="utf-8").splitlines() if self.asked.exists() else []
        return done, asked


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_nothing_is_missing(machine):
    """The second time nothing is asked of the network, nor of anybody's rights."""
    done, asked = machine.debian("*", user=1000).run("build", "test")
    assert (done.returncode, done.stdout, done.stderr, asked) == (0, "", "", [])


def test_what_is_missing_is_installed_and_told(machine):
    done, asked = machine.debian("gcc|g++|make", user=0, sudo=False).run("build")
    assert done.returncode == 0
    assert len(asked) == 1 and "libsqlite3-dev" in asked[0].split() and "gcc" not in asked[0].split()
    assert "libcmocka-dev" not in asked[0]  # of the tests only
    assert any("libsqlite3-dev" in line and "embedded sink" in line for line in done.stdout.splitlines())


def test_through_sudo_where_not_root(machine):
    done, asked = machine.debian("gcc", user=1000).run("test")
    assert done.returncode == 0
    assert asked[0] == "sudo" and asked[1].startswith("apt-get install") and "libcmocka-dev" in asked[1]


def test_lists_that_are_old_are_updated(machine):
    """The first try fails on a machine that never fetched the lists of packages."""
    machine.debian("gcc", user=0).program("apt-get", f'echo "apt-get $*" >>{machine.asked}; [ -e {machine.directory}/updated ] || '
                                          f'{{ [ "$1" = update ] && : >{machine.directory}/updated; }}')
    done, asked = machine.run("build")
    assert done.returncode == 0
    assert [line.split()[1] for line in asked] == ["install", "update", "install"]


def test_neither_root_nor_sudo(machine):
    done, asked = machine.debian("gcc", user=1000, sudo=False).run("build")
    assert done.returncode == 69 and not asked
    assert "apt-get install" in done.stderr and "liblmdb-dev" in done.stderr


def test_another_system_is_told_the_names(machine):
    done, asked = machine.run("build")
    assert done.returncode == 69 and not asked
    assert any("liblmdb-dev" in line and "embedded log" in line for line in done.stderr.splitlines())
    # where the libraries are there by other means, it goes on
    machine.program("cc", "")
    machine.program("pkg-config", "")
    assert machine.run("build")[0].returncode == 0


def test_unknown_sets(machine):
    done, _ = machine.run("all")
    assert done.returncode == 64 and "usage" in done.stderr


def test_it_can_be_executed():
    assert os.access(SCRIPT, os.X_OK)
