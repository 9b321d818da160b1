/*
 * memory_sink.h - the sink memory: (or memory:NAME), the reference and test double. Nothing
 * survives the process; handles of one name share their data.
 *
 * Its query understands only
 *
 *     SELECT * | count(*) | column, ... FROM table [LIMIT n]
 *
 * (rows in no order; `_stamp` can be named, as in SQLite) and refuses anything else.
 *
 * discard: is the same without rows: they are thrown away, and the ledger is kept. For measuring
 * and for trying what comes before the sink.
 */
#ifndef SINK_MEMORY_SINK_H
#define SINK_MEMORY_SINK_H

/* A store with a name lives until the process ends; this ends it now, where no handle is open.
 * Thread safe. */
void sink_memory_forget(const char *name);

#endif
