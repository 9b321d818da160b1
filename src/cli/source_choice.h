/*
 * source_choice.h - from --source to a URI that source_open() takes: "simulator:" starts the
 * built-in simulator on a loopback port of this process, "auto" decides between the real API and
 * the simulator, everything else is taken as it is.
 *
 * auto: what the log's records came from, so that a stream does not change its source; in an empty
 * log the real API where it answers within 3 s, else the simulator, with a warning.
 */
#ifndef CLI_SOURCE_CHOICE_H
#define CLI_SOURCE_CHOICE_H

#include "core/err.h"
#include "core/options.h"
#include "core/waiter.h"
#include "log/log.h"
#include "source/source.h"

struct simulator;

struct source_choice {
	const char *identity;        /* what the cursor remembers: "simulator:", the URI */
	const char *uri;             /* for source_open() */
	char *owned;                 /* identity, where it was read from the log */
	struct simulator *simulator; /* or NULL */
};

/* The source's settings as the options say, without uri and stop. */
void source_config_from_options(struct source_config *out, const struct options *options);

/*
 * Decide, and start the simulator where it is needed. `log` is NULL where none remembers the
 * choice, and `stop` where nothing asks to stop. `stop` cuts the 3 s of asking short.
 * US_REJECT, EXIT_BAD_CONFIG: unknown faults, or faults without a simulator. US_RETRY, US_FATAL: of
 * the log or the simulator.
 */
enum status source_choose(struct source_choice *out, const struct options *options,
			  const struct log_config *log, struct waiter *stop, struct err *err);
/* Make a source's configuration that of the choice, which must outlive it. */
void source_choice_apply(const struct source_choice *choice, struct source_config *config);
/* Stop the simulator. After the supervisor is gone. */
void source_choice_release(struct source_choice *choice);

/* One answer of a source, to see whether it gives any. Waits at most its timeout. */
enum status source_probe(const struct source_config *config, struct err *err);

#endif
