/*
 * simdjson_version.cc - see simdjson_version.h.
 */
#include "cli/simdjson_version.h"

#include <simdjson.h>

#define TEXT_OF(macro) TEXT(macro)
#define TEXT(text)     #text

extern "C" const char *simdjson_version(void)
{
	return TEXT_OF(SIMDJSON_VERSION);
}
