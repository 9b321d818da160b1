/* scratch.c - see scratch.h. */
#include "sql/scratch.h"

#include "sql/digest.h"
#include "sql/regex.h"
#include "sql/text_case.h"
#include "sql/time_zone.h"

void scratch_init(struct eval_scratch *scratch)
{
	*scratch = (struct eval_scratch){ .zones = NULL };
}

void scratch_release(struct eval_scratch *scratch)
{
	time_zones_free(scratch->zones);
	regex_scratch_free(scratch->regex);
	case_scratch_free(scratch->letters);
	digest_scratch_free(scratch->digest);
}

struct time_zones *scratch_zones(struct eval *eval)
{
	struct eval_scratch *scratch = eval->scratch;

	if (!scratch->zones)
		scratch->zones = time_zones_new();
	return scratch->zones;
}

struct regex_scratch *scratch_regex(struct eval *eval)
{
	struct eval_scratch *scratch = eval->scratch;

	if (!scratch->regex)
		scratch->regex = regex_scratch_new();
	return scratch->regex;
}

struct case_scratch *scratch_letters(struct eval *eval)
{
	struct eval_scratch *scratch = eval->scratch;

	if (!scratch->letters)
		scratch->letters = case_scratch_new();
	return scratch->letters;
}

struct digest_scratch *scratch_digest(struct eval *eval)
{
	struct eval_scratch *scratch = eval->scratch;

	if (!scratch->digest)
		scratch->digest = digest_scratch_new();
	return scratch->digest;
}
