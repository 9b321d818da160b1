/*
 * note.h - what the program says on stderr while it works: one line an event,
 * key=value (or JSON with note_set_format). Thread safe; a line is written with one write(2).
 *
 *     note(NOTE_WARN, "source", "backing off", NOTE_TEXT("kind", err.kind), NOTE_INT("wait_ms",
 * ms));
 *
 * gives: time=2026-01-01T00:00:00.000Z level=warn component=source msg="backing off" kind=http_429
 * wait_ms=800
 */
#ifndef CORE_NOTE_H
#define CORE_NOTE_H

#include <stdint.h>

enum note_level { NOTE_DEBUG, NOTE_INFO, NOTE_WARN, NOTE_ERROR };
enum note_format { NOTE_FORMAT_TEXT, NOTE_FORMAT_JSON };

struct note_field {
	const char *name; /* NULL ends the list */
	char type;        /* 't' text, 'i' int64, 'd' double */
	const char *text;
	int64_t integer;
	double real;
};

#define NOTE_TEXT(n, v) ((struct note_field){ .name = (n), .type = 't', .text = (v) })
#define NOTE_INT(n, v)  ((struct note_field){ .name = (n), .type = 'i', .integer = (int64_t)(v) })
#define NOTE_REAL(n, v) ((struct note_field){ .name = (n), .type = 'd', .real = (v) })
#define NOTE_END        ((struct note_field){ .name = 0 })

/* note(level, component, message, fields...) */
#define note(level, component, ...) NOTE_LINE((level), (component), __VA_ARGS__, NOTE_END)
#define NOTE_LINE(level, component, message, ...) \
	note_write(level, component, (message), (const struct note_field[]){ __VA_ARGS__ })

void note_write(enum note_level level, const char *component, const char *message,
		const struct note_field *fields);
void note_set_level(enum note_level lowest);
void note_set_format(enum note_format format);
/*
 * Called before and after each line is written, with the line held: a live
 * status line clears and redraws itself there. Both may be NULL.
 */
void note_set_hooks(void (*before)(void *user), void (*after)(void *user), void *user);

#endif
