/*
 * sink_store.h - the data of the memory sink: one store per name, shared by the handles of this
 * process. Everything in it is guarded by its mutex.
 */
#ifndef SINK_SINK_STORE_H
#define SINK_SINK_STORE_H

#include <pthread.h>
#include <stdbool.h>

#include "core/ledger.h"
#include "sink/memory_table.h"

struct memory_ledger {
	struct memory_ledger *next;
	struct ledger_row row;
	char *details; /* owned; row.details points here */
};

struct memory_mark {
	char table[LEDGER_NAME_MAX]; /* the first table of the write */
	char log_identity[64];
	int64_t generation;
	struct sink_mark mark;
};

struct memory_state {
	struct memory_state *next;
	char *key;
	char *value;
	size_t value_len;
};

struct sink_store {
	struct sink_store *next;
	char *name;
	unsigned refs;
	pthread_mutex_t lock;
	struct memory_table *tables;
	struct memory_ledger *ledger;
	struct memory_mark *marks;
	size_t mark_count;
	size_t mark_capacity;
	struct memory_state *states;
};

/* The store of this name, made where it is missing and `create`. US_REJECT: there is none. */
enum status sink_memory_get(struct sink_store **out, const char *name, bool create,
			    struct err *err);
/* A store with a name stays; the nameless one ends with its last handle. */
void sink_memory_put(struct sink_store *store);

/* With the lock held. NULL: there is none. */
struct memory_table *store_table(const struct sink_store *store, struct span name);
struct memory_ledger *store_ledger(const struct sink_store *store, const char *table,
				   const char *log_identity, int32_t partition);
/* The table begins anew: its ledger rows and marks go. */
void store_forget_table(struct sink_store *store, const char *table);

#endif
