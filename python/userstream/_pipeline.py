"""Pipelines, records in, rows and rejections out."""
from __future__ import annotations

import collections
import ctypes
import json
import os
import weakref
from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, Sequence, Union

import pyarrow as pa

from ._library import ArrowArray, ArrowSchema, CRecord, lib


class PipelineError(ValueError):
    """A text does not compile. Its message is what the command line shows: every mistake, each with its place."""


class TransformError(RuntimeError):
    """A call gave no rows at all: a FAIL UPDATE constraint was violated, or memory ran out."""


@dataclass(frozen=True)
class Record:
    """A record with the log's metadata, which SQL sees as _key, _topic, _partition, _offset and _timestamp.

    value: JSON text, or an object to be written as JSON; None is a tombstone. timestamp_us: microseconds since 1970.
    """

    value: Union[bytes, str, Mapping[str, Any], None]
    key: Union[bytes, str, None] = None
    topic: Optional[str] = None
    partition: int = 0
    offset: int = 0
    timestamp_us: int = 0


@dataclass(frozen=True)
class Rejection:
    """A record that gave no row: its index in what was passed, and why."""

    record: int
    reason: str


@dataclass(frozen=True)
class Result:
    """What came of a batch of records: for each row of `rows` the index of its record is in `records`."""

    rows: pa.RecordBatch
    records: pa.UInt64Array
    rejected: Sequence[Rejection]


Value = Union[bytes, str, Mapping[str, Any], None]
Records = Union[pa.Array, pa.ChunkedArray, Iterable[Union[Value, Record]]]

_ARROW_TEXTS = (pa.binary(), pa.string(), pa.large_binary(), pa.large_string())


def _as_bytes(value: Value) -> Optional[bytes]:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    return json.dumps(value, ensure_ascii=False).encode()


def _as_array(records: Records) -> pa.Array:
    """Records without metadata as one Arrow array."""
    if isinstance(records, pa.ChunkedArray):
        records = records.combine_chunks()
        if isinstance(records, pa.ChunkedArray):  # of no chunk, in older versions
            records = pa.array([], records.type)
    if isinstance(records, pa.Array):
        if records.type not in _ARROW_TEXTS:
            raise TypeError(f"records are an array of binary or string, not of {records.type}")
        return records
    return pa.array([_as_bytes(r) for r in records], pa.large_binary())  # type: ignore[arg-type]


class _Compiled:
    """us_pipeline: freed when the Pipeline and all of its workers are gone."""

    def __init__(self, pointer: int) -> None:
        self.pointer = pointer
        weakref.finalize(self, lib.us_pipeline_free, pointer)


class _Worker:
    """us_worker: of one thread at a time."""

    def __init__(self, compiled: _Compiled) -> None:
        self.pointer = lib.us_worker_new(compiled.pointer)
        if not self.pointer:
            raise MemoryError("out of memory while making a worker")
        self._compiled = compiled  # must outlive it
        weakref.finalize(self, lib.us_worker_free, self.pointer)

    def transform(self, table: int, records: Sequence[Record], out: ArrowArray) -> int:
        array = (CRecord * len(records))()
        for to, record in zip(array, records):
            value, key = _as_bytes(record.value), _as_bytes(record.key)
            to.value, to.length = value, len(value or b"")
            to.key, to.key_length = key, len(key or b"")
            to.topic = record.topic.encode() if record.topic is not None else None
            to.partition, to.offset, to.timestamp_us = record.partition, record.offset, record.timestamp_us
        return int(lib.us_transform(self.pointer, table, array, len(records), ctypes.byref(out)))

    def transform_arrow(self, table: int, values: pa.Array, first_offset: int, out: ArrowArray) -> int:
        c_schema, c_values = ArrowSchema(), ArrowArray()
        values._export_to_c(ctypes.addressof(c_values), ctypes.addressof(c_schema))
        try:
            return int(lib.us_transform_arrow(self.pointer, table, ctypes.byref(c_schema), ctypes.byref(c_values), first_offset,
                                              ctypes.byref(out)))
        finally:  # imported again, so that it is released
            pa.Array._import_from_c(ctypes.addressof(c_values), ctypes.addressof(c_schema))

    def rejected(self) -> "list[Rejection]":
        return [Rejection(lib.us_rejected_record(self.pointer, i), lib.us_rejected_reason(self.pointer, i).decode("utf-8", "replace"))
                for i in range(lib.us_rejected_count(self.pointer))]

    def row_records(self, rows: int) -> pa.UInt64Array:
        size = rows * ctypes.sizeof(ctypes.c_uint64)
        copied = pa.py_buffer(ctypes.string_at(lib.us_row_records(self.pointer), size))
        return pa.Array.from_buffers(pa.uint64(), rows, [None, copied])


class Pipeline:
    """A compiled pipeline file, or one SELECT. Immutable; may be shared by threads.

    text: the SQL. name: what diagnostics call it. variables: the values of ${NAME}.
    PipelineError: it does not compile.
    """

    def __init__(self, text: str, *, name: str = "pipeline", variables: Optional[Mapping[str, str]] = None) -> None:
        source = text.encode()
        given = [f"{k}={v}".encode() for k, v in (variables or {}).items()]
        array = (ctypes.c_char_p * (len(given) + 1))(*given, None)
        told = ctypes.c_void_p()
        pointer = lib.us_pipeline_compile(source, len(source), name.encode(), array, ctypes.byref(told))
        diagnostics = ctypes.string_at(told.value).decode("utf-8", "replace") if told.value else ""
        lib.us_text_free(told)
        if not pointer:
            raise PipelineError(diagnostics.rstrip() or "out of memory while compiling")
        self._compiled = _Compiled(pointer)
        self.warnings = diagnostics
        """What the compiler warns of, as text; usually empty."""
        self.tables: "list[str]" = [lib.us_pipeline_table_name(pointer, i).decode() for i in range(lib.us_pipeline_table_count(pointer))]
        """The names of the tables; [""] of a SELECT by itself."""
        self._schemas = [self._read_schema(i) for i in range(len(self.tables))]
        self._idle: "collections.deque[_Worker]" = collections.deque()

    @classmethod
    def from_file(cls, path: "Union[str, os.PathLike[str]]", *, variables: Optional[Mapping[str, str]] = None) -> "Pipeline":
        """Compile a file."""
        with open(path, encoding="utf-8") as file:
            return cls(file.read(), name=os.fspath(path), variables=variables)

    def _read_schema(self, table: int) -> pa.Schema:
        c_schema = ArrowSchema()
        if lib.us_pipeline_schema(self._compiled.pointer, table, ctypes.byref(c_schema)) != 0:
            raise MemoryError("out of memory while reading a schema")
        return pa.Schema._import_from_c(ctypes.addressof(c_schema))

    def _table(self, table: Optional[str]) -> int:
        if table is None:
            if len(self.tables) > 1:
                raise ValueError(f"the pipeline has several tables: {', '.join(self.tables)}; say which")
            return 0
        if table not in self.tables:
            raise KeyError(f"the pipeline has no table {table!r}, but {', '.join(self.tables)}")
        return self.tables.index(table)

    def schema(self, table: Optional[str] = None) -> pa.Schema:
        """The columns of a table; of the only one, if there is one."""
        return self._schemas[self._table(table)]

    def transform(self, records: Records, table: Optional[str] = None, *, first_offset: int = 0) -> Result:
        """Records to the rows of a table.

        records: JSON as bytes or str, objects to be written as JSON, None for a tombstone; or Records; or an Arrow array of
        binary or string, which is read without a copy. first_offset: the _offset of the first record, where they are no Records.

        TransformError: a FAIL UPDATE constraint was violated, or memory ran out.
        """
        index = self._table(table)
        if not isinstance(records, (pa.Array, pa.ChunkedArray)):
            records = list(records)
        try:
            worker = self._idle.pop()
        except IndexError:
            worker = _Worker(self._compiled)
        try:
            return self._transform(worker, index, records, first_offset)
        finally:
            self._idle.append(worker)

    def _transform(self, worker: _Worker, table: int, records: Records, first_offset: int) -> Result:
        out = ArrowArray()
        if isinstance(records, list) and any(isinstance(r, Record) for r in records):
            code = worker.transform(table, [r if isinstance(r, Record) else Record(r) for r in records], out)
        else:
            code = worker.transform_arrow(table, _as_array(records), first_offset, out)
        if code != 0:
            raise TransformError(lib.us_worker_error(worker.pointer).decode("utf-8", "replace"))
        rows = pa.RecordBatch._import_from_c(ctypes.addressof(out), self._schemas[table])
        return Result(rows, worker.row_records(rows.num_rows), worker.rejected())


def select(text: str, records: Records = ({},), *, variables: Optional[Mapping[str, str]] = None) -> Result:
    """Run one SELECT over records: to try things out.

    >>> select("SELECT initcap('de la cruz') AS name").rows.to_pylist()
    [{'name': 'De La Cruz'}]
    """
    return Pipeline(text, name="select", variables=variables).transform(records)
