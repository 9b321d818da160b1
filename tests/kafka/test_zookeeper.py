"""Kafka as it was before KRaft: a broker with ZooKeeper beside it, and both started anew."""
import pytest

from brokers import Brokers, running


@pytest.fixture(scope="module")
def broker():
    with running(Brokers("kafka-zk")) as one:
        yield one


def test_contract(broker):
    broker.contract()


def test_restart_of_both(broker, make_program):
    """What was acknowledged is there, positions are where they were, and all goes on."""
    program = make_program(broker)
    program.run("produce", "--source", "simulator:", "--count", 300, "--every", 0)
    program.run("process", "--until-caught-up")
    program.run("produce", "--source", "simulator:", "--count", 100, "--every", 0)
    broker.services("down")
    broker.services("up")
    program.run("produce", "--source", "simulator:", "--count", 200, "--every", 0)
    program.run("process", "--workers", 2, "--until-caught-up")
    assert program.count_rows() == 600
    assert len(broker.read(program.topic)) == 600
    assert "everything adds up" in program.run("verify", "--deep").stdout
    broker.contract("test_committed*")
