/*
 * file_source.c - a file's records, batch by batch. What a file is, its first line tells:
 *
 *     JSON by itself, with an array at config.records    each line is an answer
 *     any other JSON by itself                           each line is a record
 *     ends in { [ or , or is longer than a MiB           documents, read record by record
 *     anything else                                      lines of records, this one bad
 *
 * A line that is no record is refused: counted, told of with file and line (never its content,
 * which may be secret), and left out. A file whose first hundred lines are all refused is taken to
 * be no JSON at all.
 */
#include "source/file_source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/mem.h"
#include "core/note.h"
#include "source/byte_stream.h"
#include "source/document_reader.h"
#include "source/file_cursor.h"
#include "source/line_reader.h"

/* The first batch is small, so that a first row is soon there; each that is filled lets the next be
 * twice as large, for a batch costs a durable commit. */
#define BATCH_RECORDS_FIRST 256
#define BATCH_RECORDS_MAX   4096
#define BATCH_BYTES_FIRST   ((size_t)256 << 10)
#define BATCH_BYTES_MAX     ((size_t)4 << 20)
#define TEXTS_MAX           ((size_t)1 << 30)
#define HOPELESS_LINES      100
/* A longer first line is read as a document, so that it need not be held. */
#define LINE_LONG  ((size_t)1 << 20)
#define CURSOR_MAX ((size_t)64 << 10)
/* Refused lines told of in any ten seconds; the others are counted. */
#define NOTES_MAX 10
#define NOTES_US  10000000

struct file_source {
	struct source base;
	char *path; /* NULL: standard input */
	const char *shown;
	struct waiter *stop;
	struct byte_stream *stream;
	struct line_reader lines;
	struct document_reader documents;
	char *records_path;
	struct file_cursor cursor;
	struct json_splitter *records_splitter; /* a line is a record */
	struct json_splitter
	    *answer_splitter; /* a line is an answer; NULL where that is the same */
	struct arena texts;   /* of the batch */
	struct record *records;
	size_t record_count;
	size_t record_capacity;
	size_t batch_bytes;
	size_t records_limit; /* of this batch */
	size_t bytes_limit;
	struct buf cursor_text;
	struct header header;
	int64_t bytes;
	int64_t accepted; /* by this process, and refused */
	int64_t refused;
	int64_t notes_us;
	int notes;
	int64_t untold;
};

/* ---- opening and closing */

static void file_close(struct source *base)
{
	struct file_source *source = (struct file_source *)base;

	line_reader_release(&source->lines);
	byte_stream_close(source->stream);
	json_splitter_free(source->records_splitter);
	json_splitter_free(source->answer_splitter);
	arena_release(&source->texts);
	buf_release(&source->cursor_text);
	mem_free(source->records);
	mem_free(source->path);
	mem_free(source->records_path);
	mem_free(source);
}

static void file_stat(const struct source *base, struct source_stat *out)
{
	const struct file_source *source = (const struct file_source *)base;

	*out = (struct source_stat){ .bytes = source->bytes,
				     .total_bytes = byte_stream_size(source->stream),
				     .done_bytes = byte_stream_done(source->stream) };
}

static enum status file_next(struct source *base, struct source_batch *batch, struct err *err);

static const struct source_ops file_ops = {
	.scheme = "file", .next = file_next, .stat = file_stat, .close = file_close
};

/* Options that mean nothing to a file. */
static enum status check_config(const struct source_config *config, struct err *err)
{
	const struct {
		const char *name, *value;
	} unused[] = { { "--seed", config->seed },
		       { "--nat", config->nat },
		       { "--inc", config->inc },
		       { "--exc", config->exc },
		       { "--gender", config->gender } };
	char text[1024] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(unused) / sizeof(*unused); i++) {
		if (unused[i].value && *unused[i].value)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"%s%s is for HTTP sources: with a file it would "
						"do nothing",
						len ? "\n" : "", unused[i].name);
	}
	for (size_t i = 0; config->key && i < config->redact_count; i++) {
		if (strcmp(config->redact[i], config->key) != 0)
			continue;
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%s--redact: %.100s is the key (--key), which is "
					"written with every record: choose another key, or "
					"'' for none",
					len ? "\n" : "", config->key);
		break;
	}
	if (strcmp(config->uri, "-") != 0 && config->uri[strlen("file:")] == '\0')
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%s--source file: needs a path, as in file:users.jsonl",
					len ? "\n" : "");
	return len ? err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%s", text) : US_OK;
}

static enum status open_splitters(struct file_source *source, const struct source_config *config,
				  struct err *err)
{
	struct json_splitter_config splitter = { .key = config->key ? config->key : "login.uuid",
						 .redact = config->redact,
						 .redact_count = config->redact_count };
	enum status status = json_splitter_new(&source->records_splitter, &splitter, err);

	splitter.records = config->records ? config->records : "results";
	if (status == US_OK && *splitter.records)
		status = json_splitter_new(&source->answer_splitter, &splitter, err);
	return status;
}

static enum status open_stream(struct file_source *source, struct span cursor, struct err *err)
{
	enum status status = byte_stream_open(&source->stream, source->path, source->stop, err);

	if (status == US_OK)
		status = file_cursor_resume(&source->cursor, source->stream, source->path, cursor,
					    err);
	if (status == US_OK)
		status = byte_stream_skip(source->stream, source->cursor.offset, err);
	if (source->cursor.mode == FILE_ANSWERS && !source->answer_splitter)
		source->cursor.mode = FILE_RECORDS; /* --records is another now */
	if (status == US_OK && !line_reader_init(&source->lines, source->stream,
						 source->cursor.offset, source->cursor.line))
		status = err_no_memory(err, "opening a file");
	if (source->cursor.mode == FILE_UNKNOWN || source->cursor.mode == FILE_ANSWERS)
		source->lines.part_max = LINE_LONG;
	source->documents = (struct document_reader){ .window = &source->lines,
						      .path = source->records_path,
						      .name = source->shown,
						      .place = source->cursor.within };
	return status;
}

enum status file_source_open(struct source **out, const struct source_config *config,
			     struct span cursor, struct err *err)
{
	bool is_stdin = strcmp(config->uri, "-") == 0;
	struct file_source *source;
	enum status status = check_config(config, err);

	if (status != US_OK)
		return status;
	source = mem_calloc(1, sizeof(*source));
	if (!source)
		return err_no_memory(err, "opening a file");
	source->base.ops = &file_ops;
	source->stop = config->stop;
	arena_init(&source->texts, BATCH_BYTES_MAX + BATCH_BYTES_MAX / 4, TEXTS_MAX);
	source->records_limit = BATCH_RECORDS_FIRST;
	source->bytes_limit = BATCH_BYTES_FIRST;
	buf_init(&source->cursor_text, CURSOR_MAX);
	if (!is_stdin) {
		source->path = mem_strdup(config->uri + strlen("file:"));
		if (!source->path)
			status = err_no_memory(err, "opening a file");
	}
	source->records_path = mem_strdup(config->records ? config->records : "results");
	if (!source->records_path)
		status = err_no_memory(err, "opening a file");
	source->shown = is_stdin ? "standard input" : source->path;
	if (status == US_OK)
		status = open_splitters(source, config, err);
	if (status == US_OK)
		status = open_stream(source, cursor, err);
	if (status != US_OK) {
		file_close(&source->base);
		return status;
	}
	source->header = (struct header){ .name = SPAN_LITERAL("source"),
					  .value = span_of(source->shown) };
	*out = &source->base;
	return US_OK;
}

/* Told with the first batch, not by who only looks at the settings. */
static void tell_news(struct file_source *source)
{
	if (source->cursor.news)
		note(NOTE_INFO, "source", source->cursor.news, NOTE_TEXT("file", source->shown),
		     NOTE_INT("after_line", source->cursor.line));
	source->cursor.news = NULL;
}

/* ---- refused lines */

static void refuse(struct file_source *source, int64_t count, const char *reason)
{
	int64_t now_us = clock_mono_us();

	source->refused += count;
	if (source->notes == 0 || now_us - source->notes_us > NOTES_US) {
		source->notes_us = now_us;
		source->notes = 0;
	}
	if (source->notes == NOTES_MAX) {
		source->untold++;
		return;
	}
	source->notes++;
	note(NOTE_WARN, "source", "a line is refused", NOTE_TEXT("file", source->shown),
	     NOTE_INT("line", source->lines.line), NOTE_TEXT("reason", reason),
	     NOTE_INT("refused_before_without_a_note", source->untold));
	source->untold = 0;
}

/* ---- records */

static enum status keep_record(struct file_source *source, const struct json_split_record *split,
			       int64_t now_us, struct err *err)
{
	size_t value_size = split->value.len + RECORD_PADDING;
	struct record *record;
	char *text;

	if (source->record_count == source->record_capacity) {
		size_t capacity = source->record_capacity ? 2 * source->record_capacity : 1024;
		struct record *grown = mem_realloc(source->records, capacity * sizeof(*grown));
		if (!grown)
			return err_no_memory(err, "keeping a file's records");
		source->records = grown;
		source->record_capacity = capacity;
	}
	text = arena_alloc(&source->texts, value_size + split->key.len);
	if (!text)
		return err_no_memory(err, "keeping a file's records");
	memcpy(text, split->value.data, value_size);
	if (split->key.len)
		memcpy(text + value_size, split->key.data, split->key.len);
	record = &source->records[source->record_count++];
	*record = (struct record){ .timestamp_us = now_us,
				   .value = { .data = text, .len = split->value.len },
				   .headers = &source->header,
				   .header_count = 1 };
	if (split->key.data)
		record->key = (struct span){ .data = text + value_size, .len = split->key.len };
	source->batch_bytes += split->value.len;
	return US_OK;
}

/* Take the records out of a line or document. *good: it was JSON of the expected shape. */
static enum status take_text(struct file_source *source, struct json_splitter *splitter,
			     struct span text, int64_t now_us, bool *good, struct err *err)
{
	struct json_split_result result;
	struct err reason = ERR_INIT;
	enum status status = json_split(splitter, text.data, text.len, &result, &reason);

	*good = status == US_OK;
	if (status == US_REJECT) {
		refuse(source, 1, reason.text);
		return US_OK;
	}
	if (status != US_OK) {
		*err = reason;
		return status;
	}
	for (size_t i = 0; i < result.record_count; i++) {
		status = keep_record(source, &result.records[i], now_us, err);
		if (status != US_OK)
			return status;
	}
	source->accepted += (int64_t)result.record_count;
	if (result.refused)
		refuse(source, (int64_t)result.refused,
		       "no JSON object, or without the key (--key)");
	return US_OK;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span trim(struct span text)
{
	while (text.len && is_space(text.data[text.len - 1]))
		text.len--;
	while (text.len && is_space(text.data[0])) {
		text.data++;
		text.len--;
	}
	return text;
}

/* What the first line says about the file. */
static enum status detect_mode(struct file_source *source, struct span line, struct err *err)
{
	struct json_split_result result;
	struct err reason = ERR_INIT;
	enum status status = US_REJECT;
	char last = line.data[line.len - 1];

	if (source->answer_splitter)
		status = json_split(source->answer_splitter, line.data, line.len, &result, &reason);
	if (status == US_FATAL) {
		*err = reason;
		return status;
	}
	if (status == US_OK)
		source->cursor.mode = FILE_ANSWERS;
	else if ((last == '{' || last == '[' || last == ',') &&
		 (line.data[0] == '{' || line.data[0] == '['))
		source->cursor.mode = FILE_WHOLE;
	else
		source->cursor.mode = FILE_RECORDS;
	return US_OK;
}

/* A record of a document, or a document that is one. */
static enum status take_piece(struct file_source *source, const struct document_piece *piece,
			      int64_t now_us, struct err *err)
{
	bool good;

	source->cursor.retry_offset = -1;
	source->bytes += (int64_t)piece->text.len;
	if (piece->text.data[0] == '[' && !piece->is_document) {
		refuse(source, 1, "an array in the array of records");
		return US_OK;
	}
	return take_text(source, source->records_splitter, piece->text, now_us, &good, err);
}

/* A byte order mark may begin a file, though no JSON text. */
static struct span without_mark(const struct line *line)
{
	struct span text = line->text;

	if (line->offset == 0 && text.len >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0) {
		text.data += 3;
		text.len -= 3;
	}
	return text;
}

static enum status take_line(struct file_source *source, const struct line *line, int64_t now_us,
			     struct err *err)
{
	struct span text = trim(without_mark(line));
	enum status status;
	bool good = false;

	if (line->is_part) {
		source->lines.part_max = 0;
		if (text.len && (text.data[0] == '{' || text.data[0] == '['))
			source->cursor.mode = FILE_WHOLE;
		return US_OK;
	}
	source->cursor.retry_offset = -1;
	if (line->too_long) {
		refuse(source, 1, "the line is longer than 64 MiB");
		return US_OK;
	}
	if (text.len == 0)
		return US_OK;
	if (source->cursor.mode == FILE_UNKNOWN) {
		status = detect_mode(source, text, err);
		if (status != US_OK)
			return status;
	}
	if (source->cursor.mode == FILE_WHOLE) {
		line_reader_unread(&source->lines, line);
		return US_OK;
	}
	if (source->cursor.mode == FILE_RECORDS)
		source->lines.part_max = 0;
	source->bytes += (int64_t)line->text.len + line->terminated;
	status = take_text(source,
			   source->cursor.mode == FILE_ANSWERS ? source->answer_splitter
							       : source->records_splitter,
			   text, now_us, &good, err);
	/* It may be half a line that somebody is still writing. */
	if (status == US_OK && !good && !line->terminated)
		source->cursor.retry_offset = line->offset;
	return status;
}

/* ---- batches */

static enum status check_hopeless(const struct file_source *source, struct err *err)
{
	if (source->accepted > 0 || source->refused < HOPELESS_LINES)
		return US_OK;
	return err_set(err, US_REJECT, EXIT_BAD_DATA,
		       "%s: none of its first %" PRId64
		       " lines is a record: is it JSON Lines, and is the key right (--key)? The "
		       "notes above say what is wrong with each",
		       source->shown, source->refused);
}

/* The next line or piece of a document, and its records. *more: there may be another. */
static enum status take_next(struct file_source *source, bool wait, int64_t now_us, bool *more,
			     bool *end, struct err *err)
{
	struct document_piece piece;
	struct line line;
	enum status status;

	if (source->cursor.mode == FILE_WHOLE) {
		status = document_reader_next(&source->documents, wait, &piece, err);
		*more = piece.text.data != NULL;
		*end = piece.at_end;
		return status == US_OK && *more ? take_piece(source, &piece, now_us, err) : status;
	}
	status = line_reader_next(&source->lines, wait, &line, err);
	*more = line.text.data != NULL;
	*end = line.at_end;
	return status == US_OK && *more ? take_line(source, &line, now_us, err) : status;
}

/* Records until the batch is full or there is no more for now. */
static enum status collect(struct file_source *source, bool *end, struct err *err)
{
	int64_t now_us = clock_wall_us();
	int64_t refused_before = source->refused;
	bool more = true;

	while (source->record_count + (size_t)(source->refused - refused_before) <
		   source->records_limit &&
	       source->batch_bytes < source->bytes_limit) {
		bool empty = source->record_count == 0 && source->refused == refused_before;
		enum status status = take_next(source, empty, now_us, &more, end, err);
		if (status != US_OK || !more)
			return status;
	}
	source->records_limit *= source->records_limit < BATCH_RECORDS_MAX ? 2 : 1;
	source->bytes_limit *= source->bytes_limit < BATCH_BYTES_MAX ? 2 : 1;
	return US_OK;
}

static enum status fill_batch(struct file_source *source, struct source_batch *batch, bool end,
			      int64_t refused, struct err *err)
{
	source->cursor.offset = source->lines.offset;
	source->cursor.line = source->lines.line;
	source->cursor.ended = end;
	source->cursor.within = source->documents.place;
	source->cursor.size = byte_stream_size(source->stream);
	buf_reset(&source->cursor_text);
	file_cursor_print(&source->cursor, source->path, &source->cursor_text);
	if (source->cursor_text.failed)
		return err_no_memory(err, "printing the source's cursor");
	batch->records = source->records;
	batch->record_count = source->record_count;
	batch->cursor = buf_span(&source->cursor_text);
	batch->refused = refused;
	batch->fetched = (int64_t)source->record_count + refused;
	batch->end = end;
	return US_OK;
}

static enum status file_next(struct source *base, struct source_batch *batch, struct err *err)
{
	struct file_source *source = (struct file_source *)base;
	int64_t refused = source->refused;
	struct err failure = ERR_INIT;
	enum status status;
	bool end = false;

	*batch = (struct source_batch){ .records = NULL };
	arena_reset(&source->texts);
	source->record_count = 0;
	source->batch_bytes = 0;
	tell_news(source);
	if (source->stop && waiter_is_woken(source->stop)) {
		status = err_set(err, US_RETRY, EXIT_TRY_AGAIN, "stopped while reading %s",
				 source->shown);
		if (err)
			err->kind = "stopped";
		return status;
	}
	status = collect(source, &end, &failure);
	refused = source->refused - refused;
	if (status != US_FATAL && check_hopeless(source, err) != US_OK)
		return US_REJECT;
	/* What was read before a fault is handed out first; the fault comes again. */
	if (status == US_FATAL || (status != US_OK && source->record_count == 0 && refused == 0)) {
		if (err)
			*err = failure;
		return status;
	}
	return fill_batch(source, batch, end, refused, err);
}
