/*
 * cmd_query.c - userstream query: one read-only query on the sink, in the sink's own language.
 * Without one, what there is to ask.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/stream.h"
#include "core/mem.h"
#include "core/table_print.h"
#include "sink/sink.h"

#define QUERY_MAX ((size_t)1 << 20)

struct printing {
	struct table_printer *printer;
	struct table_cell *cells;
	int64_t limit; /* 0: none */
	int64_t rows;
	bool no_memory;
};

static enum table_cell_kind cell_kind(const struct sink_cell *cell)
{
	switch (cell->kind) {
	case CELL_TEXT:
		return TABLE_TEXT;
	case CELL_INTEGER:
		return TABLE_INTEGER;
	case CELL_REAL:
		return TABLE_REAL;
	case CELL_BOOLEAN:
		return TABLE_BOOLEAN;
	case CELL_BLOB:
		return TABLE_BLOB;
	case CELL_NULL:
		break;
	}
	return TABLE_NULL;
}

static bool print_row(void *user, size_t columns, const char *const *names,
		      const struct sink_cell *row)
{
	struct printing *printing = user;

	if (!row) {
		printing->cells = mem_calloc(columns + 1, sizeof(*printing->cells));
		printing->no_memory = !printing->cells;
		return printing->cells && table_printer_header(printing->printer, columns, names);
	}
	for (size_t i = 0; i < columns; i++)
		printing->cells[i] = (struct table_cell){ .kind = cell_kind(&row[i]),
							  .text = row[i].text };
	if (!table_printer_row(printing->printer, printing->cells))
		return false;
	return ++printing->rows != printing->limit;
}

/* Run a query and print its answer on `fd`. */
static enum status print_query(struct sink *sink, const char *text, const struct options *options,
			       int fd, struct err *err)
{
	struct printing printing = { .limit = option_int(options, OPTION_LIMIT) };
	struct err printer_err = ERR_INIT;
	enum status status = table_printer_open(
	    &printing.printer, (enum table_format)option_int(options, OPTION_FORMAT), fd, 0, err);

	if (status != US_OK)
		return status;
	status = sink->ops->query(sink, text, print_row, &printing, err);
	if (status == US_OK && printing.no_memory)
		status = err_no_memory(err, "printing a table");
	if (table_printer_close(printing.printer, &printer_err) != US_OK && status == US_OK) {
		*err = printer_err;
		status = US_FATAL;
	}
	mem_free(printing.cells);
	return status;
}

/* The query as given: all arguments, or standard input for "-". */
static enum status read_query(int arg_count, char **args, struct buf *text, struct err *err)
{
	if (arg_count > 1)
		return err_set(err, US_REJECT, EXIT_BAD_USAGE,
			       "a query is one argument, in quotes: userstream query 'SELECT ...'");
	if (strcmp(args[0], "-") == 0)
		return input_read(text, "the query", err);
	buf_append_text(text, args[0]);
	if (text->failed)
		return err_set(err, US_REJECT, EXIT_BAD_DATA, "the query is longer than %zu bytes",
			       QUERY_MAX);
	return US_OK;
}

static enum status show_tables(struct sink *sink, const struct options *options, int fd,
			       struct err *err)
{
	struct buf hint;
	enum status status;

	buf_init(&hint, 4096);
	buf_printf(&hint, "Ask it something, for example:\n\n    userstream query '%s'\n\n",
		   sink->ops->example_query);
	status = hint.failed ? err_no_memory(err, "showing the tables")
			     : output_write(STDERR_FILENO, buf_span(&hint), err);
	buf_release(&hint);
	if (status != US_OK || !sink->ops->tables_query)
		return status;
	return print_query(sink, sink->ops->tables_query, options, fd, err);
}

static enum status answer(const struct options *options, int arg_count, char **args, int fd,
			  struct err *err)
{
	struct sink_config config;
	struct sink *sink = NULL;
	struct buf text;
	enum status status = US_OK;

	sink_config_from_options(&config, options);
	config.read_only = config.wait = true;
	buf_init(&text, QUERY_MAX);
	if (arg_count > 0)
		status = read_query(arg_count, args, &text, err);
	if (status == US_OK)
		status = sink_open(&sink, &config, err);
	if (status != US_OK)
		goto out;
	if (arg_count > 0)
		status = print_query(sink, buf_text(&text), options, fd, err);
	else
		status = show_tables(sink, options, fd, err);
out:
	sink_close(sink);
	buf_release(&text);
	return status;
}

static int run(const struct options *options, int arg_count, char **args)
{
	const char *path = option_text(options, OPTION_OUTPUT);
	struct err err = ERR_INIT;
	int fd = STDOUT_FILENO;
	enum status status;

	if (path)
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		err_set(&err, US_REJECT, EXIT_IO, "cannot write to %s: %s", path, strerror(errno));
		return output_fail(&err);
	}
	status = answer(options, arg_count, args, fd, &err);
	if (path && close(fd) != 0 && status == US_OK)
		status = err_set(&err, US_FATAL, EXIT_IO, "cannot write to %s: %s", path,
				 strerror(errno));
	return status == US_OK ? EXIT_DONE : output_fail(&err);
}

const struct command command_query = {
	.name = "query",
	.arguments = "['SELECT ...' | -]",
	.summary = "Ask the table in SQL, without changing it",
	.details =
	    "Runs one query in the sink's own language, read-only: what would change something is "
	    "refused, and a running writer is not disturbed. '-' reads the query from standard "
	    "input. "
	    "Without a query it shows the tables there are.\n"
	    "\n"
	    "    userstream query 'SELECT nat, count(*) FROM user_profiles GROUP BY nat'\n"
	    "    userstream query --format csv 'SELECT * FROM user_profiles' > users.csv\n"
	    "    userstream query --format json --limit 3 - < question.sql",
	.id = COMMAND_QUERY,
	.run = run,
};
