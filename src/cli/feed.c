/* feed.c - see feed.h. */
#include "cli/feed.h"

#include <string.h>

#include "core/mem.h"
#include "sql/transform.h"

static enum status take_batch(struct feed *feed, const struct source_batch *batch,
			      struct record *piece, struct err *err)
{
	size_t count = batch->record_count, n;
	enum status status = US_OK;

	if (feed->max_records && (int64_t)count > feed->max_records - feed->records)
		count = (size_t)(feed->max_records - feed->records);
	for (size_t i = 0; i < count && status == US_OK && !feed->enough; i += n) {
		n = count - i < TRANSFORM_ROWS ? count - i : TRANSFORM_ROWS;
		memcpy(piece, batch->records + i, n * sizeof(*piece));
		for (size_t r = 0; r < n; r++)
			piece[r].offset = feed->records + (int64_t)r;
		status = feed->take(feed, piece, n, err);
		feed->records += (int64_t)n;
	}
	return status;
}

enum status feed_run(struct feed *feed, const struct source_config *config, struct err *err)
{
	struct record *piece = mem_calloc(TRANSFORM_ROWS, sizeof(*piece));
	struct source_batch batch = { .end = false };
	struct source *source = NULL;
	enum status status;

	if (!piece)
		return err_no_memory(err, "reading a source");
	status = source_open(&source, config, SPAN_LITERAL(""), err);
	while (status == US_OK && !feed->enough && !batch.end &&
	       (!feed->max_records || feed->records < feed->max_records)) {
		batch = (struct source_batch){ .end = false };
		status = source_next(source, &batch, err);
		if (status != US_OK)
			break;
		feed->refused += batch.refused;
		status = take_batch(feed, &batch, piece, err);
	}
	source_close(source);
	mem_free(piece);
	return status == US_RETRY ? err_set(err, US_FATAL, EXIT_UNREACHABLE, "%s", err->text)
				  : status;
}
