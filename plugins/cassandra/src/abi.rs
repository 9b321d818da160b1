//! The structs of the border, as in src/sink/cassandra_abi.h, which documents them. Whoever changes one
//! changes the other, and `ABI_VERSION`.

use std::ffi::{CStr, c_char, c_void};

pub const ABI_VERSION: u32 = 4;

/// `enum status` of core/err.h.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    Ok = 0,
    Retry,
    Reject,
    Fatal,
}

pub const ERROR_TEXT: usize = 1024;

#[repr(C)]
pub struct Error {
    pub kind: *const c_char,
    pub text: [u8; ERROR_TEXT],
}

#[repr(C)]
pub struct Config {
    pub hosts: *const *const c_char,
    pub host_count: usize,
    pub keyspace: *const c_char,
    pub datacenter: *const c_char,
    pub username: *const c_char,
    pub password: *const c_char,
    pub tls: bool,
    pub tls_verify: u32,
    pub tls_ca: *const c_char,
    pub tls_cert: *const c_char,
    pub tls_key: *const c_char,
    pub tls_name: *const c_char,
    pub version: *const c_char,
    pub consistency: u32,
    pub compression: u32,
    pub in_flight: u32,
    pub batch_bytes: u32,
    pub connections: u32,
    pub connect_timeout_ms: u32,
    pub timeout_ms: u32,
}

pub mod tls_verify {
    pub const OFF: u32 = 0;
    pub const NODE: u32 = 2;
}

pub mod kind {
    pub const NULL: i32 = 0;
    pub const TEXT: i32 = 1;
    pub const BLOB: i32 = 2;
    pub const INTEGER: i32 = 3;
    pub const REAL: i32 = 4;
    pub const BOOLEAN: i32 = 5;
    pub const TIMESTAMP: i32 = 6;
    pub const DATE: i32 = 7;
    pub const UUID: i32 = 8;
}

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Value {
    pub kind: i32,
    pub integer: i64,
    pub real: f64,
    pub data: *const u8,
    pub len: usize,
}

impl Value {
    pub const NULL: Value = Value {
        kind: kind::NULL,
        integer: 0,
        real: 0.0,
        data: std::ptr::null(),
        len: 0,
    };
}

pub type RowFn = unsafe extern "C" fn(
    user: *mut c_void,
    columns: usize,
    names: *const *const c_char,
    values: *const Value,
) -> bool;

#[repr(C)]
pub struct Bound {
    pub statement: u32,
    pub values: *const Value,
    pub count: usize,
}

/// `struct column` of core/column.h.
#[repr(C)]
pub struct Column {
    pub column_type: u32,
    pub length: i64,
    pub null_count: i64,
    pub validity: *const u8,
    pub offsets: *const i32,
    pub data: *const c_void,
}

/// `enum column_type`.
pub mod column {
    pub const TEXT: u32 = 0;
    pub const UUID: u32 = 1;
    pub const INT: u32 = 2;
    pub const BIGINT: u32 = 3;
    pub const DOUBLE: u32 = 4;
    pub const BOOLEAN: u32 = 5;
    pub const TIMESTAMP: u32 = 6;
    pub const DATE: u32 = 7;
}

#[repr(C)]
pub struct Rows {
    pub statement: u32,
    pub unset_nulls: bool,
    pub columns: *const Column,
    pub column_count: usize,
    pub stamps: *const i64,
    pub row_count: i64,
}

#[repr(C)]
pub struct Outcome {
    pub bad_set: usize,
    pub bad_row: i64,
    pub retries: u64,
}

pub mod batch {
    pub const UNLOGGED: i32 = 1;
    pub const LOGGED: i32 = 2;
}

#[repr(C)]
pub struct Api {
    pub abi_version: u32,
    pub sizes: [u32; 7],
    pub driver: *const c_char,
    pub open: unsafe extern "C" fn(*const Config, *mut *mut crate::Session, *mut Error) -> i32,
    pub close: unsafe extern "C" fn(*mut crate::Session),
    pub prepare:
        unsafe extern "C" fn(*mut crate::Session, *const c_char, *mut u32, *mut Error) -> i32,
    pub query: unsafe extern "C" fn(
        *mut crate::Session,
        *const c_char,
        Option<RowFn>,
        *mut c_void,
        *mut Error,
    ) -> i32,
    pub execute: unsafe extern "C" fn(
        *mut crate::Session,
        *const Bound,
        usize,
        i32,
        Option<RowFn>,
        *mut c_void,
        *mut Error,
    ) -> i32,
    pub write: unsafe extern "C" fn(
        *mut crate::Session,
        *const Rows,
        usize,
        *mut Outcome,
        *mut Error,
    ) -> i32,
}

// The table is constant, and what it points to is static.
unsafe impl Sync for Api {}
// What these point to is read only while a call lasts, and a call waits for its tasks (Session::run).
unsafe impl Sync for Column {}
unsafe impl Sync for Rows {}
unsafe impl Sync for Value {}

/// A text that C passed in; None for NULL. It must live as long as what is made of it.
///
/// # Safety
/// `text` is NULL or a text with a NUL at its end that outlives 'a.
pub unsafe fn text<'a>(text: *const c_char) -> Option<&'a str> {
    if text.is_null() {
        return None;
    }
    // The program checks its texts; what is no UTF-8 would be a name that no server has.
    Some(
        unsafe { CStr::from_ptr(text) }
            .to_str()
            .unwrap_or("\u{fffd}"),
    )
}

/// A slice that C passed in; an empty one may be NULL.
///
/// # Safety
/// `data` points to `count` values that outlive 'a.
pub unsafe fn slice<'a, T>(data: *const T, count: usize) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    unsafe { std::slice::from_raw_parts(data, count) }
}
