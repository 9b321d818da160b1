/*
 * banned.h - calls that have no place in this code do not compile. Forced into every file of src/
 * by the Makefile, so it includes the standard headers that declare them first.
 *
 * Texts are built with buf.h or snprintf; times with clock.h; memory comes from mem.h, so that
 * tests can make any allocation fail. free() stays: libraries hand out memory that only it takes
 * back.
 */
#ifndef CORE_BANNED_H
#define CORE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(call) banned_call_##call

#undef strcpy
#define strcpy(...) BANNED(strcpy)
#undef strcat
#define strcat(...) BANNED(strcat)
#undef strncpy
#define strncpy(...) BANNED(strncpy)
#undef strncat
#define strncat(...) BANNED(strncat)
#undef strtok
#define strtok(...) BANNED(strtok)
#undef sprintf
#define sprintf(...) BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf)
#undef gmtime
#define gmtime(...) BANNED(gmtime)
#undef localtime
#define localtime(...) BANNED(localtime)
#undef ctime
#define ctime(...) BANNED(ctime)
#undef asctime
#define asctime(...) BANNED(asctime)
#undef atoi
#define atoi(...) BANNED(atoi)
#undef atol
#define atol(...) BANNED(atol)
#undef atof
#define atof(...) BANNED(atof)
#undef malloc
#define malloc(...) BANNED(malloc)
#undef calloc
#define calloc(...) BANNED(calloc)
#undef realloc
#define realloc(...) BANNED(realloc)
#undef strdup
#define strdup(...) BANNED(strdup)
#undef strndup
#define strndup(...) BANNED(strndup)
#undef asprintf
#define asprintf(...) BANNED(asprintf)

#endif
