/*
 * suite_file.c - see suite_file.h. The text is cut into statements, a word with what stands behind
 * it; the words are looked up in a table.
 */
#include "cli/suite_file.h"

#include <string.h>

struct statement {
	struct span word;
	struct span table; /* of word(table) */
	struct span rest;  /* without the white space around it */
	size_t line;
};

struct reader {
	struct span text;
	size_t at, line;
	struct arena *arena;
	struct diag_list *diags;
	struct suite *suite;
	struct suite_case **last_case;
	struct suite_case *in_case;
	struct suite_record **last_record;
	struct suite_record *record;
	struct suite_expectation **last_expectation;
	bool no_memory;
};

static void error_at(struct reader *reader, struct span place, const char *hint, const char *text)
{
	diag_add(reader->diags, DIAG_ERROR, (size_t)(place.data - reader->text.data),
		 place.len ? place.len : 1, hint, "%s", text);
}

static void *new_node(struct reader *reader, size_t size)
{
	void *node = arena_calloc(reader->arena, 1, size);

	if (!node)
		reader->no_memory = true;
	return node;
}

/* ---- statements */

static struct span line_at(const struct reader *reader, size_t at)
{
	const char *from = reader->text.data + at;
	const char *end = memchr(from, '\n', reader->text.len - at);
	size_t len = end ? (size_t)(end - from) : reader->text.len - at;

	return (struct span){ .data = from, .len = len };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span trimmed(struct span text)
{
	while (text.len > 0 && is_blank(text.data[0])) {
		text.data++;
		text.len--;
	}
	while (text.len > 0 && is_blank(text.data[text.len - 1]))
		text.len--;
	return text;
}

static void take_line(struct reader *reader)
{
	reader->at += line_at(reader, reader->at).len + 1;
	reader->line++;
}

/* word(table) */
static void split_word(struct reader *reader, struct statement *statement, struct span text)
{
	size_t len = 0;

	while (len < text.len && !is_blank(text.data[len]) && text.data[len] != '(')
		len++;
	statement->word = (struct span){ .data = text.data, .len = len };
	if (len < text.len && text.data[len] == '(') {
		const char *from = text.data + len + 1;
		const char *close = memchr(from, ')', text.len - len - 1);

		if (close) {
			statement->table = trimmed(
			    (struct span){ .data = from, .len = (size_t)(close - from) });
			len = (size_t)(close + 1 - text.data);
		} else {
			error_at(reader, statement->word, "row(table) {…}",
				 "the parenthesis is not closed");
			len = text.len;
		}
	}
	statement->rest = trimmed((struct span){ .data = text.data + len, .len = text.len - len });
}

/* The next statement with its further lines. False: the end. */
static bool next_statement(struct reader *reader, struct statement *out)
{
	size_t start, end;

	for (; reader->at < reader->text.len; take_line(reader)) {
		struct span line = line_at(reader, reader->at), text = trimmed(line);

		if (text.len == 0 || text.data[0] == '#')
			continue;
		if (text.data == line.data)
			break;
		error_at(reader, text, "a statement begins at the start of its line",
			 "this line goes on with nothing");
	}
	if (reader->at >= reader->text.len)
		return false;
	*out = (struct statement){ .table = SPAN_NULL, .line = reader->line };
	start = reader->at;
	do {
		end = reader->at + line_at(reader, reader->at).len;
		take_line(reader);
	} while (reader->at < reader->text.len && is_blank(reader->text.data[reader->at]) &&
		 trimmed(line_at(reader, reader->at)).len > 0);
	split_word(reader, out,
		   (struct span){ .data = reader->text.data + start, .len = end - start });
	return true;
}

/* ---- what they say */

static void add_pipeline(struct reader *reader, const struct statement *statement)
{
	if (reader->in_case)
		error_at(reader, statement->word, "move it to the top",
			 "the pipeline is named before the first test");
	else if (reader->suite->pipeline.data)
		error_at(reader, statement->word, "one test file tests one pipeline",
			 "a second pipeline");
	reader->suite->pipeline = statement->rest;
}

static void add_case(struct reader *reader, const struct statement *statement)
{
	struct suite_case *added = new_node(reader, sizeof(*added));

	if (!added)
		return;
	added->name = statement->rest;
	added->line = statement->line;
	*reader->last_case = reader->in_case = added;
	reader->last_case = &added->next;
	reader->last_record = &added->records;
	reader->record = NULL;
}

static void add_record(struct reader *reader, const struct statement *statement)
{
	struct suite_record *added;

	if (!reader->in_case) {
		error_at(reader, statement->word, "test, and what it is about",
			 "a record before the first test");
		return;
	}
	added = new_node(reader, sizeof(*added));
	if (!added)
		return;
	if (!span_equal(statement->rest, SPAN_LITERAL("NULL")))
		added->value = statement->rest;
	added->line = statement->line;
	*reader->last_record = reader->record = added;
	reader->last_record = &added->next;
	reader->last_expectation = &added->expected;
}

static void add_meta(struct reader *reader, const struct statement *statement)
{
	if (!reader->record)
		error_at(reader, statement->word, "it belongs below a record",
			 "there is no record that it is about");
	else if (reader->record->meta.data)
		error_at(reader, statement->word, NULL, "a second meta for one record");
	else
		reader->record->meta = statement->rest;
}

static void add_expectation(struct reader *reader, const struct statement *statement,
			    enum suite_kind kind)
{
	struct suite_expectation *added;

	if (!reader->record) {
		error_at(reader, statement->word, "it belongs below a record",
			 "there is no record that it is about");
		return;
	}
	added = new_node(reader, sizeof(*added));
	if (!added)
		return;
	*added = (struct suite_expectation){ .kind = kind,
					     .table = statement->table,
					     .text = statement->rest,
					     .line = statement->line };
	*reader->last_expectation = added;
	reader->last_expectation = &added->next;
}

static void add_row(struct reader *reader, const struct statement *statement)
{
	add_expectation(reader, statement, SUITE_ROW);
}

static void add_reject(struct reader *reader, const struct statement *statement)
{
	add_expectation(reader, statement, SUITE_REJECT);
}

static void add_violates(struct reader *reader, const struct statement *statement)
{
	add_expectation(reader, statement, SUITE_VIOLATES);
}

static void add_filtered(struct reader *reader, const struct statement *statement)
{
	add_expectation(reader, statement, SUITE_FILTERED);
}

static const struct verb {
	const char *word;
	void (*add)(struct reader *reader, const struct statement *statement);
	const char *rest; /* what has to stand behind it, NULL: nothing may */
	bool of_table;    /* (table) may be named */
} verbs[] = {
	{ "pipeline", add_pipeline, "a file", false },
	{ "test", add_case, "what is tested", false },
	{ "record", add_record, "a record, or NULL", false },
	{ "meta", add_meta, "{\"_key\": …}", false },
	{ "row", add_row, "{\"column\": value, …}", true },
	{ "reject", add_reject, "the reason", true },
	{ "violates", add_violates, "the constraint's name", true },
	{ "filtered", add_filtered, NULL, true },
};
#define VERBS (sizeof(verbs) / sizeof(*verbs))

static void tell_unknown(struct reader *reader, const struct statement *statement)
{
	const char *words[VERBS];
	const char *near;

	for (size_t i = 0; i < VERBS; i++)
		words[i] = verbs[i].word;
	near = suggest(statement->word, words, VERBS);
	diag_add(reader->diags, DIAG_ERROR, (size_t)(statement->word.data - reader->text.data),
		 statement->word.len ? statement->word.len : 1,
		 "lines begin with pipeline, test, record, meta, row, reject, violates or "
		 "filtered, and go on in lines that begin with a blank",
		 near ? "there is no such word; did you mean %s?" : "there is no such word%s",
		 near ? near : "");
}

static void take_statement(struct reader *reader, const struct statement *statement)
{
	for (size_t i = 0; i < VERBS; i++) {
		const struct verb *verb = &verbs[i];

		if (!span_equal(statement->word, span_of(verb->word)))
			continue;
		if (statement->table.data && !verb->of_table)
			error_at(reader, statement->table, NULL,
				 "rows, rejections and violations are of a table, this is not");
		if (verb->rest && statement->rest.len == 0)
			error_at(reader, statement->word, verb->rest,
				 "something is missing behind it");
		else if (!verb->rest && statement->rest.len > 0)
			error_at(reader, statement->rest, NULL, "nothing stands behind this word");
		verb->add(reader, statement);
		return;
	}
	tell_unknown(reader, statement);
}

enum status suite_parse(struct suite *out, struct span text, struct arena *arena,
			struct diag_list *diags, struct err *err)
{
	struct reader reader = { .text = text,
				 .line = 1,
				 .arena = arena,
				 .diags = diags,
				 .suite = out,
				 .last_case = &out->cases };
	struct statement statement;

	*out = (struct suite){ .cases = NULL };
	while (!reader.no_memory && next_statement(&reader, &statement))
		take_statement(&reader, &statement);
	if (reader.no_memory)
		return err_no_memory(err, "reading a test file");
	for (struct suite_case *one = out->cases; one; one = one->next) {
		if (!one->records && one->name.len)
			error_at(&reader, one->name, "record {…} and what comes of it",
				 "a test without a record");
	}
	if (!out->cases && diags->errors == 0)
		diag_add(diags, DIAG_ERROR, 0, 1, "test, record and row or reject",
			 "there is no test in the file");
	return US_OK;
}
