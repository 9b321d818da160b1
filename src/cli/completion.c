/*
 * completion.c - completion scripts for bash and zsh, from the commands and the option table.
 */
#include <string.h>

#include "cli/commands.h"
#include "cli/help.h"

static bool takes(const struct command *command, const struct option *option)
{
	return (option->commands >> command->id & 1) != 0;
}

/* The first words of "list | show ID | purge": a command's own commands. */
static void append_words(struct buf *out, const struct command *command)
{
	const char *part = command->arguments;

	if (!strchr(part, '|'))
		return;
	for (;;) {
		size_t len;

		part += strspn(part, " [(");
		len = strspn(part, "abcdefghijklmnopqrstuvwxyz-");
		if (len > 0) {
			buf_append(out, part, len);
			buf_append_char(out, ' ');
		}
		part = strchr(part, '|');
		if (!part)
			return;
		part++;
	}
}

static void append_flags(struct buf *out, const struct command *command)
{
	for (const struct option *o = option_table; o->flag; o++)
		if (takes(command, o))
			buf_printf(out, "--%s ", o->flag);
	buf_append_text(out, "--help");
}

static void append_choices(struct buf *out, const struct option *option)
{
	for (const char *c = option->choices; *c; c++)
		buf_append_char(out, *c == '|' ? ' ' : *c);
}

static void bash_script(struct buf *out)
{
	buf_append_text(out, "# bash completion for userstream\n"
			     "_userstream() {\n"
			     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev= words=\n"
			     "\tCOMPREPLY=()\n"
			     "\tif ((COMP_CWORD > 0)); then prev=${COMP_WORDS[COMP_CWORD-1]}; fi\n"
			     "\tif ((COMP_CWORD <= 1)); then\n"
			     "\t\twords='");
	for (const struct command *const *c = commands; *c; c++)
		buf_printf(out, "%s ", (*c)->name);
	buf_append_text(out, "help --help --version'\n"
			     "\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
			     "\t\treturn\n\tfi\n"
			     "\tcase $prev in\n");
	for (const struct option *o = option_table; o->flag; o++) {
		if (o->kind == OPTION_CHOICE) {
			buf_printf(out, "\t--%s) COMPREPLY=($(compgen -W '", o->flag);
			append_choices(out, o);
			buf_append_text(out, "' -- \"$cur\")); return ;;\n");
		} else if (o->value_name && strcmp(o->value_name, "FILE") == 0) {
			buf_printf(out,
				   "\t--%s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n",
				   o->flag);
		}
	}
	buf_append_text(out, "\tesac\n\tcase ${COMP_WORDS[1]} in\n");
	for (const struct command *const *c = commands; *c; c++) {
		buf_printf(out, "\t%s) words='", (*c)->name);
		append_words(out, *c);
		append_flags(out, *c);
		buf_append_text(out, "' ;;\n");
	}
	buf_append_text(out, "\thelp) words='");
	for (const struct command *const *c = commands; *c; c++)
		buf_printf(out, "%s ", (*c)->name);
	buf_append_text(out, "--man --completion --env' ;;\n\tesac\n"
			     "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
			     "}\n"
			     "complete -o default -F _userstream userstream\n");
}

/* A text inside '…[…]' of _arguments. */
static void append_zsh_text(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_append_text(out, "'\\''");
		else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
			buf_printf(out, "\\%c", *text);
		else
			buf_append_char(out, *text);
	}
}

static void zsh_option(struct buf *out, const struct option *option)
{
	buf_printf(out, " \\\n\t\t'--%s%s[", option->flag, option->value_name ? "=" : "");
	append_zsh_text(out, option->help);
	buf_append_char(out, ']');
	if (option->kind == OPTION_CHOICE) {
		buf_printf(out, ":%s:(", option->value_name);
		append_choices(out, option);
		buf_append_char(out, ')');
	} else if (option->value_name && strcmp(option->value_name, "FILE") == 0) {
		buf_append_text(out, ":FILE:_files");
	} else if (option->value_name) {
		buf_append_char(out, ':');
		append_zsh_text(out, option->value_name);
		buf_append_text(out, ": ");
	}
	buf_append_char(out, '\'');
}

static void zsh_script(struct buf *out)
{
	buf_append_text(out, "#compdef userstream\n"
			     "_userstream() {\n"
			     "\tlocal -a commands=(\n");
	for (const struct command *const *c = commands; *c; c++) {
		buf_printf(out, "\t\t'%s:", (*c)->name);
		append_zsh_text(out, (*c)->summary);
		buf_append_text(out, "'\n");
	}
	buf_append_text(out, "\t\t'help:Say more about a command'\n\t)\n"
			     "\tif ((CURRENT == 2)); then _describe command commands; return; fi\n"
			     "\tlocal command=$words[2]\n"
			     "\t((CURRENT--)); shift words\n"
			     "\tcase $command in\n");
	for (const struct command *const *c = commands; *c; c++) {
		struct buf words;

		buf_printf(out, "\t%s) _arguments '--help[Say more]'", (*c)->name);
		for (const struct option *o = option_table; o->flag; o++)
			if (takes(*c, o))
				zsh_option(out, o);
		buf_init(&words, 1024);
		append_words(&words, *c);
		if (words.len)
			buf_printf(out, " \\\n\t\t'1:what:(%s)'", words.data);
		buf_release(&words);
		buf_append_text(out, " ;;\n");
	}
	buf_append_text(out, "\thelp) _describe command commands ;;\n\tesac\n}\n"
			     "_userstream \"$@\"\n");
}

bool help_completion(const char *shell, struct buf *out)
{
	if (strcmp(shell, "bash") == 0)
		bash_script(out);
	else if (strcmp(shell, "zsh") == 0)
		zsh_script(out);
	else
		return false;
	return true;
}
