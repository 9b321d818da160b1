/*
 * err.c - the text of failures, in the caller's buffer.
 */
#include "core/err.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Cut a text that filled its buffer: "..." at the end, no half UTF-8 character before it. */
static void cut(char *text, size_t size)
{
	size_t end = size - 4;

	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, "...", 4);
}

enum status err_setv(struct err *err, enum status status, enum exit_code code, const char *fmt,
		     va_list args)
{
	char text[ERR_TEXT_MAX];
	int len;

	if (!err)
		return status;
	/* By way of a copy: an argument may be err->text itself. */
	len = vsnprintf(text, sizeof(text), fmt, args);
	if (len < 0)
		snprintf(text, sizeof(text), "%s", fmt);
	else if ((size_t)len >= sizeof(text))
		cut(text, sizeof(text));
	memcpy(err->text, text, strlen(text) + 1);
	err->code = code;
	err->kind = NULL;
	err->retry_after_ms = 0;
	return status;
}

enum status err_set(struct err *err, enum status status, enum exit_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	err_setv(err, status, code, fmt, args);
	va_end(args);
	return status;
}

enum status err_no_memory(struct err *err, const char *doing)
{
	err_set(err, US_FATAL, EXIT_INTERNAL, "out of memory while %s", doing);
	if (err)
		err->kind = "memory";
	return US_FATAL;
}

enum status err_missing(struct err *err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	err_setv(err, US_REJECT, EXIT_BAD_CONFIG, fmt, args);
	va_end(args);
	if (err)
		err->kind = "missing";
	return US_REJECT;
}

void err_prefix(struct err *err, const char *fmt, ...)
{
	char text[2 * ERR_TEXT_MAX];
	va_list args;
	int prefix;
	size_t len;

	if (!err)
		return;
	va_start(args, fmt);
	prefix = vsnprintf(text, ERR_TEXT_MAX, fmt, args);
	va_end(args);
	if (prefix < 0)
		return;
	if (prefix >= ERR_TEXT_MAX)
		prefix = ERR_TEXT_MAX - 1;
	len = (size_t)prefix +
	      (size_t)snprintf(text + prefix, sizeof(text) - (size_t)prefix, ": %s", err->text);
	if (len >= ERR_TEXT_MAX)
		cut(text, ERR_TEXT_MAX);
	memcpy(err->text, text, strlen(text) + 1);
}

const char *err_foreign(struct span text, char *out, size_t size)
{
	bool fits = text.len < size;
	size_t len = fits ? text.len : size - 1;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text.data[i];

		out[i] = c < 0x20 || c == 0x7F ? ' ' : (char)c;
	}
	out[len] = '\0';
	if (!fits)
		cut(out, size);
	return out;
}

const char *status_name(enum status status)
{
	switch (status) {
	case US_OK:
		return "ok";
	case US_RETRY:
		return "retry";
	case US_REJECT:
		return "reject";
	case US_FATAL:
		return "fatal";
	}
	return "unknown";
}
