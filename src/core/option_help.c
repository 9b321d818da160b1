/*
 * option_help.c - the option table for people: --help, the man page, .env.example, and URIs as they
 * may be shown.
 */
#include <string.h>
#include <strings.h>

#include "core/option_value.h"
#include "core/options.h"
#include "core/width.h"

#define HELP_WIDTH  100
#define HELP_INDENT 30

static bool takes(enum command_id command, const struct option *option)
{
	return (option->commands >> command & 1) != 0;
}

/* Is it the first option of its section that the command takes (COMMAND_COUNT: any)? */
static bool starts_section(enum command_id command, const struct option *option)
{
	for (const struct option *o = option_table; o != option; o++)
		if ((command == COMMAND_COUNT || takes(command, o)) &&
		    strcmp(o->section, option->section) == 0)
			return false;
	return true;
}

/* Call `print` for each option of a command (COMMAND_COUNT: of any), section by section. */
static void each_by_section(enum command_id command, void (*heading)(const char *, void *),
			    void (*print)(const struct option *, void *), void *user)
{
	for (const struct option *first = option_table; first->flag; first++) {
		if ((command != COMMAND_COUNT && !takes(command, first)) ||
		    !starts_section(command, first))
			continue;
		heading(first->section, user);
		for (const struct option *o = first; o->flag; o++)
			if ((command == COMMAND_COUNT || takes(command, o)) &&
			    strcmp(o->section, first->section) == 0)
				print(o, user);
	}
}

/* ---- --help ------------------------------------------------------------------------------- */

struct help {
	struct buf *out;
	bool color;
};

/* Words of `text`, wrapped; the first line starts at column `at`. Returns the column it ends at. */
static size_t wrap(struct buf *out, const char *text, size_t at)
{
	while (*text) {
		size_t len = strcspn(text, " ");
		size_t width = text_width((struct span){ .data = text, .len = len });

		if (at > HELP_INDENT && at + 1 + width > HELP_WIDTH) {
			buf_printf(out, "\n%*s", HELP_INDENT, "");
			at = HELP_INDENT;
		} else if (at > HELP_INDENT) {
			buf_append_char(out, ' ');
			at++;
		}
		buf_append(out, text, len);
		at += width;
		text += len;
		text += strspn(text, " ");
	}
	return at;
}

static void help_heading(const char *section, void *user)
{
	struct help *help = user;

	buf_printf(help->out, help->color ? "\n\033[1m%s\033[0m\n" : "\n%s\n", section);
}

static void help_option(const struct option *option, void *user)
{
	struct buf *out = ((struct help *)user)->out;
	size_t start = out->len, at, width;
	struct buf note;

	buf_append_text(out, "  ");
	if (option->short_flag)
		buf_printf(out, "-%c, ", option->short_flag);
	buf_printf(out, "--%s", option->flag);
	if (option->value_name)
		buf_printf(out, " %s", option->value_name);
	if (out->failed)
		return;
	width = out->len - start;
	if (width + 2 > HELP_INDENT)
		buf_printf(out, "\n%*s", HELP_INDENT, "");
	else
		buf_printf(out, "%*s", (int)(HELP_INDENT - width), "");
	at = wrap(out, option->help, HELP_INDENT);
	buf_init(&note, 4096);
	if (option->kind == OPTION_CHOICE)
		buf_printf(&note, "[%s] ", option->choices);
	if (option->fallback && *option->fallback)
		buf_printf(&note, "(default %s)", option->fallback);
	at = wrap(out, buf_text(&note), at);
	buf_release(&note);
	if (option->variable)
		wrap(out, option->variable, at);
	buf_append_char(out, '\n');
}

void options_help(enum command_id command, bool color, struct buf *out)
{
	struct help help = { .out = out, .color = color };

	each_by_section(command, help_heading, help_option, &help);
}

/* ---- the man page ------------------------------------------------------------------------- */

static void man_text(struct buf *out, const char *text)
{
	for (const char *c = text; *c; c++) {
		if (*c == '\\')
			buf_append_text(out, "\\e");
		else if (*c == '-')
			buf_append_text(out, "\\-");
		else if ((*c == '.' || *c == '\'') && (c == text || c[-1] == '\n'))
			buf_printf(out, "\\&%c", *c);
		else
			buf_append_char(out, *c);
	}
}

static void man_heading(const char *section, void *user)
{
	buf_append_text(user, ".PP\n.I ");
	man_text(user, section);
	buf_append_char(user, '\n');
}

static void man_option(const struct option *option, void *user)
{
	struct buf *out = user;

	buf_append_text(out, ".TP\n.B ");
	if (option->short_flag)
		buf_printf(out, "\\-%c, ", option->short_flag);
	buf_append_text(out, "\\-\\-");
	man_text(out, option->flag);
	if (option->value_name) {
		buf_append_text(out, " \\fI");
		man_text(out, option->value_name);
		buf_append_text(out, "\\fR");
	}
	buf_append_char(out, '\n');
	man_text(out, option->help);
	buf_append_text(out, ".\n");
	if (option->kind == OPTION_CHOICE) {
		buf_append_text(out, "One of ");
		man_text(out, option->choices);
		buf_append_text(out, ".\n");
	}
	if (option->fallback && *option->fallback) {
		buf_append_text(out, "Default: ");
		man_text(out, option->fallback);
		buf_append_text(out, ".\n");
	}
	if (option->variable) {
		buf_append_text(out, "Variable: ");
		man_text(out, option->variable);
		buf_append_text(out, ".\n");
	}
}

void options_man(enum command_id command, struct buf *out)
{
	each_by_section(command, man_heading, man_option, out);
}

/* ---- .env.example ------------------------------------------------------------------------- */

static void env_heading(const char *section, void *user)
{
	buf_printf(user, "\n# ---- %s\n", section);
}

static void env_option(const struct option *option, void *user)
{
	struct buf *out = user;

	if (!option->variable || option->id == OPTION_ENV_FILE)
		return;
	buf_printf(out, "# %s", option->help);
	if (option->kind == OPTION_CHOICE)
		buf_printf(out, " (%s)", option->choices);
	buf_printf(out, "\n#%s=%s\n", option->variable, option->fallback ? option->fallback : "");
}

void options_env_example(struct buf *out)
{
	buf_append_text(
	    out,
	    "# Settings of userstream. Copy to .env and take the # off what you change; what is "
	    "shown is the default.\n"
	    "# A flag wins over the environment, the environment over this file.\n");
	each_by_section(COMMAND_COUNT, env_heading, env_option, out);
}

/* ---- URIs --------------------------------------------------------------------------------- */

/* A path of a file (password_file) is none. */
static bool names_secret(const char *name, size_t len)
{
	static const char *const words[] = { "password", "passwd", "secret", "token", "key" };

	if (len > 5 && strncasecmp(name + len - 5, "_file", 5) == 0)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t word = strlen(words[i]);

		for (size_t k = 0; k + word <= len; k++)
			if (strncasecmp(name + k, words[i], word) == 0)
				return true;
	}
	return false;
}

void option_append_uri(struct buf *out, const char *uri)
{
	const char *authority = strstr(uri, "://");
	const char *c = uri;

	if (authority) {
		size_t len = strcspn(authority + 3, "/?#");
		const char *at = memrchr(authority + 3, '@', len);
		const char *colon = at ? memchr(authority + 3, ':', (size_t)(at - authority - 3))
				       : NULL;

		if (colon) {
			buf_append(out, uri, (size_t)(colon + 1 - uri));
			buf_append_text(out, "***");
			c = at;
		}
	}
	while (*c) {
		size_t len = strcspn(c, "?&");
		bool is_parameter = c > uri && (c[-1] == '?' || c[-1] == '&');
		const char *equals = is_parameter ? memchr(c, '=', len) : NULL;

		if (equals && names_secret(c, (size_t)(equals - c))) {
			buf_append(out, c, (size_t)(equals + 1 - c));
			buf_append_text(out, "***");
		} else {
			buf_append(out, c, len);
		}
		c += len;
		if (*c)
			buf_append_char(out, *c++);
	}
}
