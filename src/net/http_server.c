/*
 * http_server.c - starts and stops the parts of the server: the listening socket, libmicrohttpd's
 * thread for all sockets, the handlers' threads and the parking thread (see http_exchange.h).
 *
 * Stopping, in this order: no new connections; handlers end with the exchange they are in; what is
 * queued or parked is dropped; answers under way get a moment; then libmicrohttpd, which must not
 * have a suspended connection left.
 */
#include "net/http_server.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"
#include "net/http_exchange.h"
#include "net/listen_socket.h"

#define IDLE_TIMEOUT_S    60 /* of a connection without a request under way */
#define LAST_ANSWERS_MS   1000
#define CONNECTION_MEMORY ((size_t)32 << 10) /* bounds a request's line and headers */

static enum status start_daemon(struct http_server *server, int fd, struct err *err)
{
	server->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
	    http_exchange_access, server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED,
	    http_exchange_completed, server, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)HTTP_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_END);
	if (server->daemon)
		return US_OK;
	return err_set(err, US_FATAL, EXIT_INTERNAL,
		       "cannot start the HTTP server on %s: out of memory, threads or descriptors",
		       server->config.listen);
}

static enum status start_threads(struct http_server *server, struct err *err)
{
	int error;

	server->threads = mem_calloc((size_t)server->config.threads, sizeof(*server->threads));
	if (!server->threads)
		return err_no_memory(err, "starting the HTTP server");
	error = pthread_create(&server->parking, NULL, http_parking_run, server);
	server->has_parking = error == 0;
	while (!error && server->thread_count < server->config.threads) {
		error = pthread_create(&server->threads[server->thread_count], NULL,
				       http_worker_run, server);
		if (!error)
			server->thread_count++;
	}
	if (error)
		return err_set(err, US_FATAL, EXIT_INTERNAL,
			       "cannot start a thread of the HTTP server: %s", strerror(error));
	return US_OK;
}

static void init_locks(struct http_server *server)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->work, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&server->idle, &attributes);
	pthread_condattr_destroy(&attributes);
}

enum status http_server_start(struct http_server **out, const struct http_server_config *config,
			      struct err *err)
{
	struct http_server *server = NULL;
	int fd = -1;
	int port = 0;
	enum status status = listen_socket_open(&fd, &port, config->listen, err);

	if (status)
		return status;
	server = mem_calloc(1, sizeof(*server));
	if (!server) {
		close(fd);
		return err_no_memory(err, "starting the HTTP server");
	}
	server->config = *config;
	server->port = port;
	server->queue_end = &server->queue;
	init_locks(server);
	status = waiter_init(&server->alarm, err);
	if (status)
		server->alarm.fd = -1;
	if (!status)
		status = start_threads(server, err);
	if (!status)
		status = start_daemon(server, fd, err);
	if (status) {
		close(fd);
		http_server_stop(server);
		return status;
	}
	server->config.listen = NULL; /* the caller's text */
	*out = server;
	return US_OK;
}

int http_server_port(const struct http_server *server)
{
	return server->port;
}

static void wait_for_last_answers(struct http_server *server)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += LAST_ANSWERS_MS / 1000;
	pthread_mutex_lock(&server->lock);
	while (server->active)
		if (pthread_cond_timedwait(&server->idle, &server->lock, &until))
			break;
	pthread_mutex_unlock(&server->lock);
}

static void drop_list(struct http_request **list)
{
	while (*list) {
		struct http_request *exchange = *list;

		*list = exchange->next;
		http_exchange_resume(exchange, EXCHANGE_DROPPED);
	}
}

/* All that is queued or parked, when the threads that work on it have ended: what they left, and
 * what was there before one of them ran for the first time. */
static void drop_waiting(struct http_server *server)
{
	pthread_mutex_lock(&server->lock);
	drop_list(&server->queue);
	server->queue_end = &server->queue;
	drop_list(&server->parked);
	pthread_mutex_unlock(&server->lock);
}

static void stop_threads(struct http_server *server)
{
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	pthread_cond_broadcast(&server->work);
	if (server->has_parking)
		waiter_wake(&server->alarm);
	pthread_mutex_unlock(&server->lock);
	if (server->has_parking)
		pthread_join(server->parking, NULL);
	for (int i = 0; i < server->thread_count; i++)
		pthread_join(server->threads[i], NULL);
}

void http_server_stop(struct http_server *server)
{
	int fd = -1;

	if (!server)
		return;
	if (server->daemon)
		fd = MHD_quiesce_daemon(server->daemon);
	stop_threads(server);
	if (server->daemon) {
		drop_waiting(server);
		wait_for_last_answers(server);
		MHD_stop_daemon(server->daemon);
	}
	if (fd >= 0)
		close(fd); /* not before the sockets' thread, which still has it in its epoll set */
	while (server->spare) {
		struct http_request *exchange = server->spare;

		server->spare = exchange->next;
		http_exchange_free(exchange);
	}
	if (server->alarm.fd >= 0)
		waiter_release(&server->alarm);
	pthread_mutex_destroy(&server->lock);
	pthread_cond_destroy(&server->work);
	pthread_cond_destroy(&server->idle);
	mem_free(server->threads);
	mem_free(server);
}
