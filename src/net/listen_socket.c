/*
 * listen_socket.c - reads the address, binds, listens, and puts each way this can fail into words.
 */
#include "net/listen_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTEN_BACKLOG 128

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static bool parse_port(const char *text, uint16_t *port)
{
	unsigned value = 0;
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5 || text[digits])
		return false;
	for (size_t i = 0; i < digits; i++)
		value = value * 10 + (unsigned)(text[i] - '0');
	*port = (uint16_t)value;
	return value <= 65535;
}

/* The part before the last colon, without brackets. */
static bool parse_host(const char *text, size_t len, union address *out)
{
	char host[INET6_ADDRSTRLEN];
	bool bracketed = len >= 2 && text[0] == '[' && text[len - 1] == ']';

	if (bracketed) {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(host))
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	if (bracketed) {
		out->any.sa_family = AF_INET6;
		return inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1;
	}
	out->any.sa_family = AF_INET;
	return inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host,
			 &out->v4.sin_addr) == 1;
}

static enum status parse_address(const char *text, union address *out, struct err *err)
{
	const char *colon = text ? strrchr(text, ':') : NULL;
	uint16_t port;

	memset(out, 0, sizeof(*out));
	if (!colon)
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "cannot listen on \"%s\": the port is missing; "
			       "write ADDRESS:PORT, for example 127.0.0.1:8088",
			       text ? text : "");
	if (!parse_port(colon + 1, &port))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "cannot listen on \"%s\": \"%s\" is no port; "
			       "it is a number from 0 (any free one) to 65535",
			       text, colon + 1);
	if (!parse_host(text, (size_t)(colon - text), out))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "cannot listen on \"%s\": the address must be an IP address of this "
			       "machine, for example 127.0.0.1:8088, 0.0.0.0:8088 or [::1]:8088",
			       text);
	if (out->any.sa_family == AF_INET6)
		out->v6.sin6_port = htons(port);
	else
		out->v4.sin_port = htons(port);
	return US_OK;
}

static enum status explain(const char *text, int error, struct err *err)
{
	switch (error) {
	case EADDRINUSE:
		return err_set(
		    err, US_RETRY, EXIT_UNREACHABLE,
		    "cannot listen on %s: another program listens there already; end it, "
		    "or choose another port (0 takes any free one)",
		    text);
	case EADDRNOTAVAIL:
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "cannot listen on %s: this machine has no such address", text);
	case EACCES:
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "cannot listen on %s: not allowed; ports below 1024 need privileges, "
		    "choose a higher one",
		    text);
	case EAFNOSUPPORT:
		return err_set(
		    err, US_REJECT, EXIT_BAD_CONFIG,
		    "cannot listen on %s: this machine does not speak that version of IP", text);
	default:
		return err_set(err, US_FATAL, EXIT_UNREACHABLE, "cannot listen on %s: %s", text,
			       strerror(error));
	}
}

enum status listen_socket_open(int *fd_out, int *port, const char *text, struct err *err)
{
	union address address;
	socklen_t len;
	int fd;
	int on = 1;
	enum status status = parse_address(text, &address, err);

	if (status)
		return status;
	len = address.any.sa_family == AF_INET6 ? sizeof(address.v6) : sizeof(address.v4);
	fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return explain(text, errno, err);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, &address.any, len) || listen(fd, LISTEN_BACKLOG) ||
	    getsockname(fd, &address.any, &len)) {
		status = explain(text, errno, err);
		close(fd);
		return status;
	}
	*port = ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port
							: address.v4.sin_port);
	*fd_out = fd;
	return US_OK;
}
