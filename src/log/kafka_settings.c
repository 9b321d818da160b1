/*
 * kafka_settings.c - see kafka_settings.h. Reading and checking; what is made of them is in
 * kafka_conf.c.
 */
#include "log/kafka_settings.h"

#include <stdio.h>
#include <string.h>

#include "core/diag.h"
#include "core/file_read.h"
#include "core/mem.h"

#define PREFIX       "USERSTREAM_KAFKA_"
#define FILE_SUFFIX  ".file"
#define MISTAKES_MAX ((size_t)64 << 10)
#define NAME_MAX_LEN 200

/* ---- one property */

/* Where it was said, for messages: the variable, or the URI. */
struct place_said {
	const char *variable; /* NULL: the URI */
};

static void mistake(struct kafka_settings *settings, const struct place_said *said,
		    const char *name, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static void mistake(struct kafka_settings *settings, const struct place_said *said,
		    const char *name, const char *fmt, ...)
{
	char text[600];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (said->variable)
		buf_printf(&settings->mistakes, "%s: %s\n", said->variable, text);
	else
		buf_printf(&settings->mistakes, "the log's URI: %s: %s\n", name, text);
}

static void unknown(struct kafka_settings *settings, const struct place_said *said,
		    const char *name)
{
	const char *near = kafka_catalogue_suggest(&settings->catalogue, name);
	size_t count;
	const char *const *own = kafka_uri_parameters(&count);
	char variable[NAME_MAX_LEN + sizeof(PREFIX)] = "";
	struct buf list;

	if (!said->variable && suggest(span_of(name), own, count))
		near = suggest(span_of(name), own, count);
	if (said->variable && near) {
		snprintf(variable, sizeof(variable), PREFIX "%s", near);
		for (char *c = variable; *c; c++)
			*c = *c == '.' ? '_' : (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
		near = variable;
	}
	buf_init(&list, 1024);
	for (size_t i = 0; i < count && !said->variable; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", own[i]);
	mistake(settings, said, name, "librdkafka has no property %.80s%s%s%s%s%s", name,
		near ? "; did you mean " : "", near ? near : "", near ? "?" : "",
		list.len ? "; beside its properties there are " : "", buf_text(&list));
	buf_release(&list);
}

/* Is the value one that librdkafka takes? */
static bool fits(struct kafka_settings *settings, const struct place_said *said, const char *name,
		 const char *value)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char text[512] = "";
	bool good = rd_kafka_conf_set(conf, name, value, text, sizeof(text)) == RD_KAFKA_CONF_OK;

	if (!good && kafka_property_is_secret(name))
		mistake(settings, said, name, "librdkafka does not take this value of %s", name);
	else if (!good)
		mistake(settings, said, name, "%s", text);
	rd_kafka_conf_destroy(conf);
	return good;
}

/* Keep a property; one that is there already stays as it is. False: out of memory. */
static bool keep(struct kafka_settings *settings, const char *name, const char *value)
{
	struct kafka_property *grown;

	if (kafka_settings_get(settings, name))
		return true;
	grown = mem_realloc(settings->properties, (settings->property_count + 1) * sizeof(*grown));
	if (!grown)
		return false;
	settings->properties = grown;
	grown[settings->property_count] = (struct kafka_property){ mem_strdup(name),
								   mem_strdup(value) };
	settings->property_count++;
	return grown[settings->property_count - 1].name &&
	       grown[settings->property_count - 1].value;
}

static bool take(struct kafka_settings *settings, const struct place_said *said, const char *name,
		 const char *value)
{
	const char *why = kafka_property_decided(name);

	if (why) {
		mistake(settings, said, name, "%s is not to be set: %s", name, why);
		return true;
	}
	if (!kafka_catalogue_find(&settings->catalogue, name)) {
		unknown(settings, said, name);
		return true;
	}
	if (!said->variable && kafka_property_is_secret(name)) {
		mistake(settings, said, name,
			"a secret does not belong into a URI, which other users can see: set "
			"the variable, or the one with _FILE behind it to a file that holds it");
		return true;
	}
	return !fits(settings, said, name, value) || keep(settings, name, value);
}

/* ---- variables */

/* USERSTREAM_KAFKA_LINGER_MS as linger.ms. False: too long to be one. */
static bool name_of_variable(const char *variable, char out[NAME_MAX_LEN])
{
	size_t len = 0;

	for (const char *c = variable + strlen(PREFIX); *c; c++) {
		if (len + 1 >= NAME_MAX_LEN)
			return false;
		out[len++] = *c == '_' ? '.' : (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
	}
	out[len] = '\0';
	return len > 0;
}

/* "sasl.password.file" with a file's name: its content, without the line's end. */
static bool take_file(struct kafka_settings *settings, const struct place_said *said,
		      const char *name, const char *path)
{
	struct err err = ERR_INIT;
	struct buf text;
	bool missing, room = true;

	buf_init(&text, 1 << 16);
	if (file_read(path, &text, &missing, &err) != US_OK) {
		mistake(settings, said, name, "%s", err.text);
	} else {
		while (text.len &&
		       (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
			text.data[--text.len] = '\0';
		room = take(settings, said, name, buf_text(&text));
	}
	buf_release(&text);
	return room;
}

static bool take_variable(struct kafka_settings *settings, const struct setting *setting)
{
	const struct place_said said = { setting->name };
	char name[NAME_MAX_LEN];
	size_t len;

	if (strncmp(setting->name, PREFIX, strlen(PREFIX)) != 0)
		return true;
	if (!name_of_variable(setting->name, name)) {
		mistake(settings, &said, "", "is no property of librdkafka");
		return true;
	}
	len = strlen(name);
	if (!kafka_catalogue_find(&settings->catalogue, name) && len > strlen(FILE_SUFFIX) &&
	    strcmp(name + len - strlen(FILE_SUFFIX), FILE_SUFFIX) == 0) {
		name[len - strlen(FILE_SUFFIX)] = '\0';
		return take_file(settings, &said, name, setting->value);
	}
	return take(settings, &said, name, setting->value);
}

/* ---- the whole */

/* librdkafka would pass over them in silence. */
static void check_together(struct kafka_settings *settings)
{
	const char *protocol = kafka_settings_get(settings, "security.protocol");

	if (!protocol && (kafka_settings_get(settings, "sasl.username") ||
			  kafka_settings_get(settings, "sasl.password") ||
			  kafka_settings_get(settings, "sasl.mechanisms") ||
			  kafka_settings_get(settings, "sasl.mechanism")))
		buf_append_text(
		    &settings->mistakes,
		    "there are settings for SASL, but no security.protocol: set "
		    "USERSTREAM_KAFKA_SECURITY_PROTOCOL=sasl_ssl (or sasl_plaintext)\n");
	if (!protocol && (kafka_settings_get(settings, "ssl.ca.location") ||
			  kafka_settings_get(settings, "ssl.certificate.location")))
		buf_append_text(&settings->mistakes,
				"there are settings for TLS, but no security.protocol: set "
				"USERSTREAM_KAFKA_SECURITY_PROTOCOL=ssl (or sasl_ssl)\n");
}

static bool read_all(struct kafka_settings *settings, const struct log_config *config)
{
	const struct place_said uri = { NULL };
	bool room = true;

	for (size_t i = 0; i < settings->uri.property_count && room; i++)
		room = take(settings, &uri, settings->uri.properties[i].name,
			    settings->uri.properties[i].value);
	for (size_t i = 0; i < config->setting_count && room; i++)
		room = take_variable(settings, &config->settings[i]);
	if (room && settings->mistakes.len == 0)
		check_together(settings);
	return room && !settings->mistakes.failed;
}

enum status kafka_settings_init(struct kafka_settings *out, const struct log_config *config,
				struct err *err)
{
	enum status status;

	*out = (struct kafka_settings){ .property_count = 0 };
	buf_init(&out->mistakes, MISTAKES_MAX);
	status = kafka_uri_parse(&out->uri, config->uri, err);
	if (status != US_OK)
		return status;
	if (!kafka_catalogue_init(&out->catalogue) || !read_all(out, config))
		status = err_no_memory(err, "opening the log");
	else if (out->mistakes.len)
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%.*s",
				 (int)(out->mistakes.len - 1), out->mistakes.data);
	buf_release(&out->mistakes);
	if (status != US_OK)
		kafka_settings_release(out);
	return status;
}

void kafka_settings_release(struct kafka_settings *settings)
{
	for (size_t i = 0; i < settings->property_count; i++) {
		mem_free(settings->properties[i].name);
		mem_free(settings->properties[i].value);
	}
	mem_free(settings->properties);
	kafka_catalogue_release(&settings->catalogue);
	kafka_uri_release(&settings->uri);
	*settings = (struct kafka_settings){ .property_count = 0 };
}

const char *kafka_settings_get(const struct kafka_settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->property_count; i++)
		if (strcmp(settings->properties[i].name, name) == 0)
			return settings->properties[i].value;
	return NULL;
}
