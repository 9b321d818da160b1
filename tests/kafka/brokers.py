"""Real Kafkas for the tests, another client of them (kafka-python), and a program whose log is one of their topics."""
import contextlib
import itertools
import os
import random
import signal
import socket

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError

import conftest
import reading

ROOT = conftest.ROOT
SERVICES = ROOT / "build" / "services"
CONTROLLERS = 10000  # their ports are so far from the brokers'
counter = itertools.count()


def pytest_configure():
    """Who is told to end stops its servers first, as with Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def is_free(port):
    with contextlib.closing(socket.socket()) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count):
    """The first of `count` ports in a row that are free, with their controllers', below those that the system gives away."""
    while True:
        first = random.randrange(15000, 21000)
        if all(is_free(port + shift) for port in range(first, first + count) for shift in (0, CONTROLLERS)):
            return first


def patiently(ask, partitions):
    """What kafka-python says of offsets; where an answer takes its time it looks at an error that is not there, and is asked again."""
    for _ in range(10):
        with contextlib.suppress(AttributeError):
            return ask(partitions)
    return ask(partitions)


class Brokers:
    """A set of tools/services with a state directory and ports of the tests' own."""

    def __init__(self, name, networks=()):
        """networks: one for each broker, where it is to be instead of the tests' own (network.py)."""
        self.name, self.networks, self.count = name, networks, 3 if name.endswith("-3") else 1
        self.port = free_ports(8)
        self.state = ROOT / "build" / "test-services"
        self.extra = ""

    def services(self, command):
        self.state.mkdir(parents=True, exist_ok=True)
        (SERVICES / "jars").mkdir(parents=True, exist_ok=True)  # downloaded once for users and tests
        if not (self.state / "jars").exists():
            (self.state / "jars").symlink_to(SERVICES / "jars")
        extra = self.state / f"{self.name}.properties"
        extra.write_text(self.extra)
        env = dict(os.environ, USERSTREAM_SERVICES=str(self.state), KAFKA_HOST=" ".join(map(self.host, range(1, self.count + 1))),
                   PORT=str(self.port), ZOOKEEPER_PORT=str(self.port + 7), WAIT="300", EXTRA=str(extra) if self.extra else "",
                   **{f"KAFKA_ENTER_{node}": " ".join(network.enter) for node, network in enumerate(self.networks, 1)})
        conftest.output_of(ROOT / "tools" / "services", command, self.name, env=env)

    def host(self, node):
        return self.networks[node - 1].address if self.networks else "127.0.0.1"

    def address(self, node=1, shift=0):
        return f"{self.host(node)}:{self.port + node - 1 + shift}"

    def addresses(self):
        return ",".join(self.address(node) for node in range(1, self.count + 1))

    def pid(self, node=1):
        return int((self.state / f"{self.name}-{node}" / "pid").read_text())

    def signal(self, node, number):
        os.kill(self.pid(node), number)

    def uri(self, topic, **parameters):
        query = "&".join(f"{name.replace('__', '.')}={value}" for name, value in parameters.items())
        return f"kafka://{self.addresses()}/{topic}" + (f"?{query}" if query else "")

    def contract(self, pattern=None):
        """The log's contract tests, the C program that runs on every backend."""
        env = conftest.clean_environment(**({"USERSTREAM_TEST_FILTER": pattern} if pattern else {}))
        told = conftest.output_of(ROOT / "build" / "tests" / "log" / "contract_kafka", self.address(), env=env, timeout=600)
        assert "[  PASSED  ]" in told, told[-200:]

    # ---- the other client

    @contextlib.contextmanager
    def admin(self):
        client = KafkaAdminClient(bootstrap_servers=self.addresses(), request_timeout_ms=60000)
        try:
            yield client
        finally:
            client.close()

    def create_topic(self, name, partitions=4, replicas=1, **configs):
        with self.admin() as admin:
            admin.create_topics([NewTopic(name, partitions, replicas, topic_configs={
                key.replace("_", "."): value for key, value in configs.items()})])

    def delete_topic(self, name):
        with self.admin() as admin:
            admin.delete_topics([name])
            conftest.wait_for(lambda: name not in admin.list_topics(), what=f"{name} to be gone")

    def is_whole(self, topic):
        """Every replica of the topic is in sync. Not so while no controller answers."""
        try:
            with self.admin() as admin:
                found, = admin.describe_topics([topic])
        except KafkaError:
            return False
        return all(sorted(one["isr"]) == sorted(one["replicas"]) for one in found["partitions"])

    @contextlib.contextmanager
    def producer(self):
        client = KafkaProducer(bootstrap_servers=self.addresses(), acks="all", compression_type="lz4")
        try:
            yield client
        finally:
            client.close()

    def send(self, topic, records):
        """records: (key, value) or (key, value, headers)."""
        with self.producer() as producer:
            sent = [producer.send(topic, key=record[0], value=record[1], headers=record[2] if len(record) > 2 else None)
                    for record in records]
            return [one.get(60) for one in sent]

    def read(self, topic):
        """Every record of a topic, partition after partition."""
        client = KafkaConsumer(bootstrap_servers=self.addresses(), enable_auto_commit=False)
        try:
            partitions = [TopicPartition(topic, number) for number in sorted(client.partitions_for_topic(topic))]
            begins, ends = patiently(client.beginning_offsets, partitions), patiently(client.end_offsets, partitions)
            records = []
            for partition in partitions:
                client.assign([partition])
                client.seek(partition, begins[partition])
                position = begins[partition]
                while position < ends[partition]:
                    for batch in client.poll(timeout_ms=1000).values():
                        records += batch
                        position = batch[-1].offset + 1
            return records
        finally:
            client.close()

    def ends(self, topic):
        client = KafkaConsumer(bootstrap_servers=self.addresses())
        try:
            partitions = [TopicPartition(topic, number) for number in client.partitions_for_topic(topic)]
            return {key.partition: end for key, end in patiently(client.end_offsets, partitions).items()}
        finally:
            client.close()


@contextlib.contextmanager
def running(brokers):
    brokers.services("wipe")
    brokers.services("up")
    try:
        yield brokers
    finally:
        with contextlib.suppress(OSError, ValueError):
            for node in range(1, brokers.count + 1):
                brokers.signal(node, signal.SIGCONT if brokers.count == 1 else signal.SIGKILL)  # three would wait for each other
        brokers.services("down" if "USERSTREAM_KEEP" in os.environ else "wipe")


class KafkaProgram(conftest.Program):
    """A Program whose log is a topic of its own."""

    def __init__(self, directory, brokers, **parameters):
        super().__init__(directory)
        self.brokers = brokers
        self.topic = f"users-{os.getpid()}-{next(counter)}"
        self.log = brokers.uri(self.topic, **parameters)

    def where(self, command):
        """The pipeline file reads user_topic: it is told that this topic is meant."""
        return super().where(command) + (["--stream", "user_topic"] if command in ("run", "process", "dlq", "verify", "check") else [])

    def ledger(self):
        return {row["partition"]: row for row in self.rows("SELECT * FROM userstream_ledger")}

    def count_rows(self):
        """Zero as long as the table is not there, too."""
        if not self.database.exists() or not self.rows("SELECT 1 FROM sqlite_master WHERE name = 'user_profiles'"):
            return 0
        return self.rows("SELECT count(*) n FROM user_profiles")[0]["n"]

    def account(self):
        """Table and dead letters hold each record of the topic, as plain Python reads it; returns the records."""
        expected, dropped = set(), 0
        records = self.brokers.read(self.topic)
        for record in records:
            values = reading.row(reading.loads(record.value.decode()))
            if reading.rejected(values):
                dropped += 1
            else:
                expected.add(values["id"])
        assert {row["id"] for row in self.rows("SELECT id FROM user_profiles")} == expected
        assert len(self.dead_letters()) == dropped
        assert "everything adds up" in self.run("verify", "--deep").stdout
        return records


@pytest.fixture
def make_program(tmp_path):
    def make(brokers, **parameters):
        directory = tmp_path / f"program-{next(counter)}"
        directory.mkdir()
        return KafkaProgram(directory, brokers, **parameters)

    return make
