"""Workers from Kafka to three nodes of Cassandra, which are killed and stand still, and so are the nodes.

USERSTREAM_TRIALS sets how many trials; `make soak` runs 100.
"""
import os
import random
import signal
import time

import pytest

import three
from cluster import ROOT
from conftest import wait_for
from three import PIPELINE, RECORDS

TRIALS = int(os.environ.get("USERSTREAM_TRIALS", "5"))


def run_together(program):
    """Three workers from nothing until all is done, and then their end."""
    processes = []
    for number in range(3):
        with (program.dir / f"{number}.log").open("a") as errors:
            processes.append(program.start("process", stderr=errors))
    wait_for(lambda: program.count_rows("user_profiles") == 200, what="all rows")
    wait_for(lambda: "lag: 0 records" in program.run("verify", check=None).stdout, what="their ledger")
    for number, process in enumerate(processes):
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, (program.dir / f"{number}.log").read_text()
    assert "everything adds up" in program.run("verify").stdout


@pytest.mark.parametrize("attempt", range(max(2, TRIALS // 10)))
def test_started_together(nodes, broker, make_program, attempt):
    """Workers that find no keyspace, or no table, at the same moment make one, and none resets the ledger of another."""
    program = make_program(nodes)
    program.log = three.log_uri(broker, f"together_{os.getpid()}_{attempt}")
    program.run("produce", "--source", "simulator:", "--count", 200, "--every", 0)
    topic = program.log.split("?")[0].split("/")[-1]
    program.write_pipeline((ROOT / "pipelines" / "user_profiles.sql").read_text().replace("user_topic", topic))
    run_together(program)
    program.execute("DROP TABLE user_profiles")
    run_together(program)


class Trial:
    """Two workers on a topic of their own, and what is done to them and to the nodes under them."""

    def __init__(self, program, nodes, rng):
        self.program, self.nodes, self.rng = program, nodes, rng
        self.workers = {}

    def start(self, name, *options):
        errors = (self.program.dir / f"{name}.log").open("a")
        self.workers[name] = self.program.start("process", "--batch", 200, *options, stderr=errors)
        errors.close()

    def kill_a_worker(self):
        name = self.rng.choice(sorted(self.workers))
        self.workers[name].kill()
        self.workers[name].wait()
        self.start(name)

    def a_worker_sleeps(self):
        """So long that its partitions are given to the other one, who goes on; then it wakes up and does not know it."""
        process = self.workers[self.rng.choice(sorted(self.workers))]
        process.send_signal(signal.SIGSTOP)
        time.sleep(self.rng.uniform(2.5, 5))  # above the session's timeout: the length is the point
        process.send_signal(signal.SIGCONT)

    def a_worker_naps(self):
        process = self.workers[self.rng.choice(sorted(self.workers))]
        process.send_signal(signal.SIGSTOP)
        time.sleep(self.rng.uniform(0.1, 1.5))
        process.send_signal(signal.SIGCONT)

    def a_node_sleeps(self):
        node = self.rng.choice([1, 2, 3])
        os.kill(self.nodes.pid(node), signal.SIGSTOP)
        time.sleep(self.rng.uniform(0.5, 4))
        os.kill(self.nodes.pid(node), signal.SIGCONT)

    def kill_a_node(self):
        os.kill(self.nodes.pid(self.rng.choice([1, 2, 3])), signal.SIGKILL)
        self.nodes.services("up")

    def replay(self):
        """A worker is killed and begins anew with the oldest records, while the other one goes on."""
        name = self.rng.choice(sorted(self.workers))
        self.workers[name].kill()
        self.workers[name].wait()
        self.start(name, "--from", "earliest")

    def run(self, faults):
        for fault in faults:
            time.sleep(self.rng.uniform(0.3, 1.5))  # the random moment is the point
            getattr(self, fault)()
        for name, process in self.workers.items():
            assert process.poll() is None, f"{name} ended by itself:\n{(self.program.dir / f'{name}.log').read_text()[-3000:]}"

    def stop(self):
        for process in self.workers.values():
            process.send_signal(signal.SIGCONT)
            process.send_signal(self.rng.choice([signal.SIGTERM, signal.SIGKILL]))
        for process in self.workers.values():
            process.wait(120)


@pytest.mark.parametrize("trial", range(TRIALS))
def test_trial(nodes, broker, make_program, trial):
    """Nothing lost, nothing double, never an older record over a newer one, whatever is killed or stands still."""
    rng = random.Random(TRIALS * 1000 + trial)
    program = make_program(nodes)
    topic = f"trial_{os.getpid()}_{trial}"
    program.log = three.log_uri(broker, topic)
    program.write_pipeline(PIPELINE.format(topic=topic))
    source, last, refused = three.numbered(program, RECORDS)
    program.run("produce", *source)
    one = Trial(program, nodes, rng)
    faults = ["kill_a_worker", "a_worker_sleeps", "a_worker_naps", "a_node_sleeps", "replay"]
    if trial % 5 == 4:
        faults.append("kill_a_node")
    rng.shuffle(faults)
    try:
        one.start("first")
        one.start("second")
        one.run(faults)
    finally:
        one.stop()
    wait_for(lambda: all(three.is_up(nodes, node) for node in (1, 2, 3)), what="the nodes")
    program.run("process", "--until-caught-up")
    three.assert_account(program, last, refused)
