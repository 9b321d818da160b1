"""The engine as a library: what `make install` lays down, and a C program that uses it."""
import json
import os
import re
import shutil
import subprocess

import pytest

from conftest import ROOT, clean_environment

pytestmark = pytest.mark.slow  # builds; once is enough

GOOD = {"login": {"uuid": "00000000-0000-4000-8000-000000000001"}, "email": "a@example.com",
        "location": {"coordinates": {"latitude": "1.5", "longitude": "-2"}},
        "dob": {"date": "1990-01-01T00:00:00Z"}, "registered": {"date": "2020-01-01T00:00:00Z"}}


def run(*argv, **kwargs):
    done = subprocess.run([str(a) for a in argv], capture_output=True, text=True, check=False, timeout=600, **kwargs)
    assert done.returncode == 0, f"{argv}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """Installed from this checkout, as a user would."""
    where = tmp_path_factory.mktemp("prefix")
    run("make", "-C", ROOT, "install", f"PREFIX={where}")
    yield where
    shutil.rmtree(where)


def flags(prefix, *args):
    env = clean_environment(PKG_CONFIG_PATH=prefix / "lib" / "pkgconfig")
    return run("pkg-config", *args, "userstream", env=env).split()


def test_installed_files(prefix):
    version = run(prefix / "bin" / "userstream", "--version").split()[1]
    assert flags(prefix, "--modversion") == [version]
    dynamic = run("readelf", "-d", prefix / "lib" / "libuserstream.so")
    assert "Library soname: [libuserstream.so.0]" in dynamic
    assert (prefix / "include" / "userstream.h").read_text() == (ROOT / "include" / "userstream.h").read_text()


@pytest.mark.parametrize("name", ["libuserstream.so", "libuserstream.a"])
def test_only_the_interface_is_visible(prefix, name):
    """Every symbol is one that the header declares, and the other way round."""
    declared = set(re.findall(r"^US_API .*?\b(us_\w+)\(", (ROOT / "include" / "userstream.h").read_text(), re.M))
    listed = run("nm", "--defined-only", "--extern-only", *(["-D"] if name.endswith("so") else []), prefix / "lib" / name)
    symbols = {m.group(1) for m in re.finditer(r"^\S+ [TDBRW] (\w+?)(?:@@\S+)?$", listed, re.M)}
    assert symbols == declared and len(declared) >= 16


@pytest.mark.parametrize("static", [False, True], ids=["shared", "static"])
def test_example(prefix, tmp_path, static):
    """The example compiles with nothing but what was installed, and says what it must."""
    libs = flags(prefix, "--cflags", "--libs", *(["--static"] if static else []))
    if static:
        libs = ["-l:libuserstream.a" if f == "-luserstream" else f for f in libs]
    program = tmp_path / "transform"
    run(os.environ.get("CC", "cc").split()[-1], "-Wall", "-Wextra", "-Werror", "-o", program, ROOT / "examples" / "transform.c", *libs)
    needed = run("readelf", "-d", program)
    assert ("libuserstream.so.0" in needed) == (not static)
    lines = [json.dumps(GOOD), "{\"email\":", json.dumps({**GOOD, "email": "nobody"}), json.dumps(GOOD)]
    (tmp_path / "users.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = run(program, prefix / "share" / "userstream" / "pipelines" / "user_profiles.sql", tmp_path / "users.jsonl",
              env=clean_environment(LD_LIBRARY_PATH=prefix / "lib"))
    assert out.splitlines()[0] == "2 rows"
    assert re.search(r"^  latitude +g +0 nulls$", out, re.M) and re.search(r"^  phone +u +2 nulls$", out, re.M)
    assert "record 1: malformed_json: " in out and "record 2: valid_email: " in out


def test_installed_program_finds_its_pipeline(prefix, tmp_path):
    """Away from the checkout the default pipeline is the installed one, and so are its tests."""
    assert "user_profiles" in run(prefix / "bin" / "userstream", "explain", cwd=tmp_path, env=clean_environment())
    assert "0 failed" in run(prefix / "bin" / "userstream", "test", cwd=tmp_path, env=clean_environment())
