/*
 * kafka_helpers.h - what the tests of Kafka logs share.
 */
#ifndef TESTS_KAFKA_HELPERS_H
#define TESTS_KAFKA_HELPERS_H

#include "log_helpers.h"

#define KEYS 40

/* Append records of the keys "key 0", "key 1", … with the values first, first + 1, … */
static inline void append_keys(struct log *log, int64_t first, int count, const char *cursor)
{
	struct err err = ERR_INIT;
	struct record records[KEYS];
	char keys[KEYS][16], values[KEYS][16];
	struct span text = span_of(cursor);
	for (int i = 0; i < count; i++) {
		snprintf(keys[i], sizeof(keys[i]), "key %d", i);
		snprintf(values[i], sizeof(values[i]), "%lld", (long long)first + i);
		records[i] = text_record(values[i], 1000000);
		records[i].key = span_of(keys[i]);
	}
	assert_ok_at_last(
	    log->ops->append(log, records, (size_t)count, cursor ? &text : NULL, NULL, &err), &err);
}

#endif
