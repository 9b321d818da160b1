"""Nothing lost, nothing double, on three brokers: a producer and workers that come and go, while one of them or a broker is killed, stands still
or is cut off the network.

USERSTREAM_TRIALS sets how many, `make soak` runs 200; USERSTREAM_SEED says which workers and brokers are hit.
"""
import contextlib
import os
import pathlib
import random
import signal
import time

import pytest
from kafka.admin import NewTopic

from brokers import Brokers, counter, running
from conftest import Simulator, wait_for
from network import Network

TRIALS = int(os.environ.get("USERSTREAM_TRIALS", "10"))
SEED = int(os.environ.get("USERSTREAM_SEED", "1"))
RESULTS = 25


@pytest.fixture(scope="module")
def brokers():
    """Each in a namespace of its own."""
    networks = [Network() for _ in range(3)]
    three = Brokers("kafka-3", networks)
    three.extra = "broker.session.timeout.ms=3000\nbroker.heartbeat.interval.ms=500\ngroup.min.session.timeout.ms=1000\n"
    try:
        with running(three):
            yield three
    finally:
        for network in networks:
            network.close()


def test_what_check_says_of_brokers_that_are_away(brokers, make_program):
    """A partition without a leader, one with too few replicas in sync; and nothing once all is well again."""
    alone, all_three = make_program(brokers), make_program(brokers)
    with brokers.admin() as admin:
        admin.create_topics([NewTopic(alone.topic, -1, -1, replica_assignments={0: [1], 1: [2]}, topic_configs={"min.insync.replicas": "1"}),
                             NewTopic(all_three.topic, 2, 3, topic_configs={"min.insync.replicas": "3"})])

    def told(program, text):
        done = program.run("check", "--source", "simulator:", check=None)
        return text in done.stdout and (done.returncode, "start the brokers" in done.stdout.lower() or "start those" in done.stdout)

    for program in (alone, all_three):
        wait_for(lambda one=program: told(one, "ok    log"), what="a topic that is well")
    brokers.signal(2, signal.SIGKILL)
    assert wait_for(lambda: told(alone, f"partition 1 of the topic {alone.topic} has no leader"), what="no leader") == (69, True)
    too_few = "too few replicas in sync: 2 of 3, and min.insync.replicas is 3"
    assert wait_for(lambda: told(all_three, too_few), what="too few") == (69, True)
    with open(all_three.dir / "produce.log", "w+", encoding="utf-8") as log:
        producing = all_three.start("produce", "--source", "simulator:", "--count", 50, "--results", 25, "--every", 0, stderr=log)
        wait_for(lambda: too_few in pathlib.Path(log.name).read_text(encoding="utf-8"), what="the producer to say what it waits for")
        brokers.services("up")
        assert producing.wait(120) == 0
    # a broker that has just become the leader learns late what the others have
    wait_for(lambda: len(brokers.read(all_three.topic)) == 50, what="the records")
    for program in (alone, all_three):
        wait_for(lambda one=program: told(one, "ok    log"), 120, "a topic that is well again")


@pytest.mark.parametrize("node", (1, 2, 3))
def test_a_broker_that_hears_late_of_a_new_topic(brokers, make_program, node):
    """It answers that there is none, though it leads a partition: nobody takes that for the last word."""
    program = make_program(brokers)
    trial = Trial(program, random.Random(SEED))
    brokers.signal(node, signal.SIGSTOP)
    try:
        try:
            trial.fill_up()
            time.sleep(1)  # they make the topic, or wait for it, and send their questions to the one that sleeps
        finally:
            brokers.signal(node, signal.SIGCONT)
        trial.goes_on()
        assert all(process.poll() is None for process in trial.started), trial.describe()
    finally:
        trial.end()


class Trial:
    """A producer in a namespace of its own, with its source; workers in the tests' own. The workers' client.id is their name."""

    def __init__(self, program, rng):
        self.program, self.brokers, self.rng = program, program.brokers, rng
        self.network = Network()
        self.simulator = Simulator(enter=self.network.enter)
        self.producer, self.workers, self.started, self.happened = None, [], [], []

    def start(self, command, *args, enter=()):
        name = f"{command}-{next(counter)}"
        with open(self.program.dir / f"{name}.log", "wb") as log:
            process = self.program.start(command, *args, "--log-level", "debug", stderr=log, enter=enter,
                                         env={"USERSTREAM_KAFKA_CLIENT_ID": name, "USERSTREAM_KAFKA_DEBUG": "cgrp"})
        process.name, process.log = name, pathlib.Path(log.name)
        self.started.append(process)
        return process

    def fill_up(self):
        """One producer, two workers."""
        if not self.producer:
            self.producer = self.start("produce", "--source", self.simulator.url, "--results", RESULTS, "--every", 0.1, "--rate-limit", 0,
                                       enter=self.network.enter)
        while len(self.workers) < 2:
            self.add_worker()

    def add_worker(self, enter=()):
        self.workers.append(self.start("process", enter=enter))

    def remove_worker(self):
        worker = self.workers.pop(0)
        worker.terminate()
        assert worker.wait(120) in (0, -signal.SIGTERM)

    def goes_on(self):
        """Users that were fetched since are stored."""
        before = self.program.count_rows()
        wait_for(lambda: self.program.count_rows() > before + 4 * RESULTS, 120, "users to be stored")

    def group(self):
        with self.brokers.admin() as admin:
            group, = admin.describe_consumer_groups([f"{self.program.topic}.process"])
        return group

    def is_member(self, worker):
        """None: the group is nowhere at present."""
        group = self.group()
        return None if group.state == "Dead" else worker.name in [member.client_id for member in group.members]

    def await_member(self, worker, there):
        wait_for(lambda: self.is_member(worker) is there, 120, f"{worker.name} to be {'in' if there else 'out of'} the group")

    def cluster_is_whole(self):
        """Else the next broker that goes would be one too many."""
        wait_for(lambda: self.brokers.is_whole(self.program.topic), 120, "all replicas to be in sync")

    # ---- what happens

    def kill_producer(self):
        self.producer.kill()
        self.producer.wait()
        self.producer = None
        self.fill_up()

    def stop_producer(self):
        """Until all that it appended is stored."""
        self.producer.send_signal(signal.SIGSTOP)
        try:
            wait_for(lambda: sum(row["next"] for row in self.program.ledger().values()) == sum(self.brokers.ends(self.program.topic).values()),
                     120, "all that was appended to be stored")
        finally:
            self.producer.send_signal(signal.SIGCONT)

    def cut_producer(self):
        """Until it says that nothing is acknowledged."""
        told = self.producer.log.read_text(errors="replace").count("not acknowledged")
        self.network.cut()
        try:
            wait_for(lambda: self.producer.log.read_text(errors="replace").count("not acknowledged") > told, 120, "the producer to miss brokers")
        finally:
            self.network.mend()

    def kill_worker(self):
        worker = self.workers.pop(self.rng.randrange(len(self.workers)))
        worker.kill()
        worker.wait()

    def stop_worker(self):
        """As if it slept: past its session, so that its partitions are others'.

        One that stands still within a transaction keeps the others from SQLite, and new ones join no group then: they are not counted.
        """
        worker = self.rng.choice(self.workers)
        self.await_member(worker, True)
        worker.send_signal(signal.SIGSTOP)
        try:
            self.await_member(worker, False)
        finally:
            worker.send_signal(signal.SIGCONT)
        self.await_member(worker, True)

    def cut_worker(self):
        """Off the network past its session, with the sink at hand all the time."""
        network = Network()
        try:
            self.add_worker(network.enter)
            worker = self.workers[-1]
            self.await_member(worker, True)
            network.cut()
            self.await_member(worker, False)
            network.mend()
            self.await_member(worker, True)
            self.workers.insert(0, self.workers.pop())
            self.remove_worker()
        finally:
            network.close()

    def kill_broker(self):
        self.brokers.signal(self.rng.randint(1, 3), signal.SIGKILL)
        self.goes_on()
        self.brokers.services("up")
        self.cluster_is_whole()

    def stop_broker(self):
        """Connections stay, and nothing is answered."""
        node = self.rng.randint(1, 3)
        self.brokers.signal(node, signal.SIGSTOP)
        try:
            self.goes_on()
        finally:
            self.brokers.signal(node, signal.SIGCONT)
        self.cluster_is_whole()

    def cut_broker(self):
        """Off the network, from clients and the other brokers."""
        network = self.rng.choice(self.brokers.networks)
        network.cut()
        try:
            self.goes_on()
        finally:
            network.mend()
        self.cluster_is_whole()

    KINDS = [kill_broker, stop_worker, cut_worker, kill_producer, cut_broker, kill_worker, stop_broker, cut_producer, stop_producer]

    def run(self, kind):
        self.happened.append(kind.__name__)
        print(f"trial {len(self.happened)}: {kind.__name__}", flush=True)
        self.fill_up()
        self.goes_on()
        self.add_worker()
        kind(self)
        self.goes_on()
        while len(self.workers) > 1:
            self.remove_worker()

    def drain(self):
        self.producer.terminate()
        assert self.producer.wait(120) == 0
        self.producer = None
        while self.workers:
            self.remove_worker()

    def end(self):
        for process in [self.producer, *self.workers]:
            if process:
                process.kill()
                process.wait()
        self.simulator.stop()
        self.network.close()

    def describe(self):
        """How things stand, for who has to find out why a trial failed."""
        told = [f"seed {SEED}, trial {len(self.happened)}: {self.happened}"]
        with contextlib.suppress(Exception):
            told += [f"users stored: {self.program.count_rows()}", f"ends: {self.brokers.ends(self.program.topic)}",
                     f"ledger: {[(row['partition'], row['next']) for row in self.program.ledger().values()]}"]
        try:
            group = self.group()
            told += [f"group: {group.state}", *(f"  member {one.client_id} {one.client_host} {one.member_assignment}" for one in group.members)]
        except Exception as error:  # pylint: disable=broad-exception-caught
            told += [f"group: {error!r}"]
        for node in range(1, 4):
            told += [f"==== broker {node}: {state_of(self.brokers.pid(node))}",
                     tail(self.brokers.state / f"{self.brokers.name}-{node}" / "output", 5)]
        for process in self.started:
            ended = process.poll()
            if ended is None or ended > 0:
                told += [f"==== {process.name}: {state_of(process.pid) if ended is None else f'ended with {ended}'}", tail(process.log, 40)]
        return "\n".join(told)


def state_of(pid):
    try:
        return next(line for line in pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines() if line.startswith("State"))
    except OSError:
        return "gone"


def tail(path, count):
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])


def account(program):
    """Pages are whole and none is left out; table, dead letters and ledger account for each record."""
    records = program.account()
    pages = {}
    for record in records:
        pages.setdefault(int(dict(record.headers)["page"]), set()).add(record.key)
    assert sorted(pages) == list(range(1, len(pages) + 1))
    assert all(len(keys) == RESULTS for keys in pages.values())
    assert sum(row["read"] for row in program.ledger().values()) == len(records)
    return len(records)


def test_trials(brokers, make_program):
    program = make_program(brokers, session__timeout__ms=2000, heartbeat__interval__ms=300)
    trial = Trial(program, random.Random(SEED))
    try:
        for number in range(TRIALS):
            trial.run(trial.KINDS[number % len(trial.KINDS)])
        trial.drain()
    except Exception as error:
        raise AssertionError(f"{error!r}\n{trial.describe()}") from error
    finally:
        trial.end()
    program.run("process", "--until-caught-up")
    assert account(program) > TRIALS * 4 * RESULTS
