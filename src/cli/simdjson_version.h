/*
 * simdjson_version.h - simdjson is a C++ header; this is the one thing that the command line asks
 * of it.
 */
#ifndef CLI_SIMDJSON_VERSION_H
#define CLI_SIMDJSON_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif
/* "3.1.0" */
const char *simdjson_version(void);
#ifdef __cplusplus
}
#endif

#endif
