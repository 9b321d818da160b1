/*
 * man_page.c - userstream(1), from the commands and the option table.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/help.h"

#define RELEASED "2026-11-23" /* the day of USERSTREAM_VERSION */

static void man_span(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\')
			buf_append_text(out, "\\e");
		else if (text[i] == '-')
			buf_append_text(out, "\\-");
		else if (i == 0 && (text[i] == '.' || text[i] == '\''))
			buf_printf(out, "\\&%c", text[i]);
		else
			buf_append_char(out, text[i]);
	}
}

static void man_text(struct buf *out, const char *text)
{
	man_span(out, text, strlen(text));
}

/* Paragraphs as they stand; lines that begin with four blanks are examples. */
static void man_details(struct buf *out, const char *text)
{
	bool example = false, between = true;

	while (*text) {
		size_t len = strcspn(text, "\n");
		bool indented = len > 4 && strncmp(text, "    ", 4) == 0;

		if (indented != example) {
			buf_append_text(out, indented ? ".PP\n.nf\n" : ".fi\n");
			between = !indented;
			example = indented;
		}
		if (len == 0) {
			between = true;
		} else {
			if (!indented && between)
				buf_append_text(out, ".PP\n");
			between = false;
			man_span(out, indented ? text + 4 : text, indented ? len - 4 : len);
			buf_append_char(out, '\n');
		}
		text += len + (text[len] == '\n');
	}
	if (example)
		buf_append_text(out, ".fi\n");
}

static void man_command(struct buf *out, const struct command *command)
{
	buf_printf(out, ".SS userstream %s", command->name);
	if (*command->arguments) {
		buf_append_char(out, ' ');
		man_text(out, command->arguments);
	}
	buf_append_char(out, '\n');
	man_text(out, command->summary);
	buf_append_text(out, ".\n");
	if (command->details)
		man_details(out, command->details);
	options_man(command->id, out);
}

void help_man_page(struct buf *out)
{
	buf_printf(
	    out,
	    ".TH USERSTREAM 1 \"" RELEASED "\" \"userstream %s\" \"User Commands\"\n"
	    ".SH NAME\nuserstream \\- user profiles from the Random User API to a table, in "
	    "real time\n"
	    ".SH SYNOPSIS\n.B userstream\n.I COMMAND\n.RI [ OPTIONS ]\n"
	    ".SH DESCRIPTION\nOne program carries user profiles from a source through a "
	    "durable log and a transform,\nwritten as one SQL file, into a table that can be "
	    "queried. Nothing is lost and nothing is stored\ntwice, whatever ends it.\n"
	    ".SH COMMANDS\n",
	    USERSTREAM_VERSION);
	for (const struct command *const *c = commands; *c; c++)
		man_command(out, *c);
	buf_append_text(
	    out,
	    ".SH ENVIRONMENT\nEvery option that names a variable is read from the environment and "
	    "from\n.I .env\nin the current directory. A flag wins over the environment, the "
	    "environment over\n.IR .env .\nA variable that is set but empty counts as not set.\n"
	    ".SH EXIT STATUS\n"
	    ".TP\n0\nDone.\n.TP\n1\nA check found a difference.\n.TP\n64\nThe command line is "
	    "wrong.\n.TP\n65\nThe data is wrong.\n.TP\n69\nSomething cannot be "
	    "reached.\n.TP\n70\nAn "
	    "internal failure.\n.TP\n74\nInput or output failed.\n.TP\n75\nTry again "
	    "later.\n.TP\n78\nThe configuration is wrong.\n"
	    ".SH SIGNALS\nSIGTERM and SIGINT (Ctrl\\-C) drain: what was fetched is stored, then "
	    "the "
	    "program ends with a summary.\nA second one ends it at once; nothing is lost by that "
	    "either. SIGHUP changes nothing.\n"
	    ".SH FILES\n.TP\n.I .env\nSettings; userstream help \\-\\-env prints one to start "
	    "from.\n.TP\n.I pipelines/user_profiles.sql\nThe default pipeline file; where there is "
	    "none, the one that was installed with the program:\n.I "
	    "PREFIX/share/userstream/pipelines/user_profiles.sql\n.TP\n.I data/\nThe default place "
	    "of the log and the table.\n");
}
