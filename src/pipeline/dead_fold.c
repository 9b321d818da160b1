/*
 * dead_fold.c - see dead_fold.h. The hash table has open addressing and grows by doubling; entries
 * are never removed, their state changes.
 */
#include "pipeline/dead_fold.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/random.h"

#define FOLD_FIRST_CAPACITY 256

static size_t slot_hash(int32_t partition, int64_t offset)
{
	struct {
		int64_t offset, partition;
	} key = { offset, partition };

	return (size_t)hash_bytes(&key, sizeof(key), 0);
}

static struct folded_letter *slot_of(struct folded_letter *slots, size_t capacity,
				     int32_t partition, int64_t offset)
{
	size_t i = slot_hash(partition, offset) & (capacity - 1);

	while (slots[i].partition >= 0 &&
	       (slots[i].partition != partition || slots[i].offset != offset))
		i = (i + 1) & (capacity - 1);
	return &slots[i];
}

static bool fold_grow(struct dead_fold *fold)
{
	size_t capacity = fold->capacity ? fold->capacity * 2 : FOLD_FIRST_CAPACITY;
	struct folded_letter *slots = mem_alloc(capacity * sizeof(*slots));

	if (!slots)
		return false;
	for (size_t i = 0; i < capacity; i++)
		slots[i].partition = -1;
	for (size_t i = 0; i < fold->capacity; i++)
		if (fold->slots[i].partition >= 0)
			*slot_of(slots, capacity, fold->slots[i].partition,
				 fold->slots[i].offset) = fold->slots[i];
	mem_free(fold->slots);
	fold->slots = slots;
	fold->capacity = capacity;
	return true;
}

static uint16_t table_bit(struct dead_fold *fold, struct span name)
{
	size_t i = 0;

	while (i < fold->table_count && !span_equal(name, span_of(fold->tables[i])))
		i++;
	if (i == fold->table_count && i < FOLD_TABLES) {
		snprintf(fold->tables[i], sizeof(fold->tables[i]), "%.*s", (int)name.len,
			 name.data);
		fold->table_count++;
	}
	return (uint16_t)(1u << (i < FOLD_TABLES ? i : FOLD_TABLES - 1));
}

/* B of whoever appended it. */
static int64_t letter_base(const struct dead_letter *letter)
{
	return letter->stamp - letter->offset;
}

static struct fold_restart *restart_of(const struct dead_fold *fold, int32_t partition)
{
	for (size_t i = 0; i < fold->restart_count; i++)
		if (fold->restarts[i].partition == partition)
			return &fold->restarts[i];
	return NULL;
}

static bool fold_restart(struct dead_fold *fold, const struct dead_letter *letter)
{
	struct fold_restart *known = restart_of(fold, letter->partition);
	const struct fold_restart restart = { .offset = letter->offset,
					      .generation = letter->generation,
					      .base = letter_base(letter),
					      .partition = letter->partition };

	for (size_t i = 0; i < fold->capacity; i++) {
		struct folded_letter *slot = &fold->slots[i];

		if (slot->partition == restart.partition && slot->offset >= restart.offset &&
		    slot->generation == restart.generation && slot->base < restart.base &&
		    slot->state == LETTER_PENDING)
			slot->state = LETTER_VOID;
	}
	if (!known) {
		known = mem_realloc(fold->restarts, (fold->restart_count + 1) * sizeof(*known));
		if (!known)
			return false;
		fold->restarts = known;
		known += fold->restart_count++;
		*known = restart;
	} else if (ledger_owner_before(known->generation, known->base, restart.generation,
				       restart.base)) {
		*known = restart;
	}
	return true;
}

/* Has another begun where this letter's owner was, or appended its own letter of the record? */
static bool is_late(const struct dead_fold *fold, const struct folded_letter *slot,
		    const struct dead_letter *letter)
{
	const struct fold_restart *restart = restart_of(fold, letter->partition);
	int64_t base = letter_base(letter);

	if (restart && restart->generation == letter->generation &&
	    letter->offset >= restart->offset && base < restart->base)
		return true;
	return slot->partition >= 0 &&
	       ledger_owner_before(letter->generation, base, slot->generation, slot->base);
}

static bool fold_letter(struct dead_fold *fold, const struct dead_letter *letter,
			const struct record *record)
{
	struct folded_letter *slot;

	if (letter->kind == LETTER_RESTART)
		return fold_restart(fold, letter);
	if ((fold->count + 1) * 4 > fold->capacity * 3 && !fold_grow(fold))
		return false;
	slot = slot_of(fold->slots, fold->capacity, letter->partition, letter->offset);
	if (letter->kind == LETTER_NEW && is_late(fold, slot, letter))
		return true;
	if (slot->partition < 0) {
		if (letter->kind != LETTER_NEW)
			return true; /* of a letter that was purged */
		*slot = (struct folded_letter){ .offset = letter->offset,
						.partition = letter->partition,
						.state = LETTER_VOID };
		fold->count++;
	}
	switch (letter->kind) {
	case LETTER_NEW:
		/* a second letter of a pass is of another table, or the first one's repetition */
		if (slot->state == LETTER_VOID || slot->generation != letter->generation)
			slot->tables = 0, slot->attempts = 0;
		slot->state = LETTER_PENDING;
		slot->generation = letter->generation;
		slot->base = letter_base(letter);
		slot->tables |= table_bit(fold, letter->table);
		slot->at = record->offset;
		slot->at_partition = record->partition;
		break;
	case LETTER_ATTEMPT:
		slot->attempts = (uint32_t)letter->attempts;
		slot->at = record->offset;
		slot->at_partition = record->partition;
		break;
	case LETTER_REPLAYED:
		slot->state = LETTER_STORED;
		break;
	case LETTER_RESTART:
		break;
	}
	return true;
}

struct fold_scan {
	struct dead_fold *fold;
	const char *identity;
};

static enum status fold_record(void *user, const struct record *record, struct err *err)
{
	struct fold_scan *scan = user;
	struct dead_letter letter;

	if (!letter_parse(record, &letter) ||
	    !span_equal(letter.identity, span_of(scan->identity))) {
		scan->fold->foreign++;
		return US_OK;
	}
	return fold_letter(scan->fold, &letter, record)
		   ? US_OK
		   : err_no_memory(err, "reading dead letters");
}

enum status dead_fold_read(struct dead_fold *fold, struct log *letters, const char *identity,
			   struct err *err)
{
	struct fold_scan scan = { fold, identity };
	enum status status;

	*fold = (struct dead_fold){ 0 };
	status = log_scan(letters, 0, fold_record, &scan, err);
	if (status != US_OK)
		dead_fold_release(fold);
	return status;
}

void dead_fold_release(struct dead_fold *fold)
{
	mem_free(fold->slots);
	mem_free(fold->restarts);
	*fold = (struct dead_fold){ 0 };
}

void dead_fold_judge(struct dead_fold *fold, const struct fold_generation *generations,
		     size_t count)
{
	for (size_t i = 0; i < fold->capacity; i++) {
		struct folded_letter *slot = &fold->slots[i];

		for (size_t g = 0; g < count; g++) {
			const struct fold_generation *now = &generations[g];

			if (slot->partition != now->partition)
				continue;
			slot->earlier = slot->generation < now->generation &&
					slot->offset < now->first;
			if (slot->generation < now->generation && slot->offset >= now->first &&
			    slot->offset < now->next)
				slot->state = LETTER_VOID;
			if (slot->generation <= now->generation && slot->offset >= now->next &&
			    slot->state == LETTER_PENDING)
				slot->state = LETTER_AHEAD;
		}
	}
}

/* ---- marks */

struct mark_scan {
	struct dead_fold *fold;
	int64_t generation;
};

static int64_t cell_integer(const struct sink_cell *cell)
{
	char text[24] = "";

	if (cell->text.len < sizeof(text) && cell->text.len)
		memcpy(text, cell->text.data, cell->text.len);
	return strtoll(text, NULL, 10);
}

static bool take_mark(void *user, size_t columns, const char *const *names,
		      const struct sink_cell *row)
{
	struct mark_scan *scan = user;
	struct folded_letter *slot;

	(void)names;
	if (!row || columns != 2)
		return !row;
	slot = slot_of(scan->fold->slots, scan->fold->capacity, (int32_t)cell_integer(&row[0]),
		       cell_integer(&row[1]));
	if (slot->partition >= 0 && slot->state == LETTER_PENDING &&
	    slot->generation == scan->generation)
		slot->state = LETTER_STORED;
	return true;
}

enum status dead_fold_marks(struct dead_fold *fold, struct sink *sink, const char *identity,
			    const struct fold_generation *generation, struct err *err)
{
	struct mark_scan scan = { .fold = fold, .generation = generation->generation };
	enum status status;
	char query[256];

	if (!fold->count)
		return US_OK;
	snprintf(query, sizeof(query),
		 "SELECT partition, \"offset\" FROM userstream_replayed WHERE log_identity = '%s' "
		 "AND partition = %d AND generation = %" PRId64,
		 identity, (int)generation->partition, generation->generation);
	status = sink->ops->query(sink, query, take_mark, &scan, err);
	return status == US_REJECT ? US_OK : status;
}

const struct folded_letter *dead_fold_find(const struct dead_fold *fold, int32_t partition,
					   int64_t offset)
{
	const struct folded_letter *slot;

	if (!fold->capacity)
		return NULL;
	slot = slot_of(fold->slots, fold->capacity, partition, offset);
	return slot->partition < 0 ? NULL : slot;
}

uint16_t dead_fold_table(const struct dead_fold *fold, const char *table)
{
	for (size_t i = 0; i < fold->table_count; i++)
		if (strcmp(fold->tables[i], table) == 0)
			return (uint16_t)(1u << i);
	return 0;
}

static int compare_place(const void *a, const void *b)
{
	const struct folded_letter *x = a, *y = b;

	if (x->at_partition != y->at_partition)
		return x->at_partition < y->at_partition ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

bool dead_fold_pending(const struct dead_fold *fold, struct folded_letter **out, size_t *count)
{
	*count = 0;
	*out = mem_alloc((fold->count + 1) * sizeof(**out));
	if (!*out)
		return false;
	for (size_t i = 0; i < fold->capacity; i++)
		if (fold->slots[i].partition >= 0 && fold->slots[i].state == LETTER_PENDING)
			(*out)[(*count)++] = fold->slots[i];
	qsort(*out, *count, sizeof(**out), compare_place);
	return true;
}

/* ---- the highest generation */

struct generation_scan {
	const char *identity;
	int32_t partition;
	int64_t highest;
};

static enum status generation_record(void *user, const struct record *record, struct err *err)
{
	struct generation_scan *scan = user;
	struct dead_letter letter;

	(void)err;
	if (letter_parse(record, &letter) && letter.partition == scan->partition &&
	    span_equal(letter.identity, span_of(scan->identity)) &&
	    letter.generation > scan->highest)
		scan->highest = letter.generation;
	return US_OK;
}

enum status dead_letters_generation(struct log *letters, const char *identity, int32_t partition,
				    int64_t *generation, struct err *err)
{
	struct generation_scan scan = { .identity = identity,
					.partition = partition,
					.highest = -1 };
	enum status status = log_scan(letters, 0, generation_record, &scan, err);

	*generation = scan.highest;
	return status;
}

/* ---- is a letter ahead of the ledger? */

struct ahead_scan {
	const char *identity;
	int32_t partition;
	int64_t generation, next, base;
	bool known, ahead;
};

static enum status ahead_record(void *user, const struct record *record, struct err *err)
{
	struct ahead_scan *scan = user;
	struct dead_letter letter;

	(void)err;
	if (!letter_parse(record, &letter) || letter.partition != scan->partition ||
	    letter.generation != scan->generation ||
	    !span_equal(letter.identity, span_of(scan->identity)))
		return US_OK;
	if (letter.kind == LETTER_RESTART)
		scan->ahead = false;
	else if (letter.kind == LETTER_NEW)
		scan->ahead = scan->ahead || letter.offset >= scan->next;
	else
		return US_OK;
	if (letter_base(&letter) > scan->base)
		scan->base = letter_base(&letter);
	scan->known = true;
	return US_OK;
}

#define AHEAD_TAIL 4096

enum status dead_letters_ahead(struct log *letters, const char *identity, int32_t partition,
			       int64_t generation, int64_t next, bool *ahead, int64_t *base,
			       struct err *err)
{
	struct ahead_scan scan = { .identity = identity,
				   .partition = partition,
				   .generation = generation,
				   .next = next,
				   .base = INT64_MIN };
	struct log_stat stat = { 0 };
	bool whole = true;
	enum status status = letters->ops->stat(letters, &stat, err);

	if (status != US_OK)
		return status;
	for (size_t i = 0; i < stat.partition_count; i++)
		whole = whole && stat.partitions[i].high - stat.partitions[i].low <= AHEAD_TAIL;
	log_stat_release(&stat);
	status = log_scan(letters, AHEAD_TAIL, ahead_record, &scan, err);
	/* not in the tail of a long stream: a restart entry too many does no harm */
	*ahead = scan.known ? scan.ahead : !whole;
	*base = scan.base;
	return status;
}
