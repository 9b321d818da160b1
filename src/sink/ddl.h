/*
 * ddl.h - the SQLite text of a table: what the sink runs and `userstream schema sqlite` prints.
 */
#ifndef SINK_DDL_H
#define SINK_DDL_H

#include "core/buf.h"
#include "core/column.h"

/* The sink's own last column of every table. */
#define STAMP_COLUMN "_stamp"

/*
 * What a writing connection sets. A commit is synced when it returns. cache_size bounds the memory
 * for pages: 10 MiB. Checkpoints come after 64 MiB of WAL, which is as large as the WAL file stays.
 */
#define SINK_SQLITE_PRAGMAS                \
	"PRAGMA synchronous=FULL;"         \
	"PRAGMA cache_size=-10240;"        \
	"PRAGMA wal_autocheckpoint=16384;" \
	"PRAGMA journal_size_limit=67108864;"

/* A name as SQLite reads it: quoted where it is no plain word, or a keyword. */
void ddl_name(struct buf *out, const char *name);
/* "CREATE TABLE IF NOT EXISTS ...;\n" with the types and comments of the pipeline file. `out` says
 * whether it failed. */
void ddl_sqlite_table(struct buf *out, const struct table_def *table);
/* "ALTER TABLE t ADD COLUMN c TYPE". */
void ddl_sqlite_add_column(struct buf *out, const struct table_def *table, size_t column);
/* "INSERT INTO t (...) VALUES (?1, ...) ON CONFLICT ...": parameter i + 1 is column i, the last one
 * is the stamp. */
void ddl_sqlite_upsert(struct buf *out, const struct table_def *table);

#endif
