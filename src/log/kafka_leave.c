/*
 * kafka_leave.c - a reader leaves its group (kafka_reader.h).
 *
 * Librdkafka's own close has faults that show in the middle of a rebalance:
 *
 * - Who leaves while it joins cannot say so (its farewell would wait behind the broker's answer),
 *   and the group waits for it as long as a session lasts.
 * - One that is destroyed between two answers of the broker takes the program with it: before 2.3,
 *   it then asserts a state of its assignor that it has not made.
 * - While it closes, the first answer to a rebalance gives all partitions up. When that is done
 *   nobody serves the second answer, and who gives it waits for ever; rd_kafka_consumer_close()
 *   does where two wait to be asked. And before 2.4, a new part that came just before the close
 *   began is never done with (librdkafka's issues 4041 and 4527).
 *
 * So a rebalance that goes on is first brought to where nothing is asked; then the close is served
 * in here, with one answer and a bound in time. A handle that does not get through that is left to
 * the end of the program.
 */
#include "core/clock.h"
#include "core/note.h"
#include "log/kafka_reader.h"

/* How long one that closes waits for the part that the group is about to give it. */
#define SETTLE_US (5 * INT64_C(1000000))
/* How long for librdkafka: it waits 5 s for the answer to a farewell. */
#define CLOSE_US (15 * INT64_C(1000000))
#define POLL_MS  50

static bool is_owed_a_part(const struct kafka_reader *self)
{
	return !self->joined || (self->owed > 0 && rd_kafka_version() < 0x020400ff);
}

/* Until the group gave the part that it owes, unless no broker answers. */
static void settle(struct kafka_reader *self)
{
	int64_t until_us = clock_mono_us() + SETTLE_US;
	bool answers = true;

	while (is_owed_a_part(self) && answers && clock_mono_us() < until_us) {
		rd_kafka_message_t *message = rd_kafka_consumer_poll(self->rk, POLL_MS);

		answers = !message || message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
		if (message)
			rd_kafka_message_destroy(message);
	}
}

/* False: it does not come to an end. */
static bool close_consumer(struct kafka_reader *self)
{
	int64_t until_us = clock_mono_us() + CLOSE_US;
	rd_kafka_queue_t *queue = rd_kafka_queue_new(self->rk);
	rd_kafka_error_t *error = rd_kafka_consumer_close_queue(self->rk, queue);
	bool answered = false, closed = error != NULL; /* closed already, or of no more use */

	if (error)
		rd_kafka_error_destroy(error);
	while (!closed && clock_mono_us() < until_us) {
		rd_kafka_event_t *event = rd_kafka_queue_poll(queue, POLL_MS);

		if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE && !answered) {
			rd_kafka_assign(self->rk, NULL);
			answered = true;
		}
		rd_kafka_event_destroy(event);
		closed = rd_kafka_consumer_closed(self->rk);
	}
	rd_kafka_queue_destroy(queue);
	return closed;
}

void kafka_leave(struct kafka_reader *self)
{
	if (self->named)
		settle(self);
	if (!close_consumer(self))
		note(NOTE_WARN, "log", "leaving the group does not come to an end",
		     NOTE_TEXT("topic", self->topic));
	else if (!self->named || self->joined || rd_kafka_version() >= 0x020300ff)
		rd_kafka_destroy(self->rk);
}
