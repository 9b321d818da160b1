/*
 * c11_threads.h - C11's threads on POSIX's, for builds that look for races or leaks. librdkafka
 * uses C11's, which the sanitizers do not know: for ThreadSanitizer its threads would be strangers,
 * and its locks would be none; for LeakSanitizer nothing would tell its threads from ours. Defined
 * in the test program they take the C library's place.
 */
#ifndef TESTS_C11_THREADS_H
#define TESTS_C11_THREADS_H

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

#define INSTEAD __attribute__((visibility("default")))

struct start {
	thrd_start_t run;
	void *argument;
};

/* The first function of each of the library's threads. */
static void *run_c11_thread(void *argument)
{
	struct start start = *(struct start *)argument;
	free(argument);
	return (void *)(intptr_t)start.run(start.argument);
}

INSTEAD int thrd_create(thrd_t *thread, thrd_start_t run, void *argument)
{
	struct start *start = malloc(sizeof(*start));
	if (!start)
		return thrd_nomem;
	*start = (struct start){ run, argument };
	if (pthread_create(thread, NULL, run_c11_thread, start) == 0)
		return thrd_success;
	free(start);
	return thrd_error;
}

INSTEAD int thrd_join(thrd_t thread, int *result)
{
	void *value = NULL;
	if (pthread_join(thread, &value) != 0)
		return thrd_error;
	if (result)
		*result = (int)(intptr_t)value;
	return thrd_success;
}
#endif

#ifdef __SANITIZE_THREAD__
/*
 * What it does within itself is not instrumented: its counts of references are atomic, unseen. Nor
 * are its read-write locks seen, through which one thread takes over what another made: the mutex
 * in it then looks as if it had been made just now.
 */
INSTEAD const char *__tsan_default_suppressions(void);
INSTEAD const char *__tsan_default_suppressions(void)
{
	return "called_from_lib:librdkafka.so\nrace:mtx_init\n";
}

static pthread_mutex_t *posix_mutex(mtx_t *mutex)
{
	_Static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t), "one in the other's place");
	return (pthread_mutex_t *)mutex;
}

static pthread_cond_t *posix_cond(cnd_t *condition)
{
	_Static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t), "one in the other's place");
	return (pthread_cond_t *)condition;
}

static int answer(int code)
{
	return code == 0 ? thrd_success : code == ETIMEDOUT ? thrd_timedout : thrd_error;
}

INSTEAD int mtx_init(mtx_t *mutex, int type)
{
	pthread_mutexattr_t attributes;
	int code;
	pthread_mutexattr_init(&attributes);
	if (type & mtx_recursive)
		pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	code = pthread_mutex_init(posix_mutex(mutex), &attributes);
	pthread_mutexattr_destroy(&attributes);
	return answer(code);
}

INSTEAD void mtx_destroy(mtx_t *mutex)
{
	pthread_mutex_destroy(posix_mutex(mutex));
}

INSTEAD int mtx_lock(mtx_t *mutex)
{
	return answer(pthread_mutex_lock(posix_mutex(mutex)));
}

INSTEAD int mtx_unlock(mtx_t *mutex)
{
	return answer(pthread_mutex_unlock(posix_mutex(mutex)));
}

INSTEAD int cnd_init(cnd_t *condition)
{
	return answer(pthread_cond_init(posix_cond(condition), NULL));
}

INSTEAD void cnd_destroy(cnd_t *condition)
{
	pthread_cond_destroy(posix_cond(condition));
}

INSTEAD int cnd_signal(cnd_t *condition)
{
	return answer(pthread_cond_signal(posix_cond(condition)));
}

INSTEAD int cnd_broadcast(cnd_t *condition)
{
	return answer(pthread_cond_broadcast(posix_cond(condition)));
}

INSTEAD int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
	return answer(pthread_cond_wait(posix_cond(condition), posix_mutex(mutex)));
}

INSTEAD int cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *until)
{
	return answer(pthread_cond_timedwait(posix_cond(condition), posix_mutex(mutex), until));
}

INSTEAD void call_once(once_flag *flag, void (*run)(void))
{
	_Static_assert(sizeof(once_flag) == sizeof(pthread_once_t), "one in the other's place");
	pthread_once((pthread_once_t *)flag, run);
}
#endif

#endif
