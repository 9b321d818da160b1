/* rooms: log core */
/*
 * librdkafka's statistics, in which names that brokers gave themselves stand unescaped: any bytes.
 * What is told of them must be printable and of the two known sets of labels.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "log/kafka_stats.h"
#include "log/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(void *user, const struct log_metric *metric, const struct log_label *labels,
		 size_t label_count, double value)
{
	(void)user;
	(void)value;
	if (!metric->name[0] || label_count < 1 || label_count > LOG_LABELS)
		abort();
	for (size_t i = 0; i < label_count; i++)
		for (const char *at = labels[i].value; *at; at++)
			if (*at < ' ' || *at > '~')
				abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kafka_stats *stats = kafka_stats_new();
	/* exactly as long as it is, so that a look beyond is seen */
	char *text = malloc(size ? size : 1);

	if (stats && text) {
		if (size)
			memcpy(text, data, size);
		kafka_stats_take(stats, (struct span){ text, size });
		log_metrics(look, NULL);
	}
	free(text);
	kafka_stats_free(stats);
	return 0;
}
