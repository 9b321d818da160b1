/*
 * http_worker.c - the handlers' threads, which take exchanges from the queue, and the parking
 * thread, which holds those that are delayed or hang until they are due or their client has gone.
 */
#include <poll.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "net/gzip_encoder.h"
#include "net/http_exchange.h"

/* Below this gzip's header and the work are not worth it. */
#define GZIP_MIN_BYTES 256

void http_exchange_resume(struct http_request *exchange, enum exchange_stage stage)
{
	exchange->stage = stage;
	MHD_resume_connection(exchange->connection);
}

static void answer_with_failure(struct http_request *exchange, const char *what)
{
	struct buf *body = &exchange->response.body;

	exchange->response.status = MHD_HTTP_INTERNAL_SERVER_ERROR;
	exchange->response.content_type = "text/plain; charset=utf-8";
	exchange->response.truncate_at = -1;
	buf_reset(body);
	buf_append_text(body, what);
}

static void exchange_handle(struct http_request *exchange, struct gzip_encoder **encoder)
{
	struct http_response *response = &exchange->response;
	const struct http_server_config *config = &exchange->server->config;

	config->handler(config->user, exchange, response);
	if (response->body.failed)
		answer_with_failure(exchange,
				    "the answer is too large, or there is no memory for it\n");
	if (!response->gzip || response->body.len < GZIP_MIN_BYTES)
		return;
	if (!gzip_accepted(http_request_header(exchange, MHD_HTTP_HEADER_ACCEPT_ENCODING)))
		return;
	/* Where there is no memory to compress, the plain answer is as good. */
	if (!*encoder)
		*encoder = gzip_encoder_new();
	exchange->is_packed = *encoder &&
			      gzip_encode(*encoder, buf_span(&response->body), &exchange->packed);
}

/* After the handler: send, drop, or park. */
static void exchange_release(struct http_request *exchange)
{
	struct http_server *server = exchange->server;
	const struct http_response *response = &exchange->response;

	pthread_mutex_lock(&server->lock);
	if (response->drop || (server->stopping && (response->hang || response->delay_ms > 0))) {
		http_exchange_resume(exchange, EXCHANGE_DROPPED);
	} else if (response->hang || response->delay_ms > 0) {
		exchange->stage = EXCHANGE_PARKED;
		exchange->due_us = response->hang
				       ? INT64_MAX
				       : clock_mono_us() + (int64_t)response->delay_ms * 1000;
		exchange->next = server->parked;
		server->parked = exchange;
		waiter_wake(&server->alarm);
	} else {
		http_exchange_resume(exchange, EXCHANGE_READY);
	}
	pthread_mutex_unlock(&server->lock);
}

static struct http_request *queue_take(struct http_server *server)
{
	struct http_request *exchange = NULL;

	pthread_mutex_lock(&server->lock);
	while (!server->queue && !server->stopping)
		pthread_cond_wait(&server->work, &server->lock);
	if (!server->stopping) {
		exchange = server->queue;
		server->queue = exchange->next;
		if (!server->queue)
			server->queue_end = &server->queue;
		exchange->next = NULL;
	}
	pthread_mutex_unlock(&server->lock);
	return exchange;
}

void *http_worker_run(void *cls)
{
	struct http_server *server = cls;
	struct gzip_encoder *encoder = NULL; /* made when the first answer wants it */
	struct http_request *exchange;

	while ((exchange = queue_take(server)) != NULL) {
		exchange_handle(exchange, &encoder);
		exchange_release(exchange);
	}
	gzip_encoder_free(encoder);
	return NULL;
}

/* What is parked, as it was seen when the wait began. */
struct parking_view {
	struct pollfd poll[HTTP_CONNECTIONS_MAX + 1];
	struct http_request *exchange[HTTP_CONNECTIONS_MAX + 1];
	nfds_t count;
	int timeout_ms;
};

/* Under the lock. Entry 0 is the alarm. */
static void parking_look(struct http_server *server, struct parking_view *view)
{
	int64_t now = clock_mono_us();
	int64_t first = INT64_MAX;

	view->poll[0] = (struct pollfd){ .fd = server->alarm.fd, .events = POLLIN };
	view->count = 1;
	for (struct http_request *e = server->parked; e && view->count <= HTTP_CONNECTIONS_MAX;
	     e = e->next) {
		view->poll[view->count] = (struct pollfd){ .fd = e->fd, .events = POLLRDHUP };
		view->exchange[view->count++] = e;
		if (e->due_us < first)
			first = e->due_us;
	}
	view->timeout_ms = -1;
	if (first != INT64_MAX)
		view->timeout_ms = first <= now ? 0 : (int)((first - now + 999) / 1000);
}

static void parking_remove(struct http_server *server, const struct http_request *exchange)
{
	struct http_request **at = &server->parked;

	while (*at != exchange)
		at = &(*at)->next;
	*at = exchange->next;
}

/* Under the lock. Lets go whoever is due or has lost its client. */
static void parking_release(struct http_server *server, const struct parking_view *view)
{
	int64_t now = clock_mono_us();

	for (nfds_t i = 1; i < view->count; i++) {
		struct http_request *exchange = view->exchange[i];
		bool gone = (view->poll[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;

		if (!gone && exchange->due_us > now)
			continue;
		parking_remove(server, exchange);
		http_exchange_resume(exchange, gone ? EXCHANGE_DROPPED : EXCHANGE_READY);
	}
}

void *http_parking_run(void *cls)
{
	struct http_server *server = cls;
	struct parking_view view;

	pthread_mutex_lock(&server->lock);
	while (!server->stopping) {
		waiter_reset(&server->alarm);
		parking_look(server, &view);
		pthread_mutex_unlock(&server->lock);
		if (poll(view.poll, view.count, view.timeout_ms) < 0)
			for (nfds_t i = 0; i < view.count; i++)
				view.poll[i].revents = 0;
		pthread_mutex_lock(&server->lock);
		parking_release(server, &view);
	}
	pthread_mutex_unlock(&server->lock);
	return NULL;
}
