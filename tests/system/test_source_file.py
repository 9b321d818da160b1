"""Files, pipes and what stands on a terminal meanwhile."""
import fcntl
import gzip
import json
import os
import pty
import re
import select
import struct
import subprocess
import termios

from conftest import BIN, clean_environment


def lines(simulator, count=300, seed="file"):
    users = json.loads(simulator.get(f"?results={count}&seed={seed}"))["results"]
    return users, b"".join(json.dumps(user, ensure_ascii=False).encode() + b"\n" for user in users)


def zstd(data):
    return subprocess.run(["zstd", "-q"], input=data, capture_output=True, check=True).stdout


def keys(program):
    return [record["key"] for record in program.exported()]


def test_files_and_standard_input_plain_gzip_and_zstd(program, simulator):
    users, text = lines(simulator())
    expected, answer = [], json.dumps({"results": users, "info": {"results": len(users)}}, indent=2).encode()
    for name, data in (("users.jsonl", text), ("answer.json", answer)):
        for suffix, pack in (("", lambda data: data), (".gz", gzip.compress), (".zst", zstd)):
            packed = pack(data)
            (program.dir / (name + suffix)).write_bytes(packed)
            program.run("produce", "--source", f"file:{name}{suffix}")
            expected += [user["login"]["uuid"] for user in users]
            assert keys(program) == expected, name + suffix
            program.run("produce", "--source", "-", stdin=packed)
            expected += [user["login"]["uuid"] for user in users]
            assert keys(program) == expected, f"{name}{suffix} on standard input"


def test_a_pipe_of_the_shell_is_read_whole(program, simulator):
    """file:<(…): opened before the start to check the settings, then to read."""
    users, text = lines(simulator(), 1000)
    (program.dir / "users.jsonl.gz").write_bytes(gzip.compress(text))
    argv = program.argv("run", "--source", "SOURCE")
    command = " ".join(f"'{a}'" for a in argv).replace("'SOURCE'", "file:<(zcat users.jsonl.gz)")
    done = subprocess.run(["bash", "-c", command], cwd=program.dir, env=clean_environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert keys(program) == [user["login"]["uuid"] for user in users]


def test_what_cannot_be_parsed_is_refused_and_counted(program, simulator):
    users, text = lines(simulator(), 50)
    good = text.splitlines(keepends=True)
    bad = [b"{broken\n", b'{"login":{"uuid":null}}\n', b'{"email":"no key"}\n', b"[1]\n", b'"text"\n', b"\xff\xfe\n", good[0][:-20] + b"\n"]
    mixed = b"".join(line + (bad[i // 7] if i % 7 == 3 and i // 7 < len(bad) else b"") for i, line in enumerate(good))
    (program.dir / "mixed.jsonl").write_bytes(mixed)
    done = program.run("run", "--source", "file:mixed.jsonl")
    assert re.search(rf"fetched +{len(good) + len(bad)} ", done.stdout)
    assert re.search(rf"refused \(unreadable\) +{len(bad)}\n", done.stdout)
    assert keys(program) == [user["login"]["uuid"] for user in users]
    assert "line=5" in done.stderr and "broken" not in done.stderr
    program.run("verify", "--deep")


def test_a_file_cut_short_is_told_and_what_is_whole_is_kept(program, simulator):
    users, text = lines(simulator(), 2000)
    packed = gzip.compress(text)
    (program.dir / "cut.jsonl.gz").write_bytes(packed[:len(packed) // 2])
    done = program.run("run", "--source", "file:cut.jsonl.gz", check=65)
    assert "ends too early" in done.stderr
    got = keys(program)
    assert 0 < len(got) < 2000 and got == [user["login"]["uuid"] for user in users][:len(got)]
    program.run("verify", "--deep")


# ---- on a terminal


def on_terminal(argv, cwd, stdin=subprocess.DEVNULL):
    """Everything that the program writes to a terminal of 120 columns, to its end: (exit code, text)."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 120, 0, 0))
    process = subprocess.Popen(argv, cwd=cwd, env=clean_environment(TERM="xterm"), stdin=stdin, stdout=theirs, stderr=theirs)
    os.close(theirs)
    out = b""
    while select.select([ours], [], [], 120)[0]:
        try:
            data = os.read(ours, 65536)
        except OSError:  # the program has closed it
            break
        if not data:
            break
        out += data
    os.close(ours)
    return process.wait(30), out.decode()


def test_progress_rate_and_time_left_on_a_terminal(program, simulator):
    one = simulator()
    with open(program.dir / "many.jsonl", "wb") as file:
        for page in range(10):
            file.write(one.get(f"?results=5000&seed=many&page={page + 1}") + b"\n")
    code, text = on_terminal(program.argv("run", "--source", "file:many.jsonl"), program.dir)
    assert code == 0
    shares = [int(share) for share in re.findall(r"\[[#.]+\] (\d+) %", text)]
    assert shares == sorted(shares) and any(0 < share < 100 for share in shares)
    assert re.search(r"[\d,]+/s", text)
    # standard input that is a file has an end too
    with open(program.dir / "many.jsonl", "rb") as file:
        code, text = on_terminal(program.argv("run", "--source", "-"), program.dir, stdin=file)
    assert code == 0 and re.search(r"\[[#.]+\] \d+ %", text)
    # elsewhere there are lines of key=value, and no bar
    done = program.run("run", "--source", "simulator:", "--count", 10)
    assert "\r" not in done.stderr and "\x1b" not in done.stderr and "%" not in done.stderr
