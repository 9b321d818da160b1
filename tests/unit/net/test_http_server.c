/* The server as a client sees it: answers, limits, faults, and stopping. */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "core/clock.h"
#include "core/mem.h"
#include "net/http_server.h"

#define LARGE_BODY ((size_t)3 << 20)

static atomic_int entered; /* handlers of /block that have begun */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void add_large(struct buf *body)
{
	while (body->len < LARGE_BODY && !body->failed)
		buf_printf(body, "line at %zu\n", body->len);
}

/* What each path does. */
static void handle(void *user, const struct http_request *request, struct http_response *response)
{
	const char *path = http_request_path(request);
	const char *name = http_request_query(request, "name");
	const char *header = http_request_header(request, "x-test");

	response->gzip = true;
	if (strcmp(path, "/echo") == 0) {
		struct span body = http_request_body(request);

		buf_printf(&response->body, "%s|%s|%s|%s|%.*s|%d", http_request_method(request),
			   http_request_peer(request), name ? name : "-", header ? header : "-",
			   (int)body.len, body.data, *(int *)user);
	} else if (strcmp(path, "/large") == 0) {
		add_large(&response->body);
	} else if (strcmp(path, "/too-large") == 0) {
		while (!response->body.failed)
			buf_append(&response->body, path, strlen(path));
	} else if (strcmp(path, "/moved") == 0) {
		response->status = 302;
		snprintf(response->location, sizeof(response->location), "/echo?name=moved");
	} else if (strcmp(path, "/later") == 0) {
		response->status = 503;
		response->content_type = "text/html";
		response->retry_after_s = 7;
	} else if (strcmp(path, "/truncated") == 0) {
		add_large(&response->body);
		response->truncate_at = 1000;
	} else if (strcmp(path, "/slow") == 0) {
		response->delay_ms = 80;
	} else if (strcmp(path, "/very-slow") == 0) {
		response->delay_ms = 60000;
	} else if (strcmp(path, "/hang") == 0) {
		response->hang = true;
		atomic_fetch_add(&entered, 1);
	} else if (strcmp(path, "/drop") == 0) {
		response->drop = true;
	} else if (strcmp(path, "/block") == 0) {
		atomic_fetch_add(&entered, 1);
		pthread_mutex_lock(&gate);
		pthread_mutex_unlock(&gate);
		buf_append_text(&response->body, "unblocked");
	} else {
		response->status = 404;
	}
}

static int user_value = 42;

static struct http_server *start(int threads)
{
	struct err err = ERR_INIT;
	struct http_server *server = NULL;
	const struct http_server_config config = { .listen = "127.0.0.1:0",
						   .threads = threads,
						   .max_request_body = 1000,
						   .max_response_body = (size_t)8 << 20,
						   .handler = handle,
						   .user = &user_value };

	if (http_server_start(&server, &config, &err))
		fail_msg("%s", err.text);
	return server;
}

struct answer {
	CURLcode result;
	long status;
	struct buf body;
	struct buf headers;
	curl_off_t wire_bytes;
};

static size_t take(char *data, size_t size, size_t count, void *to)
{
	buf_append(to, data, size * count);
	return size * count;
}

static void get_with(struct answer *answer, const struct http_server *server, const char *path,
		     const char *encoding, const char *post, struct curl_slist *headers)
{
	CURL *curl = curl_easy_init();
	char url[200];

	buf_init(&answer->body, (size_t)64 << 20);
	buf_init(&answer->headers, 1 << 20);
	answer->status = 0;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", http_server_port(server), path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer->body);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer->headers);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 20000L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (encoding)
		curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, encoding);
	if (post) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(post));
	}
	answer->result = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
	curl_easy_getinfo(curl, CURLINFO_SIZE_DOWNLOAD_T, &answer->wire_bytes);
	curl_easy_cleanup(curl);
}

static void get(struct answer *answer, const struct http_server *server, const char *path)
{
	get_with(answer, server, path, NULL, NULL, NULL);
}

static void answer_release(struct answer *answer)
{
	buf_release(&answer->body);
	buf_release(&answer->headers);
}

static void test_request_reaches_the_handler(void **state)
{
	struct http_server *server = start(2);
	struct curl_slist *headers = curl_slist_append(NULL, "X-Test: yes");
	struct answer answer;

	(void)state;
	get_with(&answer, server, "/echo?a=1&name=%C3%A9+b%26c&name=second", NULL, "the body",
		 headers);
	assert_int_equal(answer.status, 200);
	assert_string_equal(buf_text(&answer.body), "POST|127.0.0.1|\xC3\xA9 b&c|yes|the body|42");
	answer_release(&answer);
	get(&answer, server, "/echo?name");
	assert_string_equal(buf_text(&answer.body), "GET|127.0.0.1||-||42");
	answer_release(&answer);
	get(&answer, server, "/echo");
	assert_string_equal(buf_text(&answer.body), "GET|127.0.0.1|-|-||42");
	answer_release(&answer);
	get(&answer, server, "/nothing");
	assert_int_equal(answer.status, 404);
	answer_release(&answer);
	curl_slist_free_all(headers);
	http_server_stop(server);
}

static void test_headers_of_the_answer(void **state)
{
	struct http_server *server = start(1);
	struct answer answer;

	(void)state;
	get(&answer, server, "/moved");
	assert_int_equal(answer.status, 302);
	assert_non_null(strstr(buf_text(&answer.headers), "Location: /echo?name=moved\r\n"));
	answer_release(&answer);
	get(&answer, server, "/later");
	assert_int_equal(answer.status, 503);
	assert_non_null(strstr(buf_text(&answer.headers), "Retry-After: 7\r\n"));
	assert_non_null(strstr(buf_text(&answer.headers), "Content-Type: text/html\r\n"));
	answer_release(&answer);
	http_server_stop(server);
}

static void test_gzip_only_for_who_accepts_it(void **state)
{
	struct http_server *server = start(1);
	struct answer plain;
	struct answer packed;

	(void)state;
	get(&plain, server, "/large");
	get_with(&packed, server, "/large", "gzip", NULL, NULL);
	assert_true(plain.body.len >= LARGE_BODY);
	assert_int_equal(plain.wire_bytes, plain.body.len);
	assert_null(strstr(buf_text(&plain.headers), "Content-Encoding"));
	assert_non_null(strstr(buf_text(&packed.headers), "Content-Encoding: gzip\r\n"));
	assert_true((size_t)packed.wire_bytes < plain.body.len / 3);
	assert_int_equal(packed.body.len, plain.body.len);
	assert_memory_equal(packed.body.data, plain.body.data, plain.body.len);
	answer_release(&plain);
	answer_release(&packed);
	http_server_stop(server);
}

static void test_limits(void **state)
{
	struct http_server *server = start(1);
	struct curl_slist *chunked = curl_slist_append(NULL, "Transfer-Encoding: chunked");
	struct answer answer;
	char body[1002];

	(void)state;
	memset(body, 'x', sizeof(body));
	body[1000] = '\0';
	get_with(&answer, server, "/echo", NULL, body, NULL);
	assert_int_equal(answer.status, 200);
	answer_release(&answer);
	body[1000] = 'x';
	body[1001] = '\0';
	get_with(&answer, server, "/echo", NULL, body, NULL);
	assert_int_equal(answer.status, 413);
	assert_non_null(strstr(buf_text(&answer.body), "larger than 1000 bytes"));
	answer_release(&answer);
	get_with(&answer, server, "/echo", NULL, body, chunked);
	assert_int_equal(answer.status, 413);
	answer_release(&answer);
	get(&answer, server, "/too-large");
	assert_int_equal(answer.status, 500);
	assert_non_null(strstr(buf_text(&answer.body), "too large"));
	answer_release(&answer);
	curl_slist_free_all(chunked);
	http_server_stop(server);
}

static void test_faults(void **state)
{
	struct http_server *server = start(1);
	struct answer answer;
	int64_t begin;

	(void)state;
	get(&answer, server, "/truncated");
	assert_int_equal(answer.result, CURLE_PARTIAL_FILE);
	assert_int_equal(answer.body.len, 1000);
	answer_release(&answer);
	get_with(&answer, server, "/truncated", "gzip", NULL, NULL);
	assert_int_not_equal(answer.result, CURLE_OK);
	assert_int_equal(answer.wire_bytes, 1000);
	answer_release(&answer);
	get(&answer, server, "/drop");
	assert_int_equal(answer.result, CURLE_GOT_NOTHING);
	answer_release(&answer);
	begin = clock_mono_us();
	get(&answer, server, "/slow");
	assert_int_equal(answer.status, 200);
	assert_true(clock_mono_us() - begin >= 80000);
	answer_release(&answer);
	http_server_stop(server);
}

static int connect_and_send(const struct http_server *server, const char *text)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)http_server_port(server)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
	return fd;
}

static void wait_until_entered(int count)
{
	int64_t until = clock_mono_us() + 20000000;

	while (atomic_load(&entered) < count && clock_mono_us() < until)
		poll(NULL, 0, 1);
	assert_true(atomic_load(&entered) >= count);
}

static void assert_closed_without_answer(int fd)
{
	char byte;
	struct pollfd readable = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&readable, 1, 20000), 1);
	assert_true(recv(fd, &byte, 1, 0) <= 0);
	close(fd);
}

static void test_stop_ends_what_hangs_at_once(void **state)
{
	struct http_server *server = start(1);
	int hanging[3];
	int slow;

	(void)state;
	atomic_store(&entered, 0);
	slow = connect_and_send(server, "GET /very-slow HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 3; i++)
		hanging[i] = connect_and_send(server, "GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
	wait_until_entered(3);    /* one handler thread: hanging does not keep it */
	http_server_stop(server); /* does not wait: else the slow one had its answer */
	for (int i = 0; i < 3; i++)
		assert_closed_without_answer(hanging[i]);
	assert_closed_without_answer(slow);
}

/* libmicrohttpd ends the process when it is stopped with a connection that waits for its answer.
 * The server's threads may not even have begun to run by then. */
static void test_stop_at_any_moment_leaves_nothing_waiting(void **state)
{
	static const char *const requests[] = { "GET /hang HTTP/1.1\r\nHost: x\r\n\r\n",
						"GET /very-slow HTTP/1.1\r\nHost: x\r\n\r\n",
						"GET /drop HTTP/1.1\r\nHost: x\r\n\r\n" };

	(void)state;
	for (int round = 0; round < 200; round++) {
		struct http_server *server = start(1 + round % 2);
		int clients[5];

		atomic_store(&entered, 0);
		for (int i = 0; i < 5; i++)
			clients[i] = connect_and_send(server, requests[i % 3]);
		if (round % 4)
			wait_until_entered(round % 4 / 2 + 1);
		http_server_stop(server);
		for (int i = 0; i < 5; i++)
			assert_closed_without_answer(clients[i]);
	}
}

static void test_a_hanging_client_that_goes_is_let_go(void **state)
{
	struct http_server *server = start(1);
	struct answer answer;

	(void)state;
	atomic_store(&entered, 0);
	for (int i = 0; i < 30; i++) {
		int fd = connect_and_send(server, "GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");

		wait_until_entered(i + 1);
		if (i % 2)
			shutdown(fd, SHUT_WR);
		if (i % 2)
			assert_closed_without_answer(fd);
		else
			close(fd);
	}
	get(&answer, server, "/echo");
	assert_int_equal(answer.status, 200);
	answer_release(&answer);
	http_server_stop(server);
}

static void *get_block(void *cls)
{
	struct answer *answer = ((void **)cls)[1];

	get(answer, ((void **)cls)[0], "/block");
	return NULL;
}

static void *stop_server(void *server)
{
	http_server_stop(server);
	return NULL;
}

static void test_stop_waits_for_the_running_handler_and_its_answer(void **state)
{
	struct http_server *server = start(2);
	struct answer answer;
	struct answer other;
	void *pair[2] = { server, &answer };
	pthread_t client;
	pthread_t stopper;

	(void)state;
	atomic_store(&entered, 0);
	pthread_mutex_lock(&gate);
	pthread_create(&client, NULL, get_block, pair);
	wait_until_entered(1);
	get(&other, server, "/echo"); /* the second thread still serves */
	assert_int_equal(other.status, 200);
	answer_release(&other);
	pthread_create(&stopper, NULL, stop_server, server);
	pthread_mutex_unlock(&gate);
	pthread_join(stopper, NULL);
	pthread_join(client, NULL);
	assert_int_equal(answer.result, CURLE_OK);
	assert_string_equal(buf_text(&answer.body), "unblocked");
	answer_release(&answer);
}

struct load {
	struct http_server *server;
	atomic_int good;
};

static void *load_run(void *cls)
{
	struct load *load = cls;

	for (int i = 0; i < 25; i++) {
		struct answer answer;
		bool faulty = i % 5 == 4;

		get_with(&answer, load->server, faulty ? "/drop" : "/echo?name=x",
			 i % 2 ? "gzip" : NULL, NULL, NULL);
		if (faulty ? answer.result == CURLE_GOT_NOTHING : answer.status == 200)
			atomic_fetch_add(&load->good, 1);
		answer_release(&answer);
	}
	return NULL;
}

static void test_many_clients(void **state)
{
	struct load load = { .server = start(3) };
	pthread_t clients[8];

	(void)state;
	for (int i = 0; i < 8; i++)
		pthread_create(&clients[i], NULL, load_run, &load);
	for (int i = 0; i < 8; i++)
		pthread_join(clients[i], NULL);
	assert_int_equal(atomic_load(&load.good), 8 * 25);
	http_server_stop(load.server);
}

static void test_keep_alive_and_pipelined_requests(void **state)
{
	struct http_server *server = start(2);
	int fd = connect_and_send(server, "GET /echo?name=1 HTTP/1.1\r\nHost: x\r\n\r\n"
					  "GET /echo?name=2 HTTP/1.1\r\nHost: x\r\n\r\n"
					  "GET /echo?name=3 HTTP/1.1\r\nHost: x\r\n"
					  "Connection: close\r\n\r\n");
	struct buf all;
	char chunk[500];
	ssize_t got;

	(void)state;
	buf_init(&all, 100000);
	while ((got = recv(fd, chunk, sizeof(chunk), 0)) > 0)
		buf_append(&all, chunk, (size_t)got);
	close(fd);
	assert_non_null(strstr(buf_text(&all), "|1|"));
	assert_non_null(strstr(buf_text(&all), "|2|"));
	assert_non_null(strstr(buf_text(&all), "|3|"));
	buf_release(&all);
	http_server_stop(server);
}

static void test_starting_fails_cleanly(void **state)
{
	struct http_server *server = start(1);
	struct http_server *second = NULL;
	struct err err = ERR_INIT;
	char address[40];
	struct http_server_config config = { .listen = address, .threads = 1, .handler = handle };
	uint64_t before;
	uint64_t allocations;

	(void)state;
	snprintf(address, sizeof(address), "127.0.0.1:%d", http_server_port(server));
	assert_int_equal(http_server_start(&second, &config, &err), US_RETRY);
	assert_null(second);
	http_server_stop(server);
	before = mem_count();
	assert_int_equal(http_server_start(&second, &config, &err), US_OK);
	allocations = mem_count() - before;
	http_server_stop(second);
	second = NULL;
	assert_true(allocations > 0);
	for (uint64_t n = 1; n <= allocations; n++) {
		mem_fail_at(n);
		assert_int_equal(http_server_start(&second, &config, &err), US_FATAL);
		assert_null(second);
	}
	mem_fail_at(0);
	http_server_stop(NULL);
}

static void test_requests_survive_failed_allocations(void **state)
{
	struct http_server *server = start(1);

	(void)state;
	for (uint64_t n = 1; n <= 40; n++) {
		struct answer answer;

		mem_fail_at(n);
		get_with(&answer, server, "/large", "gzip", NULL, NULL);
		mem_fail_at(0);
		answer_release(&answer);
	}
	http_server_stop(server);
	server = start(1);
	for (uint64_t n = 1; n <= 12; n++) {
		struct answer answer;

		mem_fail_at(n);
		get(&answer, server, "/echo");
		mem_fail_at(0);
		answer_release(&answer);
		get(&answer, server, "/echo");
		assert_int_equal(answer.status, 200);
		answer_release(&answer);
	}
	http_server_stop(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_reaches_the_handler),
		cmocka_unit_test(test_headers_of_the_answer),
		cmocka_unit_test(test_gzip_only_for_who_accepts_it),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_stop_ends_what_hangs_at_once),
		cmocka_unit_test(test_stop_at_any_moment_leaves_nothing_waiting),
		cmocka_unit_test(test_a_hanging_client_that_goes_is_let_go),
		cmocka_unit_test(test_stop_waits_for_the_running_handler_and_its_answer),
		cmocka_unit_test(test_many_clients),
		cmocka_unit_test(test_keep_alive_and_pipelined_requests),
		cmocka_unit_test(test_starting_fails_cleanly),
		cmocka_unit_test(test_requests_survive_failed_allocations),
	};
	int failed;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	curl_global_cleanup();
	return failed;
}
