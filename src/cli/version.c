/*
 * version.c - userstream --version: the libraries as they are at run time where they tell, and how
 * it was compiled.
 */
#include <curl/curl.h>
#include <lmdb.h>
#include <microhttpd.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <unicode/uversion.h>
#include <zlib.h>
#include <zstd.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "cli/help.h"
#include "cli/simdjson_version.h"

static void line(struct buf *out, const char *name, const char *version)
{
	buf_printf(out, "  %-14s %s\n", name, version);
}

void help_version(struct buf *out)
{
	char icu[U_MAX_VERSION_STRING_LENGTH], pcre2[64] = "";
	const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
	UVersionInfo icu_version;
	int major, minor, patch;

	u_getVersion(icu_version);
	u_versionToString(icu_version, icu);
	pcre2_config(PCRE2_CONFIG_VERSION, pcre2);
	pcre2[sizeof(pcre2) - 1] = '\0';

	buf_append_text(out, "userstream " USERSTREAM_VERSION "\n");
	buf_printf(out, "  %-14s %s (%s)\n", "libcurl", curl->version, curl->ssl_version);
	line(out, "libmicrohttpd", MHD_get_version());
	mdb_version(&major, &minor, &patch);
	buf_printf(out, "  %-14s %d.%d.%d\n", "LMDB", major, minor, patch);
	line(out, "SQLite", sqlite3_libversion());
	line(out, "simdjson", simdjson_version());
	line(out, "ICU", icu);
	line(out, "PCRE2", pcre2);
	line(out, "OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING));
	line(out, "zlib", zlibVersion());
	line(out, "zstd", ZSTD_versionString());
#ifdef __clang__
	line(out, "compiler", __VERSION__);
#else
	line(out, "compiler", "GCC " __VERSION__);
#endif
}
