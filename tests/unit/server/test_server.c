/*
 * test_server.c - /healthz, /readyz and /metrics over a socket, and what they say of each state.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/note.h"
#include "pipeline/supervisor.h"
#include "server/health.h"
#include "server/server.h"

static struct histogram latency;

static struct status_report good_report(void)
{
	struct status_report report = { .started_us = 1700000000000000,
					.ingest = { .state = COMPONENT_RUNNING },
					.process = { .state = COMPONENT_RUNNING },
					.fetched = 10,
					.stored = 9,
					.rejected = 1,
					.latency = &latency };

	return report;
}

static void expect_health(const struct status_report *report, int status, const char *what)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	assert_int_equal(health_print(report, &out), status);
	if (!strstr(buf_text(&out), what))
		fail_msg("'%s' is not in %s", what, buf_text(&out));
	buf_release(&out);
}

static void test_health_of_each_state(void **state)
{
	struct status_report report = good_report();

	(void)state;
	expect_health(&report, 200, "\"status\":\"ok\"");
	report.ingest.state = COMPONENT_DEGRADED;
	snprintf(report.ingest.reason, sizeof(report.ingest.reason), "the API says \"429\"");
	expect_health(&report, 200, "\"status\":\"degraded\"");
	expect_health(&report, 200, "the API says \\\"429\\\"");
	report.process.state = COMPONENT_FAILED;
	expect_health(&report, 503, "\"status\":\"failed\"");
	report = good_report();
	report.lag = 7;
	expect_health(&report, 200, "\"lag\":7");
	report.lag = -1;
	expect_health(&report, 200, "\"lag\":null");
	report.stalled = true;
	snprintf(report.stalled_reason, sizeof(report.stalled_reason), "nothing for 130 s");
	expect_health(&report, 503, "nothing for 130 s");
}

static void test_ready(void **state)
{
	struct status_report report = good_report();
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	assert_int_equal(ready_print(&report, &out), 200);
	report.process.state = COMPONENT_STARTING;
	assert_int_equal(ready_print(&report, &out), 503);
	report.process.state = COMPONENT_OFF;
	assert_int_equal(ready_print(&report, &out), 200);
	buf_release(&out);
}

/* "name", "name{label="value",...}", a space, a number. */
static void check_sample(const char *line)
{
	const char *at = line;
	char *end;

	while (isalnum((unsigned char)*at) || *at == '_' || *at == ':')
		at++;
	assert_true(at > line);
	if (*at == '{') {
		do {
			at++;
			while (isalnum((unsigned char)*at) || *at == '_')
				at++;
			assert_true(at[0] == '=' && at[1] == '"');
			for (at += 2; *at && *at != '"'; at++)
				if (*at == '\\')
					at++;
			assert_true(*at++ == '"');
		} while (*at == ',');
		assert_true(*at++ == '}');
	}
	assert_true(*at++ == ' ');
	strtod(at, &end);
	if (end == at || *end)
		fail_msg("not a sample: %s", line);
}

static void check_metrics(char *text)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n")) != NULL) {
		if (!*line)
			continue;
		if (*line == '#')
			assert_true(strncmp(line, "# HELP userstream_", 18) == 0 ||
				    strncmp(line, "# TYPE userstream_", 18) == 0);
		else
			check_sample(line);
	}
}

static void test_metrics_parse(void **state)
{
	struct status_report report = good_report();
	struct buf out;

	(void)state;
	histogram_reset(&latency);
	histogram_add(&latency, 700, 3);
	histogram_add(&latency, 2000000, 1);
	snprintf(report.rejected_by[0].name, sizeof(report.rejected_by[0].name), "a \"b\"\\\nc");
	report.rejected_by[0].count = 4;
	buf_init(&out, 1 << 20);
	metrics_print(&report, &out);
	assert_false(out.failed);
	assert_non_null(strstr(out.data, "\nuserstream_stored_total 9\n"));
	assert_non_null(strstr(out.data, "{reason=\"a \\\"b\\\"\\\\\\nc\"} 4\n"));
	assert_non_null(strstr(out.data, "userstream_latency_seconds_bucket{le=\"0.0005\"} 0\n"));
	assert_non_null(strstr(out.data, "userstream_latency_seconds_bucket{le=\"0.001\"} 3\n"));
	assert_non_null(strstr(out.data, "userstream_latency_seconds_bucket{le=\"+Inf\"} 4\n"));
	assert_non_null(strstr(out.data, "userstream_latency_seconds_count 4\n"));
	check_metrics(out.data);
	buf_release(&out);
}

static void tell_two(log_metric_fn *tell, void *user)
{
	static const struct log_metric up = { "kafka_broker_up", "Up?", false };
	static const struct log_metric retries = { "kafka_retries_total", "Retries.", true };
	const struct log_label labels[] = { { "client", "c" }, { "broker", "a\"b" } };

	tell(user, &up, labels, 2, 1);
	tell(user, &up, labels, 1, 0.0005);
	tell(user, &retries, labels, 1, 12345678901.0);
}

static void test_what_logs_tell(void **state)
{
	struct status_report report = good_report();
	struct buf out;

	(void)state;
	report.log_metrics = tell_two;
	buf_init(&out, 1 << 20);
	metrics_print(&report, &out);
	assert_false(out.failed);
	assert_non_null(strstr(out.data,
			       "\n# HELP userstream_kafka_broker_up Up?\n"
			       "# TYPE userstream_kafka_broker_up gauge\n"
			       "userstream_kafka_broker_up{client=\"c\",broker=\"a\\\"b\"} 1\n"
			       "userstream_kafka_broker_up{client=\"c\"} 0.0005\n"
			       "# HELP userstream_kafka_retries_total Retries.\n"
			       "# TYPE userstream_kafka_retries_total counter\n"
			       "userstream_kafka_retries_total{client=\"c\"} 12345678901\n"));
	check_metrics(out.data);
	buf_release(&out);
}

/* Ask over a socket; the whole answer is in `out`. */
static void ask(int port, const char *request, char *out, size_t size)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	size_t len = 0;
	ssize_t got;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(write(fd, request, strlen(request)), (ssize_t)strlen(request));
	while (len + 1 < size && (got = read(fd, out + len, size - 1 - len)) > 0)
		len += (size_t)got;
	out[len] = 0;
	close(fd);
}

static void test_over_a_socket(void **state)
{
	const struct supervisor_config config = {
		.ingest = true,
		.source = { .uri = "memory:10", .results = 5, .timeout_ms = 1000 },
		.log = { .uri = "memory:served", .create = true },
	};
	struct supervisor *supervisor;
	struct server *server;
	struct err err = ERR_INIT;
	static char answer[1 << 18];
	char *body;

	(void)state;
	note_set_level(NOTE_ERROR + 1);
	if (supervisor_start(&supervisor, &config, &err) != US_OK)
		fail_msg("%s", err.text);
	assert_true(supervisor_wait(supervisor, 30000));
	if (server_start(&server, "127.0.0.1:0", supervisor, &err) != US_OK)
		fail_msg("%s", err.text);
	assert_true(server_port(server) > 0);
	ask(server_port(server), "GET /healthz HTTP/1.0\r\n\r\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, " 200 "));
	assert_non_null(strstr(answer, "\"status\":\"ok\""));
	ask(server_port(server), "GET /readyz HTTP/1.0\r\n\r\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "{\"ready\":true"));
	ask(server_port(server), "GET /nothing HTTP/1.0\r\n\r\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, " 404 "));
	ask(server_port(server), "POST /metrics HTTP/1.0\r\nContent-Length: 0\r\n\r\n", answer,
	    sizeof(answer));
	assert_non_null(strstr(answer, " 405 "));
	ask(server_port(server), "GET /metrics HTTP/1.0\r\n\r\n", answer, sizeof(answer));
	assert_non_null(strstr(answer, "version=0.0.4"));
	assert_non_null(strstr(answer, "userstream_fetched_total 10\n"));
	body = strstr(answer, "\r\n\r\n");
	assert_non_null(body);
	check_metrics(body + 4);
	server_stop(server);
	supervisor_free(supervisor);
}

static void test_bad_address(void **state)
{
	struct server *server;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(server_start(&server, "nowhere", NULL, &err), US_REJECT);
	server_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_health_of_each_state), cmocka_unit_test(test_ready),
		cmocka_unit_test(test_metrics_parse),        cmocka_unit_test(test_what_logs_tell),
		cmocka_unit_test(test_over_a_socket),        cmocka_unit_test(test_bad_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
