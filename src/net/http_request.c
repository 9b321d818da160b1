/*
 * http_request.c - what a handler may ask of a request. The connection is suspended meanwhile, so
 * libmicrohttpd's tables do not change under it.
 */
#include <microhttpd.h>
#include <string.h>

#include "net/http_exchange.h"

const char *http_request_method(const struct http_request *request)
{
	return request->method;
}

const char *http_request_path(const struct http_request *request)
{
	return request->path;
}

const char *http_request_query(const struct http_request *request, const char *name)
{
	const char *value = NULL;

	if (MHD_lookup_connection_value_n(request->connection, MHD_GET_ARGUMENT_KIND, name,
					  strlen(name), &value, NULL) != MHD_YES)
		return NULL;
	return value ? value : "";
}

const char *http_request_header(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

struct span http_request_body(const struct http_request *request)
{
	return buf_span(&request->body);
}

const char *http_request_peer(const struct http_request *request)
{
	return request->peer;
}
