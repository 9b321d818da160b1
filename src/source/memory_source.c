/*
 * memory_source.c - see memory_source.h.
 */
#include "source/memory_source.h"

#include <inttypes.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "source/cursor_text.h"

#define TEXT_MAX 128 /* of one record, its padding apart */
#define KEY_MAX  40

/* A record's texts. */
struct slot {
	char value[TEXT_MAX + RECORD_PADDING];
	char key[KEY_MAX];
};

struct memory_source {
	struct source base;
	int64_t next;
	int64_t end;
	size_t batch_size;
	struct slot *slots;
	struct record *records;
	char cursor[24];
	struct source_stat stat;
};

static void memory_close(struct source *base)
{
	struct memory_source *source = (struct memory_source *)base;

	mem_free(source->slots);
	mem_free(source->records);
	mem_free(source);
}

static void memory_stat(const struct source *base, struct source_stat *out)
{
	*out = ((const struct memory_source *)base)->stat;
}

static void make_record(struct memory_source *source, size_t i, int64_t now_us)
{
	struct slot *slot = &source->slots[i];
	int64_t n = source->next + (int64_t)i;
	int key_len = snprintf(slot->key, sizeof(slot->key), "00000000-0000-4000-8000-%012" PRIx64,
			       (uint64_t)n & UINT64_C(0xFFFFFFFFFFFF));
	int value_len = snprintf(slot->value, sizeof(slot->value),
				 "{\"login\":{\"uuid\":\"%s\"},\"n\":%" PRId64 "}", slot->key, n);

	source->records[i] = (struct record){ .timestamp_us = now_us,
					      .key = { .data = slot->key, .len = (size_t)key_len },
					      .value = { .data = slot->value,
							 .len = (size_t)value_len } };
	source->stat.bytes += value_len;
}

static enum status memory_next(struct source *base, struct source_batch *batch, struct err *err)
{
	struct memory_source *source = (struct memory_source *)base;
	int64_t left = source->end - source->next;
	int64_t now_us = clock_wall_us();
	int len;

	(void)err;
	*batch = (struct source_batch){ .records = source->records };
	batch->record_count = left < (int64_t)source->batch_size ? (size_t)left
								 : source->batch_size;
	for (size_t i = 0; i < batch->record_count; i++)
		make_record(source, i, now_us);
	source->next += (int64_t)batch->record_count;
	source->stat.requests++;
	len = snprintf(source->cursor, sizeof(source->cursor), "%" PRId64, source->next);
	batch->cursor = (struct span){ .data = source->cursor, .len = (size_t)len };
	batch->fetched = (int64_t)batch->record_count;
	batch->end = source->next == source->end;
	batch->wait = !batch->end;
	return US_OK;
}

static const struct source_ops memory_ops = {
	.scheme = "memory", .next = memory_next, .stat = memory_stat, .close = memory_close
};

enum status memory_source_open(struct source **out, const struct source_config *config,
			       struct span cursor, struct err *err)
{
	int64_t end = cursor_text_number(span_of(config->uri + strlen("memory:")));
	int64_t next = cursor.len ? cursor_text_number(cursor) : 0;
	struct memory_source *source;

	if (end < 0 || config->results < 1)
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "--source memory:N needs a whole number N, and --results at least 1");
	if (next < 0 || next > end)
		return err_set(err, US_REJECT, EXIT_BAD_DATA,
			       "the cursor \"%.*s\" is none of --source %s",
			       (int)(cursor.len < 40 ? cursor.len : 40), cursor.data, config->uri);
	source = mem_calloc(1, sizeof(*source));
	if (!source)
		return err_no_memory(err, "opening the source");
	source->base.ops = &memory_ops;
	source->next = next;
	source->end = end;
	source->batch_size = (size_t)config->results;
	source->slots = mem_calloc(source->batch_size, sizeof(*source->slots));
	source->records = mem_calloc(source->batch_size, sizeof(*source->records));
	if (!source->slots || !source->records) {
		memory_close(&source->base);
		return err_no_memory(err, "opening the source");
	}
	*out = &source->base;
	return US_OK;
}
