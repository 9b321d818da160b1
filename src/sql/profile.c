/* profile.c - see profile.h. */
#include "sql/profile.h"

#include "core/clock.h"
#include "core/mem.h"
#include "sql/plan_state.h"

void profile_free(struct profile *profile)
{
	if (!profile)
		return;
	for (size_t i = 0; profile->nodes && i <= profile->plan->table_count; i++)
		mem_free(profile->nodes[i]);
	mem_free(profile->nodes);
	mem_free(profile->steps);
	mem_free(profile->counts);
	mem_free(profile);
}

struct profile *profile_new(const struct plan *plan)
{
	struct profile *profile = mem_calloc(1, sizeof(*profile));
	size_t tables = plan->table_count;
	bool good;

	if (!profile)
		return NULL;
	profile->plan = plan;
	profile->nodes = mem_calloc(tables + 1, sizeof(*profile->nodes));
	profile->steps = mem_calloc(tables, sizeof(*profile->steps));
	profile->counts = mem_calloc(tables, sizeof(*profile->counts));
	good = profile->nodes && profile->steps && profile->counts;
	for (size_t i = 0; good && i <= tables; i++) {
		profile->nodes[i] = mem_calloc(plan->sources[i].dag.count + 1,
					       sizeof(**profile->nodes));
		good = profile->nodes[i] != NULL;
	}
	if (good)
		return profile;
	profile_free(profile);
	return NULL;
}

/* The time since the operator before ended is this one's. */
static void lap(struct profile *profile, struct figure *figure, size_t in, size_t out)
{
	int64_t now = clock_mono_ns();

	figure->ns += now - profile->last;
	figure->in += (int64_t)in;
	figure->out += (int64_t)out;
	profile->last = now;
}

void profile_begin(struct profile *profile)
{
	if (profile)
		profile->last = clock_mono_ns();
}

void profile_read(struct profile *profile, size_t records, size_t rows)
{
	if (profile)
		lap(profile, &profile->read, records, rows);
}

void profile_node(struct profile *profile, size_t source, uint32_t node, size_t rows)
{
	if (profile)
		lap(profile, &profile->nodes[source][node], rows, rows);
}

void profile_step(struct profile *profile, size_t table, enum table_step step, size_t in,
		  size_t out)
{
	if (profile)
		lap(profile, &profile->steps[table][step], in, out);
}

void profile_other(struct profile *profile)
{
	if (profile)
		lap(profile, &profile->rest, 0, 0);
}

void profile_end(struct profile *profile, const struct transform_result *result)
{
	if (!profile)
		return;
	lap(profile, &profile->rest, 0, 0);
	for (size_t table = 0; table < profile->plan->table_count; table++) {
		profile->counts[table].stored += result->tables[table].stored;
		profile->counts[table].filtered += result->tables[table].filtered;
		profile->counts[table].rejected += result->tables[table].rejected;
	}
}

static void least(struct figure *figure, const struct figure *other)
{
	figure->ns = other->ns < figure->ns ? other->ns : figure->ns;
}

void profile_least(struct profile *profile, const struct profile *round)
{
	const struct plan *plan = profile->plan;

	least(&profile->read, &round->read);
	least(&profile->rest, &round->rest);
	for (size_t i = 0; i <= plan->table_count; i++)
		for (size_t id = 0; id < plan->sources[i].dag.count; id++)
			least(&profile->nodes[i][id], &round->nodes[i][id]);
	for (size_t table = 0; table < plan->table_count; table++)
		for (int step = 0; step < STEP_COUNT; step++)
			least(&profile->steps[table][step], &round->steps[table][step]);
}
