"""Each column of each row equals what an independent reading of the same answers gives."""
import os
import pathlib

import pytest

import reading

USERS = 100_000


def compare(program, records):
    """The table against the reading of the records; a later record of a key replaces an earlier one."""
    expected, dropped = {}, 0
    for record in records:
        values = reading.row(record)
        if reading.rejected(values):
            dropped += 1
        else:
            expected[values["id"]] = values
    stored = {row["id"]: row for row in program.rows("SELECT * FROM user_profiles")}
    assert stored.keys() == expected.keys()
    for key, values in expected.items():
        row = stored[key]
        for column in reading.COLUMNS:
            assert row[column] == values[column], f"{key}: {column}"
    return dropped


def test_simulated_users_over_http(program, simulator):
    """100,000 users fetched over HTTP, through log, transform and sink, column by column."""
    server = simulator()
    program.run("run", "--source", server.url, "--seed", "columns", "--results", 5000, "--every", 0,
                "--rate-limit", 0, "--count", USERS)
    records = []
    for page in range(1, USERS // 5000 + 1):
        records += reading.loads(server.get(f"?results=5000&seed=columns&page={page}"))["results"]
    dropped = compare(program, records)
    assert len(program.dead_letters()) == dropped
    program.run("verify", "--deep")


@pytest.mark.parametrize("answer_format", ["json", "pretty"])
def test_answer_files(program, simulator, answer_format):
    """Saved answers of each JSON format are read from a file."""
    text = simulator().get(f"?results=2000&seed=file&format={answer_format}")
    (program.dir / "answer.json").write_bytes(text)
    program.run("run", "--source", "file:answer.json")
    compare(program, reading.loads(text)["results"])


if "USERSTREAM_SAMPLES" in os.environ:
    def test_real_answers(program):
        """Answers kept from the real API, where somebody has some: USERSTREAM_SAMPLES=DIRECTORY."""
        seen = 0
        for path in sorted(pathlib.Path(os.environ["USERSTREAM_SAMPLES"]).glob("*.json")):
            answer = reading.loads(path.read_text(encoding="utf-8"))
            if not answer.get("results") or "login" not in answer["results"][0]:
                continue
            (program.dir / path.stem).mkdir()
            one = type(program)(program.dir / path.stem)
            one.run("run", "--source", f"file:{path}")
            compare(one, answer["results"])
            seen += 1
        assert seen > 0
