//! The Cassandra plugin: the scylla driver behind the C interface of src/sink/cassandra_abi.h.
//!
//! ```text
//!     abi.rs      the structs of the border      session.rs  connecting, the thread, statements
//!     rows.rs     columns and values to bind     write.rs    hundreds of rows in flight
//!     cells.rs    an answer's rows               failure.rs  errors in four classes
//!     tls.rs      certificates                   digits.rs   numbers of any length
//! ```
//!
//! Nothing unwinds across the border: a panic becomes US_FATAL with its message (`guard`). Memory is
//! the system allocator's, so limits and tools see all of it.

mod abi;
mod cells;
mod digits;
mod failure;
mod parcels;
mod rows;
mod session;
mod tls;
mod write;

use std::alloc::System;
use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, Once};
use std::time::Duration;

use scylla::response::PagingState;
use scylla::response::query_result::{QueryResult, QueryRowsResult};
use scylla::statement::batch::{Batch, BatchType};
use scylla::statement::unprepared::Statement;
use tokio::time::timeout;

use abi::{Api, Bound, Config, Error, Outcome, RowFn, Rows, Status};
use cells::Taker;
use failure::Failure;
use rows::Values;
pub use session::Session;
use write::{Report, Set};

#[global_allocator]
static ALLOCATOR: System = System;

const PAGE_ROWS: i32 = 5000;
/// How long a reader of the schema waits for the nodes to agree on it.
const READERS_PATIENCE: Duration = Duration::from_secs(5);

// ---- the border

/// Where the last panic was: its hook knows, its catcher does not.
static PANIC_PLACE: Mutex<String> = Mutex::new(String::new());

/// Panics are told by the error they become, not on standard error.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let place = info.location().map_or(String::new(), |l| l.to_string());
            if let Ok(mut last) = PANIC_PLACE.lock() {
                *last = place;
            }
        }));
    });
}

fn guard(error: *mut Error, body: impl FnOnce() -> Result<(), Failure>) -> i32 {
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return Status::Ok as i32,
        Ok(Err(failure)) => failure,
        Err(panic) => {
            let message = panic
                .downcast_ref::<&str>()
                .map(|text| text.to_string())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            let place = PANIC_PLACE.lock().map_or(String::new(), |p| p.clone());
            Failure::fatal(
                c"panic",
                format!("the driver failed: {message} (at {place})"),
            )
        }
    };
    if let Some(error) = unsafe { error.as_mut() } {
        failure.store(error);
    }
    failure.status as i32
}

unsafe extern "C" fn open(config: *const Config, out: *mut *mut Session, error: *mut Error) -> i32 {
    quiet_panics();
    guard(error, || {
        let session = Session::open(unsafe { &*config })?;
        unsafe { *out = Box::into_raw(Box::new(session)) };
        Ok(())
    })
}

unsafe extern "C" fn close(session: *mut Session) {
    if !session.is_null() {
        guard(std::ptr::null_mut(), || {
            drop(unsafe { Box::from_raw(session) });
            Ok(())
        });
    }
}

unsafe extern "C" fn prepare(
    session: *mut Session,
    cql: *const c_char,
    statement: *mut u32,
    error: *mut Error,
) -> i32 {
    guard(error, || {
        let cql = unsafe { abi::text(cql) }.unwrap_or_default();
        unsafe { *statement = (*session).prepare(cql)? };
        Ok(())
    })
}

unsafe extern "C" fn query(
    session: *mut Session,
    cql: *const c_char,
    row: Option<RowFn>,
    user: *mut c_void,
    error: *mut Error,
) -> i32 {
    guard(error, || {
        let cql = unsafe { abi::text(cql) }.unwrap_or_default();
        run_query(unsafe { &*session }, cql, Taker { row, user })
    })
}

unsafe extern "C" fn execute(
    session: *mut Session,
    bound: *const Bound,
    count: usize,
    batch: i32,
    row: Option<RowFn>,
    user: *mut c_void,
    error: *mut Error,
) -> i32 {
    guard(error, || {
        let session = unsafe { &*session };
        let bound = unsafe { abi::slice(bound, count) };
        let kind = match batch {
            abi::batch::LOGGED => BatchType::Logged,
            abi::batch::UNLOGGED => BatchType::Unlogged,
            _ => {
                let calls = Calls::new(session, bound)?;
                let page = session.run(calls.single(session))?;
                return give_all(page, Taker { row, user });
            }
        };
        let calls = Calls::new(session, bound)?;
        session.run(calls.batch(session, kind))
    })
}

unsafe extern "C" fn write(
    session: *mut Session,
    sets: *const Rows,
    count: usize,
    outcome: *mut Outcome,
    error: *mut Error,
) -> i32 {
    guard(error, || {
        let session = unsafe { &*session };
        let rows = unsafe { abi::slice(sets, count) };
        write_rows(session, rows, unsafe { &mut *outcome })
    })
}

#[allow(non_upper_case_globals)]
#[unsafe(no_mangle)]
pub static userstream_cassandra_api: Api = Api {
    abi_version: abi::ABI_VERSION,
    sizes: [
        size_of::<Error>() as u32,
        size_of::<Config>() as u32,
        size_of::<abi::Value>() as u32,
        size_of::<Bound>() as u32,
        size_of::<Rows>() as u32,
        size_of::<Outcome>() as u32,
        size_of::<abi::Column>() as u32,
    ],
    driver: c"scylla 1.9.0".as_ptr(),
    open,
    close,
    prepare,
    query,
    execute,
    write,
};

// ---- behind it

fn changes_schema(cql: &str) -> bool {
    let word: String = cql
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_alphabetic())
        .collect();
    ["CREATE", "ALTER", "DROP"]
        .iter()
        .any(|verb| verb.eq_ignore_ascii_case(&word))
}

/// The schema is read from the node that changes it. What was read or changed there is known to all nodes before
/// anybody builds on it: another program may have made it a moment ago, so that nothing was left to change.
fn reads_schema(cql: &str) -> bool {
    cql.contains(" FROM system_schema.")
}

fn rows_of(answer: QueryResult) -> Result<Option<QueryRowsResult>, Failure> {
    if !answer.is_rows() {
        return Ok(None);
    }
    answer
        .into_rows_result()
        .map(Some)
        .map_err(|error| Failure::fatal(c"protocol", error.to_string()))
}

fn give_all(page: Option<QueryRowsResult>, taker: Taker) -> Result<(), Failure> {
    match page {
        Some(page) => cells::give(&page, true, taker).map(|_| ()),
        None => Ok(()),
    }
}

fn run_query(session: &Session, cql: &str, taker: Taker) -> Result<(), Failure> {
    let mut statement = Statement::new(cql).with_page_size(PAGE_ROWS);
    let (changes, reads) = (changes_schema(cql), reads_schema(cql));
    if changes || reads {
        statement.set_load_balancing_policy(session.schema_node());
    }
    if changes {
        let patience = session.settings.timeout.max(session::SCHEMA_PATIENCE);
        statement.set_request_timeout(Some(patience));
    } else {
        statement.set_is_idempotent(true);
        statement.set_execution_profile_handle(Some(session.settings.patient.clone()));
    }
    give_pages(session, &statement, taker)?;
    if changes {
        session
            .run(session.driver().await_schema_agreement())
            .map_err(|error| Failure::from(&error))?;
    } else if reads {
        // A node that stands still keeps nobody from starting: who meets one that has not heard asks again.
        let _ = session.run(async {
            timeout(READERS_PATIENCE, session.driver().await_schema_agreement()).await
        });
    }
    Ok(())
}

/// One page after the other; each is given out on the caller's own thread.
fn give_pages(session: &Session, statement: &Statement, taker: Taker) -> Result<(), Failure> {
    let mut state = PagingState::start();
    let mut first = true;
    loop {
        let (answer, more) = session
            .run(
                session
                    .driver()
                    .query_single_page(statement.clone(), (), state),
            )
            .map_err(|error| Failure::from(&error))?;
        if let Some(page) = rows_of(answer)?
            && !cells::give(&page, first, taker)?
        {
            return Ok(());
        }
        first = false;
        match more.into_paging_control_flow() {
            std::ops::ControlFlow::Break(()) => return Ok(()),
            std::ops::ControlFlow::Continue(next) => state = next,
        }
    }
}

/// Statements with their values, to be run.
struct Calls<'a> {
    statements: Vec<std::sync::Arc<session::Prepared>>,
    values: Vec<Values<'a>>,
}

impl Calls<'_> {
    fn new<'a>(session: &Session, bound: &'a [Bound]) -> Result<Calls<'a>, Failure> {
        let mut calls = Calls {
            statements: Vec::with_capacity(bound.len()),
            values: Vec::with_capacity(bound.len()),
        };
        for one in bound {
            calls.statements.push(session.statement(one.statement)?);
            calls
                .values
                .push(Values(unsafe { abi::slice(one.values, one.count) }));
        }
        Ok(calls)
    }

    async fn single(&self, session: &Session) -> Result<Option<QueryRowsResult>, Failure> {
        let answer = session
            .driver()
            .execute_unpaged(&self.statements[0].single, &self.values[0])
            .await
            .map_err(|error| Failure::from(&error))?;
        rows_of(answer)
    }

    async fn batch(&self, session: &Session, kind: BatchType) -> Result<(), Failure> {
        let mut batch = Batch::new(kind);
        batch.set_is_idempotent(true);
        for statement in &self.statements {
            batch.append_statement(statement.single.clone());
        }
        session
            .driver()
            .batch(&batch, self.values.as_slice())
            .await
            .map(|_| ())
            .map_err(|error| Failure::from(&error))
    }
}

fn write_rows(session: &Session, rows: &[Rows], outcome: &mut Outcome) -> Result<(), Failure> {
    let sets = rows
        .iter()
        .map(|rows| Set::new(session, rows))
        .collect::<Result<Vec<Set>, Failure>>()?;
    let mut report = Report::default();
    let written = session.run(write::write(session, &sets, &mut report));
    outcome.retries = report.retries;
    if let Some(refused) = report.refused {
        outcome.bad_set = refused.set;
        outcome.bad_row = refused.row as i64;
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    #[test]
    fn a_panic_becomes_an_error() {
        let mut error = Error {
            kind: std::ptr::null(),
            text: [1; abi::ERROR_TEXT],
        };
        quiet_panics();
        let status = guard(&mut error, || panic!("no {}", "way"));
        let _ = std::panic::take_hook();
        assert_eq!(status, Status::Fatal as i32);
        assert_eq!(unsafe { CStr::from_ptr(error.kind) }, c"panic");
        let text = CStr::from_bytes_until_nul(&error.text).unwrap();
        let text = text.to_str().unwrap();
        assert!(text.starts_with("the driver failed: no way (at "), "{text}");
        assert!(text.contains("lib.rs:"), "{text}");
        // a session that panics while it ends is no worse
        assert_eq!(
            guard(std::ptr::null_mut(), || panic!("again")),
            Status::Fatal as i32
        );
    }

    #[test]
    fn schema_statements() {
        assert!(changes_schema(" create TABLE t (k int PRIMARY KEY)"));
        assert!(changes_schema("ALTER TABLE t ADD c int"));
        assert!(!changes_schema("SELECT * FROM creates"));
        assert!(reads_schema(
            "SELECT type FROM system_schema.columns WHERE keyspace_name = 'k'"
        ));
        assert!(!reads_schema("SELECT peer FROM system.peers"));
    }
}
