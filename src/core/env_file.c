/*
 * env_file.c - one line after the other; a quoted value may hold newlines.
 */
#include "core/env_file.h"

#include <string.h>

struct reader {
	const char *file;
	struct span text;
	size_t at;
	size_t line;
	struct arena *arena;
	struct buf *mistakes;
	bool no_memory;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_name(char c, bool first)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

/* The next character of the line, '\n' at its end. */
static char peek(const struct reader *reader)
{
	return reader->at < reader->text.len ? reader->text.data[reader->at] : '\n';
}

static void skip_blanks(struct reader *reader)
{
	while (is_blank(peek(reader)))
		reader->at++;
}

static void skip_line(struct reader *reader)
{
	while (reader->at < reader->text.len && reader->text.data[reader->at] != '\n')
		reader->at++;
	reader->at++;
	reader->line++;
}

static void mistake(struct reader *reader, size_t line, const char *text)
{
	buf_printf(reader->mistakes, "%s:%zu: %s\n", reader->file, line, text);
}

static char unescaped(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	default:
		return c;
	}
}

/* A quoted value, from the quote on. NULL: a mistake, or out of memory. */
static char *read_quoted(struct reader *reader)
{
	char quote = peek(reader);
	size_t line = reader->line, start = ++reader->at, end = start, len = 0;
	char *value;

	while (end < reader->text.len && reader->text.data[end] != quote)
		end += quote == '"' && reader->text.data[end] == '\\' ? 2 : 1;
	if (end >= reader->text.len) {
		mistake(reader, line, "the quote is never closed");
		reader->at = reader->text.len;
		return NULL;
	}
	value = arena_alloc(reader->arena, end - start + 1);
	if (!value) {
		reader->no_memory = true;
		return NULL;
	}
	for (size_t i = start; i < end; i++) {
		char c = reader->text.data[i];

		reader->line += c == '\n';
		if (quote == '"' && c == '\\')
			c = unescaped(reader->text.data[++i]);
		value[len++] = c;
	}
	value[len] = '\0';
	reader->at = end + 1;
	skip_blanks(reader);
	if (peek(reader) != '\n' && peek(reader) != '#') {
		mistake(reader, line, "something follows the closing quote");
		return NULL;
	}
	return value;
}

static char *read_bare(struct reader *reader)
{
	size_t start = reader->at, end;
	char *value;

	while (peek(reader) != '\n' &&
	       !(peek(reader) == '#' &&
		 (reader->at == start || is_blank(reader->text.data[reader->at - 1]))))
		reader->at++;
	end = reader->at;
	while (end > start && is_blank(reader->text.data[end - 1]))
		end--;
	value = arena_strndup(reader->arena, reader->text.data + start, end - start);
	if (!value)
		reader->no_memory = true;
	return value;
}

static struct env_entry *read_entry(struct reader *reader)
{
	size_t start = reader->at, line = reader->line;
	struct env_entry *entry;
	const char *value;
	char *name;
	size_t name_end;

	while (is_name(peek(reader), reader->at == start))
		reader->at++;
	if (reader->at - start == 6 && memcmp(reader->text.data + start, "export", 6) == 0 &&
	    is_blank(peek(reader))) {
		skip_blanks(reader);
		start = reader->at;
		while (is_name(peek(reader), reader->at == start))
			reader->at++;
	}
	name_end = reader->at;
	skip_blanks(reader);
	if (name_end == start || peek(reader) != '=') {
		mistake(reader, line, "expected NAME=value");
		return NULL;
	}
	reader->at++;
	skip_blanks(reader);
	value = peek(reader) == '"' || peek(reader) == '\'' ? read_quoted(reader)
							    : read_bare(reader);
	if (!value)
		return NULL;
	name = arena_strndup(reader->arena, reader->text.data + start, name_end - start);
	entry = arena_calloc(reader->arena, 1, sizeof(*entry));
	if (!name || !entry) {
		reader->no_memory = true;
		return NULL;
	}
	entry->name = name;
	entry->value = value;
	return entry;
}

enum status env_parse(struct env_entry **out, const char *file, struct span text,
		      struct arena *arena, struct buf *mistakes, struct err *err)
{
	struct reader reader = {
		.file = file, .text = text, .line = 1, .arena = arena, .mistakes = mistakes
	};
	struct env_entry *first = NULL, **last = &first;

	if (text.len && memchr(text.data, '\0', text.len)) {
		mistake(&reader, 1, "this is no text file: it has NUL bytes");
		*out = NULL;
		return US_OK;
	}
	while (reader.at < text.len && !reader.no_memory) {
		struct env_entry *entry = NULL;

		skip_blanks(&reader);
		if (peek(&reader) != '\n' && peek(&reader) != '#')
			entry = read_entry(&reader);
		if (entry) {
			*last = entry;
			last = &entry->next;
		}
		skip_line(&reader);
	}
	if (reader.no_memory || mistakes->failed)
		return err_no_memory(err, "reading the environment file");
	*out = first;
	return US_OK;
}

const char *env_find(const struct env_entry *entries, const char *name)
{
	const char *value = NULL;

	for (; entries; entries = entries->next)
		if (strcmp(entries->name, name) == 0)
			value = entries->value;
	return value;
}
