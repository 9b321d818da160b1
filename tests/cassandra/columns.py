"""Every column of many users, read back by another driver, against an independent reading of the same answers."""
import datetime

import reading

PAGE = 5000


def as_text(value):
    """A value of the driver as reading.row() has it."""
    if isinstance(value, datetime.datetime):
        whole = value.strftime("%Y-%m-%d %H:%M:%S")
        return f"{whole}.{value.microsecond // 1000:03d}" if value.microsecond else whole
    return str(value) if value.__class__.__name__ == "UUID" else value


def expected_rows(records):
    expected, dropped = {}, 0
    for record in records:
        values = reading.row(record)
        if reading.rejected(values):
            dropped += 1
        else:
            expected[values["id"]] = values
    return expected, dropped


def check(program, source, users):
    program.run("run", "--source", source.url, "--seed", "columns", "--results", PAGE, "--every", 0, "--rate-limit", 0, "--count", users)
    records = []
    for page in range(1, users // PAGE + 1):
        records += reading.loads(source.get(f"?results={PAGE}&seed=columns&page={page}"))["results"]
    expected, dropped = expected_rows(records)
    stored = {str(row["id"]): row for row in program.rows("SELECT * FROM user_profiles")}
    assert stored.keys() == expected.keys()
    for key, values in expected.items():
        for column in reading.COLUMNS:
            assert as_text(stored[key][column]) == values[column], f"{key}: {column}"
    assert len(program.dead_letters()) == dropped
    assert "everything adds up" in program.run("verify", "--deep").stdout
