/*
 * kafka_property.c - see kafka_property.h. The names come from librdkafka itself, which prints its
 * table of properties as Markdown: "name | C/P | range | default | importance | description".
 */
#include "log/kafka_property.h"

#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/diag.h"
#include "core/mem.h"

static const struct {
	const char *name, *why;
} decided[] = {
	{ "bootstrap.servers", "the brokers are those of the log's URI" },
	{ "metadata.broker.list", "the brokers are those of the log's URI" },
	{ "acks", "a record counts as appended when all in-sync replicas have it" },
	{ "request.required.acks",
	  "a record counts as appended when all in-sync replicas have it" },
	{ "enable.idempotence", "it is always on: a retry must not append twice" },
	{ "transactional.id", "no transactions are used" },
	{ "enable.auto.commit", "the position follows the sink's ledger" },
	{ "auto.commit.enable", "the position follows the sink's ledger" },
	{ "enable.auto.offset.store", "the position follows the sink's ledger" },
	{ "auto.offset.reset", "a position that is gone is told, never passed over" },
	{ "enable.partition.eof", "it is always on" },
	{ "allow.auto.create.topics", "topics are made as the log's URI says" },
	{ "delivery.report.only.error", "every record's delivery is waited for" },
	{ "message.max.bytes", "it follows max_record_bytes of the log's URI" },
};

static const char *const secrets[] = { "password", "secret", "ssl.key.pem", "oauthbearer.config" };

const char *kafka_property_decided(const char *name)
{
	for (size_t i = 0; i < sizeof(decided) / sizeof(decided[0]); i++)
		if (strcmp(decided[i].name, name) == 0)
			return decided[i].why;
	return NULL;
}

bool kafka_property_is_secret(const char *name)
{
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (strstr(name, secrets[i]))
			return true;
	return false;
}

static bool add(struct kafka_catalogue *catalogue, const char *name, size_t len, unsigned roles)
{
	struct kafka_known *grown = mem_realloc(catalogue->known,
						(catalogue->count + 1) * sizeof(*grown));

	if (!grown)
		return false;
	catalogue->known = grown;
	grown[catalogue->count].name = mem_strndup(name, len);
	grown[catalogue->count].roles = roles;
	return grown[catalogue->count++].name != NULL;
}

/* "linger.ms   |  P  | …": false: out of memory. Lines of another form are passed over, and so are
 * callbacks and pointers, which have '_' in their names. */
static bool take_line(struct kafka_catalogue *catalogue, const char *line, size_t len)
{
	const char *bar = memchr(line, '|', len);
	size_t name_len = 0;
	unsigned roles;

	if (!bar || bar + 4 > line + len)
		return true;
	while (line + name_len < bar && line[name_len] != ' ' && line[name_len] != '_')
		name_len++;
	if (name_len == 0 || line[name_len] == '_' || line[0] < 'a' || line[0] > 'z')
		return true;
	switch (bar[3]) {
	case 'P':
		roles = KAFKA_PRODUCER;
		break;
	case 'C':
		roles = KAFKA_CONSUMER;
		break;
	case '*':
		roles = KAFKA_PRODUCER | KAFKA_CONSUMER;
		break;
	default:
		return true;
	}
	return add(catalogue, line, name_len, roles);
}

bool kafka_catalogue_init(struct kafka_catalogue *catalogue)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	bool room = out != NULL;

	*catalogue = (struct kafka_catalogue){ 0 };
	if (out) {
		rd_kafka_conf_properties_show(out);
		room = fclose(out) == 0;
	}
	for (const char *line = text; room && line && *line;) {
		size_t line_len = strcspn(line, "\n");

		room = take_line(catalogue, line, line_len);
		line += line_len + (line[line_len] == '\n');
	}
	free(text);
	if (!room)
		kafka_catalogue_release(catalogue);
	return room;
}

void kafka_catalogue_release(struct kafka_catalogue *catalogue)
{
	for (size_t i = 0; i < catalogue->count; i++)
		mem_free(catalogue->known[i].name);
	mem_free(catalogue->known);
	*catalogue = (struct kafka_catalogue){ 0 };
}

const struct kafka_known *kafka_catalogue_find(const struct kafka_catalogue *catalogue,
					       const char *name)
{
	for (size_t i = 0; i < catalogue->count; i++)
		if (strcmp(catalogue->known[i].name, name) == 0)
			return &catalogue->known[i];
	return NULL;
}

const char *kafka_catalogue_suggest(const struct kafka_catalogue *catalogue, const char *name)
{
	const char **names = mem_alloc((catalogue->count + 1) * sizeof(char *));
	const char *near;

	if (!names)
		return NULL;
	for (size_t i = 0; i < catalogue->count; i++)
		names[i] = catalogue->known[i].name;
	near = suggest(span_of(name), names, catalogue->count);
	mem_free(names);
	return near;
}
