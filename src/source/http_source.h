/*
 * http_source.h - records from a JSON API over HTTP: the Random User API and any like it.
 */
#ifndef SOURCE_HTTP_SOURCE_H
#define SOURCE_HTTP_SOURCE_H

#include "source/source.h"

/* As source_open(). */
enum status http_source_open(struct source **out, const struct source_config *config,
			     struct span cursor, struct err *err);

#endif
