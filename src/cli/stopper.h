/*
 * stopper.h - SIGTERM and SIGINT. The first asks for an orderly end: what waits on the waiter
 * wakes, and the function given to stopper_attach() is called. The second ends the process at once
 * (exit code 128 + signal; nothing is lost, the next start goes on). SIGHUP is noted, SIGPIPE
 * ignored.
 *
 * A thread reads the signals from a signalfd, so no code runs in a signal handler.
 */
#ifndef CLI_STOPPER_H
#define CLI_STOPPER_H

#include <stdbool.h>

#include "core/err.h"
#include "core/waiter.h"

struct stopper;

/* To be called before any other thread starts: they inherit the blocked signals. One in a process.
 * `first` (static text) is what the message at the first signal says will be done before the end.
 * US_FATAL: no descriptors, or out of memory. */
enum status stopper_start(struct stopper **out, const char *first, struct err *err);
/* Woken by the first signal. */
struct waiter *stopper_waiter(struct stopper *stopper);
/* Call on_stop(user) at the first signal, from the stopper's thread; at once if it came already. */
void stopper_attach(struct stopper *stopper, void (*on_stop)(void *user), void *user);
/* After it on_stop is not called any more, nor running. */
void stopper_detach(struct stopper *stopper);
/* Did a signal ask to stop? */
bool stopper_asked(const struct stopper *stopper);
/* End the thread, free. Signals stay blocked: the process is about to end. NULL is allowed. */
void stopper_stop(struct stopper *stopper);

#endif
