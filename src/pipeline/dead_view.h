/*
 * dead_view.h - the dead letters of a log as people see them: one for each rejected record that was
 * neither replayed nor judged anew, in the order of the stream. For `userstream dlq`.
 */
#ifndef PIPELINE_DEAD_VIEW_H
#define PIPELINE_DEAD_VIEW_H

#include "pipeline/dead_fold.h"
#include "sink/sink.h"
#include "sql/transform.h"

struct dead_view_config {
	struct log_config log; /* stream and modes are set by the view */
	struct sink_config sink;
	const struct plan *plan;
	bool change; /* for purge: the log is opened for writing */
};

struct dead_view {
	struct log *log, *letters;
	struct sink *sink; /* NULL where there is none yet */
	char identity[64];
	struct log_stat read; /* of the letters: how far the view goes */
	struct dead_fold fold;
};

/* US_REJECT: no such log, or the sink is not of this pipeline. A sink that is missing is no
 * failure: then nothing is judged anew. On failure there is nothing to close. */
enum status dead_view_open(struct dead_view *view, const struct dead_view_config *config,
			   struct err *err);
void dead_view_close(struct dead_view *view);

/* Called for each pending letter, in order, with its state. US_OK: go on. */
typedef enum status (*dead_view_fn)(void *user, const struct dead_letter *letter,
				    const struct folded_letter *state, struct err *err);
/* `reason` NULL: all. */
enum status dead_view_each(struct dead_view *view, const char *reason, dead_view_fn fn, void *user,
			   struct err *err);
/* How many are pending. */
int64_t dead_view_count(const struct dead_view *view);
/*
 * Remove what the view has seen, up to the first letter that the ledger does not count yet: it is
 * of a processor at work. *removed may be NULL.
 */
enum status dead_view_purge(struct dead_view *view, int64_t *removed, struct err *err);

/*
 * Judge a fold by the ledger (dead_fold_judge), and, where `marks`, by the sink's marks too
 * (dead_fold_marks).
 */
enum status dead_judge_by_ledger(struct dead_fold *fold, struct log *log, struct sink *sink,
				 const char *identity, const struct plan *plan, bool marks,
				 struct err *err);

#endif
