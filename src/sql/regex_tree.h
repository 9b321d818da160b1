/*
 * regex_tree.h - a Java regular expression as a tree, between the reader (regex_reader.c,
 * regex_class.c) that makes it and the writer (regex_writer.c) that puts it into PCRE2's syntax.
 * Internal to the regex files.
 *
 * Flags are gone: a letter under (?i) is the set of its two cases, '.' and '$' are what they mean
 * under the flags at their place.
 */
#ifndef SQL_REGEX_TREE_H
#define SQL_REGEX_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unicode/uset.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"

enum regex_node_kind {
	NODE_CHAR,      /* code_point */
	NODE_SET,       /* set */
	NODE_ASSERTION, /* assertion */
	NODE_CONCAT,    /* children, in order; none: matches the empty text */
	NODE_ALTERNATE, /* children */
	NODE_GROUP,     /* one child */
	NODE_REPEAT,    /* one child */
	NODE_BACKREF    /* group */
};

enum regex_assertion {
	ASSERT_BEGIN,      /* \A, ^ */
	ASSERT_END,        /* \z */
	ASSERT_LAST_LINE,  /* $, \Z: before a final line terminator too */
	ASSERT_LINE_BEGIN, /* (?m)^ */
	ASSERT_LINE_END,   /* (?m)$ */
	ASSERT_UNIX_LAST_LINE,
	ASSERT_UNIX_LINE_BEGIN,
	ASSERT_UNIX_LINE_END,
	ASSERT_WORD,    /* \b */
	ASSERT_NOT_WORD /* \B */
};

enum regex_group {
	GROUP_PLAIN,
	GROUP_CAPTURE,
	GROUP_ATOMIC, /* and below: what is in it is not taken up again */
	GROUP_AHEAD,
	GROUP_NOT_AHEAD,
	GROUP_BEHIND,
	GROUP_NOT_BEHIND
};

enum regex_greed { GREEDY, LAZY, POSSESSIVE };

#define REGEX_UNBOUNDED  UINT32_MAX
#define REGEX_MAX_REPEAT 65535 /* PCRE2's */
#define REGEX_MAX_GROUPS 1000
#define REGEX_MAX_DEPTH  200

struct regex_node {
	enum regex_node_kind kind;
	enum regex_assertion assertion;
	enum regex_group group_kind;
	enum regex_greed greed;
	uint32_t code_point;
	uint32_t group; /* number of a capture or of what a backreference names */
	uint32_t min, max;
	USet *set;       /* owned by the tree */
	bool line_break; /* the group is \R */
	struct regex_node *first, *last, *next;
};

struct regex_name {
	struct span text;
	uint32_t group;
	struct regex_name *next;
};

struct regex_set_list {
	USet *set;
	struct regex_set_list *next;
};

struct regex_tree {
	struct arena arena;
	struct regex_node *root;
	uint32_t groups; /* captures, without the whole */
	struct regex_name *names;
	struct regex_set_list *sets;
	bool has_word; /* \b or \B */
	bool has_backref;
	bool has_repeat;
	bool has_stale; /* captures within a repeated group, where Java may keep an old one */
};

/* US_OK; US_REJECT with the compile error in err; US_FATAL: out of memory. Release the tree in any
 * case. */
enum status regex_read(struct span pattern, struct regex_tree *tree, struct err *err);
void regex_tree_release(struct regex_tree *tree);

/* The tree in PCRE2's syntax, for subjects of ASCII only (8-bit mode) or of any UTF-8. US_REJECT: a
 * look-behind of too many lengths. */
enum status regex_write(const struct regex_tree *tree, bool ascii, struct buf *out,
			struct err *err);

/* ---- between the reader's two files ---- */

enum regex_flags { FLAG_CASELESS = 1, FLAG_MULTILINE = 2, FLAG_DOTALL = 4, FLAG_UNIX_LINES = 8 };

struct regex_reader {
	const uint32_t *text;  /* code points, ended by 0 */
	const uint8_t *quoted; /* per code point: it stood between \Q and \E */
	size_t len;
	size_t at;
	unsigned flags;
	unsigned depth;
	struct regex_tree *tree;
	struct err *err;
	enum status status; /* of the first failure */
};

struct regex_node *regex_new_node(struct regex_reader *reader, enum regex_node_kind kind);
void regex_add_child(struct regex_node *parent, struct regex_node *child);
/* The atom with the quantifier that stands behind it, or as it is. NULL: an error. */
struct regex_node *regex_read_quantifier(struct regex_reader *reader, struct regex_node *atom);
bool regex_has_capture(const struct regex_node *node);
/* Set the compile error "... near index N" and return NULL/false for the caller to pass on. */
void *regex_error(struct regex_reader *reader, const char *what);
void *regex_no_memory(struct regex_reader *reader);
USet *regex_new_set(struct regex_reader *reader);
/* At the '[' of a class. NULL: an error. */
USet *regex_read_class(struct regex_reader *reader);
/* Behind \p or \P. NULL: an error. */
USet *regex_read_property(struct regex_reader *reader, bool negated);
/* The set of a class letter (d D s S w W h H v V), NULL when it is none. */
USet *regex_letter_set(struct regex_reader *reader, uint32_t letter);
/* Behind a backslash: an escape that stands for one character. False: it stands for none, or error
 * (reader->status). */
bool regex_read_escape(struct regex_reader *reader, uint32_t *out);
/* Under (?i): add the other case of ASCII letters. */
void regex_close_case(USet *set);

/* The character `ahead` behind `at`, 0 at the end. */
static inline uint32_t regex_peek(const struct regex_reader *reader, size_t ahead)
{
	return reader->at + ahead < reader->len ? reader->text[reader->at + ahead] : 0;
}

/* The character at `at` has a meaning in the syntax: it is not quoted and not at the end. */
static inline bool regex_at(const struct regex_reader *reader, uint32_t c)
{
	return reader->at < reader->len && reader->text[reader->at] == c &&
	       !reader->quoted[reader->at];
}
static inline bool regex_looking_at(const struct regex_reader *reader, size_t ahead, uint32_t c)
{
	return reader->at + ahead < reader->len && reader->text[reader->at + ahead] == c &&
	       !reader->quoted[reader->at + ahead];
}

#endif
