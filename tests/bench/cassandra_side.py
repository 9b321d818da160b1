"""What the benches of Kafka -> SQL -> Cassandra share: one broker and one node, keyspaces, rounds of ours and of the bare loop."""
import contextlib
import os
import re
import subprocess
import time

from brokers import Brokers
from brokers import running as running_broker
from cluster import Server
from cluster import running as running_server
from conftest import BIN, ROOT, clean_environment, wait_for
from measure import Started

# Of the node: a quarter of the machine's memory, as Cassandra's own start script has it; collections of a small one stop the node too often.
HEAP = f"{min(os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') // 4 >> 20, 8192)}m"
# Rows of former rounds are gone at once, without a snapshot of them; a disk that stalls for seconds delays a write, and refuses none.
SETTINGS = "auto_snapshot: false\nwrite_request_timeout: 30s\n"


class Place:
    """A broker and a node, and keyspaces made on it."""

    def __init__(self, broker, server):
        self.broker, self.server = broker, server
        self.count = 0

    def keyspace(self):
        """A new one, with its tables."""
        self.count += 1
        name = f"bench_{self.count}"
        text = subprocess.run([BIN, "schema", "cassandra", "--sink", self.server.uri(name)], check=True, env=clean_environment(), capture_output=True,
                              text=True).stdout
        with self.server.session() as session:
            for statement in filter(str.strip, re.sub(r"^--.*$", "", text, flags=re.M).split(";")):
                session.execute(statement)
        return name

    def drop(self, *names):
        with self.server.session() as session:
            for name in names:
                session.execute(f"DROP KEYSPACE {name}")

    def count_rows(self, keyspace):
        text = subprocess.run([BIN, "query", "--sink", self.server.uri(keyspace), "--format", "csv", "SELECT count(*) FROM user_profiles"], check=True,
                              env=clean_environment(), capture_output=True, text=True).stdout
        return int(text.split()[-1])

    def process(self, topic, keyspace, *words, notes=None):
        return Started("process", "--log", self.broker.uri(topic, group__id=keyspace), "--stream", "user_topic", "--sink", self.server.uri(keyspace),
                       "--pipeline", ROOT / "pipelines" / "user_profiles.sql", *words, notes=notes)

    def ours(self, topic, users, keyspace):
        """(rows a second, microseconds of processor time a row, MiB of anonymous memory at most), from the first batch on."""
        program = self.process(topic, keyspace)
        first = wait_for(lambda: program.metric("stored_total"), what="the first rows")
        start, used = time.perf_counter(), program.cpu_seconds()
        stored, memory = first, 0.0
        while stored < users:
            time.sleep(0.05)
            stored, memory = program.metric("stored_total"), max(memory, program.anonymous_mib())
        took, used = time.perf_counter() - start, program.cpu_seconds() - used
        program.stop()
        rows = stored - first
        assert rows > 0, "all was one batch: more USERS are needed"
        return rows / took, used / rows * 1e6, memory

    def bare(self, *words):
        """The bare loop of the driver (plugins/cassandra/examples/bare_loop.rs); returns what it prints."""
        return subprocess.run([str(ROOT / "build" / "cargo" / "release" / "examples" / "bare_loop"), f"127.0.0.1:{self.server.port}", *map(str, words)],
                              check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout


@contextlib.contextmanager
def place():
    with running_server(Server("cassandra", SETTINGS, HEAP)) as server, running_broker(Brokers("kafka")) as broker:
        yield Place(broker, server)
