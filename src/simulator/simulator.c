/*
 * simulator.c - joins the parts behind the HTTP server: path, rate limit, faults, answer.
 */
#include "simulator/simulator.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "net/http_server.h"
#include "simulator/address_quota.h"
#include "simulator/api_answer.h"
#include "simulator/api_query.h"
#include "simulator/fault_plan.h"
#include "simulator/people.h"

#define REQUEST_BODY_MAX  ((size_t)64 << 10)
#define RESPONSE_BODY_MAX ((size_t)64 << 20)

struct simulator {
	struct http_server *server;
	struct people *people;
	struct fault_plan faults;
	struct address_quota quota;
	atomic_uint_least64_t requests; /* numbers the requests for the fault plan */
	atomic_int_least64_t users;
	atomic_int_least64_t answers;
	atomic_int_least64_t refused;
	atomic_int_least64_t failures;
	char url[80];
};

static const char json_type[] = "application/json; charset=utf-8";
static const char html_type[] = "text/html; charset=utf-8";

static const char *parameter(const void *request, const char *name)
{
	return http_request_query(request, name);
}

static void answer_429(struct http_response *response, int64_t asked, int64_t limit)
{
	response->status = 429;
	response->content_type = json_type;
	buf_reset(&response->body);
	buf_printf(&response->body,
		   "{\"error\":\"Please slow down: you have asked for %lld users in these five "
		   "minutes, and %lld is the limit for one address.\"}",
		   (long long)asked, (long long)limit);
}

static void answer_gateway_error(struct http_response *response, int status, const char *reason)
{
	response->status = status;
	response->content_type = html_type;
	buf_reset(&response->body);
	buf_printf(&response->body,
		   "<!DOCTYPE html>\n<html>\n<head><title>%d %s</title></head>\n"
		   "<body><h1>%d %s</h1><p>simulated</p></body>\n</html>\n",
		   status, reason, status, reason);
}

static void answer_empty(struct http_response *response, const struct api_query *query)
{
	response->content_type = json_type;
	buf_reset(&response->body);
	buf_append_text(&response->body, "{\"results\":[],\"info\":{\"seed\":");
	buf_append_json(&response->body, span_of(query->seed_text));
	buf_printf(&response->body, ",\"results\":1,\"page\":%u,\"version\":\"%s\"}}", query->page,
		   query->version);
}

static void answer_page(struct http_response *response)
{
	response->content_type = html_type;
	buf_reset(&response->body);
	buf_append_text(&response->body,
			"<!DOCTYPE html>\n<html>\n<head><title>Maintenance</title></head>\n"
			"<body><p>This page stands where JSON should be.</p></body>\n</html>\n");
}

/* Faults that need no users. False: it is another kind. */
static bool answer_fault(struct simulator *simulator, struct http_response *response,
			 const struct api_query *query, enum fault fault)
{
	switch ((int)fault) {
	case FAULT_429:
		answer_429(response, simulator->quota.limit + query->results,
			   simulator->quota.limit);
		return true;
	case FAULT_500:
		answer_gateway_error(response, 500, "Internal Server Error");
		return true;
	case FAULT_502:
		answer_gateway_error(response, 502, "Bad Gateway");
		return true;
	case FAULT_503:
		answer_gateway_error(response, 503, "Service Unavailable");
		response->retry_after_s = 1;
		return true;
	case FAULT_504:
		answer_gateway_error(response, 504, "Gateway Timeout");
		return true;
	case FAULT_EMPTY:
		answer_empty(response, query);
		return true;
	case FAULT_HTML:
		answer_page(response);
		return true;
	case FAULT_HANG:
		response->hang = true;
		return true;
	case FAULT_REFUSED:
		response->drop = true;
		return true;
	default:
		return false;
	}
}

/* Faults of an answer that is there. False: it is as good as the right one. */
static bool spoil_answer(struct http_response *response, enum fault fault, uint64_t detail)
{
	struct buf *body = &response->body;

	switch ((int)fault) {
	case FAULT_TRUNCATED:
		/* In the first eighth, so that something is missing of a compressed body too. */
		response->truncate_at = (long)(detail % (body->len / 8 + 1));
		return true;
	case FAULT_BADJSON:
		if (body->len)
			body->data[detail % body->len] = '\1';
		return true;
	case FAULT_CONTENT_TYPE:
		response->content_type = "text/plain; charset=utf-8";
		return true;
	case FAULT_SLOW:
		response->delay_ms = 100 + (int)(detail % 901);
		return false;
	default:
		return fault == FAULT_SHORT;
	}
}

static void count(atomic_int_least64_t *counter, int64_t by)
{
	atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

static void answer_users(struct simulator *simulator, struct http_response *response,
			 const struct api_query *query, enum fault fault, uint64_t detail)
{
	struct api_scratch scratch;
	uint32_t users = query->results;

	if (fault == FAULT_SHORT)
		users = (uint32_t)(detail % query->results);
	buf_init(&scratch.compact, RESPONSE_BODY_MAX);
	response->content_type = api_content_type(query->format);
	response->gzip = true;
	api_answer_write(&response->body, &scratch, simulator->people, query, users,
			 &simulator->faults);
	buf_release(&scratch.compact);
	if (spoil_answer(response, fault, detail)) {
		count(&simulator->failures, 1);
	} else {
		count(&simulator->answers, 1);
		count(&simulator->users, users);
	}
}

static void answer_api(struct simulator *simulator, const struct http_request *request,
		       struct http_response *response, const char *version)
{
	struct api_query query;
	uint64_t detail;
	enum fault fault = fault_plan_request(&simulator->faults,
					      atomic_fetch_add(&simulator->requests, 1), &detail);
	int64_t asked;

	api_query_read(&query, parameter, request, version, clock_wall_us() / 1000);
	if (answer_fault(simulator, response, &query, fault)) {
		count(&simulator->failures, 1);
		return;
	}
	if (!address_quota_take(&simulator->quota, http_request_peer(request), query.results,
				clock_mono_us(), &asked)) {
		answer_429(response, asked, simulator->quota.limit);
		count(&simulator->refused, 1);
		return;
	}
	answer_users(simulator, response, &query, fault, detail);
}

static void handle(void *user, const struct http_request *request, struct http_response *response)
{
	struct simulator *simulator = user;
	bool is_api;
	const char *version = api_version_of_path(http_request_path(request), &is_api);

	if (version) {
		answer_api(simulator, request, response, version);
	} else if (is_api) {
		response->status = 404;
		buf_append_text(&response->body,
				"no such version of the API: there are 1.0 to 1.4");
	} else if (strcmp(http_request_path(request), "/") == 0) {
		buf_append_text(&response->body, "userstream's simulator of the Random User API.\n"
						 "Try /api/?results=10&format=pretty\n");
	} else {
		response->status = 404;
		buf_append_text(&response->body, "not found: the API is at /api/\n");
	}
}

static void describe_url(struct simulator *simulator, const char *listen)
{
	const char *colon = strrchr(listen, ':');

	snprintf(simulator->url, sizeof(simulator->url), "http://%.*s:%d/api/",
		 (int)(colon - listen), listen, http_server_port(simulator->server));
}

enum status simulator_start(struct simulator **out, const struct simulator_config *config,
			    struct err *err)
{
	struct simulator *simulator = mem_calloc(1, sizeof(*simulator));
	struct http_server_config http = { .listen = config->listen,
					   .threads = config->threads > 0 ? config->threads : 1,
					   .max_request_body = REQUEST_BODY_MAX,
					   .max_response_body = RESPONSE_BODY_MAX,
					   .handler = handle,
					   .user = simulator };
	enum status status;

	if (!simulator)
		return err_no_memory(err, "starting the simulator");
	address_quota_init(&simulator->quota, config->rate_limit);
	status = fault_plan_parse(&simulator->faults, config->faults, config->fault_seed, err);
	if (!status)
		status = people_new(&simulator->people, config->clean, err);
	if (!status)
		status = http_server_start(&simulator->server, &http, err);
	if (status) {
		simulator_stop(simulator);
		return status;
	}
	describe_url(simulator, config->listen);
	*out = simulator;
	return US_OK;
}

const char *simulator_url(const struct simulator *simulator)
{
	return simulator->url;
}

int64_t simulator_users_served(const struct simulator *simulator)
{
	return atomic_load_explicit(&simulator->users, memory_order_relaxed);
}

void simulator_read_counts(const struct simulator *simulator, struct simulator_counts *out)
{
	out->users = simulator_users_served(simulator);
	out->answers = atomic_load_explicit(&simulator->answers, memory_order_relaxed);
	out->refused = atomic_load_explicit(&simulator->refused, memory_order_relaxed);
	out->faults = atomic_load_explicit(&simulator->failures, memory_order_relaxed);
}

void simulator_stop(struct simulator *simulator)
{
	if (!simulator)
		return;
	http_server_stop(simulator->server);
	people_free(simulator->people);
	address_quota_release(&simulator->quota);
	mem_free(simulator);
}
