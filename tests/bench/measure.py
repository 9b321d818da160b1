"""What the benches beside real servers share: figures beside their references, the program while it runs, its processor time and memory."""
import os
import pathlib
import re
import subprocess
import threading
import time
import urllib.request

from conftest import BIN, ROOT, clean_environment

BARE_KAFKA = str(ROOT / "build" / "bench" / "bare_kafka")
TICKS = os.sysconf("SC_CLK_TCK")


class Figures:
    """Prints each figure with its reference and its goal; `missed` counts the goals that were not reached."""

    def __init__(self):
        self.missed = 0

    def report(self, what, ours, reference, theirs, unit, at_least=None, at_most=None, turned=False):
        """turned: the ratio is theirs to ours, as for times that are to be small."""
        ratio = theirs / ours if turned else ours / theirs
        wrong = (at_least is not None and ratio < at_least) or (at_most is not None and ratio > at_most)
        self.missed += wrong
        wanted = f"at least {at_least:.2f}" if at_least is not None else f"at most {at_most:.2f}"
        print(f"{what:<36} {ours:12.2f} {unit:<8} {reference:<44} {theirs:12.2f}   ratio {ratio:.2f} ({wanted} is wanted{': MISSED' if wrong else ''})",
              flush=True)


class Started:
    """The program, with its metrics."""

    def __init__(self, *words, notes=None):
        """notes: what lines on standard error have that are kept in `noted`."""
        self.noted = []
        self.process = subprocess.Popen([BIN, *map(str, words), "--listen", "127.0.0.1:0"], env=clean_environment(), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        found, said = None, ""
        while not found:
            line = self.process.stderr.readline().decode()
            assert line, f"the program ended at once: {said}"
            said += line
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
        self.url = found.group(0)
        self.reader = threading.Thread(target=self._read_notes, args=(notes,), daemon=True)
        self.reader.start()

    def _read_notes(self, wanted):
        for line in self.process.stderr:
            if wanted and wanted in line:
                self.noted.append(line.decode())

    def metric(self, name):
        with urllib.request.urlopen(self.url + "/metrics", timeout=60) as answer:
            return float(re.search(rf"^userstream_{name} (\S+)$", answer.read().decode(), re.M).group(1))

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def anonymous_mib(self):
        return int(re.search(r"RssAnon:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text()).group(1)) / 1024

    def stop(self):
        """End it; returns its summary."""
        self.process.terminate()
        text = self.process.stdout.read().decode()
        assert self.process.wait() == 0, text
        self.reader.join()
        return text


def fill_topic(broker, topic, users, partitions=4):
    """Simulated users in a new topic, thousands of them, all such as the default pipeline stores."""
    broker.create_topic(topic, partitions=partitions)
    subprocess.run([BIN, "produce", "--source", "simulator:", "--clean", "--seed", "bench", "--results", "1000", "--every", "0", "--rate-limit", "0",
                    "--count", str(users), "--log", broker.uri(topic), "--listen", "none", "--log-level", "warn"],
                   check=True, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    assert sum(broker.ends(topic).values()) == users, "the topic does not hold what was produced"


class PacedTopics:
    """Topics whose records carry the broker's time of their append, and a producer that keeps time (bare_kafka.c)."""

    def __init__(self, broker, directory):
        self.broker, self.lines = broker, directory / "users.jsonl"
        self.count = 0
        subprocess.run([str(ROOT / "build" / "bench" / "bench_transform"), "--write", str(self.lines)], check=True)

    def make(self):
        self.count += 1
        name = f"paced-{self.count}"
        self.broker.create_topic(name, partitions=1, message_timestamp_type="LogAppendTime")
        return name

    def produce(self, topic, rate, count):
        """[(offset, when it was acknowledged in microseconds since 1970)]"""
        done = subprocess.run([BARE_KAFKA, "produce", self.broker.address(), topic, str(self.lines), str(rate), str(count)], check=True,
                              stdout=subprocess.PIPE, text=True)
        return [tuple(map(int, line.split())) for line in done.stdout.splitlines()]


def quantiles_ms(summary):
    """(p50, p99) of "fetched -> stored" in a summary."""
    units = {"us": 1e-3, "µs": 1e-3, "ms": 1.0, "s": 1e3}
    found = re.search(r"fetched -> stored +p50 ([\d.]+) ?(\S+), p99 ([\d.]+) ?(\S+), max", summary)
    assert found, summary
    return float(found.group(1)) * units[found.group(2)], float(found.group(3)) * units[found.group(4)]
