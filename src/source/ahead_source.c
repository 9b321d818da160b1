/*
 * ahead_source.c - see ahead_source.h. Two slots in turn: one is lent to the caller, the other is
 * filled.
 *
 *     thread    fill slot [made % 2], made++         waits while two are made and not given back
 *     caller    take slot [taken % 2], taken++       with the next call the former is given back
 */
#include "source/ahead_source.h"

#include <pthread.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/mem.h"

#define SLOTS       2
#define FIRST_BLOCK ((size_t)1 << 20)
#define TEXTS_MAX   ((size_t)1 << 30)
#define CURSOR_MAX  ((size_t)1 << 20)

struct slot {
	enum status status;
	struct err err;
	struct source_batch batch;
	struct source_stat stat;
	struct record *records;
	size_t capacity;
	struct arena texts;
	struct buf cursor;
};

struct ahead_source {
	struct source base;
	struct source *inner; /* the thread's */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct slot slots[SLOTS];
	uint64_t made, taken;
	uint64_t given_back;
	bool halted; /* by a failure or the end, until it is asked for more */
	bool closed;
	struct source_stat stat; /* the caller's */
};

/* ---- copying what the inner source lends */

static bool copy_span(struct arena *arena, struct span *span, size_t padding)
{
	char *copy;

	if (!span->data)
		return true;
	copy = arena_alloc(arena, span->len + padding + 1);
	if (!copy)
		return false;
	memcpy(copy, span->data, span->len + padding);
	span->data = copy;
	return true;
}

static bool copy_headers(struct arena *arena, struct record *record)
{
	struct header *copy = arena_alloc(arena, record->header_count * sizeof(*copy) + 1);

	if (!copy)
		return false;
	for (size_t i = 0; i < record->header_count; i++) {
		copy[i] = record->headers[i];
		if (!copy_span(arena, &copy[i].name, 0) || !copy_span(arena, &copy[i].value, 0))
			return false;
	}
	record->headers = copy;
	return true;
}

static bool copy_records(struct slot *slot)
{
	const struct record *from = slot->batch.records;
	size_t count = slot->batch.record_count;

	if (count > slot->capacity) {
		struct record *grown = mem_realloc(slot->records, count * sizeof(*grown));

		if (!grown)
			return false;
		slot->records = grown;
		slot->capacity = count;
	}
	for (size_t i = 0; i < count; i++) {
		struct record *to = &slot->records[i];

		*to = from[i];
		if (!copy_span(&slot->texts, &to->key, 0) ||
		    !copy_span(&slot->texts, &to->value, RECORD_PADDING))
			return false;
		/* most have the same headers as the one before */
		if (i && from[i].headers == from[i - 1].headers &&
		    from[i].header_count == from[i - 1].header_count)
			to->headers = to[-1].headers;
		else if (to->header_count && !copy_headers(&slot->texts, to))
			return false;
	}
	slot->batch.records = slot->records;
	return true;
}

static void fill(struct ahead_source *source, struct slot *slot)
{
	slot->err = (struct err)ERR_INIT;
	slot->batch = (struct source_batch){ .records = NULL };
	slot->status = source_next(source->inner, &slot->batch, &slot->err);
	source_stat(source->inner, &slot->stat);
	if (slot->status != US_OK)
		return;
	arena_reset(&slot->texts);
	buf_reset(&slot->cursor);
	buf_append_span(&slot->cursor, slot->batch.cursor);
	if (!copy_records(slot) || slot->cursor.failed)
		slot->status = err_no_memory(&slot->err, "reading ahead");
	slot->batch.cursor = buf_span(&slot->cursor);
}

/* ---- the two threads */

static void *read_ahead(void *user)
{
	struct ahead_source *source = user;

	pthread_mutex_lock(&source->lock);
	for (;;) {
		struct slot *slot = &source->slots[source->made % SLOTS];

		while (!source->closed &&
		       (source->halted || source->made - source->given_back == SLOTS))
			pthread_cond_wait(&source->changed, &source->lock);
		if (source->closed)
			break;
		pthread_mutex_unlock(&source->lock);
		fill(source, slot);
		pthread_mutex_lock(&source->lock);
		source->halted = slot->status != US_OK || slot->batch.end;
		source->made++;
		pthread_cond_broadcast(&source->changed);
	}
	pthread_mutex_unlock(&source->lock);
	return NULL;
}

static enum status ahead_next(struct source *base, struct source_batch *batch, struct err *err)
{
	struct ahead_source *source = (struct ahead_source *)base;
	struct slot *slot;

	pthread_mutex_lock(&source->lock);
	source->given_back = source->taken;
	if (source->made == source->taken)
		source->halted = false;
	pthread_cond_broadcast(&source->changed);
	while (source->made == source->taken)
		pthread_cond_wait(&source->changed, &source->lock);
	slot = &source->slots[source->taken++ % SLOTS];
	pthread_mutex_unlock(&source->lock);
	source->stat = slot->stat;
	*batch = slot->batch;
	if (slot->status != US_OK && err)
		*err = slot->err;
	return slot->status;
}

static void ahead_stat(const struct source *base, struct source_stat *out)
{
	*out = ((const struct ahead_source *)base)->stat;
}

static void ahead_free(struct ahead_source *source)
{
	for (int i = 0; i < SLOTS; i++) {
		mem_free(source->slots[i].records);
		arena_release(&source->slots[i].texts);
		buf_release(&source->slots[i].cursor);
	}
	pthread_cond_destroy(&source->changed);
	pthread_mutex_destroy(&source->lock);
	mem_free(source);
}

static void ahead_close(struct source *base)
{
	struct ahead_source *source = (struct ahead_source *)base;

	pthread_mutex_lock(&source->lock);
	source->closed = true;
	pthread_cond_broadcast(&source->changed);
	pthread_mutex_unlock(&source->lock);
	pthread_join(source->thread, NULL);
	source_close(source->inner);
	ahead_free(source);
}

static const struct source_ops ahead_ops = {
	.scheme = "ahead", .next = ahead_next, .stat = ahead_stat, .close = ahead_close
};

enum status source_ahead(struct source **inout, struct err *err)
{
	struct ahead_source *source = mem_calloc(1, sizeof(*source));

	if (!source)
		return err_no_memory(err, "reading ahead");
	source->base.ops = &ahead_ops;
	source->inner = *inout;
	source_stat(source->inner, &source->stat);
	pthread_mutex_init(&source->lock, NULL);
	pthread_cond_init(&source->changed, NULL);
	for (int i = 0; i < SLOTS; i++) {
		arena_init(&source->slots[i].texts, FIRST_BLOCK, TEXTS_MAX);
		buf_init(&source->slots[i].cursor, CURSOR_MAX);
	}
	if (pthread_create(&source->thread, NULL, read_ahead, source) != 0) {
		ahead_free(source);
		return err_set(err, US_FATAL, EXIT_INTERNAL,
			       "a thread that reads ahead cannot be started: the limit of threads "
			       "is reached");
	}
	*inout = &source->base;
	return US_OK;
}
