/*
 * digest_functions.c - md5, sha1, sha2 (OpenSSL), crc32 (zlib), xxhash64 (here: 64-bit xxHash as
 * Spark runs it over typed values, seed 42), and the keyed hmac_sha256.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include "core/mem.h"
#include "sql/decimal.h"
#include "sql/digest.h"
#include "sql/kernel.h"
#include "sql/scratch.h"

enum algorithm { MD5, SHA1, SHA224, SHA256, SHA384, SHA512, ALGORITHMS };

struct digest_scratch {
	EVP_MD *algorithms[ALGORITHMS]; /* fetched when first needed */
	EVP_MD_CTX *context;
};

struct digest_scratch *digest_scratch_new(void)
{
	struct digest_scratch *scratch = mem_calloc(1, sizeof(*scratch));

	if (!scratch)
		return NULL;
	scratch->context = EVP_MD_CTX_new();
	if (!scratch->context) {
		mem_free(scratch);
		return NULL;
	}
	return scratch;
}

void digest_scratch_free(struct digest_scratch *scratch)
{
	if (!scratch)
		return;
	for (int i = 0; i < ALGORITHMS; i++)
		EVP_MD_free(scratch->algorithms[i]);
	EVP_MD_CTX_free(scratch->context);
	mem_free(scratch);
}

/* False: OpenSSL does not have it (a FIPS build without MD5), or out of memory. */
static bool digest(struct digest_scratch *scratch, enum algorithm algorithm, struct span bytes,
		   unsigned char *out, unsigned *size)
{
	static const char *const names[] = { "MD5",      "SHA1",     "SHA2-224",
					     "SHA2-256", "SHA2-384", "SHA2-512" };

	if (!scratch->algorithms[algorithm])
		scratch->algorithms[algorithm] = EVP_MD_fetch(NULL, names[algorithm], NULL);
	return scratch->algorithms[algorithm] &&
	       EVP_DigestInit_ex2(scratch->context, scratch->algorithms[algorithm], NULL) &&
	       EVP_DigestUpdate(scratch->context, bytes.data, bytes.len) &&
	       EVP_DigestFinal_ex(scratch->context, out, size);
}

static bool keep_hex(struct text_heap *heap, const unsigned char *bytes, unsigned size,
		     struct span *out)
{
	static const char digits[] = "0123456789abcdef";
	char *room = text_heap_reserve(heap, size * 2);

	if (!room)
		return false;
	for (unsigned i = 0; i < size; i++) {
		room[2 * i] = digits[bytes[i] >> 4];
		room[2 * i + 1] = digits[bytes[i] & 15];
	}
	*out = text_heap_keep(heap, size * 2);
	return true;
}

static enum status digest_rows(struct eval *eval, const struct expr *expr,
			       const struct vector *args, struct vector *out,
			       enum algorithm algorithm)
{
	struct digest_scratch *scratch = scratch_digest(eval);
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned size;

	if (!scratch)
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows; row++)
		if (kernel_is_valid(out, row) &&
		    (!digest(scratch, algorithm, kernel_text(&args[0], row), bytes, &size) ||
		     !keep_hex(&heap, bytes, size, &out->as.text[row])))
			return kernel_no_memory(eval, expr);
	return US_OK;
}

static enum status eval_md5(struct eval *eval, const struct expr *expr, const struct vector *args,
			    struct vector *out)
{
	return digest_rows(eval, expr, args, out, MD5);
}

static enum status eval_sha1(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	return digest_rows(eval, expr, args, out, SHA1);
}

/* Other bits than these give NULL. */
static bool algorithm_of(int32_t bits, enum algorithm *out)
{
	switch (bits) {
	case 0:
	case 256:
		*out = SHA256;
		return true;
	case 224:
		*out = SHA224;
		return true;
	case 384:
		*out = SHA384;
		return true;
	case 512:
		*out = SHA512;
		return true;
	default:
		return false;
	}
}

static enum status eval_sha2(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	struct digest_scratch *scratch = scratch_digest(eval);
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);
	unsigned char bytes[EVP_MAX_MD_SIZE];
	enum algorithm algorithm;
	unsigned size;

	if (!scratch)
		return kernel_no_memory(eval, expr);
	for (size_t row = 0; row < rows; row++) {
		bool known;

		if (!kernel_is_valid(out, row))
			continue;
		known = algorithm_of(args[1].as.int32[vector_index(&args[1], row)], &algorithm);
		if (known ? !digest(scratch, algorithm, kernel_text(&args[0], row), bytes, &size) ||
				!keep_hex(&heap, bytes, size, &out->as.text[row])
			  : !kernel_set_null(eval, out, row))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

static enum status eval_hmac(struct eval *eval, const struct expr *expr, const struct vector *args,
			     struct vector *out)
{
	struct text_heap heap = text_heap_of(eval);
	size_t rows = kernel_rows(eval, out);
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned size;

	for (size_t row = 0; row < rows; row++) {
		struct span key = kernel_text(&args[0], row), text = kernel_text(&args[1], row);

		if (!kernel_is_valid(out, row))
			continue;
		if (key.len > INT32_MAX ||
		    !HMAC(EVP_sha256(), key.data, (int)key.len, (const unsigned char *)text.data,
			  text.len, bytes, &size) ||
		    !keep_hex(&heap, bytes, size, &out->as.text[row]))
			return kernel_no_memory(eval, expr);
	}
	return US_OK;
}

static enum status eval_crc32(struct eval *eval, const struct expr *expr, const struct vector *args,
			      struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	(void)expr;
	for (size_t row = 0; row < rows; row++) {
		struct span bytes = args[0].as.text[row];

		if (kernel_is_valid(out, row))
			out->as.int64[row] = (int64_t)crc32_z(0, (const unsigned char *)bytes.data,
							      bytes.len);
	}
	return US_OK;
}

/* ---- xxHash ---------------------------------------------------------------------------------- */

#define P1   UINT64_C(0x9E3779B185EBCA87)
#define P2   UINT64_C(0xC2B2AE3D27D4EB4F)
#define P3   UINT64_C(0x165667B19E3779F9)
#define P4   UINT64_C(0x85EBCA77C2B2AE63)
#define P5   UINT64_C(0x27D4EB2F165667C5)
#define SEED 42

static uint64_t rotate(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static uint64_t avalanche(uint64_t hash)
{
	hash ^= hash >> 33;
	hash *= P2;
	hash ^= hash >> 29;
	hash *= P3;
	return hash ^ hash >> 32;
}

static uint64_t load64(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static uint64_t load32(const char *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static uint64_t round_of(uint64_t lane, uint64_t word)
{
	return rotate(lane + word * P2, 31) * P1;
}

static uint64_t hash_text(struct span text, uint64_t seed)
{
	const char *p = text.data, *end = p + text.len;
	uint64_t hash;

	if (text.len >= 32) {
		uint64_t lanes[4] = { seed + P1 + P2, seed + P2, seed, seed - P1 };

		for (; end - p >= 32; p += 32)
			for (int i = 0; i < 4; i++)
				lanes[i] = round_of(lanes[i], load64(p + 8 * i));
		hash = rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) +
		       rotate(lanes[3], 18);
		for (int i = 0; i < 4; i++)
			hash = (hash ^ round_of(0, lanes[i])) * P1 + P4;
	} else {
		hash = seed + P5;
	}
	hash += text.len;
	for (; end - p >= 8; p += 8)
		hash = rotate(hash ^ round_of(0, load64(p)), 27) * P1 + P4;
	for (; end - p >= 4; p += 4)
		hash = rotate(hash ^ load32(p) * P1, 23) * P2 + P3;
	for (; p < end; p++)
		hash = rotate(hash ^ (unsigned char)*p * P5, 11) * P1;
	return avalanche(hash);
}

static uint64_t hash_int(uint32_t value, uint64_t seed)
{
	return avalanche(rotate((seed + P5 + 4) ^ value * P1, 23) * P2 + P3);
}

static uint64_t hash_long(uint64_t value, uint64_t seed)
{
	return avalanche(rotate((seed + P5 + 8) ^ round_of(0, value), 27) * P1 + P4);
}

static uint64_t hash_real(double value, uint64_t seed)
{
	uint64_t bits;

	if (value == 0)
		value = 0; /* -0.0 too */
	memcpy(&bits, &value, sizeof(bits));
	if (value != value)
		bits = UINT64_C(0x7ff8000000000000); /* Java's one NaN */
	return hash_long(bits, seed);
}

/* A DECIMAL of more than 18 digits: the bytes of its unscaled value, big endian, as few as hold
 * it. */
static uint64_t hash_decimal(int128 value, uint8_t precision, uint64_t seed)
{
	char bytes[16];
	size_t size = 16, first = 0;

	if (precision <= 18)
		return hash_long((uint64_t)(uint128)value, seed);
	for (size_t i = size; i-- > 0; value >>= 8)
		bytes[i] = (char)((uint128)value & 0xff);
	while (first < 15 && ((bytes[first] == 0 && !(bytes[first + 1] & 0x80)) ||
			      (bytes[first] == (char)0xff && bytes[first + 1] & 0x80)))
		first++;
	return hash_text((struct span){ bytes + first, size - first }, seed);
}

static uint64_t hash_value(const struct vector *vector, size_t row, uint64_t seed)
{
	size_t i = vector_index(vector, row);

	switch ((enum sql_kind)vector->type.kind) {
	case SQL_BOOLEAN:
		return hash_int(vector->as.boolean[i], seed);
	case SQL_INT:
	case SQL_DATE:
		return hash_int((uint32_t)vector->as.int32[i], seed);
	case SQL_BIGINT:
	case SQL_TIMESTAMP:
		return hash_long((uint64_t)vector->as.int64[i], seed);
	case SQL_DOUBLE:
		return hash_real(vector->as.real[i], seed);
	case SQL_DECIMAL:
		return hash_decimal(vector->as.decimal[i], vector->type.precision, seed);
	case SQL_STRING:
	case SQL_BINARY:
	case SQL_UUID:
		return hash_text(vector->as.text[i], seed);
	case SQL_NULL:
	case SQL_ARRAY:
	case SQL_INTERVAL:
		break;
	}
	return seed;
}

static enum status eval_xxhash64(struct eval *eval, const struct expr *expr,
				 const struct vector *args, struct vector *out)
{
	size_t rows = kernel_rows(eval, out);

	for (size_t row = 0; row < rows; row++) {
		uint64_t hash = SEED;

		for (size_t a = 0; a < expr->arg_count; a++)
			if (!vector_is_null(&args[a], row))
				hash = hash_value(&args[a], row, hash);
		out->as.int64[row] = (int64_t)hash;
	}
	return US_OK;
}

/* ---- the table ------------------------------------------------------------------------------- */

SIGNATURE(resolve_digest, "y>s")
SIGNATURE(resolve_sha2, "yi>s")
SIGNATURE(resolve_hmac, "yy>s")
SIGNATURE(resolve_crc32, "y>l")

static bool resolve_xxhash64(const struct sql_type *args, size_t count, struct sql_type *want,
			     struct sql_type *result, const char **why)
{
	*why = "cannot be hashed";
	for (size_t i = 0; i < count; i++)
		if (args[i].kind == SQL_ARRAY || args[i].kind == SQL_INTERVAL)
			return false;
	return resolve_signature("?*>l", args, count, want, result, why);
}

#define ENTRY(n, least, most, types, rule, kernel, sign, text, shown, gives)              \
	{                                                                                 \
		.name = (n), .min_args = (least), .max_args = (most), .resolve = (types), \
		.nulls = (rule), .eval = (kernel), .signature = sign, .summary = text,    \
		.example = shown, .result = gives                                         \
	}

const struct function functions_digest[] = {
	ENTRY("md5", 1, 1, resolve_digest, NULL_IN_NULL_OUT, eval_md5,
	      "md5(x BINARY | STRING) -> STRING", "The MD5 of the bytes, in hexadecimal.",
	      "md5('Spark')", "8cde774d6f7333752ed72cacddb05126"),
	ENTRY("sha1", 1, 1, resolve_digest, NULL_IN_NULL_OUT, eval_sha1,
	      "sha1(x BINARY | STRING) -> STRING", "The SHA-1 of the bytes, in hexadecimal.",
	      "sha1('Spark')", "85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c"),
	ENTRY("sha", 1, 1, resolve_digest, NULL_IN_NULL_OUT, eval_sha1,
	      "sha(x BINARY | STRING) -> STRING", "Another name of sha1.", "sha('Spark')",
	      "85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c"),
	ENTRY("sha2", 2, 2, resolve_sha2, NULL_IN_NULL_OUT, eval_sha2,
	      "sha2(x BINARY | STRING, bits INT) -> STRING",
	      "The SHA-2 of 224, 256 (also 0), 384 or 512 bits, in hexadecimal; NULL for others.",
	      "sha2('Spark', 256)",
	      "529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b"),
	ENTRY("crc32", 1, 1, resolve_crc32, NULL_IN_NULL_OUT, eval_crc32,
	      "crc32(x BINARY | STRING) -> BIGINT", "The CRC-32 of the bytes.", "crc32('Spark')",
	      "1557323817"),
	ENTRY("xxhash64", 1, SIZE_MAX, resolve_xxhash64, NULL_OWN, eval_xxhash64,
	      "xxhash64(a, b, ...) -> BIGINT",
	      "The 64-bit xxHash of the values one after another; NULLs are skipped.",
	      "xxhash64('Spark', NULL)", "-4294468057691064905"),
	ENTRY("hmac_sha256", 2, 2, resolve_hmac, NULL_IN_NULL_OUT, eval_hmac,
	      "hmac_sha256(key BINARY | STRING, x BINARY | STRING) -> STRING",
	      "The HMAC-SHA-256 of the bytes under a key, in hexadecimal. Not a function of Spark: "
	      "this program's own.",
	      "hmac_sha256('key', 'The quick brown fox jumps over the lazy dog')",
	      "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"),
	{ .name = NULL },
};
