/* rooms: simulator net core */
/*
 * The simulator's parameters and --fault, out of arbitrary bytes: a path and a fault list up to the
 * first and second line's end, then "name=value" lines. Whatever is accepted must give an answer
 * within bounds.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "simulator/api_answer.h"
#include "simulator/api_query.h"
#include "simulator/fault_plan.h"

#define PARAMETERS_MAX 32
#define USERS_MAX      3

struct parameters {
	char *names[PARAMETERS_MAX];
	char *values[PARAMETERS_MAX];
	int count;
};

static char empty[1];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *parameter(const void *source, const char *name)
{
	const struct parameters *parameters = source;

	for (int i = 0; i < parameters->count; i++)
		if (strcmp(parameters->names[i], name) == 0)
			return parameters->values[i];
	return NULL;
}

/* The next line, ended with a NUL in place; *at is NULL after the last. */
static char *next_line(char **at)
{
	char *line = *at;
	char *end = line ? strchr(line, '\n') : NULL;

	if (end)
		*end = '\0';
	*at = end ? end + 1 : NULL;
	return line ? line : empty;
}

static void check(bool condition)
{
	if (!condition)
		abort();
}

static void answer(const struct parameters *parameters, const char *version,
		   const struct fault_plan *faults)
{
	static struct people *people;
	struct api_query query;
	struct api_scratch scratch;
	struct err err = ERR_INIT;
	struct buf out;

	if (!people)
		check(people_new(&people, false, &err) == US_OK);
	api_query_read(&query, parameter, parameters, version, 1764000000000);
	check(query.results >= 1 && query.results <= API_RESULTS_MAX);
	check(query.page >= 1 && query.page <= API_PAGE_MAX);
	check(query.shape.nation_count >= 1 && query.shape.nation_count <= NATIONALITY_COUNT);
	check(query.shape.password.min >= 1 &&
	      query.shape.password.min <= query.shape.password.max);
	check(query.shape.password.max <= PASSWORD_LENGTH_MAX);
	buf_init(&out, 1 << 20);
	buf_init(&scratch.compact, 1 << 20);
	api_answer_write(&out, &scratch, people, &query,
			 query.results < USERS_MAX ? query.results : USERS_MAX, faults);
	check(!out.failed);
	buf_release(&out);
	buf_release(&scratch.compact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parameters parameters = { .count = 0 };
	struct fault_plan faults;
	struct err err = ERR_INIT;
	char *text = mem_strndup((const char *)data, size);
	char *at = text;
	const char *version;
	bool is_api;

	check(text != NULL);
	version = api_version_of_path(next_line(&at), &is_api);
	if (fault_plan_parse(&faults, next_line(&at), 1, &err)) {
		check(err.text[0] != '\0');
		fault_plan_parse(&faults, NULL, 1, &err);
	}
	while (at && parameters.count < PARAMETERS_MAX) {
		char *line = next_line(&at);
		char *equals = strchr(line, '=');

		if (equals)
			*equals = '\0';
		parameters.names[parameters.count] = line;
		parameters.values[parameters.count++] = equals ? equals + 1 : empty;
	}
	answer(&parameters, version ? version : "1.4", &faults);
	mem_free(text);
	return 0;
}
