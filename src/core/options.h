/*
 * options.h - ONE table of options: the parser, the environment, .env, --help, the man page,
 * completion and .env.example all read it. A flag wins, then the environment, then .env, then the
 * default. All mistakes are told at once, with "did you mean".
 *
 *     --every 5s   --every=5s   -n 100   -n100   --clean   --no-clean   --clean=false   -- (ends)
 *
 * A flag given twice: the last one counts. A variable that is set but empty counts as not set; a
 * flag may be empty (--redact ''). Numbers, durations and sizes whose least value is 0 also take
 * "none" for it.
 *
 *     options.c        parses          option_table.c   the table
 *     option_value.c   reads values    option_help.c    --help, man page, .env.example
 *     env_file.c       reads .env
 */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/setting.h"

enum command_id {
	COMMAND_RUN,
	COMMAND_PRODUCE,
	COMMAND_PROCESS,
	COMMAND_SIMULATE,
	COMMAND_QUERY,
	COMMAND_DLQ,
	COMMAND_VERIFY,
	COMMAND_LOG,
	COMMAND_SCHEMA,
	COMMAND_EXPLAIN,
	COMMAND_SQL,
	COMMAND_TEST,
	COMMAND_CHECK,
	COMMAND_BENCH,
	COMMAND_COUNT
};

enum option_id {
	/* where things are */
	OPTION_SOURCE,
	OPTION_LOG,
	OPTION_SINK,
	OPTION_PIPELINE,
	OPTION_STREAM,
	OPTION_LISTEN,
	/* the source */
	OPTION_EVERY,
	OPTION_RESULTS,
	OPTION_RATE_LIMIT,
	OPTION_SEED,
	OPTION_NAT,
	OPTION_INC,
	OPTION_EXC,
	OPTION_GENDER,
	OPTION_RECORDS,
	OPTION_KEY,
	OPTION_REDACT,
	OPTION_TIMEOUT,
	OPTION_PROXY,
	OPTION_CA_FILE,
	/* how long */
	OPTION_COUNT_USERS,
	OPTION_FOR,
	OPTION_UNTIL_CAUGHT_UP,
	/* processing */
	OPTION_FROM,
	OPTION_ACCEPT_GAP,
	OPTION_READER,
	OPTION_DLQ_RAW,
	OPTION_BATCH,
	OPTION_WORKERS,
	/* the log */
	OPTION_RETAIN_BYTES,
	OPTION_RETAIN,
	OPTION_RETAIN_UNREAD,
	OPTION_FORCE,
	/* the simulator */
	OPTION_FAULT,
	OPTION_CLEAN,
	OPTION_PORT,
	OPTION_SIMULATOR_RATE_LIMIT,
	/* output */
	OPTION_FORMAT,
	OPTION_LOG_FORMAT,
	OPTION_LOG_LEVEL,
	OPTION_STATUS,
	OPTION_LIMIT,
	OPTION_REASON,
	OPTION_OUTPUT,
	/* verify, explain */
	OPTION_DEEP,
	OPTION_GATE,
	OPTION_ANALYZE,
	/* the rest */
	OPTION_MAP_SIZE,
	OPTION_ENV_FILE,
	OPTION_ID_COUNT
};

enum option_kind {
	OPTION_TEXT,
	OPTION_INTEGER,
	OPTION_BOOL,
	OPTION_DURATION, /* "5", "5s", "250ms", "2m", "1.5h", "7d": milliseconds */
	OPTION_SIZE,     /* "4096", "64k", "64M", "2GiB": bytes, powers of 1024 */
	OPTION_CHOICE,
	OPTION_LIST /* comma separated */
};

struct option {
	enum option_id id;
	const char *section;  /* heading in --help */
	const char *flag;     /* "every": --every */
	const char *variable; /* "USERSTREAM_EVERY" */
	enum option_kind kind;
	const char *value_name; /* "SECONDS" in --help; NULL for a switch */
	const char *fallback;   /* the default as text, or NULL */
	const char *choices;    /* "table|json|csv" */
	int64_t min, max;       /* of numbers, in the unit of option_int() */
	uint32_t commands;      /* bit set of 1 << command_id */
	char short_flag;        /* or 0 */
	bool secret;            /* its value is never printed */
	const char *help;       /* one sentence, no full stop needed */
};

/* The table, in the order of enum option_id, ended by an entry whose flag is NULL. */
extern const struct option option_table[];

/* "run", ...: what the user types. */
const char *command_id_name(enum command_id command);

struct options; /* parsed values; immutable afterwards */

/*
 * Parse argv[first..argc) for a command, the environment and `env_file` (NULL: --env-file, else
 * ".env" where there is one). On success *out is to be freed, and *rest/rest_count are the
 * arguments that are no options (argv is permuted; its strings must outlive *rest only). A variable
 * USERSTREAM_… that no option has is a mistake where it looks like a misspelt one, else it is left
 * to option_variable(). US_REJECT: EXIT_BAD_USAGE (or EXIT_BAD_CONFIG for the environment and
 * .env), err has every mistake, a line each.
 */
enum status options_parse(struct options **out, enum command_id command, int argc, char **argv,
			  int first, const char *env_file, char ***rest, int *rest_count,
			  struct err *err);
/*
 * The same, but with US_REJECT too *out is to be freed, where it is not NULL: the options with
 * their defaults in the place of what is wrong, for whoever looks for further mistakes to tell.
 */
enum status options_parse_on(struct options **out, enum command_id command, int argc, char **argv,
			     int first, const char *env_file, char ***rest, int *rest_count,
			     struct err *err);
void options_free(struct options *options);

/* NULL when not given and without a default. */
const char *option_text(const struct options *options, enum option_id id);
/* Integers as they are, durations in milliseconds, sizes in bytes, choices as their index. 0 when
 * not given. */
int64_t option_int(const struct options *options, enum option_id id);
bool option_bool(const struct options *options, enum option_id id);
/* By a flag, the environment or .env: anything but the default. */
bool option_given(const struct options *options, enum option_id id);
/* By a flag of this command line. */
bool option_is_flag(const struct options *options, enum option_id id);
/* The items of a list; *count of them, owned by options. */
const char *const *option_list(const struct options *options, enum option_id id, size_t *count);
/* A variable by its full name, from the environment or .env, whether or not the table knows it
 * (pass-through settings, ${VARIABLE}). NULL: not set. */
const char *option_variable(const struct options *options, const char *name);

/* The variables USERSTREAM_… of the environment and of .env that no option has (settings that are
 * handed on); the environment's wins. *count of them, owned by options. */
const struct setting *options_settings(const struct options *options, size_t *count);

/* A URI as it may be shown: the password in user:password@ and the values of parameters named like
 * one (password, secret, token, key) become "***". */
void option_append_uri(struct buf *out, const char *uri);

/* --help of a command's options; the man page's section; .env.example. */
void options_help(enum command_id command, bool color, struct buf *out);
void options_man(enum command_id command, struct buf *out);
void options_env_example(struct buf *out);

#endif
