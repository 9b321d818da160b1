/* rooms: sql core */
/* Files of the time zone database (RFC 8536): what is read must answer for any instant. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sql/zone_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t instants[] = { -62135596800,
					    -1,
					    0,
					    951782400,
					    1700000000,
					    4102444800,
					    253402300799,
					    9223372036854,
					    -9223372036854 };
	unsigned char *copy = malloc(size ? size : 1);
	struct zone_rules *rules;

	if (!copy)
		return 0;
	if (size)
		memcpy(copy, data, size);
	rules = zone_rules_parse(copy, size);
	for (size_t i = 0; rules && i < sizeof(instants) / sizeof(*instants); i++) {
		(void)zone_offset_at(rules, instants[i]);
		(void)zone_offset_of_local(rules, instants[i]);
	}
	zone_rules_free(rules);
	free(copy);
	return 0;
}
