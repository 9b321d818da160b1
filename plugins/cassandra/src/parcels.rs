//! Which rows go together in one request: those of one table that the same nodes keep, so that whichever of them
//! gets the request has them all, up to a size that Cassandra takes without a warning.
//!
//! A server spends as much on a request as on a small row. An unlogged batch changes nothing but that: each row is
//! written for itself, with its own stamp.

use std::collections::HashMap;

use scylla::cluster::ClusterState;
use scylla::routing::Token;

use crate::failure::Failure;
use crate::session::Session;
use crate::write::Set;

/// Cassandra warns of more than ten partitions in a batch that is not logged.
pub const MOST_ROWS: usize = 8;

/// Rows of one set: `count` of `Parcels::rows`, from `first` on.
#[derive(Clone, Copy)]
pub struct Parcel {
    pub set: u32,
    pub first: u32,
    pub count: u32,
}

#[derive(Default)]
pub struct Parcels {
    /// Numbers of rows in their set.
    pub rows: Vec<u32>,
    pub list: Vec<Parcel>,
}

/// A parcel that has room left.
#[derive(Default)]
struct Open {
    rows: Vec<u32>,
    bytes: usize,
}

/// Of one parcel; a row that is larger goes alone.
pub struct Limits {
    pub rows: usize,
    pub bytes: usize,
}

/// Parcels of one set while they are made.
struct Packing<'a> {
    parcels: &'a mut Parcels,
    set: u32,
    limits: &'a Limits,
    /// By the nodes that keep their rows.
    open: HashMap<u128, Open>,
}

impl Packing<'_> {
    fn put(&mut self, row: u32, nodes: u128, bytes: usize) {
        let open = self.open.entry(nodes).or_default();
        if open.rows.len() == self.limits.rows || open.bytes + bytes > self.limits.bytes {
            self.parcels.close(self.set, open);
        }
        open.rows.push(row);
        open.bytes += bytes;
    }

    /// Those with room left, in order of their rows and not of the map.
    fn end(mut self) {
        let mut rest: Vec<Open> = self.open.drain().map(|(_, open)| open).collect();
        rest.sort_by_key(|open| open.rows.first().copied());
        for open in &mut rest {
            self.parcels.close(self.set, open);
        }
    }
}

impl Parcels {
    fn close(&mut self, set: u32, open: &mut Open) {
        if open.rows.is_empty() {
            return;
        }
        self.list.push(Parcel {
            set,
            first: self.rows.len() as u32,
            count: open.rows.len() as u32,
        });
        self.rows.append(&mut open.rows);
        open.bytes = 0;
    }

    /// All rows of all sets.
    pub fn pack(session: &Session, sets: &[Set<'_>], limits: &Limits) -> Result<Parcels, Failure> {
        let state = session.driver().get_cluster_state();
        let mut parcels = Parcels::default();
        for (number, set) in sets.iter().enumerate() {
            let replicas = Replicas::new(&state, set);
            let mut packing = Packing {
                parcels: &mut parcels,
                set: number as u32,
                limits,
                open: HashMap::new(),
            };
            for row in 0..set.len() {
                packing.put(row as u32, replicas.of(row)?, set.row(row).stored_bytes());
            }
            packing.end();
        }
        Ok(parcels)
    }
}

/// Who keeps the rows of a table.
struct Replicas<'a> {
    state: &'a ClusterState,
    set: &'a Set<'a>,
    /// Every node keeps each row.
    all: bool,
}

impl Replicas<'_> {
    fn new<'a>(state: &'a ClusterState, set: &'a Set<'a>) -> Replicas<'a> {
        let mut replicas = Replicas {
            state,
            set,
            all: false,
        };
        replicas.all = replicas.list(Token::new(0)).count() == state.get_nodes_info().len();
        replicas
    }

    fn list(&self, token: Token) -> impl Iterator<Item = u128> {
        let table = self.set.statement().rows.get_table_spec();
        table
            .map(|table| {
                self.state
                    .get_token_endpoints(table.ks_name(), table.table_name(), token)
            })
            .unwrap_or_default()
            .into_iter()
            .map(|(node, _)| node.host_id.as_u128())
    }

    /// The same number for two rows that the same nodes keep.
    fn of(&self, row: usize) -> Result<u128, Failure> {
        if self.all {
            return Ok(0);
        }
        let token = self
            .set
            .statement()
            .rows
            .calculate_token(&self.set.row(row))
            .map_err(|error| Failure::fatal(c"driver", error.to_string()))?;
        Ok(token.map_or(0, |token| {
            self.list(token).fold(0, |nodes, node| nodes ^ node)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (nodes, bytes) of each row; what is in each parcel.
    fn packed(rows: &[(u128, usize)]) -> Vec<Vec<u32>> {
        let limits = Limits {
            rows: 3,
            bytes: 100,
        };
        let mut parcels = Parcels::default();
        let mut packing = Packing {
            parcels: &mut parcels,
            set: 0,
            limits: &limits,
            open: HashMap::new(),
        };
        for (row, &(nodes, bytes)) in rows.iter().enumerate() {
            packing.put(row as u32, nodes, bytes);
        }
        packing.end();
        let of = |parcel: &Parcel| {
            parcels.rows[parcel.first as usize..(parcel.first + parcel.count) as usize].to_vec()
        };
        parcels.list.iter().map(of).collect()
    }

    #[test]
    fn no_parcel_has_more_rows_or_bytes_than_its_limits() {
        assert_eq!(
            packed(&[(0, 10); 7]),
            [vec![0, 1, 2], vec![3, 4, 5], vec![6]]
        );
        assert_eq!(packed(&[(0, 50); 3]), [vec![0, 1], vec![2]]);
        // one above the limit is alone, and the others are together
        assert_eq!(
            packed(&[(0, 10), (0, 200), (0, 10), (0, 10)]),
            [vec![0], vec![1], vec![2, 3]]
        );
        assert!(packed(&[]).is_empty());
    }

    #[test]
    fn rows_of_other_nodes_are_apart() {
        let rows = [
            (2, 10),
            (1, 10),
            (2, 10),
            (3, 10),
            (1, 10),
            (2, 10),
            (2, 10),
        ];
        assert_eq!(packed(&rows), [vec![0, 2, 5], vec![1, 4], vec![3], vec![6]]);
    }
}
