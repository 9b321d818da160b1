/*
 * stopper.c - see stopper.h.
 */
#include "cli/stopper.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/note.h"

struct stopper {
	const char *first;    /* done before the end */
	int signals;          /* signalfd */
	struct waiter asked;  /* a signal came */
	struct waiter ending; /* stopper_stop() */
	pthread_t thread;
	pthread_mutex_t lock; /* of on_stop and user; held while it is called */
	void (*on_stop)(void *user);
	void *user;
};

static void handle(struct stopper *stopper, int number)
{
	char message[200];

	if (number == SIGHUP) {
		note(NOTE_INFO, "cli", "SIGHUP: nothing to reload, going on");
		return;
	}
	if (waiter_is_woken(&stopper->asked)) {
		note(NOTE_WARN, "cli", "second signal: ending at once");
		_exit(128 + number);
	}
	snprintf(message, sizeof(message), "stopping: %s first; once more ends at once",
		 stopper->first);
	note(NOTE_INFO, "cli", message,
	     NOTE_TEXT("signal", number == SIGINT ? "SIGINT" : "SIGTERM"));
	waiter_wake(&stopper->asked);
	pthread_mutex_lock(&stopper->lock);
	if (stopper->on_stop)
		stopper->on_stop(stopper->user);
	pthread_mutex_unlock(&stopper->lock);
}

static void *read_signals(void *user)
{
	struct stopper *stopper = user;
	struct pollfd ready[2] = { { .fd = stopper->signals, .events = POLLIN },
				   { .fd = stopper->ending.fd, .events = POLLIN } };
	struct signalfd_siginfo info;

	while (poll(ready, 2, -1) >= 0 || errno == EINTR) {
		if (ready[1].revents)
			break;
		if (ready[0].revents &&
		    read(stopper->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
			handle(stopper, (int)info.ssi_signo);
	}
	return NULL;
}

enum status stopper_start(struct stopper **out, const char *first, struct err *err)
{
	struct stopper *stopper = mem_calloc(1, sizeof(*stopper));
	enum status status = US_FATAL;
	sigset_t set;

	if (!stopper)
		return err_no_memory(err, "setting up signals");
	stopper->first = first;
	stopper->signals = stopper->asked.fd = stopper->ending.fd = -1;
	pthread_mutex_init(&stopper->lock, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	stopper->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (stopper->signals < 0) {
		err_set(err, US_FATAL, EXIT_INTERNAL, "cannot make a signalfd: %s",
			strerror(errno));
		goto out;
	}
	status = waiter_init(&stopper->asked, err);
	if (status == US_OK)
		status = waiter_init(&stopper->ending, err);
	if (status != US_OK)
		goto out;
	if (pthread_create(&stopper->thread, NULL, read_signals, stopper) != 0) {
		status = err_set(err, US_FATAL, EXIT_INTERNAL, "cannot start a thread");
		goto out;
	}
	*out = stopper;
	stopper = NULL;
out:
	if (stopper) {
		waiter_release(&stopper->asked);
		waiter_release(&stopper->ending);
		if (stopper->signals >= 0)
			close(stopper->signals);
		pthread_mutex_destroy(&stopper->lock);
		mem_free(stopper);
	}
	return status;
}

struct waiter *stopper_waiter(struct stopper *stopper)
{
	return &stopper->asked;
}

void stopper_attach(struct stopper *stopper, void (*on_stop)(void *user), void *user)
{
	pthread_mutex_lock(&stopper->lock);
	stopper->on_stop = on_stop;
	stopper->user = user;
	if (waiter_is_woken(&stopper->asked))
		on_stop(user);
	pthread_mutex_unlock(&stopper->lock);
}

void stopper_detach(struct stopper *stopper)
{
	pthread_mutex_lock(&stopper->lock);
	stopper->on_stop = NULL;
	pthread_mutex_unlock(&stopper->lock);
}

bool stopper_asked(const struct stopper *stopper)
{
	return waiter_is_woken(&stopper->asked);
}

void stopper_stop(struct stopper *stopper)
{
	if (!stopper)
		return;
	waiter_wake(&stopper->ending);
	pthread_join(stopper->thread, NULL);
	close(stopper->signals);
	waiter_release(&stopper->asked);
	waiter_release(&stopper->ending);
	pthread_mutex_destroy(&stopper->lock);
	mem_free(stopper);
}
