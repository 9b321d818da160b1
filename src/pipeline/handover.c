/*
 * handover.c - see handover.h.
 */
#include "pipeline/handover.h"

#include "core/clock.h"
#include "core/mem.h"
#include "pipeline/totals.h"

static void count_latency(struct histogram *latency, const struct job *job)
{
	int64_t now = clock_wall_us();

	/* a page of the source has one timestamp: count runs */
	for (size_t i = 0; i < job->record_count;) {
		size_t from = i;

		while (i < job->record_count &&
		       job->records[i].timestamp_us == job->records[from].timestamp_us)
			i++;
		histogram_add(latency, now - job->records[from].timestamp_us, i - from);
	}
}

static void count_job(struct handover *handover, const struct job *job)
{
	struct meter *meter = handover->meter;

	for (size_t t = 0; t < job->table_count && job->record_count; t++) {
		const struct table_result *made = &job->result.tables[t];

		meter_add(&meter->read, (int64_t)job->record_count);
		meter_add(&meter->stored, made->stored);
		meter_add(&meter->filtered, made->filtered);
		meter_add(&meter->rejected, made->rejected);
		for (size_t c = 0; c < plan_constraint_count(handover->plan, t); c++)
			if (made->violations[c])
				meter_count(meter, METER_VIOLATIONS,
					    plan_constraint(handover->plan, t, c)->name,
					    made->violations[c]);
	}
	for (size_t i = 0; i < job->result.rejection_count && job->record_count; i++)
		meter_count(meter, METER_REJECTED, job->result.rejections[i].reason, 1);
	count_latency(&meter->latency, job);
}

static void write_job(struct handover *handover, struct job *job)
{
	const struct sink_write write = {
		.rows = job->rows,
		.table_count = job->table_count,
		.stamps = (const int64_t *const *)job->stamps,
		.ledger = job->ledger,
		.expected = job->expected,
	};

	job->status = handover->sink->ops->write(handover->sink, &write, &job->bad_table,
						 &job->bad_row, &job->err);
	if (job->status == US_OK)
		count_job(handover, job);
}

static void *sink_thread(void *arg)
{
	struct handover *handover = arg;

	pthread_mutex_lock(&handover->lock);
	for (;;) {
		struct job *job;
		bool skip, failed;

		while (!handover->ended && handover->submitted == handover->done)
			pthread_cond_wait(&handover->changed, &handover->lock);
		if (handover->ended)
			break;
		job = &handover->jobs[handover->done % HANDOVER_JOBS];
		skip = handover->broken;
		pthread_mutex_unlock(&handover->lock);
		job->err = (struct err)ERR_INIT;
		if (skip) {
			job->status = err_set(&job->err, US_RETRY, EXIT_TRY_AGAIN,
					      "a batch before it could not be written");
			job->err.kind = "skipped";
		} else {
			write_job(handover, job);
		}
		failed = job->status != US_OK;
		pthread_mutex_lock(&handover->lock);
		if (failed)
			handover->broken = true;
		handover->done++;
		pthread_cond_broadcast(&handover->changed);
		if (failed && handover->failed) {
			pthread_mutex_unlock(&handover->lock);
			handover->failed(handover->user);
			pthread_mutex_lock(&handover->lock);
		}
	}
	pthread_mutex_unlock(&handover->lock);
	return NULL;
}

static void job_release(struct job *job)
{
	for (size_t t = 0; t < job->table_count; t++) {
		if (job->details)
			buf_release(&job->details[t]);
		if (job->stamps)
			mem_free(job->stamps[t]);
	}
	mem_free(job->tables);
	mem_free(job->extra);
	mem_free(job->rows);
	mem_free(job->ledger);
	mem_free(job->details);
	mem_free(job->stamps);
	mem_free(job->stamp_capacity);
}

static bool job_init(struct job *job, size_t tables)
{
	job->table_count = tables;
	job->tables = mem_calloc(tables, sizeof(*job->tables));
	job->extra = mem_calloc(tables + 1, sizeof(*job->extra));
	job->rows = mem_calloc(tables, sizeof(*job->rows));
	job->ledger = mem_calloc(tables, sizeof(*job->ledger));
	job->details = mem_calloc(tables, sizeof(*job->details));
	job->stamps = mem_calloc(tables, sizeof(*job->stamps));
	job->stamp_capacity = mem_calloc(tables, sizeof(*job->stamp_capacity));
	for (size_t t = 0; job->details && t < tables; t++)
		buf_init(&job->details[t], DETAILS_MAX);
	return job->tables && job->extra && job->rows && job->ledger && job->details &&
	       job->stamps && job->stamp_capacity;
}

enum status handover_start(struct handover *handover, const struct plan *plan, struct meter *meter,
			   struct err *err)
{
	memset(handover, 0, sizeof(*handover));
	handover->plan = plan;
	handover->meter = meter;
	for (size_t i = 0; i < HANDOVER_JOBS; i++)
		if (!job_init(&handover->jobs[i], plan_table_count(plan))) {
			for (size_t j = 0; j <= i; j++)
				job_release(&handover->jobs[j]);
			return err_no_memory(err, "starting the sink thread");
		}
	pthread_mutex_init(&handover->lock, NULL);
	pthread_cond_init(&handover->changed, NULL);
	handover->running = pthread_create(&handover->thread, NULL, sink_thread, handover) == 0;
	if (handover->running)
		return US_OK;
	handover_end(handover);
	return err_set(err, US_FATAL, EXIT_INTERNAL,
		       "the sink thread cannot be started: the limit of threads is reached");
}

void handover_end(struct handover *handover)
{
	if (handover->running) {
		pthread_mutex_lock(&handover->lock);
		handover->ended = true;
		pthread_cond_broadcast(&handover->changed);
		pthread_mutex_unlock(&handover->lock);
		pthread_join(handover->thread, NULL);
		handover->running = false;
	}
	pthread_cond_destroy(&handover->changed);
	pthread_mutex_destroy(&handover->lock);
	for (size_t i = 0; i < HANDOVER_JOBS; i++)
		job_release(&handover->jobs[i]);
}

struct job *handover_slot(struct handover *handover)
{
	/* `submitted` and `reaped` are the caller's own */
	if (handover->submitted - handover->reaped == HANDOVER_JOBS)
		return NULL;
	return &handover->jobs[handover->submitted % HANDOVER_JOBS];
}

void handover_submit(struct handover *handover)
{
	pthread_mutex_lock(&handover->lock);
	handover->submitted++;
	pthread_cond_broadcast(&handover->changed);
	pthread_mutex_unlock(&handover->lock);
}

void handover_wait(struct handover *handover, unsigned under_way)
{
	pthread_mutex_lock(&handover->lock);
	while (handover->submitted - handover->done > under_way)
		pthread_cond_wait(&handover->changed, &handover->lock);
	pthread_mutex_unlock(&handover->lock);
}

void handover_wait_poll(struct handover *handover, uint64_t poll)
{
	pthread_mutex_lock(&handover->lock);
	while (handover->done < handover->submitted &&
	       handover->jobs[handover->done % HANDOVER_JOBS].poll <= poll)
		pthread_cond_wait(&handover->changed, &handover->lock);
	pthread_mutex_unlock(&handover->lock);
}

struct job *handover_reap(struct handover *handover)
{
	struct job *job = NULL;

	pthread_mutex_lock(&handover->lock);
	if (handover->reaped < handover->done)
		job = &handover->jobs[handover->reaped % HANDOVER_JOBS];
	pthread_mutex_unlock(&handover->lock);
	return job;
}

void handover_reaped(struct handover *handover)
{
	handover->reaped++;
}

unsigned handover_under_way(struct handover *handover)
{
	unsigned count;

	pthread_mutex_lock(&handover->lock);
	count = (unsigned)(handover->submitted - handover->done);
	pthread_mutex_unlock(&handover->lock);
	return count;
}

void handover_mend(struct handover *handover)
{
	pthread_mutex_lock(&handover->lock);
	handover->broken = false;
	pthread_mutex_unlock(&handover->lock);
}
