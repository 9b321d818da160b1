/*
 * meter.c - see meter.h.
 */
#include "pipeline/meter.h"

#include <stdio.h>

void meter_init(struct meter *meter)
{
	memset(meter, 0, sizeof(*meter));
	meter_set(&meter->lag, -1);
	pthread_mutex_init(&meter->lock, NULL);
}

void meter_release(struct meter *meter)
{
	pthread_mutex_destroy(&meter->lock);
}

void meter_count(struct meter *meter, enum meter_table table, const char *name, int64_t count)
{
	struct reason_count *entries = meter->named[table];
	size_t i = 0;

	pthread_mutex_lock(&meter->lock);
	while (i < STATUS_REASONS - 1 && entries[i].name[0] &&
	       strncmp(entries[i].name, name, sizeof(entries[i].name) - 1) != 0)
		i++;
	if (!entries[i].name[0])
		snprintf(entries[i].name, sizeof(entries[i].name), "%s",
			 i == STATUS_REASONS - 1 ? "other" : name);
	entries[i].count += count;
	pthread_mutex_unlock(&meter->lock);
}

void meter_set_cursor(struct meter *meter, struct span text)
{
	pthread_mutex_lock(&meter->lock);
	snprintf(meter->cursor, sizeof(meter->cursor), "%.*s",
		 (int)(text.len < 255 ? text.len : 255), text.data ? text.data : "");
	pthread_mutex_unlock(&meter->lock);
}

void meter_report(struct meter *meter, struct status_report *out)
{
	out->fetched = meter_get(&meter->fetched);
	out->appended = meter_get(&meter->appended);
	out->refused = meter_get(&meter->refused);
	out->refetched = meter_get(&meter->refetched);
	out->source_filtered = meter_get(&meter->source_filtered);
	out->read = meter_get(&meter->read);
	out->stored = meter_get(&meter->stored);
	out->filtered = meter_get(&meter->filtered);
	out->rejected = meter_get(&meter->rejected);
	out->lost = meter_get(&meter->lost);
	out->done_bytes = meter_get(&meter->done_bytes);
	out->total_bytes = meter_get(&meter->total_bytes);
	out->lag = meter_get(&meter->lag);
	out->latency = &meter->latency;
	pthread_mutex_lock(&meter->lock);
	memcpy(out->source_errors, meter->named[METER_SOURCE_ERRORS], sizeof(out->source_errors));
	memcpy(out->rejected_by, meter->named[METER_REJECTED], sizeof(out->rejected_by));
	memcpy(out->violations, meter->named[METER_VIOLATIONS], sizeof(out->violations));
	memcpy(out->cursor, meter->cursor, sizeof(out->cursor));
	pthread_mutex_unlock(&meter->lock);
}
