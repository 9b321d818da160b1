"""Nothing lost, nothing double, on three brokers: a producer and workers that come and go, while one of them or a broker is killed, stands still
or is cut off.

USERSTREAM_TRIALS sets how many; `make soak` runs 200.
"""
import os
import random
import signal

import pytest
from kafka.admin import NewTopic

from brokers import Brokers, counter, running
from conftest import wait_for
from network import HOST, Network, listen_for_others

TRIALS = int(os.environ.get("USERSTREAM_TRIALS", "10"))
RESULTS = 25


@pytest.fixture(scope="module")
def brokers():
    listen_for_others()
    three = Brokers("kafka-3", HOST)
    three.extra = "broker.session.timeout.ms=3000\nbroker.heartbeat.interval.ms=500\ngroup.min.session.timeout.ms=1000\n"
    with running(three):
        yield three


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
    assert wait_for(lambda: told(all_three, "too few replicas in sync: 2 of 3, and min.insync.replicas is 3"), what="too few") == (69, True)
    brokers.services("up")
    for program in (alone, all_three):
        wait_for(lambda one=program: told(one, "ok    log"), 120, "a topic that is well again")


class Trial:
    def __init__(self, program, url, rng):
        self.program, self.brokers, self.rng = program, program.brokers, rng
        self.source = ["--source", url, "--results", RESULTS, "--every", 0.1, "--rate-limit", 0]
        self.producer, self.workers = None, []

    def log(self, name):
        return open(self.program.dir / f"{name}-{next(counter)}.log", "wb")  # pylint: disable=consider-using-with

    def fill_up(self):
        """One producer, two workers."""
        if not self.producer:
            self.producer = self.program.start("produce", *self.source, stderr=self.log("produce"))
        while len(self.workers) < 2:
            self.add_worker()

    def add_worker(self, enter=()):
        self.workers.append(self.program.start("process", stderr=self.log("process"), enter=enter))

    def remove_worker(self):
        worker = self.workers.pop(0)
        worker.terminate()
        assert worker.wait(120) in (0, -signal.SIGTERM)

    def goes_on(self):
        """Users that were fetched since are stored."""
        before = self.program.count_rows()
        wait_for(lambda: self.program.count_rows() > before + 4 * RESULTS, 120, "users to be stored")

    def members(self):
        with self.brokers.admin() as admin:
            group, = admin.describe_consumer_groups([f"{self.program.topic}.process"])
        return group.state == "Stable" and len(group.members)

    def group_has(self, count):
        wait_for(lambda: self.members() == count, 120, f"the group to have {count} members")

    def cluster_is_whole(self):
        """Else the next broker that goes would be one too many."""
        wait_for(lambda: self.brokers.is_whole(self.program.topic), 120, "all replicas to be in sync")

    # ---- what happens

    def kill_producer(self):
        self.producer.kill()
        self.producer.wait()
        self.producer = None
        self.fill_up()

    def kill_worker(self):
        worker = self.workers.pop(self.rng.randrange(len(self.workers)))
        worker.kill()
        worker.wait()

    def kill_broker(self):
        self.brokers.signal(self.rng.randint(1, 3), signal.SIGKILL)
        self.goes_on()
        self.brokers.services("up")
        self.cluster_is_whole()

    def stop_worker(self):
        """As if it slept: past its session, so that its partitions are others'."""
        worker = self.rng.choice(self.workers)
        worker.send_signal(signal.SIGSTOP)
        try:
            self.group_has(len(self.workers) - 1)
        finally:
            worker.send_signal(signal.SIGCONT)

    def cut_worker(self):
        """Off the network past its session, with the sink at hand all the time."""
        network = Network()
        try:
            self.add_worker(network.enter)
            self.group_has(len(self.workers))
            network.cut()
            self.group_has(len(self.workers) - 1)
            network.mend()
            self.group_has(len(self.workers))
            self.workers.insert(0, self.workers.pop())
            self.remove_worker()
        finally:
            network.close()

    def stop_broker(self):
        """As if it was cut off: connections stay, and nothing is answered."""
        node = self.rng.randint(1, 3)
        self.brokers.signal(node, signal.SIGSTOP)
        try:
            self.goes_on()
        finally:
            self.brokers.signal(node, signal.SIGCONT)
        self.cluster_is_whole()

    def end(self):
        for process in [self.producer, *self.workers]:
            if process:
                process.kill()
                process.wait()


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


def test_trials(brokers, make_program, simulator):
    rng = random.Random(TRIALS)
    program = make_program(brokers, session__timeout__ms=2000, heartbeat__interval__ms=300)
    trial = Trial(program, simulator().url, rng)
    happenings = [trial.kill_broker, trial.stop_worker, trial.cut_worker, trial.kill_producer, trial.kill_worker, trial.stop_broker]
    try:
        for number in range(TRIALS):
            print(f"trial {number + 1}: {happenings[number % len(happenings)].__name__}", flush=True)
            trial.fill_up()
            trial.goes_on()
            trial.add_worker()
            happenings[number % len(happenings)]()
            trial.goes_on()
            while len(trial.workers) > 1:
                trial.remove_worker()
        trial.producer.terminate()
        assert trial.producer.wait(120) == 0
        trial.producer = None
        while trial.workers:
            trial.remove_worker()
    finally:
        trial.end()
    program.run("process", "--until-caught-up")
    assert account(program) > TRIALS * 4 * RESULTS
