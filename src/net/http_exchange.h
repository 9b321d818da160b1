/*
 * http_exchange.h - inside of net/: one request with its answer, and the server that owns it.
 *
 *     sockets' thread            queue             a handler's thread        parking thread
 *     EXCHANGE_READING  ───▶ EXCHANGE_QUEUED ───▶ handler, gzip
 *     EXCHANGE_READY    ◀─────────────────────────────┤
 *                                                  EXCHANGE_PARKED ───▶ until due, or
 *     EXCHANGE_READY or EXCHANGE_DROPPED ◀──────────────────────────────  the client is gone
 *
 * The connection is suspended in libmicrohttpd from QUEUED on and resumed by whoever sets READY or
 * DROPPED. So an exchange belongs to one thread at a time; `stage` changes under the server's lock.
 */
#ifndef NET_HTTP_EXCHANGE_H
#define NET_HTTP_EXCHANGE_H

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdint.h>

#include "core/waiter.h"
#include "net/http_server.h"

enum exchange_stage {
	EXCHANGE_READING, /* the body comes in */
	EXCHANGE_QUEUED,  /* waits for a handler, or is with one */
	EXCHANGE_PARKED,  /* a delay or a hang */
	EXCHANGE_READY,   /* to be sent */
	EXCHANGE_DROPPED  /* to be closed without an answer */
};

struct http_request {
	struct http_server *server;
	struct MHD_Connection *connection;
	enum exchange_stage stage;
	const char *method; /* libmicrohttpd's, while the connection is in this request */
	const char *path;
	char peer[INET6_ADDRSTRLEN];
	struct buf body;
	bool too_large;   /* the body: what still comes is thrown away */
	size_t discarded; /* so many bytes of it */
	struct http_response response;
	struct buf packed; /* the compressed body */
	bool is_packed;
	int64_t due_us;            /* parked until; INT64_MAX: a hang */
	int fd;                    /* the connection's socket */
	struct http_request *next; /* in the queue, the parked or the spare ones */
};

struct http_server {
	struct http_server_config config;
	struct MHD_Daemon *daemon;
	int port;
	pthread_mutex_t lock;
	pthread_cond_t work; /* the queue is not empty, or stopping */
	pthread_cond_t idle; /* active became 0 */
	struct http_request *queue;
	struct http_request **queue_end;
	struct http_request *parked;
	struct http_request *spare; /* with their buffers, to be used again */
	int spare_count;
	size_t active; /* exchanges begun and not completed */
	bool stopping;
	struct waiter alarm; /* wakes the parking thread */
	bool has_parking;
	pthread_t parking;
	int thread_count;
	pthread_t *threads;
};

/* ---- http_exchange.c: libmicrohttpd's side */
enum MHD_Result http_exchange_access(void *server, struct MHD_Connection *connection,
				     const char *url, const char *method, const char *version,
				     const char *upload, size_t *upload_size, void **exchange);
void http_exchange_completed(void *server, struct MHD_Connection *connection, void **exchange,
			     enum MHD_RequestTerminationCode reason);
void http_exchange_free(struct http_request *exchange);

/* ---- http_worker.c: the handlers' threads and the parking thread */
void *http_worker_run(void *server);
void *http_parking_run(void *server);
/* Set the stage and let the sockets' thread go on with it. Call with the lock held. */
void http_exchange_resume(struct http_request *exchange, enum exchange_stage stage);

#define HTTP_CONNECTIONS_MAX 1000

#endif
