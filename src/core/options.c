/*
 * options.c - from argv, the environment and .env to values. Texts first, by precedence; then each
 * is read by its kind. Mistakes are collected on the way, and none of them ends it.
 */
#include "core/options.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/diag.h"
#include "core/env_file.h"
#include "core/file_read.h"
#include "core/mem.h"
#include "core/option_value.h"

#define ARENA_MAX     ((size_t)8 << 20)
#define ENV_FILE_MAX  ((size_t)1 << 20)
#define MISTAKES_MAX  ((size_t)64 << 10)
#define PREFIX        "USERSTREAM_"
#define PREFIX_LENGTH (sizeof(PREFIX) - 1)

enum origin { ORIGIN_NONE, ORIGIN_DEFAULT, ORIGIN_ENV_FILE, ORIGIN_ENVIRONMENT, ORIGIN_FLAG };

struct value {
	const char *text;
	int64_t number;
	const char **items;
	size_t item_count;
	enum origin origin;
};

struct options {
	enum command_id command;
	struct value values[OPTION_ID_COUNT];
	struct env_entry *env_file;
	const char *env_file_name;
	struct setting *settings; /* what no option has */
	size_t setting_count;
	struct arena arena; /* every text */
};

/* What parsing needs beside its result. */
struct parser {
	struct options *options;
	struct buf mistakes; /* a line each */
	bool usage;          /* one of them is on the command line */
	bool no_memory;
};

extern char **environ;

static bool takes(enum command_id command, const struct option *option)
{
	return (option->commands >> command & 1) != 0;
}

/* ---- the command line --------------------------------------------------------------------- */

static void usage_mistake(struct parser *parser)
{
	parser->usage = true;
	buf_append_char(&parser->mistakes, '\n');
}

static const struct option *find_flag(struct span flag)
{
	for (const struct option *option = option_table; option->flag; option++)
		if (span_equal(flag, span_of(option->flag)))
			return option;
	return NULL;
}

static void tell_unknown_flag(struct parser *parser, struct span flag)
{
	const char *candidates[OPTION_ID_COUNT + 1];
	const struct option *elsewhere = find_flag(flag);
	enum command_id command = parser->options->command;
	const char *near;
	size_t count = 0;

	if (elsewhere) {
		buf_printf(&parser->mistakes, "--%s is no option of userstream %s; it belongs to",
			   elsewhere->flag, command_id_name(command));
		for (unsigned id = 0; id < COMMAND_COUNT; id++)
			if (takes((enum command_id)id, elsewhere))
				buf_printf(&parser->mistakes, " %s",
					   command_id_name((enum command_id)id));
		usage_mistake(parser);
		return;
	}
	for (const struct option *option = option_table; option->flag; option++)
		if (takes(command, option))
			candidates[count++] = option->flag;
	candidates[count++] = "help";
	near = suggest(flag, candidates, count);
	buf_printf(&parser->mistakes, "unknown option --%.*s", (int)(flag.len < 80 ? flag.len : 80),
		   flag.data);
	if (near)
		buf_printf(&parser->mistakes, "; did you mean --%s?", near);
	else
		buf_printf(&parser->mistakes, "; userstream %s --help lists them",
			   command_id_name(command));
	usage_mistake(parser);
}

static void set_flag(struct parser *parser, const struct option *option, const char *text)
{
	struct value *value = &parser->options->values[option->id];

	value->text = text;
	value->origin = ORIGIN_FLAG;
}

static void tell_no_value(struct parser *parser, const struct option *option)
{
	buf_printf(&parser->mistakes, "--%s needs a value: --%s %s", option->flag, option->flag,
		   option->value_name);
	usage_mistake(parser);
}

/* Does `text` look like the next flag rather than a value? "-" and "-5" are values. */
static bool is_flag(const struct parser *parser, const char *text)
{
	struct span flag = { .data = text + 2 };
	const struct option *option;

	if (strncmp(text, "--", 2) != 0)
		return false;
	flag.len = strcspn(flag.data, "=");
	option = find_flag(flag);
	return flag.len == 0 || (option && takes(parser->options->command, option));
}

/* --flag, --flag=value, --flag value, --no-flag. Returns how many arguments it took. */
static int parse_long(struct parser *parser, const char *argument, const char *next)
{
	struct span flag = { .data = argument + 2, .len = strcspn(argument + 2, "=") };
	const char *inline_value = flag.data[flag.len] ? flag.data + flag.len + 1 : NULL;
	const struct option *option = find_flag(flag);
	bool negated = false;

	if (!option && flag.len > 3 && memcmp(flag.data, "no-", 3) == 0) {
		option = find_flag((struct span){ .data = flag.data + 3, .len = flag.len - 3 });
		negated = option && option->kind == OPTION_BOOL;
		if (!negated)
			option = NULL;
	}
	if (!option || !takes(parser->options->command, option)) {
		tell_unknown_flag(parser, flag);
		/* What follows is probably its value; taking it for an argument would only add a
		 * second mistake. */
		return !inline_value && option && option->kind != OPTION_BOOL && next &&
			       next[0] != '-'
			   ? 2
			   : 1;
	}
	if (option->kind == OPTION_BOOL) {
		if (negated && inline_value) {
			buf_printf(&parser->mistakes, "--no-%s takes no value", option->flag);
			usage_mistake(parser);
		}
		set_flag(parser, option, negated ? "false" : inline_value ? inline_value : "true");
		return 1;
	}
	if (inline_value) {
		set_flag(parser, option, inline_value);
		return 1;
	}
	if (!next || is_flag(parser, next)) {
		tell_no_value(parser, option);
		return 1;
	}
	set_flag(parser, option, next);
	return 2;
}

/* -n 5, -n5. */
static int parse_short(struct parser *parser, const char *argument, const char *next)
{
	for (const struct option *option = option_table; option->flag; option++) {
		if (option->short_flag != argument[1] || !takes(parser->options->command, option))
			continue;
		if (argument[2]) {
			set_flag(parser, option, argument + 2 + (argument[2] == '='));
			return 1;
		}
		if (!next || is_flag(parser, next)) {
			tell_no_value(parser, option);
			return 1;
		}
		set_flag(parser, option, next);
		return 2;
	}
	buf_printf(&parser->mistakes, "unknown option %.80s; userstream %s --help lists them",
		   argument, command_id_name(parser->options->command));
	usage_mistake(parser);
	return 1;
}

/* What is no option moves to the front of argv[first..]; returns how many there are. */
static int parse_arguments(struct parser *parser, int argc, char **argv, int first)
{
	int kept = first;

	for (int i = first; i < argc;) {
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;

		if (strcmp(argv[i], "--") == 0) {
			while (++i < argc)
				argv[kept++] = argv[i];
		} else if (strncmp(argv[i], "--", 2) == 0) {
			i += parse_long(parser, argv[i], next);
		} else if (argv[i][0] == '-' && argv[i][1]) {
			i += parse_short(parser, argv[i], next);
		} else {
			argv[kept++] = argv[i++];
		}
	}
	return kept - first;
}

/* ---- variables ---------------------------------------------------------------------------- */

static enum status load_env_file(struct parser *parser, const char *name, struct err *err)
{
	struct options *options = parser->options;
	const char *flag = options->values[OPTION_ENV_FILE].text;
	bool optional = false, missing;
	enum status status;
	struct err reading = ERR_INIT;
	struct buf text;

	if (!name)
		name = flag ? flag : getenv(option_table[OPTION_ENV_FILE].variable);
	if (!name || !*name) {
		name = ".env";
		optional = true;
	}
	options->env_file_name = arena_strndup(&options->arena, name, strlen(name));
	if (!options->env_file_name)
		return err_no_memory(err, "reading the environment file");
	buf_init(&text, ENV_FILE_MAX);
	status = file_read(name, &text, &missing, &reading);
	if (status == US_OK)
		status = env_parse(&options->env_file, options->env_file_name, buf_span(&text),
				   &options->arena, &parser->mistakes, err);
	else if (optional && missing)
		status = US_OK;
	else {
		buf_printf(&parser->mistakes, "%s\n", reading.text);
		status = US_OK;
	}
	buf_release(&text);
	return status;
}

/* Tell a misspelt USERSTREAM_ variable. Others may mean something to others. */
static void check_variable(struct parser *parser, struct span name, const char *where)
{
	const char *candidates[OPTION_ID_COUNT];
	const char *near;
	size_t count = 0;

	if (name.len <= PREFIX_LENGTH || memcmp(name.data, PREFIX, PREFIX_LENGTH) != 0)
		return;
	for (const struct option *option = option_table; option->flag; option++) {
		if (!option->variable)
			continue;
		if (span_equal(name, span_of(option->variable)))
			return;
		candidates[count++] = option->variable + PREFIX_LENGTH;
	}
	near = suggest(
	    (struct span){ .data = name.data + PREFIX_LENGTH, .len = name.len - PREFIX_LENGTH },
	    candidates, count);
	if (near)
		buf_printf(&parser->mistakes,
			   "%s: unknown variable %.*s; did you mean " PREFIX "%s?\n", where,
			   (int)name.len, name.data, near);
}

static void check_variables(struct parser *parser)
{
	for (char **variable = environ; variable && *variable; variable++)
		check_variable(parser,
			       (struct span){ .data = *variable, .len = strcspn(*variable, "=") },
			       "environment");
	for (const struct env_entry *e = parser->options->env_file; e; e = e->next)
		check_variable(parser, span_of(e->name), parser->options->env_file_name);
}

static bool has_option(struct span name)
{
	for (const struct option *option = option_table; option->flag; option++)
		if (option->variable && span_equal(name, span_of(option->variable)))
			return true;
	return false;
}

/* False: out of memory. */
static bool keep_setting(struct options *options, struct span name, const char *value)
{
	struct setting *setting = &options->settings[options->setting_count];

	if (name.len <= PREFIX_LENGTH || memcmp(name.data, PREFIX, PREFIX_LENGTH) != 0 || !*value ||
	    has_option(name))
		return true;
	for (size_t i = 0; i < options->setting_count; i++)
		if (span_equal(name, span_of(options->settings[i].name)))
			return true;
	setting->name = arena_strndup(&options->arena, name.data, name.len);
	setting->value = arena_strndup(&options->arena, value, strlen(value));
	options->setting_count++;
	return setting->name && setting->value;
}

static bool keep_settings(struct options *options)
{
	size_t count = 1;
	bool room = true;

	for (char **variable = environ; variable && *variable; variable++)
		count++;
	for (const struct env_entry *e = options->env_file; e; e = e->next)
		count++;
	options->settings = arena_calloc(&options->arena, count, sizeof(*options->settings));
	if (!options->settings)
		return false;
	for (char **variable = environ; variable && *variable && room; variable++) {
		struct span name = { *variable, strcspn(*variable, "=") };

		if (name.data[name.len])
			room = keep_setting(options, name, name.data + name.len + 1);
	}
	/* of a name given twice in the file the last one counts, which env_find() gives */
	for (const struct env_entry *e = options->env_file; e && room; e = e->next)
		room = keep_setting(options, span_of(e->name),
				    env_find(options->env_file, e->name));
	return room;
}

/* A value from the environment or .env for what no flag gave; else the default. */
static void fill_from_variables(struct options *options)
{
	for (const struct option *option = option_table; option->flag; option++) {
		struct value *value = &options->values[option->id];
		const char *text = option->variable ? getenv(option->variable) : NULL;
		enum origin origin = ORIGIN_ENVIRONMENT;

		if (value->origin == ORIGIN_FLAG || !takes(options->command, option))
			continue;
		if ((!text || !*text) && option->variable) {
			text = env_find(options->env_file, option->variable);
			origin = ORIGIN_ENV_FILE;
		}
		if (!text || !*text) {
			text = option->fallback;
			origin = text ? ORIGIN_DEFAULT : ORIGIN_NONE;
		}
		value->text = text;
		value->origin = origin;
	}
}

/* ---- values ------------------------------------------------------------------------------- */

static void tell_bad_value(struct parser *parser, const struct option *option,
			   const struct value *value, const struct buf *expected)
{
	struct buf *out = &parser->mistakes;
	struct span near = SPAN_NULL;

	if (value->origin == ORIGIN_FLAG)
		buf_printf(out, "--%s: ", option->flag);
	else if (value->origin == ORIGIN_ENVIRONMENT)
		buf_printf(out, "environment: %s: ", option->variable);
	else
		buf_printf(out, "%s: %s: ", parser->options->env_file_name, option->variable);
	if (option->secret)
		buf_printf(out, "expected %s", buf_text(expected));
	else
		buf_printf(out, "'%.80s' is not %s", value->text, buf_text(expected));
	if (option->kind == OPTION_CHOICE)
		near = choice_nearest(value->text, option->choices);
	if (near.data)
		buf_printf(out, "; did you mean %.*s?", (int)near.len, near.data);
	buf_append_char(out, '\n');
	parser->usage = parser->usage || value->origin == ORIGIN_FLAG;
}

/* Cut "a, b ,c" into its items, blanks around them and empty ones left out. */
static bool split_list(struct options *options, struct value *value)
{
	size_t count = 1;
	const char *c;

	for (c = value->text; *c; c++)
		count += *c == ',';
	value->items = arena_calloc(&options->arena, count, sizeof(*value->items));
	if (!value->items)
		return false;
	for (c = value->text;;) {
		size_t len = strcspn(c, ","), skip = strspn(c, " \t");
		size_t end = len;

		if (skip > len)
			skip = len;
		while (end > skip && (c[end - 1] == ' ' || c[end - 1] == '\t'))
			end--;
		if (end > skip) {
			char *item = arena_strndup(&options->arena, c + skip, end - skip);

			if (!item)
				return false;
			value->items[value->item_count++] = item;
		}
		if (!c[len])
			return true;
		c += len + 1;
	}
}

static void read_values(struct parser *parser)
{
	struct options *options = parser->options;
	struct buf expected;

	buf_init(&expected, 1024);
	for (const struct option *option = option_table; option->flag; option++) {
		struct value *value = &options->values[option->id];

		if (!value->text)
			continue;
		buf_reset(&expected);
		if (!value_read(option, value->text, &value->number, &expected)) {
			tell_bad_value(parser, option, value, &expected);
			/* what is read on, to find the other mistakes, is read with the default */
			value->text = option->fallback;
			value->number = 0;
			if (!value->text ||
			    !value_read(option, value->text, &value->number, &expected))
				continue;
		}
		/* Flags point into argv, variables into the environment: both may change. */
		value->text = arena_strndup(&options->arena, value->text, strlen(value->text));
		if (!value->text || (option->kind == OPTION_LIST && !split_list(options, value)))
			parser->no_memory = true;
		if (parser->no_memory || expected.failed)
			break;
	}
	if (expected.failed)
		parser->no_memory = true;
	buf_release(&expected);
}

/* ---- the interface ------------------------------------------------------------------------ */

enum status options_parse_on(struct options **out, enum command_id command, int argc, char **argv,
			     int first, const char *env_file, char ***rest, int *rest_count,
			     struct err *err)
{
	struct parser parser = { .options = mem_calloc(1, sizeof(struct options)) };
	enum status status;

	*out = NULL;
	if (!parser.options)
		return err_no_memory(err, "reading the options");
	parser.options->command = command;
	arena_init(&parser.options->arena, 4096, ARENA_MAX);
	buf_init(&parser.mistakes, MISTAKES_MAX);

	*rest = argv + first;
	*rest_count = parse_arguments(&parser, argc, argv, first);
	status = load_env_file(&parser, env_file, err);
	if (status != US_OK)
		goto out;
	check_variables(&parser);
	fill_from_variables(parser.options);
	if (!keep_settings(parser.options))
		parser.no_memory = true;
	read_values(&parser);
	if (parser.no_memory || parser.mistakes.failed) {
		status = err_no_memory(err, "reading the options");
	} else if (parser.mistakes.len) {
		status = err_set(err, US_REJECT, parser.usage ? EXIT_BAD_USAGE : EXIT_BAD_CONFIG,
				 "%.*s", (int)(parser.mistakes.len - 1), parser.mistakes.data);
	}
	if (status != US_FATAL) {
		*out = parser.options;
		parser.options = NULL;
	}
out:
	buf_release(&parser.mistakes);
	options_free(parser.options);
	return status;
}

enum status options_parse(struct options **out, enum command_id command, int argc, char **argv,
			  int first, const char *env_file, char ***rest, int *rest_count,
			  struct err *err)
{
	struct options *options;
	enum status status = options_parse_on(&options, command, argc, argv, first, env_file, rest,
					      rest_count, err);

	if (status == US_OK)
		*out = options;
	else
		options_free(options);
	return status;
}

void options_free(struct options *options)
{
	if (!options)
		return;
	arena_release(&options->arena);
	mem_free(options);
}

const char *option_text(const struct options *options, enum option_id id)
{
	return options->values[id].text;
}

int64_t option_int(const struct options *options, enum option_id id)
{
	return options->values[id].number;
}

bool option_bool(const struct options *options, enum option_id id)
{
	return options->values[id].number != 0;
}

bool option_given(const struct options *options, enum option_id id)
{
	return options->values[id].origin > ORIGIN_DEFAULT;
}

bool option_is_flag(const struct options *options, enum option_id id)
{
	return options->values[id].origin == ORIGIN_FLAG;
}

const char *const *option_list(const struct options *options, enum option_id id, size_t *count)
{
	*count = options->values[id].item_count;
	return options->values[id].items;
}

const struct setting *options_settings(const struct options *options, size_t *count)
{
	*count = options->setting_count;
	return options->settings;
}

const char *option_variable(const struct options *options, const char *name)
{
	const char *value = getenv(name);

	return value ? value : env_find(options->env_file, name);
}
