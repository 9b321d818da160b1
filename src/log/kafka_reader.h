/*
 * kafka_reader.h - what the files of the reading half share.
 *
 * A reader is a librdkafka consumer. Each of its partitions has a queue of its own, so that a poll
 * takes what waits of one partition in one batch, and a paused one is not looked at. librdkafka
 * calls when something comes into an empty queue; a poll that found nothing sleeps until then.
 *
 *     rebalance            ASSIGNED is told of each partition, sought, and only then fetched;
 *                          REVOKED is told of each, and with the poll after that it is given up
 *     records              copied into a batch (kafka_batch.h)
 *     offset out of range  LOST where it is below low; else the partition is told anew
 */
#ifndef LOG_KAFKA_READER_H
#define LOG_KAFKA_READER_H

#include <pthread.h>

#include "log/kafka_batch.h"
#include "log/kafka_log.h"

struct kafka_part {
	int32_t id;
	rd_kafka_queue_t *queue; /* NULL until it is fetched */
	bool told;               /* ASSIGNED was */
	bool paused;
	bool lost; /* told; stands still until a seek */
	bool anew; /* its records may be of another topic now: to be told again */
	int64_t next;
	int64_t low, high;        /* as last known */
	int64_t bounds_us;        /* when they were asked last */
	int64_t committed;        /* to be committed; -1: nothing */
	int64_t record_bytes;     /* a record's size, as of the last batch */
	int64_t most_waited;      /* records, before the last batch was taken */
	bool asked;               /* for more of it, since the last batch */
	rd_kafka_message_t *held; /* taken of the queue, and not dealt with yet */
};

enum kafka_rebalance { REBALANCE_NONE, REBALANCE_ASSIGN, REBALANCE_REVOKE };

struct kafka_reader {
	struct log_reader reader; /* must be first */
	struct kafka_client *client;
	rd_kafka_t *rk;
	rd_kafka_queue_t *events;  /* everything but records */
	struct kafka_stats *stats; /* NULL: nameless */
	char topic[KAFKA_TOPIC_MAX + 1];
	int32_t partitions; /* of the topic, as of the opening */
	bool named, headers;
	bool closing;
	bool joined; /* the group gave it its part once, perhaps of no partition */
	int owed;    /* parts that are still to come in a cooperative rebalance */
	struct kafka_part **parts;
	size_t part_count, part_capacity;
	size_t turn; /* the part to look at first */
	/* a rebalance that is being told: */
	enum kafka_rebalance rebalance;
	rd_kafka_topic_partition_list_t *list;
	size_t told;   /* of list */
	bool asked;    /* list has the committed positions */
	bool complete; /* an assignment came, and was told whole */
	/* errors, of the thread that polls */
	struct kafka_trouble trouble;
	bool failed;               /* the topic or the group is of no more use */
	int64_t commit_us;         /* when positions were committed last */
	struct kafka_fetch *fetch; /* NULL: librdkafka goes on by itself */
	/* waking */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t calls; /* of the queues: something came */
	bool woken;
	struct kafka_batch batches[2];
	int current;
};

static inline struct kafka_reader *kafka_reader_of(struct log_reader *reader)
{
	return (struct kafka_reader *)reader;
}

/* NULL: it is not this reader's. */
struct kafka_part *kafka_part_find(const struct kafka_reader *self, int32_t id);
/* As kafka_fail(), with the reader's own trouble. */
enum status kafka_reader_fail(struct kafka_reader *self, struct err *err, rd_kafka_resp_err_t code,
			      const char *doing);
/* Wake a poll that sleeps. Any thread. */
void kafka_reader_call(struct kafka_reader *self);

/* ---- kafka_assign.c */

/* librdkafka's rebalance callback; opaque: the reader. */
void kafka_on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code,
			rd_kafka_topic_partition_list_t *partitions, void *opaque);
/* Answer a rebalance that is under way without telling of it: librdkafka does not close before. */
void kafka_answer_untold(struct kafka_reader *self);
/* A nameless reader has every partition, at once. */
enum status kafka_assign_all(struct kafka_reader *self, struct err *err);
/* Tell of a rebalance: one partition, as an event; LOG_EVENT_NONE: there is nothing to tell.
 * US_RETRY: the broker does not say where they stand; what was not told will be. */
enum status kafka_tell_rebalance(struct kafka_reader *self, struct log_event *event,
				 struct err *err);
/* The next record of a partition is the first at or after `offset`. */
enum status kafka_restart(struct kafka_reader *self, struct kafka_part *part, int64_t offset,
			  struct err *err);
/* Give back the message that is held, if there is one. */
void kafka_part_drop_held(struct kafka_part *part);
/* Forget all partitions. */
void kafka_parts_free(struct kafka_reader *self);

/* ---- kafka_fetch.c */

/* Where librdkafka has to be told to go on, make self->fetch. US_FATAL: out of memory. */
enum status kafka_fetch_new(struct kafka_reader *self, const struct kafka_settings *settings,
			    struct err *err);
/* End its thread. Before self->rk is destroyed. */
void kafka_fetch_free(struct kafka_reader *self);
/* So many records were taken of the partition just now: see to it that more are fetched where
 * partitions run low. */
void kafka_fetch_on(struct kafka_reader *self, struct kafka_part *from, size_t taken);

/* ---- kafka_leave.c */

/* Leave the group and destroy self->rk, or leave it to the end of the program; takes up to 20 s.
 * What may be told of partitions is answered without being told (self->closing). */
void kafka_leave(struct kafka_reader *self);

/* ---- kafka_commit.c */

/* Commit the positions that changed: now and then, or `now`; waits at most `wait_ms` for the answer
 * (0: not at all). What fails is committed with the next ones. */
void kafka_commit_due(struct kafka_reader *self, bool now, int wait_ms);

#endif
