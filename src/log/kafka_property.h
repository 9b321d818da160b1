/*
 * kafka_property.h - what librdkafka's properties are called, whom they concern, and which of them
 * are not the user's to set.
 */
#ifndef LOG_KAFKA_PROPERTY_H
#define LOG_KAFKA_PROPERTY_H

#include <stdbool.h>
#include <stddef.h>

/* Who has a property, bits. */
enum kafka_role { KAFKA_PRODUCER = 1, KAFKA_CONSUMER = 2 };

struct kafka_known {
	char *name;
	unsigned roles; /* of enum kafka_role */
};

/* Every property of the librdkafka that this program runs with. */
struct kafka_catalogue {
	struct kafka_known *known;
	size_t count;
};

/* False: out of memory; nothing to release. */
bool kafka_catalogue_init(struct kafka_catalogue *catalogue);
void kafka_catalogue_release(struct kafka_catalogue *catalogue);
/* NULL: there is none of this name. */
const struct kafka_known *kafka_catalogue_find(const struct kafka_catalogue *catalogue,
					       const char *name);
/* The name most like this one, for "did you mean"; NULL: none is near. */
const char *kafka_catalogue_suggest(const struct kafka_catalogue *catalogue, const char *name);

/* Why a property must not be set, to follow its name in a message; NULL: it may. */
const char *kafka_property_decided(const char *name);
/* Is its value a secret, never to be shown? */
bool kafka_property_is_secret(const char *name);

#endif
