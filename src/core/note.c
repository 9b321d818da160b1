/*
 * note.c - lines on stderr. One mutex orders the lines and guards the buffer, the format and the
 * hooks. stderr belongs to the process, so this state does too.
 */
#include "core/note.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"

#define LINE_MAX_BYTES 32768

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct buf line = { .max = LINE_MAX_BYTES };
static enum note_level lowest_level = NOTE_INFO;
static enum note_format format = NOTE_FORMAT_TEXT;
static void (*hook_before)(void *user);
static void (*hook_after)(void *user);
static void *hook_user;

static const char *level_name(enum note_level level)
{
	switch (level) {
	case NOTE_DEBUG:
		return "debug";
	case NOTE_INFO:
		return "info";
	case NOTE_WARN:
		return "warn";
	case NOTE_ERROR:
		return "error";
	}
	return "?";
}

/* key=value readers take a bare word as it stands. */
static bool is_bare(const char *text)
{
	if (!*text)
		return false;
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		if (*c <= ' ' || *c == '"' || *c == '=' || *c == '\\' || *c == 0x7f)
			return false;
	return true;
}

static void append_name(const char *name)
{
	if (format == NOTE_FORMAT_JSON) {
		if (line.len > 1)
			buf_append_char(&line, ',');
		buf_append_json(&line, span_of(name));
		buf_append_char(&line, ':');
	} else {
		if (line.len)
			buf_append_char(&line, ' ');
		buf_append_text(&line, name);
		buf_append_char(&line, '=');
	}
}

static void append_text(const char *name, const char *text)
{
	append_name(name);
	if (format == NOTE_FORMAT_JSON)
		buf_append_json(&line, span_of(text));
	else if (text && is_bare(text))
		buf_append_text(&line, text);
	else
		buf_append_json(&line, span_of(text ? text : ""));
}

static void append_field(const struct note_field *field)
{
	switch (field->type) {
	case 'i':
		append_name(field->name);
		buf_printf(&line, "%" PRId64, field->integer);
		break;
	case 'd':
		append_name(field->name);
		if (isfinite(field->real))
			buf_printf(&line, "%.6g", field->real);
		else
			buf_append_text(&line, "null");
		break;
	default:
		append_text(field->name, field->text);
		break;
	}
}

static void append_time(void)
{
	char text[CLOCK_TEXT_MAX + 8];
	int64_t us = clock_wall_us();
	size_t len = clock_format_us(us - us % 1000000, text);

	text[10] = 'T';
	snprintf(text + len, sizeof(text) - len, ".%03dZ", (int)(us % 1000000 / 1000));
	append_text("time", text);
}

static void write_all(const char *data, size_t len)
{
	while (len > 0) {
		ssize_t written = write(STDERR_FILENO, data, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return; /* nobody listens, and there is nobody to tell */
		data += written;
		len -= (size_t)written;
	}
}

void note_write(enum note_level level, const char *component, const char *message,
		const struct note_field *fields)
{
	pthread_mutex_lock(&lock);
	if (level < lowest_level)
		goto out;
	buf_reset(&line);
	if (format == NOTE_FORMAT_JSON)
		buf_append_char(&line, '{');
	append_time();
	append_text("level", level_name(level));
	append_text("component", component);
	append_text("msg", message);
	for (; fields->name; fields++)
		append_field(fields);
	if (format == NOTE_FORMAT_JSON)
		buf_append_char(&line, '}');
	buf_append_char(&line, '\n');

	if (hook_before)
		hook_before(hook_user);
	if (line.failed) { /* out of memory or too long: the message is what matters */
		write_all(message, strlen(message));
		write_all("\n", 1);
	} else {
		write_all(line.data, line.len);
	}
	if (hook_after)
		hook_after(hook_user);
out:
	pthread_mutex_unlock(&lock);
}

void note_set_level(enum note_level lowest)
{
	pthread_mutex_lock(&lock);
	lowest_level = lowest;
	pthread_mutex_unlock(&lock);
}

void note_set_format(enum note_format wanted)
{
	pthread_mutex_lock(&lock);
	format = wanted;
	pthread_mutex_unlock(&lock);
}

void note_set_hooks(void (*before)(void *user), void (*after)(void *user), void *user)
{
	pthread_mutex_lock(&lock);
	hook_before = before;
	hook_after = after;
	hook_user = user;
	pthread_mutex_unlock(&lock);
}
