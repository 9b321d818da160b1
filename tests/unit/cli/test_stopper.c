/*
 * test_stopper.c - the first signal asks, the second ends. Each case is a child process of its own.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/stopper.h"
#include "core/note.h"

#define LONG_MS 30000

static void wake(void *user)
{
	waiter_wake(user);
}

/* Run `body` in a child; the status of its end. */
static int in_child(int (*body)(void))
{
	int status;
	pid_t child;

	(void)fflush(NULL);
	child = fork();
	if (child == 0) {
		note_set_level(NOTE_ERROR);
		_exit(body());
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static int first_signal_asks(void)
{
	struct stopper *stopper;
	struct waiter called;
	int result = 1;

	if (stopper_start(&stopper, "nothing", NULL) != US_OK ||
	    waiter_init(&called, NULL) != US_OK)
		return 2;
	stopper_attach(stopper, wake, &called);
	if (stopper_asked(stopper))
		return 3;
	(void)kill(getpid(), SIGHUP); /* harmless */
	(void)kill(getpid(), SIGPIPE);
	(void)kill(getpid(), SIGTERM);
	if (waiter_wait(&called, LONG_MS) && stopper_asked(stopper) &&
	    waiter_wait(stopper_waiter(stopper), LONG_MS))
		result = 0;
	stopper_detach(stopper);
	stopper_stop(stopper);
	waiter_release(&called);
	return result;
}

static int late_attach_is_called(void)
{
	struct stopper *stopper;
	struct waiter called;
	int result;

	if (stopper_start(&stopper, "nothing", NULL) != US_OK ||
	    waiter_init(&called, NULL) != US_OK)
		return 2;
	(void)kill(getpid(), SIGINT);
	if (!waiter_wait(stopper_waiter(stopper), LONG_MS))
		return 3;
	stopper_attach(stopper, wake, &called);
	result = waiter_is_woken(&called) ? 0 : 1;
	stopper_stop(stopper);
	waiter_release(&called);
	return result;
}

static int second_signal_ends(void)
{
	struct stopper *stopper;
	struct waiter never;

	if (stopper_start(&stopper, "nothing", NULL) != US_OK || waiter_init(&never, NULL) != US_OK)
		return 2;
	(void)kill(getpid(), SIGINT);
	if (!waiter_wait(stopper_waiter(stopper), LONG_MS))
		return 3;
	(void)kill(getpid(), SIGTERM);
	waiter_wait(&never, LONG_MS);
	return 4;
}

static void signals(void **state)
{
	int status;

	(void)state;
	status = in_child(first_signal_asks);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	status = in_child(late_attach_is_called);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	status = in_child(second_signal_ends);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
	stopper_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(signals) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
