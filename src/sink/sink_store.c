/*
 * sink_store.c - the list of stores by name, the only state of this process that outlives a handle:
 * a supervisor that reopens its sink finds its rows again, as it would in a database.
 */
#include "sink/sink_store.h"

#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "sink/memory_sink.h"

static pthread_mutex_t stores_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sink_store *stores;

static void store_free(struct sink_store *store)
{
	while (store->tables) {
		struct memory_table *table = store->tables;

		store->tables = table->next;
		memory_table_free(table);
	}
	while (store->ledger) {
		struct memory_ledger *entry = store->ledger;

		store->ledger = entry->next;
		mem_free(entry->details);
		mem_free(entry);
	}
	while (store->states) {
		struct memory_state *state = store->states;

		store->states = state->next;
		mem_free(state->key);
		mem_free(state->value);
		mem_free(state);
	}
	mem_free(store->marks);
	mem_free(store->name);
	pthread_mutex_destroy(&store->lock);
	mem_free(store);
}

static struct sink_store *store_new(const char *name)
{
	struct sink_store *store = mem_calloc(1, sizeof(*store));

	if (!store)
		return NULL;
	store->name = mem_strdup(name);
	if (!store->name) {
		mem_free(store);
		return NULL;
	}
	pthread_mutex_init(&store->lock, NULL);
	return store;
}

static struct sink_store **stores_find(const char *name)
{
	struct sink_store **at = &stores;

	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

enum status sink_memory_get(struct sink_store **out, const char *name, bool create, struct err *err)
{
	struct sink_store *store;
	enum status status = US_OK;

	pthread_mutex_lock(&stores_lock);
	store = *stores_find(name);
	if (!store && !create) {
		status = err_missing(err, "there is no sink memory:%s in this process", name);
		goto out;
	}
	if (!store) {
		store = store_new(name);
		if (!store) {
			status = err_no_memory(err, "opening the memory sink");
			goto out;
		}
		store->next = stores;
		stores = store;
	}
	store->refs++;
	*out = store;
out:
	pthread_mutex_unlock(&stores_lock);
	return status;
}

/* With stores_lock held. */
static void stores_remove(struct sink_store *store)
{
	*stores_find(store->name) = store->next;
	store_free(store);
}

void sink_memory_put(struct sink_store *store)
{
	pthread_mutex_lock(&stores_lock);
	if (--store->refs == 0 && store->name[0] == '\0')
		stores_remove(store);
	pthread_mutex_unlock(&stores_lock);
}

void sink_memory_forget(const char *name)
{
	struct sink_store *store;

	pthread_mutex_lock(&stores_lock);
	store = *stores_find(name);
	if (store && store->refs == 0)
		stores_remove(store);
	pthread_mutex_unlock(&stores_lock);
}

struct memory_table *store_table(const struct sink_store *store, struct span name)
{
	struct memory_table *table = store->tables;

	while (table && (strlen(table->name) != name.len ||
			 strncasecmp(table->name, name.data, name.len) != 0))
		table = table->next;
	return table;
}

struct memory_ledger *store_ledger(const struct sink_store *store, const char *table,
				   const char *log_identity, int32_t partition)
{
	struct memory_ledger *entry = store->ledger;

	while (entry && (strcmp(entry->row.table, table) != 0 ||
			 strcmp(entry->row.log_identity, log_identity) != 0 ||
			 entry->row.partition != partition))
		entry = entry->next;
	return entry;
}

void store_forget_table(struct sink_store *store, const char *table)
{
	struct memory_ledger **at = &store->ledger;
	size_t kept = 0;

	while (*at) {
		struct memory_ledger *entry = *at;

		if (strcmp(entry->row.table, table) != 0) {
			at = &entry->next;
			continue;
		}
		*at = entry->next;
		mem_free(entry->details);
		mem_free(entry);
	}
	for (size_t i = 0; i < store->mark_count; i++) {
		if (strcmp(store->marks[i].table, table) != 0)
			store->marks[kept++] = store->marks[i];
	}
	store->mark_count = kept;
}
