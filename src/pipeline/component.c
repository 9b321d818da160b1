/*
 * component.c - see component.h.
 */
#include "pipeline/component.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "core/clock.h"
#include "core/note.h"

#define DRAIN_PATIENCE_US (30 * INT64_C(1000000))
#define PAUSE_TOLD_US     (60 * INT64_C(1000000)) /* pauses one after the other are told so often */

const char *component_state_name(enum component_state state)
{
	static const char *const names[] = { "off",      "starting", "running", "degraded",
					     "draining", "done",     "failed" };

	return (size_t)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

enum status component_init(struct component *component, const char *name, struct err *err)
{
	enum status status;

	memset(component, 0, sizeof(*component));
	component->name = name;
	status = waiter_init(&component->waiter, err);
	if (status != US_OK)
		return status;
	pthread_mutex_init(&component->lock, NULL);
	backoff_init(&component->backoff, 50, 30 * 1000);
	component->status.state = COMPONENT_STARTING;
	return US_OK;
}

void component_release(struct component *component)
{
	waiter_release(&component->waiter);
	pthread_mutex_destroy(&component->lock);
}

void component_set(struct component *component, enum component_state state, const char *fmt, ...)
{
	char reason[sizeof(component->status.reason)];
	bool changed;
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	pthread_mutex_lock(&component->lock);
	changed = component->status.state != state ||
		  (state == COMPONENT_DEGRADED && strcmp(component->status.reason, reason) != 0);
	component->status.state = state;
	memcpy(component->status.reason, reason, sizeof(reason));
	pthread_mutex_unlock(&component->lock);
	if (changed)
		note(state == COMPONENT_FAILED     ? NOTE_ERROR
		     : state == COMPONENT_DEGRADED ? NOTE_WARN
						   : NOTE_DEBUG,
		     component->name, component_state_name(state), NOTE_TEXT("reason", reason));
}

enum component_state component_get(struct component *component)
{
	enum component_state state;

	pthread_mutex_lock(&component->lock);
	state = component->status.state;
	pthread_mutex_unlock(&component->lock);
	return state;
}

void component_progress(struct component *component)
{
	bool mended;

	component->failures = 0;
	component->failing_since_us = 0;
	backoff_reset(&component->backoff);
	pthread_mutex_lock(&component->lock);
	mended = component->status.state == COMPONENT_DEGRADED;
	if (mended || component->status.state == COMPONENT_STARTING) {
		component->status.state = component_draining(component) ? COMPONENT_DRAINING
									: COMPONENT_RUNNING;
		component->status.reason[0] = 0;
	}
	component->status.last_progress_us = clock_wall_us();
	pthread_mutex_unlock(&component->lock);
	if (mended)
		note(NOTE_INFO, component->name, "works again");
}

void component_end(struct component *component, enum status status, const struct err *err)
{
	if (status == US_OK)
		component_set(component, COMPONENT_DONE, "%s", "");
	else
		component_set(component, COMPONENT_FAILED, "%s", err->text);
	pthread_mutex_lock(&component->lock);
	component->result = status;
	if (status != US_OK)
		component->result_err = *err;
	pthread_mutex_unlock(&component->lock);
}

bool component_ended(struct component *component)
{
	enum component_state state = component_get(component);

	return state == COMPONENT_OFF || state == COMPONENT_DONE || state == COMPONENT_FAILED;
}

void component_drain(struct component *component)
{
	atomic_store(&component->drain, true);
	waiter_wake(&component->waiter);
}

void component_stop(struct component *component)
{
	atomic_store(&component->stop, true);
	waiter_wake(&component->waiter);
}

static int retry_within(struct component *component, const struct err *err, int most_ms)
{
	int wait_ms = backoff_next_ms(&component->backoff, err->retry_after_ms);

	if (wait_ms > most_ms)
		wait_ms = most_ms;
	pthread_mutex_lock(&component->lock);
	component->status.retries++;
	pthread_mutex_unlock(&component->lock);
	component_set(component, COMPONENT_DEGRADED, "%s", err->text);
	note(NOTE_DEBUG, component->name, "backing off",
	     NOTE_TEXT("kind", err->kind ? err->kind : ""), NOTE_INT("wait_ms", wait_ms));
	return wait_ms;
}

int component_retry(struct component *component, const struct err *err)
{
	return retry_within(component, err, INT_MAX);
}

int component_retry_soon(struct component *component, const struct err *err)
{
	return retry_within(component, err, 1000);
}

int component_reopen(struct component *component, const struct err *err)
{
	if (++component->failures > COMPONENT_BUDGET)
		return -1;
	pthread_mutex_lock(&component->lock);
	component->status.restarts++;
	pthread_mutex_unlock(&component->lock);
	component_set(component, COMPONENT_DEGRADED, "%s", err->text);
	return backoff_next_ms(&component->backoff, err->retry_after_ms);
}

bool component_out_of_patience(struct component *component)
{
	if (!component_draining(component))
		return false;
	if (!component->failing_since_us)
		component->failing_since_us = clock_mono_us();
	return clock_mono_us() - component->failing_since_us > DRAIN_PATIENCE_US;
}

/* A plain sleep. */
static void sleep_ms(int ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&time, NULL);
}

bool component_sleep(struct component *component, int ms, bool drain_too)
{
	int64_t end = clock_mono_us() + (int64_t)ms * 1000;

	for (;;) {
		int64_t left = end - clock_mono_us();

		if (component_stopped(component) || (drain_too && component_draining(component)))
			return true;
		if (left <= 0)
			return false;
		/* once drained, the waiter stays woken: then sleep in steps, a stop may follow */
		if (!atomic_load(&component->drain))
			waiter_wait(&component->waiter, (int)((left + 999) / 1000));
		else
			sleep_ms((int)(left > 20000 ? 20 : (left + 999) / 1000));
	}
}

static void set_pause(struct component *component, int ms, const char *reason)
{
	pthread_mutex_lock(&component->lock);
	component->status.state = component_draining(component) ? COMPONENT_DRAINING
								: COMPONENT_RUNNING;
	snprintf(component->status.reason, sizeof(component->status.reason), "%s", reason);
	component->status.pause_until_us = ms ? clock_wall_us() + (int64_t)ms * 1000 : 0;
	pthread_mutex_unlock(&component->lock);
}

bool component_pause(struct component *component, int ms, const char *reason)
{
	int64_t now_us = clock_mono_us();
	bool woken;

	set_pause(component, ms, reason);
	if (!component->pause_told_us || now_us - component->pause_told_us > PAUSE_TOLD_US) {
		component->pause_told_us = now_us;
		note(NOTE_INFO, component->name, "waiting", NOTE_TEXT("reason", reason));
	}
	woken = component_sleep(component, ms, true);
	set_pause(component, 0, "");
	return woken;
}
