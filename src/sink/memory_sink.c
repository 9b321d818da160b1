/*
 * memory_sink.c - the memory backend: what sink.h promises, in its plainest form. A write checks
 * the ledger, builds everything that will change beside the store, and then changes it without a
 * step that can fail.
 */
#include "sink/memory_sink.h"

#include <string.h>

#include "core/mem.h"
#include "sink/ledger_check.h"
#include "sink/memory_query.h"
#include "sink/sink_backend.h"
#include "sink/sink_store.h"

struct memory_sink {
	struct sink base;
	struct sink_store *store;
	bool create;
	bool discard; /* rows are thrown away */
};

static struct sink_store *lock_store(struct sink *sink)
{
	struct sink_store *store = ((struct memory_sink *)sink)->store;

	pthread_mutex_lock(&store->lock);
	return store;
}

/* ---- prepare */

static enum status prepare_table(struct sink_store *store, const struct table_def *def, bool create,
				 bool *is_new, struct err *err)
{
	struct memory_table *table = store_table(store, span_of(def->name));

	if (table)
		return memory_table_fit(table, def, create, err);
	if (!create)
		return err_missing(err, "there is no table %s in memory", def->name);
	table = memory_table_new(def);
	if (!table)
		return err_no_memory(err, "making a table in memory");
	table->next = store->tables;
	store->tables = table;
	*is_new = true;
	return US_OK;
}

static enum status memory_prepare(struct sink *sink, const struct table_def *const *tables,
				  size_t count, struct err *err)
{
	struct sink_store *store = lock_store(sink);
	enum status status = US_OK;
	bool is_new = false;

	for (size_t i = 0; status == US_OK && i < count; i++)
		status = prepare_table(store, tables[i], ((struct memory_sink *)sink)->create,
				       &is_new, err);
	for (size_t i = 0; is_new && i < count; i++)
		store_forget_table(store, tables[i]->name);
	pthread_mutex_unlock(&store->lock);
	return status;
}

/* ---- ledger */

static enum status memory_ledger(struct sink *sink, const char *table, const char *log_identity,
				 int32_t partition, struct ledger_row *out, bool *found,
				 struct buf *details, struct err *err)
{
	struct sink_store *store = lock_store(sink);
	const struct memory_ledger *entry = store_ledger(store, table, log_identity, partition);
	enum status status = US_OK;

	*found = entry != NULL;
	memset(out, 0, sizeof(*out));
	if (entry) {
		size_t start = details->len;

		*out = entry->row;
		buf_append_span(details, entry->row.details);
		out->details = (struct span){ .data = buf_text(details) + start,
					      .len = details->len - start };
		if (details->failed)
			status = err_no_memory(err, "reading the ledger");
	}
	pthread_mutex_unlock(&store->lock);
	return status;
}

/* ---- write: staged[i] is the ledger row to come of table i */

static bool find_mark(const struct sink_store *store, const struct ledger_row *ledger,
		      const struct sink_mark *mark)
{
	for (size_t i = 0; i < store->mark_count; i++) {
		const struct memory_mark *entry = &store->marks[i];

		if (entry->mark.offset == mark->offset &&
		    entry->mark.partition == mark->partition &&
		    entry->generation == ledger->generation &&
		    strcmp(entry->table, ledger->table) == 0 &&
		    strcmp(entry->log_identity, ledger->log_identity) == 0)
			return true;
	}
	return false;
}

static enum status check_ledger(const struct sink_store *store, const struct sink_write *write,
				bool *done, struct err *err)
{
	size_t done_count = 0;

	for (size_t i = 0; i < write->table_count; i++) {
		const struct ledger_row *wanted = &write->ledger[i];
		const struct memory_ledger *entry = store_ledger(
		    store, wanted->table, wanted->log_identity, wanted->partition);
		enum ledger_verdict verdict = ledger_judge(write, i, entry ? &entry->row : NULL,
							   entry != NULL);

		if (verdict == LEDGER_LOST)
			return ledger_lost(write, i, entry ? &entry->row : NULL, entry != NULL,
					   err);
		done_count += verdict == LEDGER_DONE;
	}
	*done = done_count == write->table_count;
	return US_OK;
}

static enum status check_marks(const struct sink_store *store, const struct sink_write *write,
			       bool *done, struct err *err)
{
	size_t there = 0;

	for (size_t i = 0; i < write->mark_count; i++)
		there += find_mark(store, &write->ledger[0], &write->marks[i]);
	if (there == write->mark_count && *done)
		return US_OK;
	*done = false;
	return there ? marks_refuse(err) : US_OK;
}

static enum status stage_ledger(const struct sink_store *store, const struct sink_write *write,
				struct memory_ledger **staged, struct err *err)
{
	for (size_t i = 0; i < write->table_count; i++) {
		const struct ledger_row *wanted = &write->ledger[i];
		const struct memory_ledger *old = store_ledger(
		    store, wanted->table, wanted->log_identity, wanted->partition);

		staged[i] = mem_calloc(1, sizeof(*staged[i]));
		if (!staged[i])
			return err_no_memory(err, "storing the ledger in memory");
		staged[i]->row = ledger_after(write, i, old ? &old->row : NULL);
		staged[i]->details = mem_strndup(wanted->details.data ? wanted->details.data : "",
						 wanted->details.len);
		if (!staged[i]->details)
			return err_no_memory(err, "storing the ledger in memory");
		staged[i]->row.details.data = staged[i]->details;
	}
	return US_OK;
}

static enum status stage_rows(struct sink_store *store, const struct sink_write *write,
			      struct err *err)
{
	for (size_t i = 0; i < write->table_count; i++) {
		struct memory_table *table = store_table(store,
							 span_of(write->rows[i].table->name));
		enum status status;

		if (!table)
			return err_set(err, US_FATAL, EXIT_INTERNAL,
				       "table %s was not prepared in the memory sink",
				       write->rows[i].table->name);
		status = memory_table_stage(table, &write->rows[i], write->stamps[i], err);
		if (status == US_OK)
			status = memory_table_reserve(table, err);
		if (status != US_OK)
			return status;
	}
	return US_OK;
}

static enum status reserve_marks(struct sink_store *store, size_t more, struct err *err)
{
	size_t capacity = store->mark_capacity ? store->mark_capacity : 64;
	struct memory_mark *marks;

	while (capacity < store->mark_count + more)
		capacity *= 2;
	if (capacity == store->mark_capacity)
		return US_OK;
	marks = mem_realloc(store->marks, capacity * sizeof(*marks));
	if (!marks)
		return err_no_memory(err, "storing marks in memory");
	store->marks = marks;
	store->mark_capacity = capacity;
	return US_OK;
}

/* Nothing in here can fail. */
static void commit(struct sink_store *store, const struct sink_write *write,
		   struct memory_ledger **staged)
{
	for (struct memory_table *table = store->tables; table; table = table->next)
		memory_table_commit(table);
	for (size_t i = 0; i < write->table_count; i++) {
		struct memory_ledger *entry = staged[i];
		struct memory_ledger *old = store_ledger(
		    store, entry->row.table, entry->row.log_identity, entry->row.partition);

		staged[i] = NULL;
		if (!old) {
			entry->next = store->ledger;
			store->ledger = entry;
			continue;
		}
		mem_free(old->details);
		old->details = entry->details;
		old->row = entry->row;
		mem_free(entry);
	}
	for (size_t i = 0; i < write->mark_count; i++) {
		struct memory_mark *mark = &store->marks[store->mark_count++];

		memcpy(mark->table, write->ledger[0].table, sizeof(mark->table));
		memcpy(mark->log_identity, write->ledger[0].log_identity,
		       sizeof(mark->log_identity));
		mark->generation = write->ledger[0].generation;
		mark->mark = write->marks[i];
	}
}

/* With the lock held; staged has a place for each table. */
static enum status write_staged(const struct memory_sink *sink, const struct sink_write *write,
				struct memory_ledger **staged, struct err *err)
{
	struct sink_store *store = sink->store;
	bool done = false;
	enum status status = check_ledger(store, write, &done, err);

	if (status == US_OK && write->replay)
		status = check_marks(store, write, &done, err);
	if (status != US_OK || done)
		return status;
	status = stage_ledger(store, write, staged, err);
	if (status == US_OK && !sink->discard)
		status = stage_rows(store, write, err);
	if (status == US_OK)
		status = reserve_marks(store, write->mark_count, err);
	if (status == US_OK) {
		commit(store, write, staged);
		return US_OK;
	}
	for (struct memory_table *table = store->tables; table; table = table->next)
		memory_table_discard(table);
	return status;
}

static enum status memory_write(struct sink *sink, const struct sink_write *write,
				size_t *bad_table, int64_t *bad_row, struct err *err)
{
	struct sink_store *store;
	struct memory_ledger **staged = mem_calloc(write->table_count,
						   sizeof(struct memory_ledger *));
	enum status status;

	(void)bad_table; /* no row is refused here */
	(void)bad_row;
	if (!staged)
		return err_no_memory(err, "writing to memory");
	store = lock_store(sink);
	status = write_staged((const struct memory_sink *)sink, write, staged, err);
	pthread_mutex_unlock(&store->lock);
	for (size_t i = 0; i < write->table_count; i++) {
		if (staged[i])
			mem_free(staged[i]->details);
		mem_free(staged[i]);
	}
	mem_free(staged);
	return status;
}

/* ---- query, states */

static enum status memory_query(struct sink *sink, const char *text, sink_row_fn row, void *user,
				struct err *err)
{
	struct sink_store *store = lock_store(sink);
	enum status status = memory_query_run(store, text, row, user, err);

	pthread_mutex_unlock(&store->lock);
	return status;
}

static struct memory_state **find_state(struct sink_store *store, const char *key)
{
	struct memory_state **at = &store->states;

	while (*at && strcmp((*at)->key, key) != 0)
		at = &(*at)->next;
	return at;
}

static enum status memory_state_get(struct sink *sink, const char *key, struct buf *out,
				    bool *found, struct err *err)
{
	struct sink_store *store = lock_store(sink);
	const struct memory_state *state = *find_state(store, key);

	*found = state != NULL;
	if (state)
		buf_append(out, state->value, state->value_len);
	pthread_mutex_unlock(&store->lock);
	return out->failed ? err_no_memory(err, "reading a state") : US_OK;
}

static void delete_state(struct memory_state **at)
{
	struct memory_state *state = *at;

	if (!state)
		return;
	*at = state->next;
	mem_free(state->key);
	mem_free(state->value);
	mem_free(state);
}

static enum status memory_state_put(struct sink *sink, const char *key, struct span value,
				    struct err *err)
{
	struct sink_store *store = lock_store(sink);
	struct memory_state *state = NULL;

	if (value.data) {
		state = mem_calloc(1, sizeof(*state));
		if (!state)
			goto fail;
		state->key = mem_strdup(key);
		state->value = mem_strndup(value.data, value.len);
		state->value_len = value.len;
		if (!state->key || !state->value)
			goto fail;
	}
	delete_state(find_state(store, key));
	if (state) {
		state->next = store->states;
		store->states = state;
	}
	pthread_mutex_unlock(&store->lock);
	return US_OK;
fail:
	delete_state(&state);
	pthread_mutex_unlock(&store->lock);
	return err_no_memory(err, "storing a state");
}

static void memory_close(struct sink *sink)
{
	sink_memory_put(((struct memory_sink *)sink)->store);
	mem_free(sink);
}

static const struct sink_ops memory_ops = {
	.scheme = "memory",
	.example_query = "SELECT * FROM user_profiles LIMIT 10",
	.prepare = memory_prepare,
	.ledger = memory_ledger,
	.write = memory_write,
	.query = memory_query,
	.state_get = memory_state_get,
	.state_put = memory_state_put,
	.close = memory_close,
};

static enum status open_memory(struct sink **out, const char *name, bool discard,
			       const struct sink_config *config, struct err *err)
{
	struct memory_sink *sink = mem_calloc(1, sizeof(*sink));
	enum status status;

	if (!sink)
		return err_no_memory(err, "opening the memory sink");
	sink->base.ops = &memory_ops;
	sink->create = config->create && !config->read_only;
	sink->discard = discard;
	status = sink_memory_get(&sink->store, name, sink->create, err);
	if (status != US_OK) {
		mem_free(sink);
		return status;
	}
	*out = &sink->base;
	return US_OK;
}

enum status memory_sink_open(struct sink **out, const char *rest, const struct sink_config *config,
			     struct err *err)
{
	return open_memory(out, rest, false, config, err);
}

enum status discard_sink_open(struct sink **out, const char *rest, const struct sink_config *config,
			      struct err *err)
{
	if (*rest)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "--sink discard: takes nothing after the colon");
	return open_memory(out, rest, true, config, err);
}
