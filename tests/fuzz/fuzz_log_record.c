/* rooms: log core */
/*
 * Stored bytes as a log's reader takes them, from a file that may be damaged: whatever is accepted
 * must encode to the same bytes again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "log/log_batch.h"
#include "log/log_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log_batch batch = { 0 };
	struct err err = ERR_INIT;
	const char *bytes = (const char *)data;
	size_t half = size / 2;
	if (!log_batch_add(&batch, 7, bytes, half) ||
	    !log_batch_add(&batch, 8, bytes + half, size - half))
		abort();
	if (log_batch_finish(&batch, 0, &err) == US_OK) {
		for (size_t i = 0; i < 2; i++) {
			const struct record *record = &batch.records[i];
			size_t len = i == 0 ? half : size - half;
			char *again = mem_alloc(len + 1);
			if (!again || log_record_size(record) != len)
				abort();
			log_record_encode(record, again);
			if (memcmp(again, bytes + (i == 0 ? 0 : half), len) != 0)
				abort();
			mem_free(again);
		}
	}
	log_batch_release(&batch);
	return 0;
}
