//! What the driver itself does: the rows of one table written into another, by the plugin's own statement.
//! tests/bench/cassandra_path.py holds the sink against it.
//!
//! ```text
//!     bare_loop HOST:PORT FROM INTO throughput N            rows/s with N requests in flight
//!     bare_loop HOST:PORT FROM INTO latency RATE SECONDS    one after the other: p50 and p99, microseconds
//! ```

use std::error::Error;
use std::time::{Duration, Instant};

use futures::stream::{StreamExt, TryStreamExt};
use scylla::client::PoolSize;
use scylla::client::execution_profile::ExecutionProfile;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::statement::Consistency;
use scylla::statement::prepared::PreparedStatement;
use scylla::value::{CqlValue, Row};

type Values = Vec<Option<CqlValue>>;

async fn connect(host: &str) -> Result<Session, Box<dyn Error>> {
    let profile = ExecutionProfile::builder()
        .consistency(Consistency::LocalQuorum)
        .build();
    Ok(SessionBuilder::new()
        .known_node(host)
        .default_execution_profile_handle(profile.into_handle())
        .pool_size(PoolSize::PerHost(1.try_into()?))
        .disallow_shard_aware_port(true)
        .build()
        .await?)
}

/// They were read in the order of their tokens, in which they are far cheaper to write than as they come from a log.
fn scatter(rows: &mut [Values]) {
    let mut state = 1u64;
    for end in (1..rows.len()).rev() {
        // Knuth's MMIX generator; its high bits are the good ones
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        rows.swap(end, (state >> 33) as usize % (end + 1));
    }
}

/// All rows, each with the timestamp that it is to be written with, and the statement.
async fn prepare(
    session: &Session,
    from: &str,
    into: &str,
) -> Result<(Vec<Values>, PreparedStatement), Box<dyn Error>> {
    let pager = session
        .query_iter(format!("SELECT * FROM {from}.user_profiles"), ())
        .await?;
    let names: Vec<String> = pager
        .column_specs()
        .iter()
        .map(|spec| spec.name().to_string())
        .collect();
    let mut rows: Vec<Values> = pager
        .rows_stream::<Row>()?
        .map_ok(|row| row.columns)
        .try_collect()
        .await?;
    scatter(&mut rows);
    for (stamp, row) in (1i64..).zip(rows.iter_mut()) {
        row.push(Some(CqlValue::BigInt(stamp)));
    }
    let mut statement = session
        .prepare(format!(
            "INSERT INTO {into}.user_profiles ({}) VALUES ({}) USING TIMESTAMP ?",
            names.join(", "),
            vec!["?"; names.len()].join(", ")
        ))
        .await?;
    statement.set_is_idempotent(true);
    Ok((rows, statement))
}

async fn throughput(
    session: &Session,
    rows: &[Values],
    statement: &PreparedStatement,
    in_flight: usize,
) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    futures::stream::iter(rows)
        .map(|row| session.execute_unpaged(statement, row))
        .buffer_unordered(in_flight)
        .try_for_each(|_| async { Ok(()) })
        .await?;
    Ok(rows.len() as f64 / start.elapsed().as_secs_f64())
}

async fn latency(
    session: &Session,
    rows: &[Values],
    statement: &PreparedStatement,
    rate: f64,
    seconds: f64,
) -> Result<(), Box<dyn Error>> {
    let mut taken = Vec::new();
    let start = Instant::now();
    for (i, row) in rows
        .iter()
        .cycle()
        .take((rate * seconds) as usize)
        .enumerate()
    {
        // A row that is due while the one before it is under way waits all the same.
        let due = start + Duration::from_secs_f64(i as f64 / rate);
        let begin = if Instant::now() > due {
            due
        } else {
            tokio::time::sleep_until(due.into()).await;
            Instant::now()
        };
        session.execute_unpaged(statement, row).await?;
        taken.push(begin.elapsed().as_micros());
    }
    taken.sort_unstable();
    println!(
        "{} {}",
        taken[taken.len() / 2],
        taken[taken.len() * 99 / 100]
    );
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, host, from, into, what, rest @ ..] = args.as_slice() else {
        return Err("bare_loop HOST:PORT FROM INTO throughput|latency ...".into());
    };
    let session = connect(host).await?;
    let (rows, statement) = prepare(&session, from, into).await?;
    if what == "latency" {
        return latency(
            &session,
            &rows,
            &statement,
            rest[0].parse()?,
            rest[1].parse()?,
        )
        .await;
    }
    let rate = throughput(&session, &rows, &statement, rest[0].parse()?).await?;
    println!("{rate:.0}");
    Ok(())
}
