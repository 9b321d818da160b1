//! Rows in flight, some of them together (parcels.rs): as many at a time as the server bears, until each was acknowledged.
//!
//! ```text
//!     parcels in order ──▶ in flight ──▶ done
//!                           │     ▲
//!          no answer for 1 s│     │ after a pause: the server is overloaded, a replica is gone, ...
//!          (asked again)    └──▶ again
//! ```
//!
//! The statements are idempotent, so a row may be sent twice. When the server says that it has too much to
//! do, half as many rows are in flight from then on, and more again as answers come. What the server refuses
//! of several rows is sent again row by row. A row that it refuses for itself ends the write: no further one is
//! begun, those in flight are waited for.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures::stream::{FuturesUnordered, StreamExt};
use tokio::time::MissedTickBehavior;

use crate::abi::{self, Rows, Status};
use crate::failure::Failure;
use crate::parcels::{Limits, MOST_ROWS, Parcel, Parcels};
use crate::rows::Row;
use crate::session::{Prepared, SILENCE, Session};

const TICK: Duration = Duration::from_millis(100);
const SILENT_TICKS: u32 = (SILENCE.as_millis() / TICK.as_millis()) as u32;
/// Failures of one parcel before the write is given up, with pauses of 1, 2, 4, ... ticks.
const TRIES: u8 = 5;
const LEAST_WINDOW: u32 = 8;
/// So many acknowledged rows make the window larger by one.
const WIDEN_AFTER: u32 = 16;

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

    pub fn len(&self) -> usize {
        self.rows.row_count as usize
    }

    pub fn statement(&self) -> &Prepared {
        &self.statement
    }

    pub fn row(&self, row: usize) -> Row<'_> {
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

/// A request that was sent: of which parcel, its how-manieth, when.
struct Sent {
    index: u32,
    try_number: u8,
    tick: u32,
}

struct Flight<'a> {
    session: &'a Session,
    sets: &'a [Set<'a>],
    rows: &'a [u32],      // as the parcels name them (Parcels::rows)
    parcels: Vec<Parcel>, // those that were packed, then parts of them
    packed: usize,
    begun: usize,    // of those that were packed, how many were sent
    done: Vec<bool>, // of each parcel
    left: u32,
    tries: Vec<u8>,       // requests sent for each parcel
    sent: VecDeque<Sent>, // oldest first
    out: u32,             // rows in flight
    stale: u32,           // of these, those of a parcel that was sent again since
    failed: HashMap<u32, u8>,
    again: Vec<(u32, u32)>, // tick, index
    window: u32,            // rows
    acknowledged: u32,      // rows since it was widened
    now: u32,               // ticks
    narrowed: u32,          // when the window was last halved
    last_progress: Instant,
    last_failure: Option<Failure>,
    refused: Option<(Refused, Failure)>,
    retries: u64,
}

impl<'a> Flight<'a> {
    fn new(
        session: &'a Session,
        sets: &'a [Set<'a>],
        rows: &'a [u32],
        parcels: Vec<Parcel>,
    ) -> Flight<'a> {
        let count = parcels.len();
        Flight {
            session,
            sets,
            rows,
            parcels,
            packed: count,
            begun: 0,
            done: vec![false; count],
            left: count as u32,
            tries: vec![0; count],
            sent: VecDeque::new(),
            out: 0,
            stale: 0,
            failed: HashMap::new(),
            again: Vec::new(),
            window: session.settings.window.load(Ordering::Relaxed),
            acknowledged: 0,
            now: 0,
            narrowed: 0,
            last_progress: Instant::now(),
            last_failure: None,
            refused: None,
            retries: 0,
        }
    }

    fn parcel(&self, index: u32) -> Parcel {
        self.parcels[index as usize]
    }

    /// The next parcel to send: one that failed and has waited, or one never sent.
    fn take(&mut self) -> Option<u32> {
        if let Some(i) = self.again.iter().position(|&(tick, _)| tick <= self.now) {
            return Some(self.again.swap_remove(i).1);
        }
        if self.begun == self.packed || self.refused.is_some() {
            return None;
        }
        self.begun += 1;
        Some(self.begun as u32 - 1)
    }

    /// Note that a parcel is sent now.
    fn mark_sent(&mut self, index: u32) -> u8 {
        self.out += self.parcel(index).count;
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

    /// Note that a request has ended. True: its parcel has another one under way.
    fn mark_answered(&mut self, index: u32, try_number: u8) -> bool {
        let rows = self.parcel(index).count;
        let is_stale = try_number < self.tries[index as usize];
        self.out -= rows;
        if is_stale {
            self.stale = self.stale.saturating_sub(rows);
        }
        is_stale
    }

    fn finish(&mut self, index: u32) {
        self.done[index as usize] = true;
        self.left -= 1;
    }

    fn succeed(&mut self, index: u32) {
        if self.done[index as usize] {
            return;
        }
        self.finish(index);
        self.last_progress = Instant::now();
        self.acknowledged += self.parcel(index).count;
        if self.acknowledged >= WIDEN_AFTER {
            self.acknowledged = 0;
            self.window = (self.window + 1).min(self.session.settings.in_flight);
        }
    }

    /// Each row of a parcel for itself from now on.
    fn part(&mut self, index: u32) {
        let Parcel { set, first, count } = self.parcel(index);
        self.finish(index);
        for row in first..first + count {
            self.again.push((self.now, self.parcels.len() as u32));
            self.parcels.push(Parcel {
                set,
                first: row,
                count: 1,
            });
            self.done.push(false);
            self.tries.push(0);
            self.left += 1;
        }
    }

    /// The server refuses it for what is in it.
    fn refuse(&mut self, index: u32, failure: Failure) {
        let parcel = self.parcel(index);
        if parcel.count > 1 {
            if failure.text.contains("Batch too large") {
                let bytes = &self.session.settings.batch_bytes;
                bytes.store(bytes.load(Ordering::Relaxed) / 2, Ordering::Relaxed);
            }
            self.part(index);
            return;
        }
        let refused = Refused {
            set: parcel.set as usize,
            row: self.rows[parcel.first as usize] as usize,
        };
        // The first of several.
        let is_first =
            |(first, _): &(Refused, _)| (refused.set, refused.row) < (first.set, first.row);
        if self.refused.as_ref().is_none_or(is_first) {
            self.refused = Some((refused, failure));
        }
        self.finish(index);
    }

    fn fail(&mut self, index: u32, failure: Failure) -> Result<(), Failure> {
        if self.done[index as usize] {
            return Ok(());
        }
        match failure.status {
            Status::Reject if failure.kind == c"invalid" || failure.kind == c"serialization" => {
                self.refuse(index, failure);
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
                self.stale += self.parcels[oldest.index as usize].count;
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
    fn is_over(&self) -> bool {
        self.left == 0 || (self.refused.is_some() && self.out <= self.stale)
    }
}

/// Some rows of a set, in one request.
async fn send(session: &Session, set: &Set<'_>, rows: &[u32]) -> Result<(), Failure> {
    let driver = session.driver();
    let statement = &set.statement;
    let answer = match rows {
        &[row] => {
            driver
                .execute_unpaged(&statement.rows, set.row(row as usize))
                .await
        }
        _ => {
            let values: Vec<Row> = rows.iter().map(|&row| set.row(row as usize)).collect();
            driver.batch(statement.batch(rows.len()), values).await
        }
    };
    answer.map(|_| ()).map_err(|error| Failure::from(&error))
}

async fn fly(flight: &mut Flight<'_>) -> Result<(), Failure> {
    let (session, sets, rows) = (flight.session, flight.sets, flight.rows);
    let mut running = FuturesUnordered::new();
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    while !flight.is_over() {
        while flight.out < flight.window + flight.stale {
            let Some(index) = flight.take() else { break };
            let try_number = flight.mark_sent(index);
            let Parcel { set, first, count } = flight.parcel(index);
            let rows = &rows[first as usize..(first + count) as usize];
            running.push(async move {
                let answer = send(session, &sets[set as usize], rows).await;
                (index, try_number, answer)
            });
        }
        tokio::select! {
            biased;
            Some((index, try_number, answer)) = running.next() => {
                let is_stale = flight.mark_answered(index, try_number);
                match answer {
                    Ok(()) => flight.succeed(index),
                    Err(_) if is_stale => {} // another request is under way for it
                    Err(failure) => flight.fail(index, failure)?,
                }
            }
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
    let settings = &session.settings;
    let limits = Limits {
        rows: MOST_ROWS.min(settings.in_flight as usize),
        bytes: settings.batch_bytes.load(Ordering::Relaxed) as usize,
    };
    let Parcels { rows, list } = Parcels::pack(session, sets, &limits)?;
    let mut flight = Flight::new(session, sets, &rows, list);
    let result = fly(&mut flight).await;
    settings.window.store(flight.window, Ordering::Relaxed);
    report.retries = flight.retries;
    result?;
    let Some((refused, failure)) = flight.refused.take() else {
        return Ok(());
    };
    if failure.kind == c"invalid" {
        check_statement(session, &sets[refused.set].statement).await?;
        confirm(session, &sets[refused.set], refused.row, &failure).await?;
    }
    report.refused = Some(refused);
    Err(failure)
}

/// "Invalid" may also mean that the table is not there any more, or not the same: then the row is not
/// to blame, and the handle must be opened anew.
async fn check_statement(session: &Session, statement: &Prepared) -> Result<(), Failure> {
    let text = statement.single.get_statement();
    match session.driver().prepare(text).await {
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

/// Or that one node has not heard of the table yet: a row is to blame when all nodes agree on the schema, and it is
/// refused again.
async fn confirm(
    session: &Session,
    set: &Set<'_>,
    row: usize,
    failure: &Failure,
) -> Result<(), Failure> {
    let not_yet = |why: &str| Failure::retry(c"schema", format!("{why}: {}", failure.text));
    if !matches!(session.driver().check_schema_agreement().await, Ok(Some(_))) {
        return Err(not_yet("the nodes do not agree on the schema yet"));
    }
    match tokio::time::timeout(session.settings.timeout, send(session, set, &[row as u32])).await {
        Ok(Err(again)) if again.kind == failure.kind => Ok(()),
        Ok(Err(other)) => Err(other),
        Ok(Ok(())) => Err(not_yet("a row was refused once, and is taken now")),
        Err(_) => Err(not_yet("a row that was refused is not answered again")),
    }
}
