/*
 * commands.h - the table of commands, for main and for what prints them all.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/command.h"

/* In the order of the overview; NULL ends it. */
extern const struct command *const commands[];

/* NULL: there is none of that name. */
const struct command *command_find(const char *name);
/* "unknown command …; did you mean …?" on standard error. Returns EXIT_BAD_USAGE. */
int command_tell_unknown(const char *name);

#endif
