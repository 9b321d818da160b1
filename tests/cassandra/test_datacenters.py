"""Three nodes of Cassandra 4.1, two of them in datacenter1 and one in datacenter2; in the end one leaves."""
import pytest

import three
from cluster import Server, live_run, running
from conftest import wait_for


@pytest.fixture(scope="module")
def nodes():
    with running(Server("cassandra-dcs")) as all_three:
        yield all_three


def test_the_local_one_must_be_said(nodes, make_program):
    for parameters, says in [({}, "the cluster has the datacenters datacenter1, datacenter2: say which is the local one, with datacenter=NAME"),
                             ({"datacenter": "datacenter3"}, 'the cluster has no datacenter "datacenter3"; there is: datacenter1, datacenter2')]:
        program = make_program(nodes, **parameters)
        assert says in program.run("run", "--source", "simulator:", "--count", 1, check=78).stderr


def test_replicas_in_each(nodes, make_program):
    """The other datacenter gets its replicas, from a coordinator in the local one; LOCAL_QUORUM does not wait for it, EACH_QUORUM does."""
    program = make_program(nodes, datacenter="datacenter1", replication="datacenter1:2,datacenter2:1", timeout="1s")
    program.write_pipeline(three.PIPELINE.format(topic="user_topic"))
    source, last, refused = three.numbered(program, 2000)
    program.run("run", *source)
    three.assert_account(program, last, refused)
    with nodes.session() as session:
        replication = session.execute("SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = %s",
                                      [program.keyspace]).one()["replication"]
    assert replication == {"class": "org.apache.cassandra.locator.NetworkTopologyStrategy", "datacenter1": "2", "datacenter2": "1"}
    with nodes.session(3) as session:
        def here():
            return session.execute(f"SELECT count(*) AS n FROM {program.keyspace}.people").one()["n"]

        wait_for(lambda: here() == len(last), what="the rows in datacenter2")
        coordinated = session.execute("SELECT count FROM system_views.coordinator_write_latency WHERE keyspace_name = %s AND table_name = 'people'",
                                      [program.keyspace])
        assert sum(row["count"] for row in coordinated) == 0

    source, last, refused = three.numbered(program, 3000)
    program.run("produce", *source)
    with nodes.asleep(3):
        with (program.dir / "errors").open("w") as errors:
            program.sink = nodes.uri(program.keyspace, datacenter="datacenter1", consistency="EACH_QUORUM", timeout="1s", wait="10m")
            process = program.start("process", "--until-caught-up", stderr=errors)
        wait_for(lambda: "degraded" in (program.dir / "errors").read_text(), 120, "a warning")
        process.kill()
        process.wait()
        program.sink = nodes.uri(program.keyspace, datacenter="datacenter1", timeout="1s", wait="10m")
        program.run("process", "--until-caught-up")
        rows = program.json_rows("SELECT id, n FROM people")
        assert {row["id"]: row["n"] for row in rows} == last


def test_a_node_leaves(nodes, make_program):
    """It is decommissioned in the middle of a run, and gives its rows away: nothing is missed, and the run goes on."""
    program = make_program(nodes, datacenter="datacenter1", replication="datacenter1:1")
    with live_run(program, "--source", "simulator:", "--every", "0.05s", "--results", "20", "--rate-limit", "0") as run:
        wait_for(lambda: run.metric("stored_total") > 500, 120, "the first rows")
        nodes.nodetool(2, "decommission", "--force")
        with nodes.session(1) as session:
            assert len(list(session.execute("SELECT peer FROM system.peers"))) == 1
        stored = run.metric("stored_total")
        wait_for(lambda: run.metric("stored_total") > stored + 500, 120, "more rows")
        run.stop()
    done = program.run("verify", "--deep")
    assert "everything adds up" in done.stdout
