/*
 * uri.h - a URI cut into its parts as java.net.URI does: RFC 2396 with Java's deviations (IPv6
 * addresses, an authority that is only a name, visible characters beyond ASCII as they are).
 */
#ifndef SQL_URI_H
#define SQL_URI_H

#include "core/span.h"

/* Parts are pieces of the text, still escaped; data NULL: there is no such part. */
struct uri {
	struct span scheme, authority, user, host, path, query, fragment;
};

enum uri_result {
	URI_OK,
	URI_MALFORMED,  /* Java's constructor refuses it */
	URI_BAD_ADDRESS /* an IPv4 address at the end of an IPv6 one has a number that no INT holds;
			   Java fails over it in another way */
};

/* `text` is valid UTF-8. */
enum uri_result uri_parse(struct span text, struct uri *out);

#endif
