/*
 * http_exchange.c - libmicrohttpd's side of an exchange: reads the request, suspends the connection
 * while a handler works, and sends the answer. All of it runs on the sockets' thread.
 */
#include "net/http_exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/mem.h"

/* Exchanges kept for reuse, and the largest body storage kept with each. */
#define SPARE_MAX      4
#define SPARE_BODY_MAX ((size_t)8 << 20)
/* Of a body that is too large anyway, so much is read to be able to answer 413. */
#define DISCARD_MAX ((size_t)1 << 20)
#define BLOCK_SIZE  ((size_t)64 << 10)

void http_exchange_free(struct http_request *exchange)
{
	buf_release(&exchange->body);
	buf_release(&exchange->response.body);
	buf_release(&exchange->packed);
	mem_free(exchange);
}

static void forget_large(struct buf *buf)
{
	buf_reset(buf);
	if (buf->capacity > SPARE_BODY_MAX)
		buf_release(buf);
}

/* A new or a spare one, ready to read; NULL: out of memory. Counted as active. */
static struct http_request *exchange_take(struct http_server *server)
{
	struct http_request *exchange;

	pthread_mutex_lock(&server->lock);
	exchange = server->spare;
	if (exchange) {
		server->spare = exchange->next;
		server->spare_count--;
	}
	server->active++;
	pthread_mutex_unlock(&server->lock);
	if (exchange)
		return exchange;
	exchange = mem_calloc(1, sizeof(*exchange));
	if (!exchange) {
		pthread_mutex_lock(&server->lock);
		server->active--;
		pthread_mutex_unlock(&server->lock);
		return NULL;
	}
	buf_init(&exchange->body, server->config.max_request_body);
	buf_init(&exchange->response.body, server->config.max_response_body);
	/* What does not shrink grows a little: gzip's header, its blocks' and its checksum. */
	buf_init(&exchange->packed,
		 server->config.max_response_body + server->config.max_response_body / 100 + 1024);
	return exchange;
}

static void exchange_put_back(struct http_request *exchange)
{
	struct http_server *server = exchange->server;
	bool keep;

	forget_large(&exchange->body);
	forget_large(&exchange->response.body);
	forget_large(&exchange->packed);
	pthread_mutex_lock(&server->lock);
	keep = server->spare_count < SPARE_MAX && !server->stopping;
	if (keep) {
		exchange->next = server->spare;
		server->spare = exchange;
		server->spare_count++;
	}
	pthread_mutex_unlock(&server->lock);
	if (!keep)
		http_exchange_free(exchange);
	pthread_mutex_lock(&server->lock);
	if (--server->active == 0)
		pthread_cond_broadcast(&server->idle);
	pthread_mutex_unlock(&server->lock);
}

static void describe_peer(struct http_request *exchange)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info ? info->client_addr : NULL;

	exchange->peer[0] = '\0';
	if (address && address->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr,
			  exchange->peer, sizeof(exchange->peer));
	else if (address && address->sa_family == AF_INET6)
		inet_ntop(AF_INET6,
			  &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
			  exchange->peer, sizeof(exchange->peer));
}

static struct http_request *exchange_begin(struct http_server *server,
					   struct MHD_Connection *connection, const char *url,
					   const char *method)
{
	struct http_request *exchange = exchange_take(server);
	const union MHD_ConnectionInfo *info;
	struct buf body;

	if (!exchange)
		return NULL;
	body = exchange->response.body;
	exchange->response = (struct http_response){ .status = MHD_HTTP_OK,
						     .content_type = "text/plain; charset=utf-8",
						     .truncate_at = -1 };
	exchange->response.body = body;
	exchange->server = server;
	exchange->connection = connection;
	exchange->stage = EXCHANGE_READING;
	exchange->method = method;
	exchange->path = url;
	exchange->too_large = false;
	exchange->discarded = 0;
	exchange->is_packed = false;
	exchange->due_us = 0;
	exchange->next = NULL;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	exchange->fd = info ? info->connect_fd : -1;
	describe_peer(exchange);
	return exchange;
}

static ssize_t read_until_cut(void *cls, uint64_t position, char *to, size_t max)
{
	const struct http_request *exchange = cls;
	struct span body = buf_span(exchange->is_packed ? &exchange->packed
							: &exchange->response.body);
	uint64_t end = (uint64_t)exchange->response.truncate_at;
	size_t len;

	if (position >= end || position >= body.len)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	len = (end < body.len ? end : body.len) - position;
	if (len > max)
		len = max;
	memcpy(to, body.data + position, len);
	return (ssize_t)len;
}

static bool add_headers(struct MHD_Response *answer, const struct http_request *exchange)
{
	const struct http_response *response = &exchange->response;
	char seconds[16];
	enum MHD_Result ok = MHD_add_response_header(answer, MHD_HTTP_HEADER_CONTENT_TYPE,
						     response->content_type);

	if (ok && exchange->is_packed)
		ok = MHD_add_response_header(answer, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	if (ok && response->gzip)
		ok = MHD_add_response_header(answer, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
	if (ok && response->location[0])
		ok = MHD_add_response_header(answer, MHD_HTTP_HEADER_LOCATION, response->location);
	if (ok && response->retry_after_s > 0) {
		snprintf(seconds, sizeof(seconds), "%d", response->retry_after_s);
		ok = MHD_add_response_header(answer, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
	}
	return ok == MHD_YES;
}

static enum MHD_Result exchange_send(struct http_request *exchange)
{
	const struct http_response *response = &exchange->response;
	struct buf *body = exchange->is_packed ? &exchange->packed : &exchange->response.body;
	struct MHD_Response *answer;
	enum MHD_Result result;

	if (response->truncate_at >= 0 && (size_t)response->truncate_at < body->len)
		answer = MHD_create_response_from_callback(body->len, BLOCK_SIZE, read_until_cut,
							   exchange, NULL);
	else
		answer = MHD_create_response_from_buffer(body->len, body->data,
							 MHD_RESPMEM_PERSISTENT);
	if (!answer)
		return MHD_NO;
	result = add_headers(answer, exchange)
		     ? MHD_queue_response(exchange->connection, (unsigned)response->status, answer)
		     : MHD_NO;
	MHD_destroy_response(answer);
	return result;
}

static enum MHD_Result refuse_body(struct http_request *exchange)
{
	exchange->stage = EXCHANGE_READY;
	exchange->response.status = MHD_HTTP_CONTENT_TOO_LARGE;
	buf_printf(&exchange->response.body, "the request's body is larger than %zu bytes\n",
		   exchange->server->config.max_request_body);
	return exchange_send(exchange);
}

static bool announces_too_much(struct http_request *exchange)
{
	const char *length = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_CONTENT_LENGTH);

	return length && strtoull(length, NULL, 10) > (unsigned long long)exchange->body.max;
}

static enum MHD_Result take_upload(struct http_request *exchange, const char *upload, size_t *size)
{
	if (!exchange->too_large) {
		buf_append(&exchange->body, upload, *size);
		exchange->too_large = exchange->body.failed;
		if (exchange->too_large)
			buf_reset(&exchange->body);
	} else {
		exchange->discarded += *size;
		if (exchange->discarded > DISCARD_MAX)
			return MHD_NO;
	}
	*size = 0;
	return MHD_YES;
}

/* The request is complete: to the handlers. */
static enum MHD_Result exchange_enqueue(struct http_request *exchange)
{
	struct http_server *server = exchange->server;
	enum MHD_Result result = MHD_NO;

	pthread_mutex_lock(&server->lock);
	if (!server->stopping) {
		MHD_suspend_connection(exchange->connection);
		exchange->stage = EXCHANGE_QUEUED;
		exchange->next = NULL;
		*server->queue_end = exchange;
		server->queue_end = &exchange->next;
		pthread_cond_signal(&server->work);
		result = MHD_YES;
	}
	pthread_mutex_unlock(&server->lock);
	return result;
}

enum MHD_Result http_exchange_access(void *cls, struct MHD_Connection *connection, const char *url,
				     const char *method, const char *version, const char *upload,
				     size_t *upload_size, void **slot)
{
	struct http_server *server = cls;
	struct http_request *exchange = *slot;
	enum exchange_stage stage;

	(void)version;
	if (!exchange) {
		exchange = exchange_begin(server, connection, url, method);
		*slot = exchange;
		if (!exchange)
			return MHD_NO;
		return announces_too_much(exchange) ? refuse_body(exchange) : MHD_YES;
	}
	pthread_mutex_lock(&server->lock);
	stage = exchange->stage;
	pthread_mutex_unlock(&server->lock);
	switch (stage) {
	case EXCHANGE_READING:
		if (*upload_size)
			return take_upload(exchange, upload, upload_size);
		return exchange->too_large ? refuse_body(exchange) : exchange_enqueue(exchange);
	case EXCHANGE_READY:
		return exchange_send(exchange);
	case EXCHANGE_QUEUED:
	case EXCHANGE_PARKED:
		return MHD_YES;
	case EXCHANGE_DROPPED:
		break;
	}
	return MHD_NO;
}

void http_exchange_completed(void *cls, struct MHD_Connection *connection, void **slot,
			     enum MHD_RequestTerminationCode reason)
{
	struct http_request *exchange = *slot;

	(void)cls;
	(void)connection;
	(void)reason;
	*slot = NULL;
	if (exchange)
		exchange_put_back(exchange);
}
