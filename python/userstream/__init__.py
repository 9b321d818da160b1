"""Spark SQL over JSON records, compiled, to Arrow.

    >>> import userstream
    >>> pipeline = userstream.Pipeline("SELECT upper(nat) AS nat, CAST(n AS INT) AS n FROM STREAM users")
    >>> result = pipeline.transform([{"nat": "es", "n": "41"}, b'{"nat": "gb"', None])
    >>> result.rows.to_pylist()
    [{'nat': 'ES', 'n': 41}]
    >>> [(r.record, r.reason.split(":")[0]) for r in result.rejected]
    [(1, 'malformed_json'), (2, 'tombstone')]

A pipeline is compiled once and may be used by any number of threads at the same time; the interpreter is free
while records are transformed.
"""
from ._library import library_version
from ._pipeline import Pipeline, PipelineError, Record, Rejection, Result, TransformError, select

__all__ = ["Pipeline", "PipelineError", "Record", "Rejection", "Result", "TransformError", "library_version", "select"]
__version__ = library_version()
