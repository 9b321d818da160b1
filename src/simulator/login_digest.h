/*
 * login_digest.h - the three digests of a login, as hexadecimal text.
 */
#ifndef SIMULATOR_LOGIN_DIGEST_H
#define SIMULATOR_LOGIN_DIGEST_H

#include <stddef.h>

/* Each writes its digest in lower case and returns the place after it: 32, 40 and 64 characters. */
char *login_md5(char *to, const char *data, size_t len);
char *login_sha1(char *to, const char *data, size_t len);
char *login_sha256(char *to, const char *data, size_t len);

#endif
