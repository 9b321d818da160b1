"""The HTTP source of a whole program: faults, health, TLS, proxies, the cursor, the rate limit, any API, --source auto."""
import json
import random
import re
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

import web
from conftest import BIN, clean_environment, wait_for

NOWHERE = "http://127.0.0.1:9"  # nothing listens there


def fetched(done):
    return int(re.search(r"fetched +([\d,]+)", done.stdout).group(1).replace(",", ""))


def errors(done):
    return {kind: int(n.replace(",", "")) for kind, n in re.findall(r"source error (\S+) +([\d,]+)", done.stdout)}


def started(done):
    """(seed, page) that a run began with."""
    found = re.search(r"seed=(\S+) page=(\d+)", done.stderr)
    return found.group(1), int(found.group(2))


# ---- faults


@pytest.mark.parametrize("fault, kinds", [
    ("429", {"http_429"}), ("500", {"http_5xx"}), ("502", {"http_5xx"}), ("503", {"http_5xx"}), ("504", {"http_5xx"}),
    ("empty", {"empty"}), ("truncated", {"truncated"}), ("html", {"html"}), ("hang", {"timeout"}), ("refused", {"refused"}),
    ("short", {"short", "empty"}), ("badjson", {"json"}), ("content_type", {"content_type"}), ("slow", set())])
def test_every_fault_is_survived_and_counted(program, simulator, fault, kinds):
    one = simulator("--fault", f"{fault}=0.4")
    done = program.run("run", "--source", one.url, "--results", 20, "--count", 200, "--every", 0,
                       "--timeout", "500ms" if fault == "hang" else "60s")
    assert fetched(done) == 200
    assert set(errors(done)) == kinds
    assert ("degraded" in done.stderr) == bool(kinds)
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 200
    program.run("verify", "--deep")


class Watched:
    """A run with its health and metrics."""

    def __init__(self, program, *args):
        self.process = subprocess.Popen([BIN, "run", "--log", program.log, "--sink", program.sink, "--pipeline", program.pipeline,
                                         "--listen", "127.0.0.1:0", *map(str, args)], cwd=program.dir, env=clean_environment(),
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.search(r"component=server .*url=(http://127\.0\.0\.1:\d+)", line):
                self.url = found.group(1)
                return
        raise AssertionError("it told no address")

    def get(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def health(self):
        return json.loads(self.get("/healthz"))

    def metric(self, name):
        found = re.search(rf"^userstream_{re.escape(name)} (\d+)", self.get("/metrics"), re.M)
        return int(found.group(1)) if found else 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=60)


def test_health_tells_the_reason_until_it_works_again(program):
    """The same address, out of order first and mended later."""
    body = {"results": [{"login": {"uuid": "00000000-0000-4000-8000-000000000001"}}], "info": {"results": 1}}
    good = False

    def answer(_):
        return json.dumps(body if good else {"results": [], "info": {"results": 1}}).encode()

    with web.answers(answer) as api:
        with Watched(program, "--source", f"http://127.0.0.1:{api.port}/api/", "--results", 1, "--every", "50ms") as run:
            wait_for(lambda: run.health()["status"] == "degraded", what="health to be degraded")
            assert "no users" in run.health()["ingest"]["reason"]
            wait_for(lambda: run.metric('source_errors_total{kind="empty"}') >= 3, what="three errors of a kind")
            good = True
            wait_for(lambda: run.health()["status"] == "ok" and run.metric("fetched_total") > 0, what="health to be good again")
            assert run.health()["ingest"]["reason"] == ""


def test_retry_after_is_obeyed(program, simulator):
    """503 with Retry-After: 1. Without it the first four tries are within a second."""
    one = simulator("--fault", "503=1")
    began = time.monotonic()
    with Watched(program, "--source", one.url, "--every", 0) as run:
        wait_for(lambda: run.metric('source_errors_total{kind="http_5xx"}') >= 4, what="four answers")
    assert time.monotonic() - began > 3


# ---- TLS and proxies


def api_of(simulator):
    """A simulator's answers, whatever the path is before the query."""
    return lambda path: simulator.get("?" + urllib.parse.urlsplit(path).query)


def test_tls_with_a_certificate_of_ones_own(program, simulator, tmp_path):
    cert, context = web.certificate(tmp_path, "localhost")
    with web.answers(api_of(simulator()), context) as api:
        url = f"https://localhost:{api.port}/api/"
        wrong = program.run("produce", "--source", url, "--for", "1s", "--every", 0, check=69)
        assert set(errors(wrong)) == {"tls"} and "--ca-file" in wrong.stderr
        assert not api.seen
        done = program.run("produce", "--source", url, "--ca-file", cert, "--results", 10, "--count", 30, "--every", 0)
        assert fetched(done) == 30 and not errors(done)
        other = program.run("produce", "--source", f"https://127.0.0.1:{api.port}/api/", "--ca-file", cert, "--for", "1s",
                            "--every", 0, check=69)
        assert set(errors(other)) == {"tls"}  # the certificate is another host's


def test_plain_http_through_a_proxy(program, simulator):
    one = simulator()
    args = ["--source", one.url, "--results", 10, "--count", 10, "--every", 0]
    with web.proxy() as proxy:
        where = f"http://127.0.0.1:{proxy.port}"
        program.run("produce", *args, "--proxy", where)
        assert len(proxy.seen) == 1 and proxy.seen[0].startswith(one.url)
        program.run("produce", *args, env={"http_proxy": where})
        assert len(proxy.seen) == 2
        program.run("produce", *args, env={"http_proxy": where, "no_proxy": "127.0.0.1"})
        assert len(proxy.seen) == 2


def test_https_through_a_proxy_that_sees_only_the_host(program, simulator, tmp_path):
    cert, context = web.certificate(tmp_path, "api.example.test")
    with web.answers(api_of(simulator()), context) as api, web.proxy(api.port) as proxy, web.proxy() as closed:
        args = ["--source", "https://api.example.test/api/", "--ca-file", cert, "--results", 10, "--every", 0]
        done = program.run("produce", *args, "--count", 20, env={"https_proxy": f"http://127.0.0.1:{proxy.port}"})
        assert fetched(done) == 20 and not errors(done)
        assert proxy.seen == ["api.example.test:443"]  # one connection, kept alive
        done = program.run("produce", *args, "--for", "1s", "--proxy", f"http://127.0.0.1:{closed.port}", check=69)
        assert set(errors(done)) == {"proxy"}


# ---- the cursor


def test_changed_parameters_begin_a_new_seed(program):
    def seed_and_page(*args):
        return started(program.run("produce", "--source", "simulator:", "--count", 20, *args))

    plain = ["--results", 20, "--every", "1ms"]
    first, page = seed_and_page(*plain)
    assert page == 1
    assert seed_and_page(*plain) == (first, 2)
    seeds = {first}
    for args in (["--results", 10, "--every", "1ms"], ["--results", 20, "--every", "2ms"], [*plain, "--nat", "gb"],
                 [*plain, "--inc", "login,name"], [*plain, "--exc", "picture"], plain):
        seed, page = seed_and_page(*args)
        assert page == 1 and seed not in seeds
        seeds.add(seed)
    # picked on our side, so no other users are asked for
    seed, page = seed_and_page(*plain, "--gender", "female")
    assert page == 2 and seed in seeds


def test_gender_beside_a_seed_is_right(program):
    """The API would ignore it: it is never asked, and the others are left out."""
    done = program.run("produce", "--source", "simulator:", "--seed", "s", "--gender", "male", "--results", 200, "--count", 200)
    records = program.exported()
    assert {record["value"]["gender"] for record in records} == {"male"}
    left_out = int(re.search(r"left out on purpose +(\d+)", done.stdout).group(1))
    assert len(records) + left_out == 200 and left_out > 50


def test_what_the_api_would_silently_ignore_is_refused(program):
    for args, says in ((["--exc", "login"], "login.uuid"), (["--results", 5001], "5000"), (["--nat", "gb,xx"], '"xx" is no nationality'),
                       (["--seed", "a234567890b234567c"], "18 characters"), (["--inc", "name"], "login.uuid"),
                       (["--redact", "login.uuid"], "is the key")):
        done = program.run("run", "--source", "simulator:", *args, check=None)
        assert done.returncode in (64, 78) and says in done.stderr, args
    assert not program.exported()


# ---- the rate limit


@pytest.mark.slow
def test_the_rate_limit_holds_across_kills_and_restarts(program, simulator):
    """Whenever it is killed, the server is never asked for more than the limit within five minutes."""
    one = simulator("--fault", "slow=0.2,truncated=0.2")
    rng = random.Random(7)
    for _ in range(12):
        process = program.start("run", "--source", one.url, "--results", 10, "--every", 0, "--rate-limit", 400, "--timeout", "300ms")
        time.sleep(rng.uniform(0.05, 0.3))  # the random moment is the point
        process.send_signal(signal.SIGKILL)
        process.wait()
    with Watched(program, "--source", one.url, "--results", 10, "--every", 0, "--rate-limit", 400, "--timeout", "300ms") as run:
        wait_for(lambda: "5 minutes" in run.health()["ingest"]["reason"], what="the limit")
        assert run.health()["status"] == "ok"
    # other parameters are no way around it
    done = program.run("run", "--source", one.url + "1.4/?lego", "--results", 20, "--every", 0, "--rate-limit", 400, "--for", "1s")
    assert fetched(done) == 0
    one.process.send_signal(signal.SIGTERM)
    served, answers, faults = map(int, re.search(r"served (\d+) users in (\d+) answers; (\d+) faults",
                                                 one.process.stdout.read().decode()).groups())
    one.process.wait()
    assert served == 10 * answers
    assert served + 10 * faults <= 400
    assert len(program.exported()) <= served
    program.run("verify", "--deep")


# ---- any other API


def test_any_json_api(program):
    """An array at a path, an array at the top, pages, one object: nothing is bound to users."""
    items = [{"id": n, "name": f"item {n}"} for n in range(1, 8)]

    def answer(path):
        url = urllib.parse.urlsplit(path)
        if url.path == "/deep":
            return json.dumps({"data": {"items": items}, "total": len(items)}).encode()
        if url.path == "/paged":
            page = int(urllib.parse.parse_qs(url.query)["p"][0])
            return json.dumps(items[3 * page - 3:3 * page]).encode()
        if url.path == "/one":
            return json.dumps(items[0], indent=2).encode()
        return json.dumps(items).encode()

    def keys(*args):
        before = len(program.exported()) if (program.dir / "log").exists() else 0
        program.run("produce", "--every", 0, *args)
        return [record["key"] for record in program.exported()][before:]

    with web.answers(answer) as api:
        base = f"http://127.0.0.1:{api.port}"
        everything = [str(item["id"]) for item in items]
        assert keys("--source", base + "/deep", "--records", "data.items", "--key", "id", "--count", 7) == everything
        assert keys("--source", base + "/top", "--records", "", "--key", "id", "--count", 7) == everything
        assert keys("--source", base + "/paged?p={page}", "--records", "", "--key", "id", "--count", 7) == everything
        assert keys("--source", base + "/one", "--records", "", "--key", "name", "--count", 1) == ["item 1"]
        # an API of another kind may live at /api too
        assert keys("--source", base + "/api/", "--records", "", "--key", "id", "--count", 7) == everything
        assert api.seen[-1] == "/api/"
    assert all(record["value"]["name"].startswith("item") for record in program.exported())


# ---- --source auto


def test_auto_takes_the_simulator_where_the_api_does_not_answer(program):
    first = program.run("run", "--source", "auto", "--proxy", NOWHERE, "--count", 20, "--results", 20)
    assert first.stderr.count("does not answer") == 1 and "level=warn" in first.stderr
    second = program.run("run", "--source", "auto", "--proxy", NOWHERE, "--count", 20, "--results", 20)
    assert "does not answer" not in second.stderr
    assert started(second) == (started(first)[0], 2)
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 40


def test_auto_takes_the_api_where_it_answers_and_stays_with_it(program, simulator, tmp_path):
    """randomuser.me, as a proxy shows it: no network is needed."""
    cert, context = web.certificate(tmp_path, "randomuser.me")
    with web.answers(api_of(simulator()), context) as api:
        with web.proxy(api.port) as proxy:
            args = ["--source", "auto", "--ca-file", cert, "--results", 10, "--every", 0]
            done = program.run("run", *args, "--proxy", f"http://127.0.0.1:{proxy.port}", "--count", 20)
            assert "level=warn" not in done.stderr and "simulator" not in done.stdout
            assert set(proxy.seen) == {"randomuser.me:443"}
        # it is gone: that is an outage now, not a reason for other users
        done = program.run("run", *args, "--proxy", NOWHERE, "--for", "1s", check=69)
        assert set(errors(done)) == {"refused"} and "simulator" not in done.stderr
        with web.proxy(api.port) as proxy:
            done = program.run("run", *args, "--proxy", f"http://127.0.0.1:{proxy.port}", "--count", 10)
            assert started(done)[1] == 3
    assert program.rows("SELECT count(*) n FROM user_profiles")[0]["n"] == 30


def test_auto_with_wrong_settings_chooses_nothing(program):
    done = program.run("run", "--source", "auto", "--proxy", NOWHERE, "--nat", "xx", check=78)
    assert done.stderr.count("no nationality") == 1
    assert "does not answer" not in done.stderr


def test_secrets_of_the_url_are_kept_nowhere(program, simulator):
    url = simulator().url.replace("://", "://me:hunter2@") + "?api_key=hunter3"
    done = program.run("run", "--source", url, "--results", 10, "--count", 10, "--log-level", "debug")
    stored = b"".join(path.read_bytes() for path in program.dir.rglob("*") if path.is_file())
    for secret in ("hunter2", "hunter3"):
        assert secret not in done.stdout + done.stderr
        assert secret.encode() not in stored
    again = program.run("run", "--source", "auto", "--count", 10, check=78)
    assert "say it with --source" in again.stderr
