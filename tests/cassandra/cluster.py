"""Real Cassandras for the tests, and a program that stores into them."""
import contextlib
import os
import pathlib
import random
import re
import signal
import socket
import ssl
import urllib.error
import urllib.request

import pytest
from cassandra import ConsistencyLevel, InvalidRequest, ReadFailure
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, NoHostAvailable
from cassandra.policies import RoundRobinPolicy, WhiteListRoundRobinPolicy
from cassandra.query import dict_factory

import conftest

ROOT = conftest.ROOT
SERVICES = ROOT / "build" / "services"
USERS = int(os.environ.get("USERSTREAM_USERS", "20000"))  # compared one by one
KEEP = "USERSTREAM_KEEP" in os.environ  # the servers stay up, for the next run


def is_free(address, port):
    with contextlib.closing(socket.socket()) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


def free_port(addresses):
    """A port for clients that is free with those for nodes and for JMX (tools/services), below those that the system gives away."""
    while True:
        port = random.randrange(20000, 30000)
        others = [port - 2042, *(port - 1843 + node for node in range(len(addresses)))]
        if all(is_free(address, one) for address in addresses for one in [port, *others]):
            return port


# A busy machine takes its time; a read that the server cuts short is told as failed. So is a write, where no other node makes up for it.
PATIENT = "read_request_timeout: 60s\nrange_request_timeout: 60s\n"
ALONE = "write_request_timeout: 60s\n"


class Server:
    """A set of tools/services with a state directory and ports of the tests' own."""

    def __init__(self, name, extra="", heap="512m"):
        self.name, self.heap = name, heap
        self.state = ROOT / "build" / "test-services"
        self.addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"] if name.endswith(("-3", "-dcs")) else ["127.0.0.1"]
        self.extra = PATIENT + (ALONE if len(self.addresses) == 1 else "") + extra
        self.port = 19310 if KEEP else free_port(self.addresses)
        self.password_file = None
        self.auth = None
        self.tls_ca = None
        self.keyspaces = 0

    def services(self, command, *args):
        self.state.mkdir(parents=True, exist_ok=True)
        (SERVICES / "jars").mkdir(parents=True, exist_ok=True)  # downloaded once for users and tests
        if not (self.state / "jars").exists():
            (self.state / "jars").symlink_to(SERVICES / "jars")
        extra = self.state / f"{self.name}.yaml"
        extra.write_text(self.extra)
        env = dict(os.environ, USERSTREAM_SERVICES=str(self.state), PORT=str(self.port), HEAP=self.heap, WAIT="300",
                   EXTRA=str(extra))
        if len(self.addresses) == 1:  # never killed: schemas, of which the tests make hundreds, need not be synced one by one
            env["JDK_JAVA_OPTIONS"] = "-Dcassandra.test.flush_local_schema_changes=false"
        conftest.output_of(ROOT / "tools" / "services", command, *(args or [self.name]), env=env)

    def up(self):
        if not KEEP:
            self.services("wipe")
        self.services("up")

    def nodetool(self, node, *args):
        self.services("nodetool", f"{self.name}-{node}", *args)

    def pid(self, node):
        return int((self.state / f"{self.name}-{node}" / "pid").read_text())

    @contextlib.contextmanager
    def asleep(self, *numbers):
        """These nodes stand still."""
        for node in numbers:
            os.kill(self.pid(node), signal.SIGSTOP)
        try:
            yield
        finally:
            for node in numbers:
                os.kill(self.pid(node), signal.SIGCONT)

    def authenticate(self, user, password, directory):
        """From now on this user is who the program logs in as."""
        self.password_file = pathlib.Path(directory) / "password"
        self.password_file.write_text(password + "\n")
        self.auth = (user, password)

    def base(self):
        return "cassandra://" + ",".join(f"{address}:{self.port}" for address in self.addresses)

    def uri(self, keyspace, **parameters):
        if self.password_file and "username" not in parameters:
            parameters.update(username=self.auth[0], password_file=self.password_file)
        if self.tls_ca and not any(name.startswith("tls") for name in parameters):
            parameters.update(tls_ca=self.tls_ca, tls_verify="ca")
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return f"{self.base()}/{keyspace}" + (f"?{query}" if query else "")

    def new_keyspace(self):
        self.keyspaces += 1
        return f"test_{os.getpid()}_{self.keyspaces}"

    @contextlib.contextmanager
    def session(self, node=None, **options):
        """The Python driver's session. node: ask this one only."""
        address = self.addresses if node is None else [self.addresses[node - 1]]
        policy = RoundRobinPolicy() if node is None else WhiteListRoundRobinPolicy(address)
        profile = ExecutionProfile(load_balancing_policy=policy, row_factory=dict_factory, request_timeout=120,
                                   consistency_level=ConsistencyLevel.LOCAL_QUORUM)
        auth = PlainTextAuthProvider(*self.auth) if self.auth else None
        if self.tls_ca:
            options["ssl_context"] = ssl.create_default_context(cafile=self.tls_ca)
            options["ssl_context"].check_hostname = False
        cluster = Cluster(address, port=self.port, auth_provider=auth, protocol_version=5, connect_timeout=60,
                          control_connection_timeout=60, schema_metadata_enabled=False, token_metadata_enabled=False,
                          execution_profiles={EXEC_PROFILE_DEFAULT: profile}, **options)
        try:
            yield cluster.connect()
        finally:
            cluster.shutdown()

    def contract(self):
        """The sink's contract tests, the C program that runs on every backend."""
        uri = self.uri("")
        base, _, query = uri.partition("/?")
        env = conftest.clean_environment(USERSTREAM_PLUGINS=ROOT / "build", USERSTREAM_TEST_CASSANDRA=base.rstrip("/"),
                                         USERSTREAM_TEST_CASSANDRA_QUERY=f"?{query}" if query else "")
        told = conftest.output_of(ROOT / "build" / "tests" / "sink" / "contract_cassandra", env=env, timeout=600)
        assert "[  PASSED  ] 29 test(s)." in told, told[-200:]


@contextlib.contextmanager
def running(server):
    server.up()
    try:
        yield server
    finally:
        if not KEEP:
            server.services("wipe")


class CassandraProgram(conftest.Program):
    """A Program whose sink is a keyspace of its own."""

    def __init__(self, directory, server, **parameters):
        super().__init__(directory)
        self.server = server
        self.keyspace = server.new_keyspace()
        self.sink = server.uri(self.keyspace, **parameters)

    def rows(self, cql, *args):
        with self.server.session() as session:
            session.set_keyspace(self.keyspace)
            return list(session.execute(cql, args))

    def count_rows(self, table):
        """Zero as long as the table is not there, too."""
        with self.server.session() as session:
            try:
                return session.execute(f"SELECT count(*) AS n FROM {self.keyspace}.{table}").one()["n"]
            # some node has not heard of it, or is taking it in: a server error, after which no host is left to ask
            except (InvalidRequest, ReadFailure, NoHostAvailable):
                return 0

    def execute(self, *statements):
        with self.server.session() as session:
            session.set_keyspace(self.keyspace)
            for statement in statements:
                session.execute(statement)

    def json_rows(self, query):
        """What `userstream query` answers."""
        return [conftest.json.loads(line) for line in self.run("query", query, "--format", "json").stdout.splitlines()]

    def write_pipeline(self, text):
        path = self.dir / "pipeline.sql"
        path.write_text(text)
        self.pipeline = str(path)

    def records(self, *records):
        """Options: a file of these records as the source, by their field id."""
        path = self.dir / f"records-{len(list(self.dir.glob('records-*')))}.jsonl"
        path.write_text("".join(conftest.json.dumps(record) + "\n" for record in records))
        return ["--source", f"file:{path}", "--key", "id"]


class LiveRun:
    """A run that goes on until it is stopped, and what it says of itself meanwhile."""

    def __init__(self, program, *args):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.errors = program.dir / "live.log"
        with self.errors.open("w") as errors:  # of options given twice the last one counts
            self.process = program.start("run", *args, "--listen", f"127.0.0.1:{self.port}", stderr=errors)

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()
        except OSError:
            return ""

    def health(self):
        return conftest.json.loads(self.get("/healthz") or "{}")

    def is_degraded(self, why):
        text = conftest.json.dumps(self.health())
        return "degraded" in text and re.search(why, text)

    def metric(self, name):
        found = re.search(rf"^userstream_{name}(?:{{[^}}]*}})? (\d+)", self.get("/metrics"), flags=re.M)
        return int(found.group(1)) if found else 0

    def stop(self):
        """Ends well."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(240) == 0, self.errors.read_text()

    def kill(self):
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def live_run(program, *args):
    run = LiveRun(program, *args)
    try:
        yield run
    finally:
        run.kill()


@pytest.fixture
def make_program(tmp_path):
    count = 0

    def make(server, **parameters):
        nonlocal count
        count += 1
        directory = tmp_path / str(count)
        directory.mkdir()
        return CassandraProgram(directory, server, **parameters)

    return make
