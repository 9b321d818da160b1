/*
 * log_uri.c - takes a log's URI apart: "scheme:place?name=value&name=value".
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "log/log_backend.h"

struct parameter {
	const char *name;
	int64_t min, max;
	size_t field; /* offset of its int64_t in struct log_uri */
};

static const struct parameter known[] = {
	{ "max_record_bytes", 1024, 1 << 30, offsetof(struct log_uri, max_record_bytes) },
	{ "partitions", 1, 1024, offsetof(struct log_uri, partitions) },
};

/* Is `name` one of the words of `list`? */
static bool is_word_of(const char *list, const char *name, size_t len)
{
	while (*list) {
		size_t word = strcspn(list, " ");
		if (word == len && memcmp(list, name, len) == 0)
			return true;
		list += word;
		list += strspn(list, " ");
	}
	return false;
}

static enum status parse_one(struct log_uri *out, const char *text, size_t len, const char *uri,
			     const char *parameters, struct err *err)
{
	size_t name_len = strcspn(text, "=&");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct parameter *p = &known[i];
		if (strlen(p->name) != name_len || memcmp(p->name, text, name_len) != 0 ||
		    !is_word_of(parameters, text, name_len))
			continue;
		char *end = NULL;
		errno = 0;
		int64_t value = text[name_len] == '=' ? strtoll(text + name_len + 1, &end, 10) : 0;
		if (!end || end == text + name_len + 1 || end != text + len || errno != 0 ||
		    value < p->min || value > p->max)
			return err_set(
			    err, US_REJECT, EXIT_BAD_CONFIG,
			    "the log \"%s\": %s must be a whole number from %lld to %lld", uri,
			    p->name, (long long)p->min, (long long)p->max);
		memcpy((char *)out + p->field, &value, sizeof(value));
		return US_OK;
	}
	return err_set(
	    err, US_REJECT, EXIT_BAD_CONFIG,
	    "the log \"%s\" has a parameter \"%.*s\" that is not known here; known are: %s", uri,
	    (int)name_len, text, parameters);
}

enum status log_uri_parse(struct log_uri *out, const char *uri, const char *parameters,
			  struct err *err)
{
	*out = (struct log_uri){ .max_record_bytes = LOG_MAX_RECORD_BYTES, .partitions = 1 };
	const char *place = strchr(uri, ':') + 1;
	size_t place_len = strcspn(place, "?");
	const char *text = place + place_len;
	while (*text) {
		text++; /* the '?' or '&' in front of it */
		size_t len = strcspn(text, "&");
		enum status status = parse_one(out, text, len, uri, parameters, err);
		if (status != US_OK)
			return status;
		text += len;
	}
	out->place = mem_strndup(place, place_len);
	if (!out->place)
		return err_no_memory(err, "opening the log");
	return US_OK;
}

void log_uri_release(struct log_uri *uri)
{
	mem_free(uri->place);
	uri->place = NULL;
}
