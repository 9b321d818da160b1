/*
 * The HTTP source against a scripted server: good pages, and everything that servers, proxies and
 * networks do instead.
 */
#include <zlib.h>

#include "contract_source.h"
#include "core/clock.h"
#include "core/note.h"
#include "scripted_server.h"
#include "source/rate_window.h"

static const char *const secrets[] = { "login.password" };

static struct source_config config_of(const struct scripted_server *server)
{
	return (struct source_config){ .uri = server->url,
				       .records = "results",
				       .key = "login.uuid",
				       .redact = secrets,
				       .redact_count = 1,
				       .results = 10,
				       .timeout_ms = 5000 };
}

static struct source *open_source(const struct source_config *config, const char *cursor)
{
	struct source *source = NULL;
	struct err err = ERR_INIT;

	if (source_open(&source, config, cursor ? span_of(cursor) : SPAN_NULL, &err) != US_OK)
		fail_msg("%s", err.text);
	return source;
}

/* The value of a text field of a cursor, in a static buffer. */
static const char *cursor_field(struct span cursor, const char *name)
{
	static char value[256];
	char pattern[32];
	char text[4096];
	const char *at;

	(void)snprintf(text, sizeof(text), "%.*s", (int)cursor.len, cursor.data);
	(void)snprintf(pattern, sizeof(pattern), "\"%s\":", name);
	at = strstr(text, pattern);
	assert_non_null(at);
	at += strlen(pattern);
	(void)snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, ",}"), at);
	return value;
}

/* ---- the contract */

static enum status open_on_server(void *user, struct source **out, struct span cursor,
				  struct waiter *stop, struct err *err)
{
	struct source_config config = config_of(user);

	config.stop = stop;
	config.rate_limit = 100000;
	return source_open(out, &config, cursor, err);
}

static void keeps_the_contract(void **state)
{
	struct scripted_server server;
	const struct contract contract = { .open = open_on_server, .user = &server };

	(void)state;
	scripted_start(&server, scripted_good, NULL);
	contract_restarts_where_it_stood(&contract);
	contract_steady_stream_allocates_nothing(&contract);
	contract_survives_every_failed_allocation(&contract);
	scripted_stop(&server);
}

/* ---- good pages */

static void pages_rise_under_one_seed(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source *source;
	struct source_batch batch;
	struct source_stat stat;
	char seed[64];

	(void)state;
	scripted_start(&server, scripted_good, NULL);
	config = config_of(&server);
	config.nat = "gb,FR";
	config.exc = "picture,id";
	source = open_source(&config, NULL);
	for (int page = 1; page <= 3; page++) {
		assert_int_equal(source_next(source, &batch, NULL), US_OK);
		assert_int_equal(batch.record_count, 10);
		assert_int_equal(batch.fetched, 10);
		assert_true(batch.wait);
		assert_false(batch.end);
		assert_int_equal(scripted_number(scripted_last(&server), "page"), page);
		assert_int_equal(scripted_number(scripted_last(&server), "results"), 10);
		assert_non_null(strstr(scripted_last(&server), "&nat=gb,FR&exc=picture,id "));
		assert_non_null(strstr(scripted_last(&server), "Accept-Encoding: gzip"));
		if (page == 1)
			(void)snprintf(seed, sizeof(seed), "%s",
				       cursor_field(batch.cursor, "seed"));
		assert_string_equal(cursor_field(batch.cursor, "seed"), seed);
		assert_int_equal(strlen(seed), 14); /* 12 and the quotes */
	}
	assert_true(
	    span_equal(batch.records[0].value,
		       SPAN_LITERAL("{\"gender\":\"female\",\"login\":{\"uuid\":\"p3-0\"}}")));
	assert_int_equal(batch.records[0].header_count, 4);
	assert_true(span_equal(batch.records[0].headers[3].value, SPAN_LITERAL("3")));
	source_stat(source, &stat);
	assert_int_equal(stat.requests, 3);
	assert_true(stat.bytes > 1000);
	assert_int_equal(atomic_load(&server.connections), 1); /* kept alive */
	source_close(source);
	scripted_stop(&server);
}

static void a_new_seed_comes_before_page_10000(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source *source;
	struct source_batch batch;
	char cursor[1024];
	char *page;

	(void)state;
	scripted_start(&server, scripted_good, NULL);
	config = config_of(&server);
	config.seed = "demo";
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, NULL), US_OK);
	(void)snprintf(cursor, sizeof(cursor), "%.*s", (int)batch.cursor.len, batch.cursor.data);
	source_close(source);
	page = strstr(cursor, "\"page\":2");
	assert_non_null(page);
	memmove(page + 11, page + 8, strlen(page + 8) + 1);
	memcpy(page, "\"page\":9999", 11);
	source = open_source(&config, cursor);
	assert_int_equal(source_next(source, &batch, NULL), US_OK);
	assert_int_equal(scripted_number(scripted_last(&server), "page"), 9999);
	assert_non_null(strstr(scripted_last(&server), "seed=demo&"));
	assert_int_equal(source_next(source, &batch, NULL), US_OK);
	assert_int_equal(scripted_number(scripted_last(&server), "page"), 1);
	assert_non_null(strstr(scripted_last(&server), "seed=demo.2u&"));
	source_close(source);
	scripted_stop(&server);
}

static void changed_parameters_start_a_new_seed(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_config others[6];
	struct source_batch batch;
	struct source *source;
	char cursor[1024];
	char seed[64];

	(void)state;
	scripted_start(&server, scripted_good, NULL);
	config = config_of(&server);
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, NULL), US_OK);
	(void)snprintf(cursor, sizeof(cursor), "%.*s", (int)batch.cursor.len, batch.cursor.data);
	(void)snprintf(seed, sizeof(seed), "%s", cursor_field(batch.cursor, "seed"));
	source_close(source);
	for (size_t i = 0; i < 6; i++)
		others[i] = config;
	others[0].results = 11;
	others[1].nat = "no";
	others[2].inc = "login,name";
	others[3].exc = "name";
	others[4].seed = "other";
	others[5].every_ms = 1000;
	for (size_t i = 0; i < 6; i++) {
		source = open_source(&others[i], cursor);
		assert_int_equal(source_next(source, &batch, NULL), US_OK);
		assert_int_equal(scripted_number(scripted_last(&server), "page"), 1);
		assert_string_not_equal(cursor_field(batch.cursor, "seed"), seed);
		source_close(source);
	}
	/* the gender is picked on our side: no reason for another seed */
	config.gender = "male";
	source = open_source(&config, cursor);
	assert_int_equal(source_next(source, &batch, NULL), US_OK);
	assert_int_equal(scripted_number(scripted_last(&server), "page"), 2);
	assert_null(strstr(scripted_last(&server), "gender"));
	assert_int_equal(batch.record_count, 5);
	assert_int_equal(batch.filtered, 5);
	assert_int_equal(batch.fetched, 10);
	source_close(source);
	scripted_stop(&server);
}

static void a_simulator_may_change_its_port(void **state)
{
	struct scripted_server first, second;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	char cursor[1024];

	(void)state;
	scripted_start(&first, scripted_good, NULL);
	config = config_of(&first);
	config.identity = "simulator:";
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, NULL), US_OK);
	(void)snprintf(cursor, sizeof(cursor), "%.*s", (int)batch.cursor.len, batch.cursor.data);
	source_close(source);
	scripted_stop(&first);
	scripted_start(&second, scripted_good, NULL);
	config.uri = second.url;
	source = open_source(&config, cursor);
	assert_int_equal(source_next(source, &batch, NULL), US_OK);
	assert_int_equal(scripted_number(scripted_last(&second), "page"), 2);
	source_close(source);
	scripted_stop(&second);
}

static bool play_gzip(struct scripted_server *server, int fd, int n, const char *request)
{
	char body[8192];
	unsigned char packed[8192];
	z_stream stream = { .next_in = (Bytef *)body, .next_out = packed };

	(void)server;
	stream.avail_in = (uInt)scripted_page(request, body, sizeof(body));
	stream.avail_out = sizeof(packed);
	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	/* the second one is cut, with a length that fits what is sent */
	scripted_answer(fd, 200, "application/json", "Content-Encoding: gzip\r\n", packed,
			n == 1 ? stream.total_out / 2 : stream.total_out);
	deflateEnd(&stream);
	return true;
}

static void gzip_is_read_and_its_loss_noticed(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;

	(void)state;
	scripted_start(&server, play_gzip, NULL);
	config = config_of(&server);
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_int_equal(batch.record_count, 10);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "truncated");
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_int_equal(scripted_number(scripted_last(&server), "page"), 2);
	source_close(source);
	scripted_stop(&server);
}

/* Between two threads of one process compression only costs time, and a proxy would not find it. */
static void a_server_in_this_process_is_asked_directly(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;

	(void)state;
	scripted_start(&server, scripted_good, NULL);
	config = config_of(&server);
	config.local = true;
	config.proxy = "http://127.0.0.1:9";
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_null(strstr(scripted_last(&server), "Accept-Encoding"));
	source_close(source);
	scripted_stop(&server);
}

static bool play_chunked(struct scripted_server *server, int fd, int n, const char *request)
{
	char body[8192];
	size_t len = scripted_page(request, body, sizeof(body));
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
				   "Transfer-Encoding: chunked\r\n\r\n";

	(void)server;
	(void)n;
	scripted_send(fd, head, strlen(head));
	for (size_t at = 0; at < len; at += 100) {
		char size[16];
		size_t part = len - at < 100 ? len - at : 100;
		scripted_send(fd, size, (size_t)snprintf(size, sizeof(size), "%zx\r\n", part));
		scripted_send(fd, body + at, part);
		scripted_send(fd, "\r\n", 2);
	}
	scripted_send(fd, "0\r\n\r\n", 5);
	return true;
}

static void chunks_are_put_together(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;

	(void)state;
	scripted_start(&server, play_chunked, NULL);
	config = config_of(&server);
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, NULL), US_OK);
	assert_int_equal(batch.record_count, 10);
	source_close(source);
	scripted_stop(&server);
}

/* ---- bad answers */

struct bad_answer {
	const char *raw; /* sent as it is, then the connection is closed; NULL: hang */
	const char *kind;
	const char *says;
	int retry_after_ms;
};

/* Which answer the server gives: the test changes it while the server runs. */
typedef _Atomic(const struct bad_answer *) bad_answer_now;

#define OK_JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

static const struct bad_answer bad_answers[] = {
	{ "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: "
	  "7\r\n\r\n"
	  "{\"error\":\"slow down\"}",
	  "http_429", "slow down", 7000 },
	{ "HTTP/1.1 429 Too Many Requests\r\n\r\n", "http_429", "429", 0 },
	{ "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html>bad</html>", "http_5xx",
	  "502", 0 },
	{ "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\n\r\n", "http_5xx", "503", 120000 },
	{ "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\nno such\x1b version",
	  "http_4xx", "no such  version", 0 },
	{ "HTTP/1.1 304 Not Modified\r\n\r\n", "redirect", "304", 0 },
	{ "HTTP/1.1 301 Moved\r\nLocation: ftp://127.0.0.1/x\r\nContent-Length: 0\r\n\r\n",
	  "redirect", "", 0 },
	{ "HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
	  "redirect", "", 0 },
	{ OK_JSON "\r\n", "empty", "empty", 0 },
	{ OK_JSON "\r\n<html>", "html", "HTML", 0 },
	{ "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{}", "html", "HTML", 0 },
	{ "HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\na,b", "content_type", "text/csv", 0 },
	{ OK_JSON "\r\nhello", "json", "not valid JSON", 0 },
	{ OK_JSON "\r\n{\"results\":[{\"a\"", "truncated", "not valid JSON", 0 },
	{ OK_JSON "\r\n{\"users\":[]}", "json", "\"results\"", 0 },
	{ OK_JSON "\r\n{\"error\":\"out of order\"}", "json", "out of order", 0 },
	{ OK_JSON "Content-Length: 1000\r\n\r\n{\"results\":[", "truncated", "", 0 },
	{ OK_JSON "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"res", "truncated", "", 0 },
	{ OK_JSON "Content-Encoding: gzip\r\n\r\nnot gzip at all", "truncated", "", 0 },
	{ OK_JSON "\r\n{\"results\":[],\"info\":{\"seed\":\"d3adb33f\",\"results\":1,\"page\":1}}",
	  "empty", "no users", 0 },
	{ OK_JSON "\r\n{\"results\":[{\"login\":{\"uuid\":1}}],\"info\":{\"results\":1}}", "short",
	  "1 users, 2 were asked", 0 },
	{ OK_JSON "\r\n{\"results\":[{\"login\":{\"uuid\":1}},{}],\"info\":{\"results\":3}}",
	  "short", "info says 3", 0 },
	{ "", "refused", "", 0 },
	{ "SMTP ready\r\n", "truncated", "", 0 },
	{ NULL, "timeout", "", 0 },
};

static bool play_bad(struct scripted_server *server, int fd, int n, const char *request)
{
	const struct bad_answer *answer = atomic_load((bad_answer_now *)server->user);

	(void)n;
	(void)request;
	if (answer->raw)
		scripted_send(fd, answer->raw, strlen(answer->raw));
	else
		scripted_hang(server, fd);
	return false;
}

static void bad_answers_are_told_apart(void **state)
{
	bad_answer_now current = bad_answers;
	struct scripted_server server;
	struct source_config config;
	struct source *source;

	(void)state;
	scripted_start(&server, play_bad, &current);
	config = config_of(&server);
	config.results = 2;
	config.timeout_ms = 500;
	source = open_source(&config, NULL);
	for (size_t i = 0; i < sizeof(bad_answers) / sizeof(*bad_answers); i++) {
		struct source_batch batch;
		struct err err = ERR_INIT;
		current = &bad_answers[i];
		assert_int_equal(source_next(source, &batch, &err), US_RETRY);
		if (!err.kind || strcmp(err.kind, bad_answers[i].kind) != 0)
			fail_msg("answer %zu: kind %s, not %s: %s", i, err.kind,
				 bad_answers[i].kind, err.text);
		if (!strstr(err.text, bad_answers[i].says))
			fail_msg("answer %zu: %s", i, err.text);
		assert_non_null(strstr(err.text, "http://127.0.0.1"));
		assert_int_equal(err.retry_after_ms, bad_answers[i].retry_after_ms);
		assert_int_equal(batch.record_count, 0);
		assert_int_equal(batch.cursor.len, 0);
	}
	source_close(source);
	scripted_stop(&server);
}

static void a_date_is_a_retry_after_too(void **state)
{
	char raw[256];
	char date[64];
	time_t later = time(NULL) + 60;
	struct tm utc;
	struct bad_answer answer = { .raw = raw };
	bad_answer_now current = &answer;
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;

	(void)state;
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&later, &utc));
	(void)snprintf(raw, sizeof(raw), "HTTP/1.1 429 Slow\r\nRetry-After: %s\r\n\r\n", date);
	scripted_start(&server, play_bad, &current);
	config = config_of(&server);
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_in_range(err.retry_after_ms, 50000, 61000);
	source_close(source);
	scripted_stop(&server);
}

static void refused_connections_and_names(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;

	(void)state;
	scripted_start(&server, scripted_good, NULL);
	scripted_stop(&server); /* the port is free again: nobody listens */
	config = config_of(&server);
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "refused");
	source_close(source);
	config.uri = "http://no-such-host.invalid/api/";
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_true(strcmp(err.kind, "dns") == 0 || strcmp(err.kind, "timeout") == 0);
	source_close(source);
}

static void a_server_without_tls_is_told(void **state)
{
	struct scripted_server server;
	const struct bad_answer plain = { .raw = "HTTP/1.1 400 Bad\r\n\r\n" };
	bad_answer_now current = &plain;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;
	char uri[64];

	(void)state;
	scripted_start(&server, play_bad, &current);
	config = config_of(&server);
	config.timeout_ms = 1000;
	(void)snprintf(uri, sizeof(uri), "https://127.0.0.1:%d/api/", server.port);
	config.uri = uri;
	source = open_source(&config, NULL);
	/* its hello is no request line, so the scripted server waits for more until we give up */
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_true(strcmp(err.kind, "tls") == 0 || strcmp(err.kind, "timeout") == 0);
	source_close(source);
	scripted_stop(&server);
}

static bool play_redirect(struct scripted_server *server, int fd, int n, const char *request)
{
	char headers[256];

	if (strstr(request, "/moved"))
		return scripted_good(server, fd, n, request);
	(void)snprintf(headers, sizeof(headers),
		       "Location: http://127.0.0.1:%d/moved?results=10&page=1\r\n", server->port);
	scripted_answer(fd, 302, "text/plain", headers, "", 0);
	return true;
}

static bool play_circle(struct scripted_server *server, int fd, int n, const char *request)
{
	(void)server;
	(void)n;
	(void)request;
	scripted_answer(fd, 302, "text/plain", "Location: /api/\r\n", "", 0);
	return true;
}

static void redirects_are_followed_within_bounds(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;

	(void)state;
	scripted_start(&server, play_redirect, NULL);
	config = config_of(&server);
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_int_equal(batch.record_count, 10);
	source_close(source);
	scripted_stop(&server);
	scripted_start(&server, play_circle, NULL);
	config.uri = server.url;
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "redirect");
	assert_true(atomic_load(&server.requests) <= 5);
	source_close(source);
	scripted_stop(&server);
}

static bool play_endless(struct scripted_server *server, int fd, int n, const char *request)
{
	char *block = malloc(1 << 20);

	(void)server;
	(void)n;
	(void)request;
	assert_non_null(block);
	memset(block, ' ', 1 << 20);
	scripted_send(fd, OK_JSON "\r\n", strlen(OK_JSON "\r\n"));
	for (int i = 0; i < 70; i++)
		scripted_send(fd, block, 1 << 20);
	free(block);
	return false;
}

static void an_endless_answer_is_cut(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;

	(void)state;
	scripted_start(&server, play_endless, NULL);
	config = config_of(&server);
	config.timeout_ms = 30000;
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "too_long");
	source_close(source);
	scripted_stop(&server);
}

/* ---- stopping */

static bool play_wake(struct scripted_server *server, int fd, int n, const char *request)
{
	(void)n;
	(void)request;
	waiter_wake(server->user);
	scripted_hang(server, fd);
	return false;
}

static void a_stop_ends_a_request_at_once(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct waiter stop;
	struct err err = ERR_INIT;
	int64_t began_us;

	(void)state;
	assert_int_equal(waiter_init(&stop, &err), US_OK);
	scripted_start(&server, play_wake, &stop);
	config = config_of(&server);
	config.timeout_ms = 20000;
	config.stop = &stop;
	source = open_source(&config, NULL);
	began_us = clock_mono_us();
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "stopped");
	assert_true(clock_mono_us() - began_us < 5000000);
	source_close(source);
	scripted_stop(&server);
	waiter_release(&stop);
}

static void a_seed_that_hangs_is_given_up(void **state)
{
	const struct bad_answer hang = { .raw = NULL };
	bad_answer_now current = &hang;
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	char first[8192];

	(void)state;
	scripted_start(&server, play_bad, &current);
	config = config_of(&server);
	config.timeout_ms = 100;
	config.seed = "stuck";
	source = open_source(&config, NULL);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(source_next(source, &batch, NULL), US_RETRY);
		(void)snprintf(first, sizeof(first), "%s", scripted_last(&server));
		if (i < 3)
			assert_non_null(strstr(first, "seed=stuck&"));
		else
			assert_non_null(strstr(first, "seed=stuck.2u&"));
	}
	source_close(source);
	scripted_stop(&server);
}

/* ---- the rate limit */

static void the_rate_limit_reserves_first(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;
	char cursor[4096];

	(void)state;
	scripted_start(&server, scripted_good, NULL);
	config = config_of(&server);
	config.rate_limit = 25;
	source = open_source(&config, NULL);
	for (int page = 1; page <= 2; page++) {
		assert_int_equal(source_next(source, &batch, &err), US_OK);
		assert_int_equal(batch.record_count, 0);
		assert_int_equal(batch.fetched, 0);
		assert_false(batch.wait);
		assert_string_equal(cursor_field(batch.cursor, "reserved"), "10");
		assert_int_equal(atomic_load(&server.requests), page - 1);
		assert_int_equal(source_next(source, &batch, &err), US_OK);
		assert_int_equal(batch.record_count, 10);
		assert_string_equal(cursor_field(batch.cursor, "reserved"), "0");
	}
	(void)snprintf(cursor, sizeof(cursor), "%.*s", (int)batch.cursor.len, batch.cursor.data);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(source_next(source, &batch, &err), US_RETRY);
		assert_string_equal(err.kind, "rate_limit");
		assert_in_range(err.retry_after_ms, 200000, 306000);
		/* a restart does not help, nor do other parameters */
		source_close(source);
		config.nat = again ? "gb" : NULL;
		source = open_source(&config, cursor);
	}
	assert_int_equal(atomic_load(&server.requests), 2);
	source_close(source);
	scripted_stop(&server);
}

static void a_reservation_outlives_a_kill(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;
	char cursor[4096];

	(void)state;
	scripted_start(&server, scripted_good, NULL);
	config = config_of(&server);
	config.rate_limit = 20;
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	(void)snprintf(cursor, sizeof(cursor), "%.*s", (int)batch.cursor.len, batch.cursor.data);
	source_close(source); /* killed before, during or after the request: who knows */
	source = open_source(&config, cursor);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	(void)snprintf(cursor, sizeof(cursor), "%.*s", (int)batch.cursor.len, batch.cursor.data);
	source_close(source);
	source = open_source(&config, cursor);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "rate_limit");
	source_close(source);
	scripted_stop(&server);
}

static void a_request_that_was_refused_costs_nothing(void **state)
{
	const struct bad_answer busy = { .raw = "HTTP/1.1 503 Busy\r\n\r\n" };
	const struct bad_answer unclear[] = {
		{ .raw = OK_JSON "Content-Length: 99\r\n\r\n{\"resu", .kind = "truncated" },
		{ .raw = OK_JSON "\r\n<html>", .kind = "html" },
		{ .raw = "", .kind = "refused" }, /* closed without a word */
		{ .raw = NULL, .kind = "timeout" },
	};
	bad_answer_now current = &busy;
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;

	(void)state;
	scripted_start(&server, play_bad, &current);
	config = config_of(&server);
	config.rate_limit = 10;
	config.timeout_ms = 500;
	for (size_t u = 0; u < sizeof(unclear) / sizeof(*unclear); u++) {
		current = &busy;
		source = open_source(&config, NULL);
		assert_int_equal(source_next(source, &batch, &err), US_OK);
		for (int i = 0; i < 5; i++) {
			assert_int_equal(source_next(source, &batch, &err), US_RETRY);
			assert_string_equal(err.kind, "http_5xx");
		}
		/* but what the server may have answered, it has counted */
		current = &unclear[u];
		assert_int_equal(source_next(source, &batch, &err), US_RETRY);
		assert_string_equal(err.kind, unclear[u].kind);
		assert_int_equal(source_next(source, &batch, &err), US_RETRY);
		assert_string_equal(err.kind, "rate_limit");
		source_close(source);
	}
	scripted_stop(&server);
}

/* The server counts, not what is asked of it: another path, other parameters, another source. */
static void the_rate_limit_is_of_the_server(void **state)
{
	struct scripted_server server, other;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;
	char cursor[4096], uri[128];

	(void)state;
	scripted_start(&server, scripted_good, NULL);
	scripted_start(&other, scripted_good, NULL);
	config = config_of(&server);
	config.rate_limit = 10;
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_int_equal(batch.record_count, 10);
	(void)snprintf(cursor, sizeof(cursor), "%.*s", (int)batch.cursor.len, batch.cursor.data);
	source_close(source);
	(void)snprintf(uri, sizeof(uri), "http://127.0.0.1:%d/api/1.4/?lego", server.port);
	config.uri = uri;
	source = open_source(&config, cursor);
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "rate_limit");
	source_close(source);
	config.uri = other.url;
	source = open_source(&config, cursor);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	assert_int_equal(source_next(source, &batch, &err), US_OK);
	source_close(source);
	assert_int_equal(atomic_load(&server.requests), 1);
	scripted_stop(&server);
	scripted_stop(&other);
}

/* ---- other APIs */

static bool play_list(struct scripted_server *server, int fd, int n, const char *request)
{
	long page = scripted_number(request, "p");
	char body[128];
	int len = snprintf(body, sizeof(body),
			   page <= 2 ? "{\"data\":{\"items\":[{\"id\":%ld}]}}"
				     : "{\"data\":{\"items\":[]}}",
			   page);

	(void)server;
	(void)n;
	scripted_answer(fd, 200, "text/plain", "", body, (size_t)len);
	return true;
}

static void a_template_pages_through_any_api(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	char uri[128];

	(void)state;
	scripted_start(&server, play_list, NULL);
	config = config_of(&server);
	(void)snprintf(uri, sizeof(uri), "http://127.0.0.1:%d/v1/users?p={page}&size={results}",
		       server.port);
	config.uri = uri;
	config.records = "data.items";
	config.key = "id";
	source = open_source(&config, NULL);
	for (int page = 1; page <= 4; page++) {
		assert_int_equal(source_next(source, &batch, NULL), US_OK);
		assert_int_equal(batch.record_count, page <= 2 ? 1 : 0);
		/* past the end the same page is asked for again */
		assert_int_equal(scripted_number(scripted_last(&server), "p"),
				 page <= 3 ? page : 3);
		assert_int_equal(scripted_number(scripted_last(&server), "size"), 10);
		assert_null(strstr(scripted_last(&server), "seed"));
		assert_true(batch.wait);
	}
	source_close(source);
	scripted_stop(&server);
}

static bool play_array(struct scripted_server *server, int fd, int n, const char *request)
{
	static const char body[] = "[{\"id\":\"a\"},{\"id\":\"b\"},5]";

	(void)server;
	(void)n;
	(void)request;
	scripted_answer(fd, 200, "application/json", "", body, strlen(body));
	return true;
}

static void a_plain_url_is_asked_as_it_is(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	char uri[128];

	(void)state;
	scripted_start(&server, play_array, NULL);
	config = config_of(&server);
	(void)snprintf(uri, sizeof(uri), "http://127.0.0.1:%d/users.json?x=1", server.port);
	config.uri = uri;
	config.records = "";
	config.key = "id";
	source = open_source(&config, NULL);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(source_next(source, &batch, NULL), US_OK);
		assert_int_equal(batch.record_count, 2);
		assert_int_equal(batch.refused, 1);
		assert_int_equal(batch.fetched, 3);
		assert_non_null(strstr(scripted_last(&server), "GET /users.json?x=1 HTTP"));
	}
	source_close(source);
	scripted_stop(&server);
}

static void a_larger_answer_than_expected_is_counted(void **state)
{
	struct scripted_server server;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	struct err err = ERR_INIT;
	char uri[128];

	(void)state;
	scripted_start(&server, play_array, NULL);
	config = config_of(&server);
	(void)snprintf(uri, sizeof(uri), "http://127.0.0.1:%d/users.json", server.port);
	config.uri = uri;
	config.records = "";
	config.key = "id";
	config.results = 1;
	config.rate_limit = 8;
	source = open_source(&config, NULL);
	/* three records each: two answers, and a third would be one too many */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(source_next(source, &batch, &err), US_OK);
		assert_int_equal(batch.fetched, 0);
		assert_int_equal(source_next(source, &batch, &err), US_OK);
		assert_int_equal(batch.fetched, 3);
	}
	assert_int_equal(source_next(source, &batch, &err), US_RETRY);
	assert_string_equal(err.kind, "rate_limit");
	assert_int_equal(atomic_load(&server.requests), 2);
	source_close(source);
	scripted_stop(&server);
}

static void a_proxy_is_used(void **state)
{
	struct scripted_server proxy;
	struct source_config config;
	struct source_batch batch;
	struct source *source;
	char address[64];

	(void)state;
	scripted_start(&proxy, scripted_good, NULL);
	config = config_of(&proxy);
	(void)snprintf(address, sizeof(address), "http://127.0.0.1:%d", proxy.port);
	config.proxy = address;
	config.uri = "http://api.example.invalid/api/";
	source = open_source(&config, NULL);
	assert_int_equal(source_next(source, &batch, NULL), US_OK);
	assert_non_null(
	    strstr(scripted_last(&proxy), "GET http://api.example.invalid/api/?results=10"));
	source_close(source);
	scripted_stop(&proxy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_contract),
		cmocka_unit_test(pages_rise_under_one_seed),
		cmocka_unit_test(a_new_seed_comes_before_page_10000),
		cmocka_unit_test(changed_parameters_start_a_new_seed),
		cmocka_unit_test(a_simulator_may_change_its_port),
		cmocka_unit_test(gzip_is_read_and_its_loss_noticed),
		cmocka_unit_test(a_server_in_this_process_is_asked_directly),
		cmocka_unit_test(chunks_are_put_together),
		cmocka_unit_test(bad_answers_are_told_apart),
		cmocka_unit_test(a_date_is_a_retry_after_too),
		cmocka_unit_test(refused_connections_and_names),
		cmocka_unit_test(a_server_without_tls_is_told),
		cmocka_unit_test(redirects_are_followed_within_bounds),
		cmocka_unit_test(an_endless_answer_is_cut),
		cmocka_unit_test(a_stop_ends_a_request_at_once),
		cmocka_unit_test(a_seed_that_hangs_is_given_up),
		cmocka_unit_test(the_rate_limit_reserves_first),
		cmocka_unit_test(a_reservation_outlives_a_kill),
		cmocka_unit_test(a_request_that_was_refused_costs_nothing),
		cmocka_unit_test(the_rate_limit_is_of_the_server),
		cmocka_unit_test(a_larger_answer_than_expected_is_counted),
		cmocka_unit_test(a_template_pages_through_any_api),
		cmocka_unit_test(a_plain_url_is_asked_as_it_is),
		cmocka_unit_test(a_proxy_is_used),
	};

	unsetenv("http_proxy");
	note_set_level(NOTE_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
