/*
 * json_splitter.c - an answer or a line cut into records.
 *
 * The walk checks the whole text and finds the array of records, the declared count and an error
 * text. Then each element is copied, token run by token run, into the splitter's buffer:
 *
 *     {"a":1,"login":{"uuid":"u","password":"p","salt":"s"},"b":2}      redact login.password,
 *     \_____________________________/                       \____/      login.salt
 *              run 1, its last comma dropped                run 2 from the } on
 *
 * Redaction happens in that copy, so no buffer of ours ever holds a record with its secrets.
 */
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/json.h"
#include "core/json_token.h"
#include "core/json_walk.h"
#include "core/mem.h"

/* Texts of one answer. The sources bound an answer far below. */
#define OUT_MAX ((size_t)16 << 30)

/* Output memory that is kept from answer to answer. */
#define KEPT_MAX ((size_t)1 << 20)

struct json_splitter {
	struct json_paths *answer; /* records, count, error */
	struct json_walk walk;
	int records_slot;
	int count_slot; /* -1: none */
	int error_slot; /* -1: none */
	char *records_path;
	struct json_paths *key;    /* one path, or NULL: no keys */
	struct json_paths *redact; /* NULL: nothing */
	struct buf out;            /* values, each with its padding and its key */
	struct json_split_record *records;
	size_t record_capacity;
};

static enum status add_paths(struct json_splitter *splitter,
			     const struct json_splitter_config *config, struct err *err)
{
	bool whole = !config->records || !*config->records;
	enum status status = US_OK;
	int slot;

	if (whole) {
		splitter->records_slot = json_paths_add(splitter->answer, NULL, 0);
		if (splitter->records_slot < 0)
			return err_no_memory(err, "preparing to split JSON");
	} else {
		status = json_paths_add_dotted(splitter->answer, config->records,
					       "the path of the records", &splitter->records_slot,
					       err);
		if (status == US_OK)
			status = json_paths_add_dotted(splitter->answer, "error", "an error's path",
						       &splitter->error_slot, err);
	}
	if (status == US_OK && config->count && *config->count)
		status = json_paths_add_dotted(splitter->answer, config->count,
					       "the path of the count", &splitter->count_slot, err);
	if (status == US_OK && splitter->key)
		status = json_paths_add_dotted(splitter->key, config->key, "the path of the key",
					       &slot, err);
	for (size_t i = 0; status == US_OK && i < config->redact_count; i++)
		status = json_paths_add_dotted(splitter->redact, config->redact[i],
					       "a field to redact", &slot, err);
	return status;
}

enum status json_splitter_new(struct json_splitter **out, const struct json_splitter_config *config,
			      struct err *err)
{
	struct json_splitter *splitter = mem_calloc(1, sizeof(*splitter));
	bool keyed = config->key && *config->key;
	enum status status;

	if (!splitter)
		return err_no_memory(err, "preparing to split JSON");
	buf_init(&splitter->out, OUT_MAX);
	splitter->count_slot = -1;
	splitter->error_slot = -1;
	splitter->records_path = mem_strdup(config->records ? config->records : "");
	splitter->answer = json_paths_new();
	splitter->key = keyed ? json_paths_new() : NULL;
	splitter->redact = config->redact_count ? json_paths_new() : NULL;
	if (!splitter->records_path || !splitter->answer || (keyed && !splitter->key) ||
	    (config->redact_count && !splitter->redact)) {
		status = err_no_memory(err, "preparing to split JSON");
		goto out;
	}
	status = add_paths(splitter, config, err);
	if (status == US_OK && !json_walk_init(&splitter->walk, splitter->answer))
		status = err_no_memory(err, "preparing to split JSON");
out:
	if (status == US_OK)
		*out = splitter;
	else
		json_splitter_free(splitter);
	return status;
}

void json_splitter_free(struct json_splitter *splitter)
{
	if (!splitter)
		return;
	json_walk_release(&splitter->walk);
	json_paths_free(splitter->answer);
	json_paths_free(splitter->key);
	json_paths_free(splitter->redact);
	buf_release(&splitter->out);
	mem_free(splitter->records);
	mem_free(splitter->records_path);
	mem_free(splitter);
}

void json_splitter_shrink(struct json_splitter *splitter)
{
	if (splitter->out.capacity > KEPT_MAX)
		buf_release(&splitter->out);
}

/* ---- copying. Room for everything was made before. */

static char first_of(const struct json_splitter *splitter, const char *text, uint32_t token)
{
	return text[splitter->walk.index.at[token]];
}

/* Append the tokens from first up to, not including, end. */
static void put_tokens(struct json_splitter *splitter, const char *text, uint32_t first,
		       uint32_t end)
{
	const struct json_index *index = &splitter->walk.index;
	char *to = splitter->out.data + splitter->out.len;
	size_t len;

	if (first >= end)
		return;
	if (splitter->walk.spaced) {
		splitter->out.len += json_minify(index, text, first, end, to);
		return;
	}
	/* The last token's own end: in a text without gaps only the very last can have a tail. */
	len = index->at[end] - index->at[first];
	while (json_is_space(text[index->at[first] + len - 1]))
		len--;
	memcpy(to, text + index->at[first], len);
	splitter->out.len += len;
}

/* Append a scalar as text, unescaped, or an object or array. */
static struct span put_text(struct json_splitter *splitter, const char *text, uint32_t token)
{
	char *to = splitter->out.data + splitter->out.len;
	char first = first_of(splitter, text, token);
	struct span content;

	if (first == 'n')
		return SPAN_NULL;
	if (first == '{' || first == '[') {
		put_tokens(splitter, text, token, json_walk_after(&splitter->walk, text, token));
	} else {
		content = json_token_text(&splitter->walk.index, text, token);
		if (first == '"') {
			splitter->out.len += json_unescape(content.data, content.data + content.len,
							   to);
		} else {
			memcpy(to, content.data, content.len);
			splitter->out.len += content.len;
		}
	}
	return (struct span){ .data = to,
			      .len = (size_t)(splitter->out.data + splitter->out.len - to) };
}

/* What is left to copy of the record begins at this token. */
struct copy {
	struct json_splitter *splitter;
	const char *text;
	uint32_t run;
};

/* Cut out the member from `key` up to, not including, `after`, with one comma beside it. */
static void cut_member(struct copy *copy, uint32_t key, uint32_t after)
{
	struct json_splitter *splitter = copy->splitter;

	put_tokens(splitter, copy->text, copy->run, key);
	copy->run = after;
	if (first_of(splitter, copy->text, after) == ',')
		copy->run++;
	else if (splitter->out.data[splitter->out.len - 1] == ',')
		splitter->out.len--;
}

/*
 * Go through an object's members for those to redact. Recurses as deep as the redacted paths are
 * long (at most 64). False: out of memory.
 */
static bool redact_object(struct copy *copy, uint32_t opening, uint32_t node)
{
	struct json_splitter *splitter = copy->splitter;
	uint32_t key = opening + 1;

	if (first_of(splitter, copy->text, key) == '}')
		return true;
	for (;;) {
		uint32_t value = key + 2;
		uint32_t after = json_walk_after(&splitter->walk, copy->text, value);
		uint32_t child;
		if (!json_walk_field(&splitter->walk, splitter->redact, node, copy->text, key,
				     &child))
			return false;
		if (child != JSON_NO_NODE) {
			if (splitter->redact->nodes[child].slot != JSON_NO_SLOT)
				cut_member(copy, key, after);
			else if (first_of(splitter, copy->text, value) == '{' &&
				 !redact_object(copy, value, child))
				return false;
		}
		if (first_of(splitter, copy->text, after) == '}')
			return true;
		key = after + 1;
	}
}

/* The token of the record's key, or JSON_NO_TOKEN; the last of duplicates. False: out of memory. */
static bool find_key(struct json_splitter *splitter, const char *text, uint32_t opening,
		     uint32_t node, uint32_t *found)
{
	uint32_t key = opening + 1;

	*found = JSON_NO_TOKEN;
	if (first_of(splitter, text, key) == '}')
		return true;
	for (;;) {
		uint32_t value = key + 2;
		uint32_t after = json_walk_after(&splitter->walk, text, value);
		uint32_t child;
		if (!json_walk_field(&splitter->walk, splitter->key, node, text, key, &child))
			return false;
		if (child != JSON_NO_NODE) {
			*found = JSON_NO_TOKEN;
			if (splitter->key->nodes[child].slot != JSON_NO_SLOT)
				*found = value;
			else if (first_of(splitter, text, value) == '{' &&
				 !find_key(splitter, text, value, child, found))
				return false;
		}
		if (first_of(splitter, text, after) == '}')
			return true;
		key = after + 1;
	}
}

/* One element of the array of records: a record, or refused. False: out of memory. */
static bool split_element(struct json_splitter *splitter, const char *text, uint32_t token,
			  struct json_split_result *out)
{
	struct json_split_record *record = &splitter->records[out->record_count];
	struct copy copy = { .splitter = splitter, .text = text, .run = token };
	size_t start = splitter->out.len;
	uint32_t key = JSON_NO_TOKEN;

	if (first_of(splitter, text, token) != '{') {
		out->refused++;
		return true;
	}
	if (splitter->key) {
		char first;
		if (!find_key(splitter, text, token, 0, &key))
			return false;
		first = key == JSON_NO_TOKEN ? 'n' : first_of(splitter, text, key);
		if (first == 'n' || first == '{' || first == '[') {
			out->refused++;
			return true;
		}
	}
	if (splitter->redact && !redact_object(&copy, token, 0))
		return false;
	put_tokens(splitter, text, copy.run, splitter->walk.close[token] + 1);
	record->value = (struct span){ .data = splitter->out.data + start,
				       .len = splitter->out.len - start };
	memset(splitter->out.data + splitter->out.len, 0, JSON_PADDING);
	splitter->out.len += JSON_PADDING;
	record->key = key == JSON_NO_TOKEN ? SPAN_NULL : put_text(splitter, text, key);
	out->record_count++;
	return true;
}

/* ---- the answer as a whole */

/*
 * Make room for everything at once, so that spans stay valid while the rest is copied: the values
 * and an error's text are parts of the text, each once, and so are the keys.
 */
static bool reserve(struct json_splitter *splitter, size_t len, size_t elements)
{
	buf_reset(&splitter->out);
	if (!buf_reserve(&splitter->out, 2 * len + elements * JSON_PADDING))
		return false;
	if (elements > splitter->record_capacity) {
		struct json_split_record *grown = mem_realloc(splitter->records,
							      elements * sizeof(*grown));
		if (!grown)
			return false;
		splitter->records = grown;
		splitter->record_capacity = elements;
	}
	return true;
}

static size_t count_elements(const struct json_splitter *splitter, const char *text,
			     uint32_t opening)
{
	uint32_t close = splitter->walk.close[opening];
	size_t count = 0;

	for (uint32_t token = opening + 1; token < close; count++)
		token = json_walk_after(&splitter->walk, text, token) + 1;
	return count;
}

static int64_t declared_count(const struct json_splitter *splitter, const char *text)
{
	uint32_t token = JSON_NO_TOKEN;
	struct span number;
	int64_t value = 0;

	if (splitter->count_slot >= 0)
		token = splitter->walk.found[splitter->count_slot];
	if (token == JSON_NO_TOKEN || first_of(splitter, text, token) == '"')
		return -1;
	number = json_token_text(&splitter->walk.index, text, token);
	if (number.len > 18)
		return -1;
	for (size_t i = 0; i < number.len; i++) {
		if (number.data[i] < '0' || number.data[i] > '9')
			return -1;
		value = value * 10 + (number.data[i] - '0');
	}
	return value;
}

static enum status refuse_shape(const struct json_splitter *splitter, struct span answer_error,
				struct err *err)
{
	char said[400];
	enum status status;

	if (answer_error.data)
		status = err_set(err, US_REJECT, EXIT_BAD_DATA,
				 "the answer has no array of records at \"%s\"; it says: %s",
				 splitter->records_path,
				 err_foreign(answer_error, said, sizeof(said)));
	else
		status = err_set(err, US_REJECT, EXIT_BAD_DATA,
				 "the answer has no array of records at \"%s\": is the path right "
				 "(--records)?",
				 splitter->records_path);
	if (err)
		err->kind = "shape";
	return status;
}

enum status json_split(struct json_splitter *splitter, const char *doc, size_t len,
		       struct json_split_result *out, struct err *err)
{
	enum status status;
	uint32_t records;
	bool is_array;
	size_t elements;
	uint32_t token;

	*out = (struct json_split_result){ .declared_count = -1 };
	status = json_walk_text(&splitter->walk, doc, len, err);
	if (status != US_OK)
		return status;
	records = splitter->walk.found[splitter->records_slot];
	is_array = records != JSON_NO_TOKEN && first_of(splitter, doc, records) == '[';
	elements = is_array ? count_elements(splitter, doc, records) : 1;
	if (!reserve(splitter, len, elements))
		return err_no_memory(err, "splitting JSON into records");
	out->records = splitter->records;
	out->declared_count = declared_count(splitter, doc);
	if (splitter->error_slot >= 0 &&
	    splitter->walk.found[splitter->error_slot] != JSON_NO_TOKEN)
		out->answer_error = put_text(splitter, doc,
					     splitter->walk.found[splitter->error_slot]);
	if (!is_array && *splitter->records_path)
		return refuse_shape(splitter, out->answer_error, err);
	token = is_array ? records + 1 : records;
	for (size_t i = 0; i < elements; i++) {
		if (!split_element(splitter, doc, token, out))
			return err_no_memory(err, "splitting JSON into records");
		token = json_walk_after(&splitter->walk, doc, token) + 1;
	}
	return US_OK;
}
