/*
 * help.h - what the program says about itself.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdbool.h>

#include "cli/command.h"
#include "core/buf.h"

/* All commands, a line each. */
void help_overview(bool color, struct buf *out);
/* One command: usage, details, options. */
void help_command(const struct command *command, bool color, struct buf *out);
/* The version and what it is built with. */
void help_version(struct buf *out);
/* userstream.1, in man's macros. */
void help_man_page(struct buf *out);
/* A script for "bash" or "zsh". False: another shell. */
bool help_completion(const char *shell, struct buf *out);

/* The command `help`: [COMMAND], --man, --completion SHELL, --env. Returns the exit code. */
int help_run(int argc, char **argv);

#endif
