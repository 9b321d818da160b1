/*
 * api_query.c - reads the parameters.
 */
#include "simulator/api_query.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/random.h"

static const char *const versions[] = { "1.0", "1.1", "1.2", "1.3", "1.4" };
#define VERSION_COUNT (sizeof(versions) / sizeof(*versions))

const char *api_version_of_path(const char *path, bool *is_api)
{
	size_t len;

	*is_api = strncmp(path, "/api", 4) == 0 && (path[4] == '\0' || path[4] == '/');
	if (!*is_api)
		return NULL;
	path += path[4] ? 5 : 4;
	len = strlen(path);
	if (len && path[len - 1] == '/')
		len--;
	if (len == 0)
		return versions[VERSION_COUNT - 1];
	for (size_t i = 0; i < VERSION_COUNT; i++)
		if (len == strlen(versions[i]) && memcmp(path, versions[i], len) == 0)
			return versions[i];
	return NULL;
}

/* A number in [1, max]; anything else is 1. */
static uint32_t number_or_one(const char *text, uint32_t max)
{
	uint32_t value = 0;

	if (!text || !*text)
		return 1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return 1;
		value = value * 10 + (uint32_t)(*text - '0');
		if (value > max)
			return 1;
	}
	return value ? value : 1;
}

static struct span next_item(const char **at)
{
	struct span item;

	*at += strspn(*at, " ");
	item = (struct span){ .data = *at, .len = strcspn(*at, ",") };
	*at += item.len;
	if (**at)
		(*at)++;
	while (item.len && item.data[item.len - 1] == ' ')
		item.len--;
	return item;
}

static void all_nations(struct user_shape *shape)
{
	shape->nation_count = NATIONALITY_COUNT;
	for (uint8_t i = 0; i < NATIONALITY_COUNT; i++)
		shape->nations[i] = i;
}

/* One invalid code discards the whole list. A code given twice counts once. */
static void read_nations(struct user_shape *shape, const char *list)
{
	uint32_t seen = 0;

	shape->nation_count = 0;
	while (list && *list) {
		int index = people_nation_index(next_item(&list));

		if (index < 0) {
			shape->nation_count = 0;
			break;
		}
		if (!(seen & 1u << index))
			shape->nations[shape->nation_count++] = (uint8_t)index;
		seen |= 1u << index;
	}
	if (shape->nation_count == 0)
		all_nations(shape);
}

static uint32_t read_fields(const char *list)
{
	uint32_t fields = 0;

	while (list && *list) {
		struct span item = next_item(&list);

		for (int i = 0; i < FIELD_COUNT; i++)
			if (item.len == strlen(user_field_names[i]) &&
			    strncasecmp(item.data, user_field_names[i], item.len) == 0)
				fields |= 1u << i;
	}
	return fields;
}

static void add_characters(struct password_rule *rule, const char *characters)
{
	size_t len = strlen(characters);

	if (rule->count + len > sizeof(rule->characters))
		return; /* the same set twice */
	memcpy(rule->characters + rule->count, characters, len);
	rule->count += (uint32_t)len;
}

/* Digits at the front of *item, which are taken off; 0: none, or more than the maximum. */
static uint32_t take_length(struct span *item)
{
	uint32_t value = 0;

	while (item->len && *item->data >= '0' && *item->data <= '9') {
		if (value <= PASSWORD_LENGTH_MAX)
			value = value * 10 + (uint32_t)(*item->data - '0');
		item->data++;
		item->len--;
	}
	return value > PASSWORD_LENGTH_MAX ? 0 : value;
}

/* "8" or "8-16". */
static void read_length(struct password_rule *rule, struct span item)
{
	uint32_t min = take_length(&item);
	uint32_t max = min;

	if (item.len && *item.data == '-') {
		item.data++;
		item.len--;
		max = take_length(&item);
	}
	if (item.len || min < 1 || min > max)
		return;
	rule->min = min;
	rule->max = max;
}

static void read_password(struct password_rule *rule, const char *list)
{
	static const struct {
		const char *name;
		const char *characters;
	} sets[] = {
		{ "special", " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" },
		{ "upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
		{ "lower", "abcdefghijklmnopqrstuvwxyz" },
		{ "number", "0123456789" },
	};
	uint32_t seen = 0;

	*rule = (struct password_rule){ .min = 8, .max = PASSWORD_LENGTH_MAX };
	while (list && *list) {
		struct span item = next_item(&list);

		for (unsigned i = 0; i < 4; i++) {
			if (item.len != strlen(sets[i].name) ||
			    strncasecmp(item.data, sets[i].name, item.len) != 0)
				continue;
			if (!(seen & 1u << i))
				add_characters(rule, sets[i].characters);
			seen |= 1u << i;
		}
		read_length(rule, item);
	}
	if (list && rule->count == 0 && (rule->min != 8 || rule->max != PASSWORD_LENGTH_MAX))
		for (unsigned i = 1; i < 4; i++)
			add_characters(rule, sets[i].characters);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A seed of 18 characters carries a nationality: its last two are an index in hexadecimal. */
static void read_seed_nation(struct user_shape *shape, const char *seed)
{
	int index;

	if (strlen(seed) != 18 || hex_digit(seed[16]) < 0 || hex_digit(seed[17]) < 0)
		return;
	index = hex_digit(seed[16]) * 16 + hex_digit(seed[17]);
	if (index >= NATIONALITY_COUNT)
		return;
	shape->nations[0] = (uint8_t)index;
	shape->nation_count = 1;
}

/* Up to API_SEED_MAX bytes, cut between characters. */
static void copy_seed(char *to, const char *seed)
{
	size_t len = strlen(seed);

	if (len > API_SEED_MAX) {
		len = API_SEED_MAX;
		while (len && ((unsigned char)seed[len] & 0xC0) == 0x80)
			len--;
	}
	memcpy(to, seed, len);
	to[len] = '\0';
}

static void random_seed(char to[17])
{
	uint64_t number;

	random_bytes(&number, sizeof(number));
	snprintf(to, 17, "%016llx", (unsigned long long)number);
}

/* Page 11 of seed "s" is page 1 of seed "s11". */
static struct user_seed seed_of(const char *seed, uint32_t page)
{
	char text[API_SEED_MAX + 16];
	size_t len = strlen(seed);

	memcpy(text, seed, len + 1);
	if (page != 1)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%u", page);
	return (struct user_seed){ .high = hash_bytes(text, len, 0x9AE16A3B2F90404Fu),
				   .low = hash_bytes(text, len, 0xC949D7C7509E6557u) };
}

static enum api_format read_format(const char *text)
{
	if (text && (strcasecmp(text, "pretty") == 0 || strcasecmp(text, "prettyjson") == 0))
		return API_FORMAT_PRETTY;
	return text && strcasecmp(text, "csv") == 0 ? API_FORMAT_CSV : API_FORMAT_JSON;
}

void api_query_read(struct api_query *query, api_parameter parameter, const void *source,
		    const char *version, int64_t now_ms)
{
	const char *seed = parameter(source, "seed");
	const char *gender = parameter(source, "gender");
	uint32_t included = read_fields(parameter(source, "inc"));

	query->version = version;
	query->results = number_or_one(parameter(source, "results"), API_RESULTS_MAX);
	query->page = number_or_one(parameter(source, "page"), API_PAGE_MAX);
	query->format = read_format(parameter(source, "format"));
	query->no_info = parameter(source, "noinfo") != NULL;
	query->shape.now_ms = now_ms;
	query->shape.fields = (included ? included : FIELDS_ALL) &
			      ~read_fields(parameter(source, "exc"));
	read_nations(&query->shape, parameter(source, "nat"));
	read_password(&query->shape.password, parameter(source, "password"));
	query->shape.gender = -1;
	if (seed && *seed) {
		copy_seed(query->seed_text, seed);
		read_seed_nation(&query->shape, query->seed_text);
	} else {
		random_seed(query->seed_text);
		if (gender && strcasecmp(gender, "male") == 0)
			query->shape.gender = PEOPLE_MALE;
		if (gender && strcasecmp(gender, "female") == 0)
			query->shape.gender = PEOPLE_FEMALE;
	}
	if (parameter(source, "lego")) {
		query->shape.nations[0] = NATION_LEGO;
		query->shape.nation_count = 1;
	}
	query->seed = seed_of(query->seed_text, query->page);
}
