/*
 * server.h - what a running userstream tells over HTTP:
 *
 *     GET /healthz   200 {"status":"ok"|"degraded",...} or 503 {"status":"failed",...}, with
 * reasons GET /readyz    200 once every component runs (or has done its work), else 503 GET
 * /metrics   Prometheus text format 0.0.4
 *
 * It only reads: everything it shows is supervisor_report().
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "core/err.h"

struct server;
struct supervisor;

/*
 * Listen on "ADDRESS:PORT" (port 0: any free one) and answer until server_stop(). The supervisor
 * must outlive the server. US_REJECT, EXIT_BAD_CONFIG: the address is wrong. US_RETRY,
 * EXIT_UNREACHABLE: it is in use. US_FATAL: out of memory.
 */
enum status server_start(struct server **out, const char *listen, struct supervisor *supervisor,
			 struct err *err);
/* The port it listens on. */
int server_port(const struct server *server);
/* Waits for running requests. NULL is allowed. */
void server_stop(struct server *server);

#endif
