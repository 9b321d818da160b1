/*
 * cmd_simulate.c - userstream simulate: serves the built-in Random User API until Ctrl-C.
 */
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/stopper.h"
#include "simulator/simulator.h"

#define SIMULATE_THREADS 2
/* Fixed, so that the same command line fails in the same way every time. */
#define SIMULATE_FAULT_SEED 1

static int print_address(const struct simulator *simulator)
{
	struct buf text;
	int code;

	buf_init(&text, 4096);
	buf_printf(&text, "serving the simulated Random User API on %s (Ctrl-C ends it)\n",
		   simulator_url(simulator));
	code = output_print(&text);
	buf_release(&text);
	return code;
}

static int print_counts(const struct simulator *simulator)
{
	struct simulator_counts counts;
	struct buf text;
	int code;

	simulator_read_counts(simulator, &counts);
	buf_init(&text, 4096);
	buf_printf(&text,
		   "served %lld users in %lld answers; %lld faults on demand, %lld answers 429 for "
		   "the rate limit\n",
		   (long long)counts.users, (long long)counts.answers, (long long)counts.faults,
		   (long long)counts.refused);
	code = output_print(&text);
	buf_release(&text);
	return code;
}

static int run(const struct options *options, int arg_count, char **args)
{
	struct err err = ERR_INIT;
	struct stopper *stopper = NULL;
	struct simulator *simulator = NULL;
	char listen[32];
	int code = EXIT_DONE;
	struct simulator_config config = {
		.listen = listen,
		.clean = option_bool(options, OPTION_CLEAN),
		.rate_limit = option_int(options, OPTION_SIMULATOR_RATE_LIMIT),
		.faults = option_text(options, OPTION_FAULT),
		.fault_seed = SIMULATE_FAULT_SEED,
		.threads = SIMULATE_THREADS,
	};

	if (arg_count > 0) {
		err_set(&err, US_REJECT, EXIT_BAD_USAGE,
			"userstream simulate takes no argument \"%.200s\"; see userstream simulate "
			"--help",
			args[0]);
		return output_fail(&err);
	}
	output_set_notes(options);
	snprintf(listen, sizeof(listen), "127.0.0.1:%d", (int)option_int(options, OPTION_PORT));
	if (stopper_start(&stopper, "requests under way are answered", &err) ||
	    simulator_start(&simulator, &config, &err))
		code = output_fail(&err);
	if (!code)
		code = print_address(simulator);
	if (!code) {
		waiter_wait(stopper_waiter(stopper), -1);
		code = print_counts(simulator);
	}
	simulator_stop(simulator);
	stopper_stop(stopper);
	return code;
}

const struct command command_simulate = {
	.name = "simulate",
	.arguments = "",
	.summary = "Serve the built-in Random User API on a loopback port",
	.details =
	    "Answers as the real API does: the same parameters with the same silent defaults, the "
	    "same keys and types, users of 21 nationalities with the quirks of real ones. The same "
	    "seed and page give the same users.\n"
	    "\n"
	    "--fault makes shares of the answers go wrong: 429, 500, 502, 503 (with Retry-After), "
	    "504, empty, truncated, html, slow, hang, refused, short, badjson, content_type; and "
	    "of "
	    "the users: bad_email, bad_coordinates, no_uuid, born_late.\n"
	    "\n"
	    "    userstream simulate --port 8089\n"
	    "    userstream simulate --fault 429=0.05,502=0.02,slow=0.1\n"
	    "    userstream run --source http://127.0.0.1:8089/api/",
	.id = COMMAND_SIMULATE,
	.run = run,
};
