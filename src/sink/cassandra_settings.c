/*
 * cassandra_settings.c - reads the URI and the variables. All mistakes are told at once.
 */
#include "sink/cassandra_settings.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/diag.h"
#include "core/file_read.h"
#include "core/option_value.h"

#define DEFAULT_PORT 9042
#define PREFIX       CASSANDRA_VARIABLES
#define PASSWORD_MAX 4096
#define TEXTS_MAX    (1 << 20)
#define MISTAKES_MAX (1 << 14)
#define EXAMPLE      "cassandra://host:9042/userstream"

/* The protocol's numbers, in the order of the choices below. */
static const uint32_t consistencies[] = { 1, 2, 3, 4, 5, 6, 7, 10 };

struct reader {
	struct cassandra_settings *out;
	struct buf mistakes;
	const char *texts[PARAMETER_COUNT];
	int64_t numbers[PARAMETER_COUNT];
	bool no_memory;
};

static void mistake(struct reader *reader, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void mistake(struct reader *reader, const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	buf_printf(&reader->mistakes, "\n  %s", line);
}

static const char *keep(struct reader *reader, const char *text, size_t len)
{
	const char *copy = arena_strndup(&reader->out->arena, text, len);

	reader->no_memory = reader->no_memory || !copy;
	return copy ? copy : "";
}

/* ---- parameters */

static ptrdiff_t find_parameter(const char *name, size_t len)
{
	for (ptrdiff_t i = 0; cassandra_parameters[i].flag; i++)
		if (strlen(cassandra_parameters[i].flag) == len &&
		    strncasecmp(cassandra_parameters[i].flag, name, len) == 0)
			return i;
	return -1;
}

static const char *nearest_parameter(const char *name, size_t len)
{
	const char *names[PARAMETER_COUNT];

	for (size_t i = 0; i < PARAMETER_COUNT; i++)
		names[i] = cassandra_parameters[i].flag;
	return suggest((struct span){ .data = name, .len = len }, names, PARAMETER_COUNT);
}

static void unknown(struct reader *reader, const char *what, const char *prefix, const char *name,
		    size_t len)
{
	const char *near = nearest_parameter(name, len);
	char upper[64];
	size_t i;

	for (i = 0; near && near[i] && i + 1 < sizeof(upper); i++)
		upper[i] = (char)(*prefix ? toupper((unsigned char)near[i]) : near[i]);
	upper[near ? i : 0] = '\0';
	mistake(reader, "there is no %s %s%.*s%s%s%s%s", what, prefix, (int)(len > 80 ? 80 : len),
		name, near ? ", did you mean " : "", near ? prefix : "", upper, near ? "?" : "");
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* %2F and its like, as URIs have them. */
static const char *decoded(struct reader *reader, const char *text, size_t len)
{
	char *copy = arena_strndup(&reader->out->arena, text, len), *to = copy;

	if (!copy) {
		reader->no_memory = true;
		return "";
	}
	for (const char *c = copy; *c; c++) {
		if (*c == '%' && hex_digit(c[1]) >= 0 && hex_digit(c[2]) >= 0) {
			*to++ = (char)(hex_digit(c[1]) * 16 + hex_digit(c[2]));
			c += 2;
		} else {
			*to++ = *c;
		}
	}
	*to = '\0';
	return copy;
}

static void read_query(struct reader *reader, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "&"), name = strcspn(text, "=&");
		ptrdiff_t at = find_parameter(text, name);

		if (len == 0)
			; /* "&&" says nothing */
		else if (at == PARAMETER_PASSWORD)
			mistake(reader, "a password does not belong into a URI, where others can "
					"see it: set " PREFIX "PASSWORD, or password_file=FILE");
		else if (at < 0)
			unknown(reader, "parameter", "", text, name);
		else if (name == len)
			mistake(reader, "%s has no value", cassandra_parameters[at].flag);
		else
			reader->texts[at] = decoded(reader, text + name + 1, len - name - 1);
		text += len;
		text += *text == '&';
	}
}

static void read_variables(struct reader *reader, const struct setting *settings, size_t count)
{
	size_t prefix = strlen(PREFIX);

	for (size_t i = 0; i < count; i++) {
		const char *name = settings[i].name;
		ptrdiff_t at;

		if (strncmp(name, PREFIX, prefix) != 0)
			continue;
		at = find_parameter(name + prefix, strlen(name + prefix));
		if (at < 0)
			unknown(reader, "variable", PREFIX, name + prefix, strlen(name + prefix));
		else if (!reader->texts[at])
			reader->texts[at] = keep(reader, settings[i].value,
						 strlen(settings[i].value));
	}
}

static void bad_value(struct reader *reader, const struct option *parameter, const char *text,
		      const char *expected)
{
	struct span near = SPAN_NULL;

	if (parameter->kind == OPTION_CHOICE)
		near = choice_nearest(text, parameter->choices);
	mistake(reader, "%s must be %s, not \"%.80s\"%s%.*s%s", parameter->flag, expected, text,
		near.data ? "; did you mean " : "", (int)near.len, near.data ? near.data : "",
		near.data ? "?" : "");
}

static void read_values(struct reader *reader)
{
	for (size_t i = 0; i < PARAMETER_COUNT; i++) {
		const struct option *parameter = &cassandra_parameters[i];
		const char *text = reader->texts[i] ? reader->texts[i] : parameter->fallback;
		struct buf expected;

		if (!text)
			continue;
		buf_init(&expected, 512);
		if (!value_read(parameter, text, &reader->numbers[i], &expected))
			bad_value(reader, parameter, text, buf_text(&expected));
		buf_release(&expected);
	}
}

/* ---- what goes together */

/* "3", or "dc1:3,dc2:2". */
static bool is_replication(const char *text)
{
	bool plain = strspn(text, "0123456789") == strlen(text);

	if (plain)
		return strlen(text) < 4 && strspn(text, "0") < strlen(text);
	while (*text) {
		size_t name = strcspn(text, ":,"), digits;

		if (!name || text[name] != ':' || memchr(text, '\'', name))
			return false;
		text += name + 1;
		digits = strspn(text, "0123456789");
		if (!digits || digits > 3)
			return false;
		text += digits;
		if (*text && *text++ != ',')
			return false;
	}
	return true;
}

static void read_password(struct reader *reader)
{
	const char *path = reader->texts[PARAMETER_PASSWORD_FILE];
	struct cassandra_config *config = &reader->out->config;
	struct err err = ERR_INIT;
	struct buf text;

	config->username = reader->texts[PARAMETER_USERNAME];
	config->password = reader->texts[PARAMETER_PASSWORD];
	if (path && config->password)
		mistake(reader, "there is a password_file, and a " PREFIX "PASSWORD: say one");
	if (path && !config->password) {
		buf_init(&text, PASSWORD_MAX);
		if (file_read(path, &text, NULL, &err) == US_OK)
			config->password = keep(reader, buf_text(&text),
						strcspn(buf_text(&text), "\r\n"));
		else
			mistake(reader, "password_file: %s", err.text);
		if (text.data)
			explicit_bzero(text.data, text.len);
		buf_release(&text);
	}
	if (config->password && !config->username)
		mistake(reader, "there is a password, but no username");
	if (config->username && !config->password && !path)
		mistake(reader, "there is a username, but no password: set " PREFIX
				"PASSWORD, or password_file=FILE");
}

static void read_tls(struct reader *reader)
{
	static const enum cassandra_parameter given[] = { PARAMETER_TLS_VERIFY, PARAMETER_TLS_CA,
							  PARAMETER_TLS_CERT, PARAMETER_TLS_KEY,
							  PARAMETER_TLS_NAME };
	struct cassandra_config *config = &reader->out->config;

	config->tls = reader->numbers[PARAMETER_TLS] != 0;
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		if (!reader->texts[given[i]])
			continue;
		if (reader->texts[PARAMETER_TLS] && !config->tls)
			mistake(reader, "tls is off, but %s is given",
				cassandra_parameters[given[i]].flag);
		else
			config->tls = true;
	}
	config->tls_verify = (uint32_t)reader->numbers[PARAMETER_TLS_VERIFY];
	config->tls_ca = reader->texts[PARAMETER_TLS_CA];
	config->tls_cert = reader->texts[PARAMETER_TLS_CERT];
	config->tls_key = reader->texts[PARAMETER_TLS_KEY];
	config->tls_name = reader->texts[PARAMETER_TLS_NAME];
	if (!config->tls_cert != !config->tls_key)
		mistake(reader, "tls_cert and tls_key go together, and %s is missing",
			config->tls_cert ? "tls_key" : "tls_cert");
}

static void fill_config(struct reader *reader)
{
	struct cassandra_settings *out = reader->out;
	const int64_t *numbers = reader->numbers;

	out->config.keyspace = out->keyspace;
	out->config.datacenter = reader->texts[PARAMETER_DATACENTER];
	out->config.version = USERSTREAM_VERSION;
	out->config.consistency = consistencies[numbers[PARAMETER_CONSISTENCY]];
	out->config.compression = (uint32_t)numbers[PARAMETER_COMPRESSION];
	out->config.in_flight = (uint32_t)numbers[PARAMETER_IN_FLIGHT];
	out->config.batch_bytes = (uint32_t)numbers[PARAMETER_BATCH_BYTES];
	out->config.connections = (uint32_t)numbers[PARAMETER_CONNECTIONS];
	out->config.timeout_ms = (uint32_t)numbers[PARAMETER_TIMEOUT];
	out->config.connect_timeout_ms = (uint32_t)numbers[PARAMETER_CONNECT_TIMEOUT];
	out->replication = reader->texts[PARAMETER_REPLICATION];
	out->ttl_s = (numbers[PARAMETER_TTL] + 999) / 1000;
	out->wait_ms = numbers[PARAMETER_WAIT];
	if (out->replication && !is_replication(out->replication))
		mistake(reader,
			"replication must be a number of replicas (3), or numbers by datacenter "
			"(dc1:3,dc2:2), not \"%.80s\"",
			out->replication);
	read_password(reader);
	read_tls(reader);
}

/* ---- hosts */

/* "host", "host:port", "[v6]", "[v6]:port": *host gets one with a port. False: it is none. */
static bool read_host(struct reader *reader, const char *text, size_t len, const char **host)
{
	size_t name = len && *text == '[' ? strcspn(text, "]") + 1 : strcspn(text, ":");
	long port = DEFAULT_PORT;

	if (name > len)
		name = len;
	if (!name || memchr(text, '%', len) || (*text == '[' && text[name - 1] != ']'))
		return false;
	if (name < len) {
		const char *digits = text + name + 1;
		size_t count = len - name - 1;

		if (text[name] != ':' || !count || count > 5 ||
		    strspn(digits, "0123456789") < count)
			return false;
		port = strtol(digits, NULL, 10);
	}
	if (port < 1 || port > 65535)
		return false;
	*host = arena_printf(&reader->out->arena, "%.*s:%ld", (int)name, text, port);
	reader->no_memory = reader->no_memory || !*host;
	return true;
}

static void read_hosts(struct reader *reader, const char *text, size_t len)
{
	size_t count = 1, filled = 0;
	const char **hosts;
	const char *end = text + len;

	if (memchr(text, '@', len)) {
		mistake(reader,
			"a user does not stand before the host: say username=NAME, and set " PREFIX
			"PASSWORD");
		return;
	}
	for (size_t i = 0; i < len; i++)
		count += text[i] == ',';
	hosts = arena_calloc(&reader->out->arena, count, sizeof(*hosts));
	if (!hosts) {
		reader->no_memory = true;
		return;
	}
	while (text <= end) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		size_t one = (size_t)((comma ? comma : end) - text);

		if (read_host(reader, text, one, &hosts[filled]))
			filled++;
		else
			mistake(reader, "\"%.*s\" is no host: write name, name:port, or [v6]:port",
				(int)(one > 80 ? 80 : one), text);
		text += one + 1;
	}
	reader->out->config.hosts = hosts;
	reader->out->config.host_count = filled;
}

/* ---- the whole */

static void read_shown(struct reader *reader)
{
	struct cassandra_settings *out = reader->out;
	struct buf shown;

	buf_init(&shown, 4096);
	buf_append_text(&shown, "cassandra://");
	for (size_t i = 0; i < out->config.host_count; i++)
		buf_printf(&shown, "%s%s", i ? "," : "", out->config.hosts[i]);
	buf_printf(&shown, "/%s", out->keyspace);
	out->shown = keep(reader, buf_text(&shown), shown.len);
	buf_release(&shown);
}

static void read_all(struct reader *reader, const char *rest, const struct setting *settings,
		     size_t setting_count)
{
	struct err err = ERR_INIT;
	size_t authority;
	const char *query;

	if (strncmp(rest, "//", 2) != 0) {
		mistake(reader, "two slashes and a host are missing: write " EXAMPLE);
		return;
	}
	rest += 2;
	authority = strcspn(rest, "/?");
	query = strchr(rest, '?');
	read_hosts(reader, rest, authority);
	if (cassandra_keyspace_of(rest + authority, reader->out->keyspace, &err) != US_OK)
		mistake(reader, "%s", err.text);
	if (query)
		read_query(reader, query + 1);
	read_variables(reader, settings, setting_count);
	read_values(reader);
	fill_config(reader);
	read_shown(reader);
}

enum status cassandra_settings_read(struct cassandra_settings *out, const char *rest,
				    const struct setting *settings, size_t setting_count,
				    struct err *err)
{
	struct reader reader = { .out = out };
	enum status status = US_OK;

	memset(out, 0, sizeof(*out));
	arena_init(&out->arena, 1024, TEXTS_MAX);
	buf_init(&reader.mistakes, MISTAKES_MAX);
	read_all(&reader, rest, settings, setting_count);
	if (reader.no_memory || reader.mistakes.failed) {
		status = err_no_memory(err, "reading the settings of Cassandra");
	} else if (reader.mistakes.len) {
		struct buf uri, shown;

		buf_init(&uri, 4096);
		buf_init(&shown, 4096);
		buf_printf(&uri, "cassandra:%s", rest);
		option_append_uri(&shown, buf_text(&uri));
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG, "the sink %s:%s",
				 buf_text(&shown), buf_text(&reader.mistakes));
		buf_release(&uri);
		buf_release(&shown);
	}
	buf_release(&reader.mistakes);
	if (status != US_OK)
		cassandra_settings_release(out);
	return status;
}

void cassandra_settings_release(struct cassandra_settings *settings)
{
	arena_release(&settings->arena);
	memset(settings, 0, sizeof(*settings));
}
