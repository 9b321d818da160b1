/*
 * listen_socket.h - from "ADDRESS:PORT" to a listening socket, with errors that say what to do.
 */
#ifndef NET_LISTEN_SOCKET_H
#define NET_LISTEN_SOCKET_H

#include "core/err.h"

/*
 * Opens a non-blocking listening TCP socket on an IPv4 or bracketed IPv6 literal ("127.0.0.1:8088",
 * "[::1]:0"; "localhost" means 127.0.0.1). Port 0 takes any free one; *port is the one it became.
 * The caller closes *fd. US_REJECT, EXIT_BAD_CONFIG: the address cannot be used here. US_RETRY,
 * EXIT_UNREACHABLE: it is in use. US_FATAL: no socket to be had.
 */
enum status listen_socket_open(int *fd, int *port, const char *address, struct err *err);

#endif
