/*
 * memory_store.c - the memory backend's data and the list of stores by name.
 *
 * "memory:NAME" lives until log_memory_forget(NAME) or the end of the process, so that it can be
 * closed and opened again; the nameless "memory:" ends with its last handle.
 */
#include "log/memory_store.h"

#include <string.h>

#include "core/mem.h"
#include "core/random.h"

static pthread_mutex_t stores_lock = PTHREAD_MUTEX_INITIALIZER;
static struct memory_store *stores;

static void partition_release(struct memory_partition *partition)
{
	for (size_t i = partition->head; i < partition->count; i++)
		mem_free(partition->chunks[i]);
	mem_free(partition->chunks);
}

static void stream_release(struct memory_stream *stream, int32_t partition_count)
{
	for (int32_t i = 0; stream->partitions && i < partition_count; i++)
		partition_release(&stream->partitions[i]);
	mem_free(stream->partitions);
	mem_free(stream->cursor);
	while (stream->names) {
		struct memory_name *name = stream->names;
		stream->names = name->next;
		mem_free(name->name);
		mem_free(name);
	}
}

static void store_free(struct memory_store *store)
{
	for (int i = 0; i < MEMORY_STREAMS; i++)
		stream_release(&store->streams[i], store->partition_count);
	pthread_cond_destroy(&store->changed);
	pthread_mutex_destroy(&store->lock);
	mem_free(store->name);
	mem_free(store);
}

/* NULL: out of memory. */
static struct memory_store *store_new(const char *name, int32_t partitions)
{
	struct memory_store *store = mem_calloc(1, sizeof(*store));
	if (!store)
		return NULL;
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&store->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_mutex_init(&store->lock, NULL);
	random_uuid(store->identity);
	store->partition_count = partitions;
	store->name = mem_strdup(name);
	bool complete = store->name;
	for (int i = 0; i < MEMORY_STREAMS; i++) {
		struct memory_stream *stream = &store->streams[i];
		stream->partitions = mem_calloc((size_t)partitions, sizeof(*stream->partitions));
		complete = complete && stream->partitions;
	}
	if (complete)
		return store;
	store_free(store);
	return NULL;
}

static struct memory_store **store_find(const char *name)
{
	struct memory_store **at = &stores;
	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

enum status memory_store_get(struct memory_store **out, const char *name, int32_t partitions,
			     bool create, struct err *err)
{
	enum status status = US_OK;
	pthread_mutex_lock(&stores_lock);
	struct memory_store *store = *store_find(name);
	if (!store && !create) {
		status = err_missing(err, "there is no log memory:%s in this process", name);
		goto out;
	}
	if (!store) {
		store = store_new(name, partitions);
		if (!store) {
			status = err_no_memory(err, "making the log");
			goto out;
		}
		store->next = stores;
		stores = store;
	} else if (store->partition_count != partitions) {
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG,
				 "the log memory:%s has %d partitions, not %d", name,
				 store->partition_count, partitions);
		goto out;
	}
	store->refs++;
	*out = store;
out:
	pthread_mutex_unlock(&stores_lock);
	return status;
}

void memory_store_put(struct memory_store *store)
{
	pthread_mutex_lock(&stores_lock);
	if (--store->refs == 0 && store->name[0] == '\0') {
		*store_find("") = store->next;
		store_free(store);
	}
	pthread_mutex_unlock(&stores_lock);
}

void log_memory_forget(const char *name)
{
	pthread_mutex_lock(&stores_lock);
	struct memory_store **at = store_find(name);
	struct memory_store *store = *at;
	if (store && store->refs == 0) {
		*at = store->next;
		store_free(store);
	}
	pthread_mutex_unlock(&stores_lock);
}

int64_t memory_stream_hold(const struct memory_stream *stream, int32_t partition)
{
	int64_t hold = INT64_MAX;
	for (const struct memory_name *name = stream->names; name; name = name->next)
		if (name->committed[partition] < hold)
			hold = name->committed[partition];
	return stream->names ? hold : -1;
}

struct span memory_partition_record(const struct memory_partition *partition, int64_t offset)
{
	size_t low = partition->head;
	size_t high = partition->count;
	while (high - low > 1) { /* the last chunk whose first offset is not above */
		size_t middle = low + (high - low) / 2;
		if (partition->chunks[middle]->first <= offset)
			low = middle;
		else
			high = middle;
	}
	const struct memory_chunk *chunk = partition->chunks[low];
	size_t i = (size_t)(offset - chunk->first);
	return (struct span){ .data = chunk->data + chunk->starts[i],
			      .len = chunk->starts[i + 1] - chunk->starts[i] };
}

bool memory_partition_reserve(struct memory_partition *partition)
{
	if (partition->head > 0 && partition->head >= partition->count / 2) {
		partition->count -= partition->head;
		memmove(partition->chunks, partition->chunks + partition->head,
			partition->count * sizeof(struct memory_chunk *));
		partition->head = 0;
	}
	if (partition->count < partition->capacity)
		return true;
	size_t capacity = partition->capacity ? partition->capacity * 2 : 16;
	struct memory_chunk **chunks = mem_realloc(partition->chunks,
						   capacity * sizeof(struct memory_chunk *));
	if (!chunks)
		return false;
	partition->chunks = chunks;
	partition->capacity = capacity;
	return true;
}

void memory_partition_push(struct memory_partition *partition, struct memory_chunk *chunk)
{
	partition->chunks[partition->count++] = chunk;
	partition->high += (int64_t)chunk->count;
	partition->bytes += (int64_t)chunk->filled;
}

void memory_partition_trim(struct memory_partition *partition, int64_t before)
{
	while (partition->low < before) {
		struct memory_chunk *chunk = partition->chunks[partition->head];
		int64_t end = chunk->first + (int64_t)chunk->count;
		int64_t upto = end < before ? end : before;
		partition->bytes -= (int64_t)(chunk->starts[upto - chunk->first] -
					      chunk->starts[partition->low - chunk->first]);
		partition->low = upto;
		if (upto == end) {
			mem_free(chunk);
			partition->head++;
		}
	}
}
