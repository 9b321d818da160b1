/*
 * scripted_server.h - an HTTP server for tests that does what a script says, on raw sockets, so
 * that it can also do what no good server does: stop in the middle, never answer, send a wrong
 * length.
 */
#ifndef TESTS_SCRIPTED_SERVER_H
#define TESTS_SCRIPTED_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct scripted_server;

/* What to send for the n-th request (from 0). Returns false to close the connection after it. */
typedef bool (*scripted_play)(struct scripted_server *server, int fd, int n, const char *request);

struct scripted_server {
	int listener;
	int port;
	int stop_fd; /* readable when the server is to end; a script that hangs waits for it */
	pthread_t thread;
	scripted_play play;
	void *user;
	atomic_int requests;
	atomic_int connections;
	pthread_mutex_t lock;
	char last_request[8192]; /* see scripted_last() */
	char url[64];
};

static inline void scripted_send(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
		if (sent <= 0)
			return;
		at += sent;
		len -= (size_t)sent;
	}
}

/* A whole answer with a right length. `headers` are whole lines with CRLF, or "". */
static inline void scripted_answer(int fd, int status, const char *type, const char *headers,
				   const void *body, size_t len)
{
	char head[1024];
	int head_len = snprintf(head, sizeof(head),
				"HTTP/1.1 %d Scripted\r\nContent-Type: %s\r\nContent-Length: "
				"%zu\r\n%s\r\n",
				status, type, len, headers);

	scripted_send(fd, head, (size_t)head_len);
	scripted_send(fd, body, len);
}

/* Wait until the client has gone or the server ends. */
static inline void scripted_hang(struct scripted_server *server, int fd)
{
	struct pollfd fds[2] = { { .fd = server->stop_fd, .events = POLLIN },
				 { .fd = fd, .events = POLLIN | POLLRDHUP } };

	(void)poll(fds, 2, 30000);
}

/* The request served last, as a copy that stays until the next call. */
static inline const char *scripted_last(struct scripted_server *server)
{
	static char copy[sizeof(server->last_request)];

	pthread_mutex_lock(&server->lock);
	memcpy(copy, server->last_request, sizeof(copy));
	pthread_mutex_unlock(&server->lock);
	return copy;
}

/* False: the client has gone. */
static inline bool scripted_read_request(struct scripted_server *server, int fd, char *request,
					 size_t capacity)
{
	size_t len = 0;

	for (;;) {
		struct pollfd fds[2] = { { .fd = server->stop_fd, .events = POLLIN },
					 { .fd = fd, .events = POLLIN } };
		ssize_t got;
		if (poll(fds, 2, -1) < 0 || fds[0].revents)
			return false;
		got = recv(fd, request + len, capacity - 1 - len, 0);
		if (got <= 0)
			return false;
		len += (size_t)got;
		request[len] = '\0';
		if (strstr(request, "\r\n\r\n"))
			break;
		if (len == capacity - 1)
			return false;
	}
	pthread_mutex_lock(&server->lock);
	memcpy(server->last_request, request, len + 1);
	pthread_mutex_unlock(&server->lock);
	return true;
}

static inline void *scripted_run(void *user)
{
	struct scripted_server *server = user;
	char request[sizeof(server->last_request)];

	for (;;) {
		struct pollfd fds[2] = { { .fd = server->stop_fd, .events = POLLIN },
					 { .fd = server->listener, .events = POLLIN } };
		int fd;
		if (poll(fds, 2, -1) < 0 || fds[0].revents)
			return NULL;
		fd = accept(server->listener, NULL, NULL);
		if (fd < 0)
			continue;
		atomic_fetch_add(&server->connections, 1);
		while (scripted_read_request(server, fd, request, sizeof(request)) &&
		       server->play(server, fd, atomic_fetch_add(&server->requests, 1), request)) {
		}
		close(fd);
	}
}

static inline void scripted_start(struct scripted_server *server, scripted_play play, void *user)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);

	memset(server, 0, sizeof(*server));
	pthread_mutex_init(&server->lock, NULL);
	server->play = play;
	server->user = user;
	server->stop_fd = eventfd(0, EFD_CLOEXEC);
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server->stop_fd < 0 || server->listener < 0 ||
	    bind(server->listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(server->listener, 8) != 0 ||
	    getsockname(server->listener, (struct sockaddr *)&address, &len) != 0 ||
	    pthread_create(&server->thread, NULL, scripted_run, server) != 0) {
		perror("scripted server");
		abort();
	}
	server->port = ntohs(address.sin_port);
	(void)snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%d/api/", server->port);
}

static inline void scripted_stop(struct scripted_server *server)
{
	uint64_t one = 1;

	if (write(server->stop_fd, &one, sizeof(one)) != sizeof(one))
		abort();
	pthread_join(server->thread, NULL);
	close(server->listener);
	close(server->stop_fd);
	pthread_mutex_destroy(&server->lock);
}

/* A parameter of a request's URL as a number; -1: not there. */
static inline long scripted_number(const char *request, const char *name)
{
	char pattern[32];
	const char *at = request;
	size_t len = (size_t)snprintf(pattern, sizeof(pattern), "%s=", name);

	while ((at = strstr(at, pattern)) && at[-1] != '?' && at[-1] != '&')
		at += len;
	return at ? strtol(at + len, NULL, 10) : -1;
}

/* An API's answer: `count` users whose uuids tell seed, page and place. Returns its length. */
static inline size_t scripted_page(const char *request, char *out, size_t capacity)
{
	long page = scripted_number(request, "page");
	long count = scripted_number(request, "results");
	size_t len = (size_t)snprintf(out, capacity, "{\"results\":[");

	for (long i = 0; i < count; i++)
		len += (size_t)snprintf(out + len, capacity - len,
					"%s{\"gender\":\"%s\",\"login\":{\"uuid\":\"p%ld-%ld\","
					"\"password\":\"secret\"}}",
					i ? "," : "", i % 2 ? "male" : "female", page, i);
	len += (size_t)snprintf(out + len, capacity - len,
				"],\"info\":{\"seed\":\"x\",\"results\":%ld,\"page\":%ld}}", count,
				page);
	return len;
}

static inline bool scripted_good(struct scripted_server *server, int fd, int n, const char *request)
{
	size_t capacity = 1 << 20;
	char *body = malloc(capacity);

	(void)server;
	(void)n;
	if (!body)
		return false;
	scripted_answer(fd, 200, "application/json; charset=utf-8", "", body,
			scripted_page(request, body, capacity));
	free(body);
	return true;
}

#endif
