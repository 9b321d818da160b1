//! A session: the driver's, a thread that works for it, and the statements prepared so far.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use scylla::client::execution_profile::{ExecutionProfile, ExecutionProfileHandle};
use scylla::client::session::Session as Driver;
use scylla::client::session_builder::SessionBuilder;
use scylla::client::{Compression, PoolSize, SelfIdentity};
use scylla::policies::load_balancing::{
    LoadBalancingPolicy, NodeIdentifier, SingleTargetLoadBalancingPolicy,
};
use scylla::policies::speculative_execution::SimpleSpeculativeExecutionPolicy;
use scylla::statement::Consistency;
use scylla::statement::batch::{Batch, BatchType};
use scylla::statement::prepared::PreparedStatement;
use tokio::runtime::Runtime;

use crate::abi;
use crate::failure::Failure;
use crate::parcels::MOST_ROWS;
use crate::tls;

/// A node that says nothing for so long gets the question again: a second node is asked, or the
/// connection is given up.
pub const SILENCE: Duration = Duration::from_millis(1000);
/// A change of the schema reaches every node, which takes longer than a request; at least so long.
pub const SCHEMA_PATIENCE: Duration = Duration::from_secs(30);
const KEEPALIVE: Duration = Duration::from_secs(5);

pub struct Session {
    runtime: Runtime,
    /// None only while it ends.
    driver: Option<Driver>,
    statements: Mutex<Statements>,
    pub settings: Settings,
}

pub struct Settings {
    pub in_flight: u32,
    pub timeout: Duration,
    /// How many rows at a time the server bears, as far as is known: at most in_flight.
    pub window: AtomicU32,
    /// How many bytes of rows go in one request; less once the server found that too much.
    pub batch_bytes: AtomicU32,
    /// No timer a request and no second try beside the first: for rows, since write.rs watches all of them
    /// at once, and for queries, which may take their time. At the consistency level that was asked for.
    pub patient: ExecutionProfileHandle,
}

#[derive(Default)]
struct Statements {
    by_text: HashMap<String, u32>,
    prepared: Vec<Arc<Prepared>>,
}

/// A statement for single use, and as rows are written with.
pub struct Prepared {
    pub single: PreparedStatement,
    pub rows: PreparedStatement,
    /// Batches of 2, 3, ... rows, once they are needed.
    batches: OnceLock<Vec<Batch>>,
}

impl Prepared {
    /// `count` rows in one request: two or more, MOST_ROWS at most.
    pub fn batch(&self, count: usize) -> &Batch {
        let batches = self.batches.get_or_init(|| {
            let of = |count| {
                let mut batch = Batch::new_with_statements(
                    BatchType::Unlogged,
                    vec![self.rows.clone().into(); count],
                );
                batch.set_is_idempotent(true);
                batch.set_execution_profile_handle(
                    self.rows.get_execution_profile_handle().cloned(),
                );
                batch
            };
            (2..=MOST_ROWS).map(of).collect()
        });
        &batches[count - 2]
    }
}

fn consistency(number: u32) -> Consistency {
    u16::try_from(number)
        .ok()
        .and_then(|number| Consistency::try_from(number).ok())
        .unwrap_or(Consistency::LocalQuorum)
}

/// The sink's own tables hold who owns a partition and how far it is: what was written there is read back, so a quorum has it,
/// whatever is enough for rows.
fn ledger_consistency(rows: Consistency) -> Consistency {
    match rows {
        Consistency::Quorum | Consistency::All | Consistency::EachQuorum => rows,
        _ => Consistency::LocalQuorum,
    }
}

/// How long opening a session may take. Any of the hosts may stand still, and so may nodes that the first host that answers knows
/// of, which are all connected to at once; then the topology is read.
fn patience(config: &abi::Config) -> Duration {
    let connections = config.host_count as u64 + 1;
    Duration::from_millis(
        u64::from(config.connect_timeout_ms) * connections + u64::from(config.timeout_ms),
    )
}

fn builder(config: &abi::Config) -> Result<SessionBuilder, Failure> {
    let text = |pointer| unsafe { abi::text(pointer) };
    let hosts: Vec<&str> = unsafe { abi::slice(config.hosts, config.host_count) }
        .iter()
        .filter_map(|&host| text(host))
        .collect();
    let timeout = Duration::from_millis(config.timeout_ms.into());
    let patience = patience(config);
    let profile = ExecutionProfile::builder()
        .consistency(ledger_consistency(consistency(config.consistency)))
        .request_timeout(Some(timeout))
        .speculative_execution_policy(Some(Arc::new(SimpleSpeculativeExecutionPolicy {
            max_retry_count: 2,
            retry_interval: SILENCE,
        })))
        .build();
    let connections = NonZeroUsize::new(config.connections as usize).unwrap_or(NonZeroUsize::MIN);
    let mut builder = SessionBuilder::new()
        .known_nodes(hosts)
        .default_execution_profile_handle(profile.into_handle())
        .connection_timeout(Duration::from_millis(config.connect_timeout_ms.into()))
        .pool_size(PoolSize::PerHost(connections))
        .disallow_shard_aware_port(true)
        .keepalive_interval(KEEPALIVE)
        .keepalive_timeout(KEEPALIVE)
        .fetch_full_schema_metadata(false)
        .keyspaces_to_fetch(text(config.keyspace).map(String::from))
        .metadata_request_clientside_timeout(patience)
        .schema_agreement_interval(Duration::from_millis(50))
        .schema_agreement_timeout(timeout.max(SCHEMA_PATIENCE))
        .driver_config_reporting(false)
        .compression(match config.compression {
            1 => Some(Compression::Lz4),
            2 => Some(Compression::Snappy),
            _ => None,
        })
        .custom_identity(
            SelfIdentity::new()
                .with_application_name("userstream")
                .with_application_version(text(config.version).unwrap_or_default().to_string()),
        );
    if let Some(datacenter) = text(config.datacenter) {
        builder = builder.prefer_datacenter(datacenter.to_string());
    }
    if let Some(username) = text(config.username) {
        builder = builder.user(username, text(config.password).unwrap_or_default());
    }
    if config.tls {
        builder = builder.tls_context(Some(tls::context(config)?));
    }
    Ok(builder)
}

/// LOCAL_QUORUM means another quorum in each datacenter: with several of them, one must be named.
fn check_datacenter(driver: &Driver, wanted: Option<&str>) -> Result<(), Failure> {
    let state = driver.get_cluster_state();
    let names: BTreeSet<&str> = state
        .get_nodes_info()
        .iter()
        .filter_map(|node| node.datacenter.as_deref())
        .collect();
    let list = || names.iter().copied().collect::<Vec<_>>().join(", ");
    match wanted {
        Some(name) if !names.contains(name) => Err(Failure::reject(
            c"datacenter",
            format!(
                "the cluster has no datacenter \"{name}\"; there is: {}",
                list()
            ),
        )),
        None if names.len() > 1 => Err(Failure::reject(
            c"datacenter",
            format!(
                "the cluster has the datacenters {}: say which is the local one, with datacenter=NAME",
                list()
            ),
        )),
        _ => Ok(()),
    }
}

impl Session {
    pub fn open(config: &abi::Config) -> Result<Session, Failure> {
        let builder = builder(config)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(2) // names are looked up there
            .thread_name("cassandra")
            .enable_all()
            .build()
            .map_err(|error| {
                Failure::fatal(c"threads", format!("a thread cannot be started: {error}"))
            })?;
        let timeout = Duration::from_millis(config.timeout_ms.into());
        let patient = ExecutionProfile::builder()
            .consistency(consistency(config.consistency))
            .request_timeout(None)
            .build()
            .into_handle();
        let mut session = Session {
            runtime,
            driver: None,
            statements: Mutex::default(),
            settings: Settings {
                in_flight: config.in_flight.max(1),
                timeout,
                window: AtomicU32::new(config.in_flight.max(1)),
                batch_bytes: AtomicU32::new(config.batch_bytes),
                patient,
            },
        };
        let patience = patience(config);
        let driver = session.run(async {
            tokio::time::timeout(patience, builder.build())
                .await
                .map_err(|_| Failure::retry(c"timeout", format!("no answer within {patience:?}")))?
                .map_err(|error| Failure::from(&error))
        })?;
        session.driver = Some(driver);
        check_datacenter(session.driver(), unsafe { abi::text(config.datacenter) })?;
        Ok(session)
    }

    pub fn driver(&self) -> &Driver {
        self.driver.as_ref().expect("an open session has a driver")
    }

    /// Run a future on the session's thread, and wait for its end.
    pub fn run<T: Send + 'static>(&self, future: impl Future<Output = T> + Send) -> T {
        let borrowing: Pin<Box<dyn Future<Output = T> + Send + '_>> = Box::pin(future);
        // What the future borrows outlives it: this function returns only after the task has ended,
        // well or by a panic, and a task that ended has dropped its future.
        let owned: Pin<Box<dyn Future<Output = T> + Send + 'static>> =
            unsafe { std::mem::transmute(borrowing) };
        let task = self.runtime.spawn(owned);
        match self.runtime.block_on(task) {
            Ok(value) => value,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => panic!("a task was cancelled: {error}"),
            },
        }
    }

    pub fn prepare(&self, cql: &str) -> Result<u32, Failure> {
        if let Some(&number) = self.lock().by_text.get(cql) {
            return Ok(number);
        }
        let mut single = self
            .run(self.driver().prepare(cql))
            .map_err(|error| Failure::from(&error))?;
        single.set_is_idempotent(true);
        let mut rows = single.clone();
        rows.set_execution_profile_handle(Some(self.settings.patient.clone()));
        let mut statements = self.lock();
        let number = statements.prepared.len() as u32;
        statements.prepared.push(Arc::new(Prepared {
            single,
            rows,
            batches: OnceLock::new(),
        }));
        statements.by_text.insert(cql.to_string(), number);
        Ok(number)
    }

    pub fn statement(&self, number: u32) -> Result<Arc<Prepared>, Failure> {
        self.lock()
            .prepared
            .get(number as usize)
            .cloned()
            .ok_or_else(|| Failure::fatal(c"driver", format!("there is no statement {number}")))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Statements> {
        self.statements
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Changes of the schema go to one node, the same for every client: it puts them one after the
    /// other, where two nodes would make two tables of one name.
    pub fn schema_node(&self) -> Option<Arc<dyn LoadBalancingPolicy>> {
        let state = self.driver().get_cluster_state();
        let node = state
            .get_nodes_info()
            .iter()
            .filter(|node| node.is_connected())
            .min_by_key(|node| node.host_id)?;
        let target: Arc<dyn LoadBalancingPolicy> =
            SingleTargetLoadBalancingPolicy::new(NodeIdentifier::Node(Arc::clone(node)), None);
        Some(target)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The driver's own tasks must be told on their thread.
        let driver = self.driver.take();
        let _inside = self.runtime.enter();
        drop(driver);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_is_never_below_a_quorum() {
        for (rows, ledger) in [
            (Consistency::One, Consistency::LocalQuorum),
            (Consistency::LocalOne, Consistency::LocalQuorum),
            (Consistency::Two, Consistency::LocalQuorum),
            (Consistency::LocalQuorum, Consistency::LocalQuorum),
            (Consistency::EachQuorum, Consistency::EachQuorum),
            (Consistency::All, Consistency::All),
        ] {
            assert_eq!(ledger_consistency(rows), ledger);
        }
    }
}
