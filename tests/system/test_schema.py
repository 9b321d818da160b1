"""`userstream schema`: what a pipeline file means to another system."""
import pytest

from conftest import ROOT


def test_init_cql_is_generated(program):
    """cassandra/init.cql is what the program prints of the default pipeline file, with nothing configured."""
    made = program.run("schema", "cassandra").stdout
    kept = (ROOT / "cassandra" / "init.cql").read_text(encoding="utf-8")
    assert made == kept, "write it anew: build/userstream schema cassandra > cassandra/init.cql"


@pytest.mark.parametrize("env, sink, keyspace, replication", [
    ({}, "cassandra://db1,db2:9043/People?replication=dc1:3,dc2:2&ttl=1d", "People", "'dc1': 3, 'dc2': 2"),
    ({}, "cassandra://db1?replication=2", "userstream", "'replication_factor': 2"),
    ({"USERSTREAM_CASSANDRA_REPLICATION": "5"}, None, "userstream", "'replication_factor': 5"),
    ({"USERSTREAM_SINK": "cassandra://db1/people"}, None, "people", "'replication_factor': 1"),
    ({}, "sqlite:people.db", "userstream", "'replication_factor': 1"),
])
def test_keyspace_and_replication_are_those_of_the_sink(program, env, sink, keyspace, replication):
    made = program.run("schema", "cassandra", *(["--sink", sink] if sink else []), env=env).stdout
    assert (f'CREATE KEYSPACE IF NOT EXISTS "{keyspace}"\n'
            f"  WITH replication = {{'class': 'NetworkTopologyStrategy', {replication}}};") in made
    assert made.count(f'CREATE TABLE IF NOT EXISTS "{keyspace}"."') == 4 == made.count("CREATE TABLE")


def test_several_tables(program):
    path = program.dir / "pipeline.sql"
    path.write_text("""
CREATE STREAMING TABLE users (id UUID, nat TEXT, joined TIMESTAMP, PRIMARY KEY (id)) COMMENT 'it\\'s the main one'
AS SELECT id, nat, to_timestamp(joined) AS joined FROM STREAM user_topic;
CREATE STREAMING TABLE by_nat (nat TEXT, born DATE, joined TIMESTAMP, id UUID, n INT, PRIMARY KEY ((nat, born), joined, id))
CLUSTERING ORDER BY (joined DESC, id ASC) AS SELECT nat, to_date(born) AS born, to_timestamp(joined) AS joined, id, CAST(n AS INT) AS n
FROM STREAM user_topic;
""")
    program.pipeline = str(path)
    made = program.run("schema", "cassandra").stdout
    assert '  PRIMARY KEY (("id"))\n) WITH comment = \'it\'\'s the main one\';' in made
    assert '  "n" int,\n  PRIMARY KEY (("nat", "born"), "joined", "id")\n) WITH CLUSTERING ORDER BY ("joined" DESC, "id" ASC);' in made


@pytest.mark.parametrize("sink, says", [
    ("cassandra://db1/us-ers", '"us-ers" is no keyspace'),
    ("cassandra://db1/users?replication=dc1", "replication"),
    ("cassandra://db1/users?replikation=3", "did you mean replication?"),
])
def test_what_cannot_be_is_refused(program, sink, says):
    done = program.run("schema", "cassandra", "--sink", sink, check=None)
    assert done.returncode in (64, 78) and says in done.stderr and not done.stdout
