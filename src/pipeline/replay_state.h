/*
 * replay_state.h - what the two halves of a replay share: gathering letters (replay.c) and seeing
 * to a batch of them (replay_batch.c).
 */
#ifndef PIPELINE_REPLAY_STATE_H
#define PIPELINE_REPLAY_STATE_H

#include "core/arena.h"
#include "pipeline/dead_fold.h"
#include "pipeline/dead_letter.h"
#include "pipeline/replay.h"

#define REPLAY_BATCH 512

/* A letter in hand: texts are in the batch's arena. */
struct replay_item {
	struct dead_letter letter;
	bool failed;
	char *reason, *name, *text; /* of the new failure */
};

struct replay {
	const struct replay_config *config;
	struct replay_result *result;
	struct log *log, *letters;
	struct sink *sink;
	struct worker *worker;
	struct dead_fold fold;
	struct letter_writer writer;
	char identity[64];
	char topic[250]; /* _topic */
	struct arena arena;
	struct replay_item items[REPLAY_BATCH];
	struct record records[REPLAY_BATCH];
	struct record good[REPLAY_BATCH];
	size_t count;
	int32_t partition; /* of the batch */
	uint16_t tables;
	bool earlier; /* of a pass whose account is closed: the totals stay */
};

enum status replay_open_sink(struct replay *replay, struct err *err);
/* Note that an item of the batch failed, and why. False: out of memory. */
bool replay_keep_failure(struct replay *replay, struct replay_item *item, const char *reason,
			 const char *name, const char *text);
/* Store what passes, write the entries of all, count. As replay_run(). */
enum status replay_batch(struct replay *replay, struct err *err);

#endif
