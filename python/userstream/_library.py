"""The C interface (include/userstream.h) through ctypes."""
from __future__ import annotations

import ctypes
import os
import pathlib
from ctypes import POINTER, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint64, c_void_p

NAME = "libuserstream.so.0"


class ArrowSchema(ctypes.Structure):
    """As the Arrow C Data Interface lays it out; only `release` is looked at here."""

    _fields_ = [("format", c_char_p), ("name", c_char_p), ("metadata", c_void_p), ("flags", c_int64), ("n_children", c_int64),
                ("children", c_void_p), ("dictionary", c_void_p), ("release", c_void_p), ("private_data", c_void_p)]


class ArrowArray(ctypes.Structure):
    """As the Arrow C Data Interface lays it out."""

    _fields_ = [("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64), ("n_children", c_int64),
                ("buffers", c_void_p), ("children", c_void_p), ("dictionary", c_void_p), ("release", c_void_p),
                ("private_data", c_void_p)]


class CRecord(ctypes.Structure):
    """struct us_record."""

    _fields_ = [("value", c_char_p), ("length", c_size_t), ("key", c_char_p), ("key_length", c_size_t), ("topic", c_char_p),
                ("partition", c_int32), ("offset", c_int64), ("timestamp_us", c_int64)]


def _load() -> ctypes.CDLL:
    """From $USERSTREAM_LIBRARY, beside this file, the checkout's build/, or the system's."""
    here = pathlib.Path(__file__).resolve().parent
    chosen = os.environ.get("USERSTREAM_LIBRARY")
    places = [chosen] if chosen else [str(p) for p in (here / NAME, here.parent.parent / "build" / NAME) if p.exists()] + [NAME]
    try:
        return ctypes.CDLL(places[0])
    except OSError as error:
        raise ImportError(f"{error}. The package is installed from a checkout with `pip install ./python`, which builds "
                          f"the library; or say where it is with USERSTREAM_LIBRARY=/path/to/{NAME}") from error


lib = _load()

_SIGNATURES = {
    "us_version": (c_char_p, []),
    # a c_void_p where the text is ours to free: ctypes would turn a c_char_p into bytes
    "us_pipeline_compile": (c_void_p, [c_char_p, c_size_t, c_char_p, POINTER(c_char_p), POINTER(c_void_p)]),
    "us_pipeline_free": (None, [c_void_p]),
    "us_text_free": (None, [c_void_p]),
    "us_pipeline_table_count": (c_size_t, [c_void_p]),
    "us_pipeline_table_name": (c_char_p, [c_void_p, c_size_t]),
    "us_pipeline_schema": (c_int, [c_void_p, c_size_t, POINTER(ArrowSchema)]),
    "us_worker_new": (c_void_p, [c_void_p]),
    "us_worker_free": (None, [c_void_p]),
    "us_transform": (c_int, [c_void_p, c_size_t, POINTER(CRecord), c_size_t, POINTER(ArrowArray)]),
    "us_transform_arrow": (c_int, [c_void_p, c_size_t, POINTER(ArrowSchema), POINTER(ArrowArray), c_int64, POINTER(ArrowArray)]),
    "us_worker_error": (c_char_p, [c_void_p]),
    "us_row_records": (POINTER(c_uint64), [c_void_p]),
    "us_rejected_count": (c_size_t, [c_void_p]),
    "us_rejected_record": (c_size_t, [c_void_p, c_size_t]),
    "us_rejected_reason": (c_char_p, [c_void_p, c_size_t]),
}
for _name, (_result, _arguments) in _SIGNATURES.items():
    _function = getattr(lib, _name)
    _function.restype = _result
    _function.argtypes = _arguments


def library_version() -> str:
    """The version of the library that is loaded."""
    version: bytes = lib.us_version()
    return version.decode()
