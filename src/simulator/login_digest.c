/*
 * login_digest.c - OpenSSL's plain functions: for texts of a dozen bytes the newer interface (EVP)
 * costs more than the digest itself. They are deprecated, not gone.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "simulator/login_digest.h"

#include <openssl/md5.h>
#include <openssl/sha.h>

static char *put_hex(char *to, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		to[2 * i] = digits[bytes[i] >> 4];
		to[2 * i + 1] = digits[bytes[i] & 15];
	}
	return to + 2 * len;
}

char *login_md5(char *to, const char *data, size_t len)
{
	unsigned char digest[MD5_DIGEST_LENGTH];
	MD5_CTX context;

	MD5_Init(&context);
	MD5_Update(&context, data, len);
	MD5_Final(digest, &context);
	return put_hex(to, digest, sizeof(digest));
}

char *login_sha1(char *to, const char *data, size_t len)
{
	unsigned char digest[SHA_DIGEST_LENGTH];
	SHA_CTX context;

	SHA1_Init(&context);
	SHA1_Update(&context, data, len);
	SHA1_Final(digest, &context);
	return put_hex(to, digest, sizeof(digest));
}

char *login_sha256(char *to, const char *data, size_t len)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	SHA256_CTX context;

	SHA256_Init(&context);
	SHA256_Update(&context, data, len);
	SHA256_Final(digest, &context);
	return put_hex(to, digest, sizeof(digest));
}
