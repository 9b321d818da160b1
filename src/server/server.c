/*
 * server.c - see server.h. Routes and little else: the texts are made in health.c and metrics.c.
 */
#include "server/server.h"

#include "core/mem.h"
#include "net/http_server.h"
#include "server/health.h"

#define SERVER_THREADS      2
#define SERVER_MAX_REQUEST  4096
#define SERVER_MAX_RESPONSE ((size_t)1 << 20)

struct server {
	struct http_server *http;
	struct supervisor *supervisor; /* borrowed */
};

static void serve_health(const struct status_report *report, struct http_response *response)
{
	response->content_type = "application/json";
	response->status = health_print(report, &response->body);
}

static void serve_ready(const struct status_report *report, struct http_response *response)
{
	response->content_type = "application/json";
	response->status = ready_print(report, &response->body);
}

static void serve_metrics(const struct status_report *report, struct http_response *response)
{
	response->content_type = "text/plain; version=0.0.4; charset=utf-8";
	response->gzip = true;
	metrics_print(report, &response->body);
}

static const struct route {
	const char *path;
	void (*serve)(const struct status_report *report, struct http_response *response);
} routes[] = {
	{ "/healthz", serve_health },
	{ "/readyz", serve_ready },
	{ "/metrics", serve_metrics },
};

static void refuse(struct http_response *response, int status, const char *text)
{
	response->status = status;
	response->content_type = "text/plain; charset=utf-8";
	buf_append_text(&response->body, text);
}

static void handle(void *user, const struct http_request *request, struct http_response *response)
{
	struct server *server = user;
	const char *method = http_request_method(request);
	const char *path = http_request_path(request);

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		struct status_report report;

		if (strcmp(routes[i].path, path) != 0)
			continue;
		if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
			refuse(response, 405, "this path takes GET only\n");
			return;
		}
		supervisor_report(server->supervisor, &report);
		routes[i].serve(&report, response);
		if (response->body.failed) {
			buf_reset(&response->body);
			refuse(response, 500, "out of memory\n");
		}
		return;
	}
	refuse(response, 404, "there are /healthz, /readyz and /metrics\n");
}

enum status server_start(struct server **out, const char *listen, struct supervisor *supervisor,
			 struct err *err)
{
	struct server *server = mem_calloc(1, sizeof(*server));
	struct http_server_config config = {
		.listen = listen,
		.threads = SERVER_THREADS,
		.max_request_body = SERVER_MAX_REQUEST,
		.max_response_body = SERVER_MAX_RESPONSE,
		.handler = handle,
		.user = server,
	};
	enum status status;

	if (!server)
		return err_no_memory(err, "starting the HTTP server");
	server->supervisor = supervisor;
	status = http_server_start(&server->http, &config, err);
	if (status != US_OK) {
		mem_free(server);
		return status;
	}
	*out = server;
	return US_OK;
}

int server_port(const struct server *server)
{
	return http_server_port(server->http);
}

void server_stop(struct server *server)
{
	if (!server)
		return;
	http_server_stop(server->http);
	mem_free(server);
}
