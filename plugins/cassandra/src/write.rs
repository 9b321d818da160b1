//! Rows in flight: as many at a time as the server bears, until each was acknowledged.
//!
//! ```text
//!     rows in order ──▶ in flight ──▶ done
//!                        │     ▲
//!       no answer for 1 s│     │ after a pause: the server is overloaded, a replica is gone, ...
//!       (asked again)    └──▶ again
//! ```
//!
//! The statements are idempotent, so a row may be sent twice. When the server says that it has too much to
//! do, half as many requests are in flight from then on, and more again as answers come. A row that the server
//! refuses for itself ends the write: no further one is begun, those in flight are waited for.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::time::MissedTickBehavior;

use crate::abi::{self, Rows, Status};
use crate::failure::Failure;
use crate::rows::Row;
use crate::session::{Prepared, SILENCE, Session};

const TICK: Duration = Duration::from_millis(100);
const SILENT_TICKS: u32 = (SILENCE.as_millis() / TICK.as_millis()) as u32;
/// Failures of one row before the write is given up, with pauses of 1, 2, 4, ... ticks.
const TRIES: u8 = 5;
const LEAST_WINDOW: u32 = 8;

/// Rows of one statement. What it points to outlives the write (`Session::run`).
pub struct Set<'a> {
    statement: Arc<Prepared>,
    rows: &'a Rows,
}

impl Set<'_> {
    pub fn new<'a>(session: &Session, rows: &'a Rows) -> Result<Set<'a>, Failure> {
        Ok(Set {
            statement: session.statement(rows.statement)?,
            rows,
        })
    }

    fn row(&self, row: usize) -> Row<'_> {
        let rows = self.rows;
        Row {
            columns: unsafe { abi::slice(rows.columns, rows.column_count) },
            row,
            stamp: unsafe { *rows.stamps.add(row) },
            unset_nulls: rows.unset_nulls,
        }
    }
}

/// The row that the server refuses.
pub struct Refused {
    pub set: usize,
    pub row: usize,
}

#[derive(Default)]
pub struct Report {
    pub retries: u64,
    pub refused: Option<Refused>,
}

/// A request that was sent: of which row, its how-manieth, when.
struct Sent {
    index: u32,
    try_number: u8,
    tick: u32,
}

struct Flight<'a> {
    session: &'a Session,
    sets: &'a [Set<'a>],
    starts: Vec<u32>, // of each set, the index of its first row
    total: u32,
    next: u32, // the first row not sent yet
    done: Vec<bool>,
    left: u32,
    tries: Vec<u8>,       // requests sent for each row
    sent: VecDeque<Sent>, // oldest first
    stale: u32,           // in flight for a row that was sent again since
    failed: HashMap<u32, u8>,
    again: Vec<(u32, u32)>, // tick, index
    window: u32,
    now: u32,      // ticks
    narrowed: u32, // when the window was last halved
    last_progress: Instant,
    last_failure: Option<Failure>,
    refused: Option<(u32, Failure)>,
    retries: u64,
}

impl<'a> Flight<'a> {
    fn new(session: &'a Session, sets: &'a [Set<'a>]) -> Flight<'a> {
        let mut total = 0;
        let mut starts = Vec::with_capacity(sets.len());
        for set in sets {
            starts.push(total);
            total += set.rows.row_count as u32;
        }
        Flight {
            session,
            sets,
            starts,
            total,
            next: 0,
            done: vec![false; total as usize],
            left: total,
            tries: vec![0; total as usize],
            sent: VecDeque::new(),
            stale: 0,
            failed: HashMap::new(),
            again: Vec::new(),
            window: session.settings.window.load(Ordering::Relaxed),
            now: 0,
            narrowed: 0,
            last_progress: Instant::now(),
            last_failure: None,
            refused: None,
            retries: 0,
        }
    }

    fn place(&self, index: u32) -> (usize, usize) {
        let set = self.starts.partition_point(|&start| start <= index) - 1;
        (set, (index - self.starts[set]) as usize)
    }

    /// The next row to send: one that failed and has waited, or one never sent.
    fn take(&mut self) -> Option<u32> {
        if let Some(i) = self.again.iter().position(|&(tick, _)| tick <= self.now) {
            return Some(self.again.swap_remove(i).1);
        }
        if self.next == self.total || self.refused.is_some() {
            return None;
        }
        self.next += 1;
        Some(self.next - 1)
    }

    /// Note that a row is sent now.
    fn mark_sent(&mut self, index: u32) -> u8 {
        let tries = &mut self.tries[index as usize];
        *tries = tries.saturating_add(1);
        let try_number = *tries;
        self.sent.push_back(Sent {
            index,
            try_number,
            tick: self.now,
        });
        try_number
    }

    fn succeed(&mut self, index: u32, try_number: u8) {
        if try_number < self.tries[index as usize] {
            self.stale = self.stale.saturating_sub(1);
        }
        if self.done[index as usize] {
            return;
        }
        self.done[index as usize] = true;
        self.left -= 1;
        self.last_progress = Instant::now();
        if self.window < self.session.settings.in_flight && self.left % 16 == 0 {
            self.window += 1;
        }
    }

    fn fail(&mut self, index: u32, try_number: u8, failure: Failure) -> Result<(), Failure> {
        if try_number < self.tries[index as usize] {
            self.stale = self.stale.saturating_sub(1); // another request is under way for it
            return Ok(());
        }
        if self.done[index as usize] {
            return Ok(());
        }
        match failure.status {
            Status::Reject if failure.kind == c"invalid" || failure.kind == c"serialization" => {
                // The first of several: those before it will be written.
                if self
                    .refused
                    .as_ref()
                    .is_none_or(|(first, _)| index < *first)
                {
                    self.refused = Some((index, failure));
                }
                self.done[index as usize] = true;
                self.left -= 1;
                Ok(())
            }
            Status::Retry => {
                let failures = self.failed.entry(index).or_insert(0);
                *failures += 1;
                if *failures == TRIES {
                    return Err(failure);
                }
                self.again.push((self.now + (1 << (*failures - 1)), index));
                self.retries += 1;
                if self.narrowed != self.now || self.narrowed == 0 {
                    self.narrowed = self.now;
                    self.window = (self.window / 2).max(LEAST_WINDOW);
                }
                self.last_failure = Some(failure);
                Ok(())
            }
            _ => Err(failure),
        }
    }

    /// Every tick: what is silent for too long is sent again.
    fn tick(&mut self) -> Result<(), Failure> {
        self.now += 1;
        while let Some(oldest) = self.sent.front() {
            let current = !self.done[oldest.index as usize]
                && oldest.try_number == self.tries[oldest.index as usize];
            if current && oldest.tick + SILENT_TICKS > self.now {
                break;
            }
            // One that failed is in `again` already.
            if current && !self.again.iter().any(|&(_, index)| index == oldest.index) {
                self.again.push((self.now, oldest.index));
                self.stale += 1;
                self.retries += 1;
            }
            self.sent.pop_front();
        }
        if self.last_progress.elapsed() < self.session.settings.timeout {
            return Ok(());
        }
        Err(self.last_failure.take().unwrap_or_else(|| {
            let timeout = self.session.settings.timeout;
            Failure::retry(c"timeout", format!("no answer within {timeout:?}"))
        }))
    }

    /// No row is left to be waited for: with a refused one, those after it need not be written.
    fn is_over(&self, running: usize) -> bool {
        self.left == 0 || (self.refused.is_some() && running <= self.stale as usize)
    }
}

async fn fly(flight: &mut Flight<'_>) -> Result<(), Failure> {
    let driver = flight.session.driver();
    let sets = flight.sets;
    let mut running = FuturesUnordered::new();
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    while !flight.is_over(running.len()) {
        while running.len() < (flight.window + flight.stale) as usize {
            let Some(index) = flight.take() else { break };
            let try_number = flight.mark_sent(index);
            let (set, row) = flight.place(index);
            let set = &sets[set];
            running.push(async move {
                let answer = driver
                    .execute_unpaged(&set.statement.rows, set.row(row))
                    .await;
                (index, try_number, answer.map(|_| ()))
            });
        }
        tokio::select! {
            biased;
            Some((index, try_number, answer)) = running.next() => match answer {
                Ok(()) => flight.succeed(index, try_number),
                Err(error) => flight.fail(index, try_number, Failure::from(&error))?,
            },
            _ = ticks.tick() => flight.tick()?,
        }
    }
    Ok(())
}

/// Write all rows of all sets. On Err with Status::Reject, `report.refused` says which row.
pub async fn write(
    session: &Session,
    sets: &[Set<'_>],
    report: &mut Report,
) -> Result<(), Failure> {
    let mut flight = Flight::new(session, sets);
    let result = fly(&mut flight).await;
    session
        .settings
        .window
        .store(flight.window, Ordering::Relaxed);
    report.retries = flight.retries;
    result?;
    let Some((index, failure)) = flight.refused.take() else {
        return Ok(());
    };
    let (set, row) = flight.place(index);
    check_statement(session, &sets[set].statement, &failure).await?;
    report.refused = Some(Refused { set, row });
    Err(failure)
}

/// "Invalid" may also mean that the table is not there any more, or not the same: then the row is not
/// to blame, and the handle must be opened anew.
async fn check_statement(
    session: &Session,
    statement: &Prepared,
    failure: &Failure,
) -> Result<(), Failure> {
    if failure.kind != c"invalid" {
        return Ok(());
    }
    match session
        .driver()
        .prepare(statement.single.get_statement())
        .await
    {
        Ok(_) => Ok(()),
        Err(error) => {
            let failure = Failure::from(&error);
            Err(match failure.status {
                Status::Retry => failure,
                _ => Failure::fatal(c"schema", failure.text),
            })
        }
    }
}
