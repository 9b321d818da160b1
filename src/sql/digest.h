/* digest.h - OpenSSL's handles that a worker keeps. */
#ifndef SQL_DIGEST_H
#define SQL_DIGEST_H

struct digest_scratch;

/* NULL: out of memory. */
struct digest_scratch *digest_scratch_new(void);
void digest_scratch_free(struct digest_scratch *scratch);

#endif
