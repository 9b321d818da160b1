/* scratch.c - see scratch.h. */
#include "sql/scratch.h"

#include "sql/time_zone.h"

void scratch_init(struct eval_scratch *scratch)
{
	*scratch = (struct eval_scratch){ .zones = NULL };
}

void scratch_release(struct eval_scratch *scratch)
{
	time_zones_free(scratch->zones);
}

struct time_zones *scratch_zones(struct eval *eval)
{
	struct eval_scratch *scratch = eval->scratch;

	if (!scratch->zones)
		scratch->zones = time_zones_new();
	return scratch->zones;
}
