/*
 * dead_letter.c - see dead_letter.h.
 */
#include "pipeline/dead_letter.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "core/mem.h"

static const char *const kind_names[] = { "letter", "attempt", "replayed", "restart" };

const char *letter_kind_name(enum letter_kind kind)
{
	return kind_names[kind];
}

void letter_writer_init(struct letter_writer *writer)
{
	*writer = (struct letter_writer){ 0 };
	arena_init(&writer->arena, 16 * 1024, (size_t)64 << 20);
}

void letter_writer_release(struct letter_writer *writer)
{
	arena_release(&writer->arena);
	mem_free(writer->records);
	*writer = (struct letter_writer){ 0 };
}

/* An empty text is left out. */
static void put_text(struct header *headers, size_t *count, const char *name, struct span value)
{
	if (value.len)
		headers[(*count)++] = (struct header){ .name = span_of(name), .value = value };
}

static bool put_int(struct letter_writer *writer, struct header *headers, size_t *count,
		    const char *name, int64_t value)
{
	char *text = arena_printf(&writer->arena, "%" PRId64, value);

	if (!text)
		return false;
	headers[(*count)++] = (struct header){ .name = span_of(name), .value = span_of(text) };
	return true;
}

static bool put_headers(struct letter_writer *writer, const struct dead_letter *letter,
			struct header *headers, size_t *count)
{
	put_text(headers, count, "kind", span_of(kind_names[letter->kind]));
	put_text(headers, count, "reason", letter->reason);
	put_text(headers, count, "counted", letter->counted);
	put_text(headers, count, "name", letter->name);
	put_text(headers, count, "text", letter->text);
	put_text(headers, count, "table", letter->table);
	put_text(headers, count, "topic", letter->topic);
	put_text(headers, count, "identity", letter->identity);
	put_text(headers, count, "fingerprint", letter->fingerprint);
	put_text(headers, count, "sha256", letter->sha256);
	return put_int(writer, headers, count, "partition", letter->partition) &&
	       put_int(writer, headers, count, "offset", letter->offset) &&
	       put_int(writer, headers, count, "stamp", letter->stamp) &&
	       put_int(writer, headers, count, "generation", letter->generation) &&
	       put_int(writer, headers, count, "time", letter->time_us) &&
	       put_int(writer, headers, count, "timestamp", letter->timestamp_us) &&
	       put_int(writer, headers, count, "attempts", letter->attempts) &&
	       put_int(writer, headers, count, "length", letter->length);
}

enum status letter_add(struct letter_writer *writer, const struct dead_letter *letter,
		       struct err *err)
{
	struct header *headers;
	size_t count = 0;

	if (writer->count == writer->capacity) {
		size_t capacity = writer->capacity ? writer->capacity * 2 : 64;
		struct record *records = mem_realloc(writer->records,
						     capacity * sizeof(*writer->records));

		if (!records)
			return err_no_memory(err, "writing a dead letter");
		writer->records = records;
		writer->capacity = capacity;
	}
	headers = arena_calloc(&writer->arena, LETTER_HEADERS, sizeof(*headers));
	if (!headers || !put_headers(writer, letter, headers, &count))
		return err_no_memory(err, "writing a dead letter");
	writer->records[writer->count++] = (struct record){
		.partition = letter->partition,
		.timestamp_us = letter->time_us,
		.key = letter->key,
		.value = letter->value,
		.headers = headers,
		.header_count = count,
	};
	return US_OK;
}

void letter_clear(struct letter_writer *writer)
{
	writer->count = 0;
	arena_reset(&writer->arena);
}

enum status letter_flush(struct letter_writer *writer, struct log *log, struct err *err)
{
	enum status status = US_OK;

	if (writer->count)
		status = log->ops->append(log, writer->records, writer->count, NULL, NULL, err);
	if (status == US_OK)
		letter_clear(writer);
	return status;
}

/* ---- reading */

static bool parse_int(struct span text, int64_t *out)
{
	char digits[32], *end;
	long long value;

	if (text.len == 0 || text.len >= sizeof(digits))
		return false;
	memcpy(digits, text.data, text.len);
	digits[text.len] = 0;
	errno = 0;
	value = strtoll(digits, &end, 10);
	if (errno || *end)
		return false;
	*out = value;
	return true;
}

static bool parse_kind(struct span text, enum letter_kind *out)
{
	for (size_t i = 0; i < sizeof(kind_names) / sizeof(kind_names[0]); i++)
		if (span_equal(text, span_of(kind_names[i]))) {
			*out = (enum letter_kind)i;
			return true;
		}
	return false;
}

/* A header into its field. False: a field of ours with a value that is not. */
static bool parse_header(struct span name, struct span value, struct dead_letter *out, bool *kind)
{
	int64_t partition = 0;
	const struct {
		const char *name;
		struct span *text;
		int64_t *integer;
	} fields[] = {
		{ "reason", &out->reason, NULL },     { "counted", &out->counted, NULL },
		{ "name", &out->name, NULL },         { "text", &out->text, NULL },
		{ "table", &out->table, NULL },       { "topic", &out->topic, NULL },
		{ "identity", &out->identity, NULL }, { "fingerprint", &out->fingerprint, NULL },
		{ "sha256", &out->sha256, NULL },     { "offset", NULL, &out->offset },
		{ "stamp", NULL, &out->stamp },       { "generation", NULL, &out->generation },
		{ "time", NULL, &out->time_us },      { "timestamp", NULL, &out->timestamp_us },
		{ "attempts", NULL, &out->attempts }, { "length", NULL, &out->length },
	};

	if (span_equal(name, SPAN_LITERAL("kind")))
		return *kind = parse_kind(value, &out->kind);
	if (span_equal(name, SPAN_LITERAL("partition"))) {
		if (!parse_int(value, &partition) || partition < 0 || partition > INT32_MAX)
			return false;
		out->partition = (int32_t)partition;
		return true;
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!span_equal(name, span_of(fields[i].name)))
			continue;
		if (fields[i].integer)
			return parse_int(value, fields[i].integer);
		*fields[i].text = value;
		return true;
	}
	return true; /* a newer version's header */
}

bool letter_parse(const struct record *record, struct dead_letter *out)
{
	bool kind = false;

	*out = (struct dead_letter){
		.partition = -1,
		.offset = -1,
		.key = record->key,
		.value = record->value,
		.reason = SPAN_LITERAL(""),
		.counted = SPAN_LITERAL(""),
		.name = SPAN_LITERAL(""),
		.text = SPAN_LITERAL(""),
		.table = SPAN_LITERAL(""),
		.topic = SPAN_LITERAL(""),
		.identity = SPAN_LITERAL(""),
		.fingerprint = SPAN_LITERAL(""),
		.sha256 = SPAN_LITERAL(""),
	};
	for (size_t i = 0; i < record->header_count; i++)
		if (!parse_header(record->headers[i].name, record->headers[i].value, out, &kind))
			return false;
	if (out->counted.len == 0)
		out->counted = out->reason;
	/* an empty value stands for none in backends that do not tell them apart */
	if (out->value.len == 0)
		out->value = SPAN_NULL;
	return kind && out->partition >= 0 && out->offset >= 0;
}

bool letter_sha256(struct span data, char out[65])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char digest[32];
	unsigned int len = 0;

	if (EVP_Digest(data.data ? data.data : "", data.len, digest, &len, EVP_sha256(), NULL) !=
		1 ||
	    len != sizeof(digest))
		return false;
	for (size_t i = 0; i < sizeof(digest); i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[64] = 0;
	return true;
}
