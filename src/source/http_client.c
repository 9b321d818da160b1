/*
 * http_client.c - see http_client.h. A multi handle drives the one transfer, so that the wait for
 * the socket is also a wait for config.stop.
 */
#include "source/http_client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>

#include "core/buf.h"
#include "core/mem.h"

/* Memory of a body that is kept from request to request. */
#define BODY_KEPT_MAX      ((size_t)1 << 20)

#define CONNECT_TIMEOUT_MS 15000L
#define REDIRECTS_MAX      3L
#define RETRY_AFTER_MAX_S  86400
#define POLL_MS            1000

struct http_client {
	CURLM *multi;
	CURL *easy;
	struct waiter *stop;
	struct buf body;
	bool too_long;
	char reason[CURL_ERROR_SIZE];
};

static CURLcode global_result;

static void global_init(void)
{
	global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum status http_client_global_init(struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, global_init);
	if (global_result != CURLE_OK)
		return err_set(err, US_FATAL, EXIT_INTERNAL, "cannot start libcurl: %s",
			       curl_easy_strerror(global_result));
	return US_OK;
}

/* libcurl's callback for the body. */
static size_t take_body(char *data, size_t size, size_t count, void *user)
{
	struct http_client *client = user;

	buf_append(&client->body, data, size * count);
	if (!client->body.failed)
		return size * count;
	client->too_long = client->body.len + size * count > client->body.max;
	return 0;
}

/* False: out of memory, or an option that this libcurl does not know. */
static bool set_options(struct http_client *client, const struct http_client_config *config)
{
	CURL *easy = client->easy;
	long connect_ms = config->timeout_ms < CONNECT_TIMEOUT_MS ? config->timeout_ms
								  : CONNECT_TIMEOUT_MS;
	bool ok = true;

	ok &= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_WRITEDATA, client) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, client->reason) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
	if (!config->uncompressed)
		ok &= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)config->timeout_ms) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_MAXREDIRS, REDIRECTS_MAX) == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
	ok &= curl_easy_setopt(easy, CURLOPT_USERAGENT, config->user_agent) == CURLE_OK;
	if (config->proxy)
		ok &= curl_easy_setopt(easy, CURLOPT_PROXY, config->proxy) == CURLE_OK;
	if (config->ca_file)
		ok &= curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file) == CURLE_OK;
	return ok;
}

enum status http_client_open(struct http_client **out, const struct http_client_config *config,
			     struct err *err)
{
	struct http_client *client;

	if (http_client_global_init(err) != US_OK)
		return US_FATAL;
	client = mem_calloc(1, sizeof(*client));
	if (!client)
		return err_no_memory(err, "preparing HTTP requests");
	buf_init(&client->body, config->body_max ? config->body_max : HTTP_BODY_MAX);
	client->stop = config->stop;
	client->multi = curl_multi_init();
	client->easy = curl_easy_init();
	if (!client->multi || !client->easy || !set_options(client, config)) {
		http_client_close(client);
		return err_no_memory(err, "preparing HTTP requests");
	}
	*out = client;
	return US_OK;
}

void http_client_close(struct http_client *client)
{
	if (!client)
		return;
	curl_easy_cleanup(client->easy);
	curl_multi_cleanup(client->multi);
	buf_release(&client->body);
	mem_free(client);
}

static const char *failure_kind(CURLcode code, long response, long connect)
{
	if (connect >= 300)
		return "proxy";
	/* without a status it was no redirect, but an answer that is not HTTP */
	if (code == CURLE_UNSUPPORTED_PROTOCOL && response == 0)
		return "truncated";
	switch ((int)code) {
	case CURLE_PROXY:
		return "proxy";
	case CURLE_COULDNT_CONNECT:
	case CURLE_GOT_NOTHING:
		return "refused";
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return "dns";
	case CURLE_OPERATION_TIMEDOUT:
		return "timeout";
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ENGINE_NOTFOUND:
	case CURLE_SSL_ENGINE_SETFAILED:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CRL_BADFILE:
	case CURLE_USE_SSL_FAILED:
		return "tls";
	case CURLE_TOO_MANY_REDIRECTS:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return "redirect";
	default:
		return "truncated";
	}
}

static enum status fail(struct http_client *client, CURLcode code, const char *shown,
			struct err *err)
{
	const char *reason = *client->reason ? client->reason : curl_easy_strerror(code);
	long response = 0, connect = 0;
	const char *kind;
	enum status status;

	if (code == CURLE_OUT_OF_MEMORY || (code == CURLE_WRITE_ERROR && !client->too_long))
		return err_no_memory(err, "receiving an answer");
	if (code == CURLE_WRITE_ERROR) {
		status = err_set(err, US_RETRY, EXIT_BAD_DATA,
				 "%s: the answer is longer than %zu bytes: ask for fewer records "
				 "(--results)",
				 shown, client->body.max);
		if (err)
			err->kind = "too_long";
		return status;
	}
	/* libcurl's reasons name hosts and numbers, never the URL or its password. */
	curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &response);
	curl_easy_getinfo(client->easy, CURLINFO_HTTP_CONNECTCODE, &connect);
	kind = failure_kind(code, response, connect);
	status = err_set(err, US_RETRY, EXIT_UNREACHABLE, "%s: %s%s", shown, reason,
			 strcmp(kind, "tls") == 0 ? " (--ca-file names other certificates to trust)"
						  : "");
	if (err)
		err->kind = kind;
	return status;
}

static enum status stopped(struct err *err)
{
	enum status status = err_set(err, US_RETRY, EXIT_TRY_AGAIN,
				     "stopped while waiting for an answer");

	if (err)
		err->kind = "stopped";
	return status;
}

/* Drive the transfer to its end. *done with *code, or a status. */
static enum status drive(struct http_client *client, CURLcode *code, struct err *err)
{
	struct curl_waitfd extra = { .fd = client->stop ? client->stop->fd : -1,
				     .events = CURL_WAIT_POLLIN };
	int running = 1;

	for (;;) {
		CURLMcode multi = curl_multi_perform(client->multi, &running);
		if (multi == CURLM_OK && running) {
			if (client->stop && waiter_is_woken(client->stop))
				return stopped(err);
			multi = curl_multi_poll(client->multi, &extra, client->stop ? 1 : 0,
						POLL_MS, NULL);
		}
		if (multi == CURLM_OUT_OF_MEMORY)
			return err_no_memory(err, "receiving an answer");
		if (multi != CURLM_OK)
			return err_set(err, US_FATAL, EXIT_INTERNAL, "libcurl: %s",
				       curl_multi_strerror(multi));
		if (!running)
			break;
	}
	*code = CURLE_RECV_ERROR;
	for (;;) {
		int left;
		CURLMsg *message = curl_multi_info_read(client->multi, &left);
		if (!message)
			return US_OK;
		if (message->msg == CURLMSG_DONE)
			*code = message->data.result;
	}
}

static void read_answer(struct http_client *client, struct http_answer *answer)
{
	long status = 0;
	char *content_type = NULL;
	curl_off_t retry_after = 0;

	curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(client->easy, CURLINFO_CONTENT_TYPE, &content_type);
	curl_easy_getinfo(client->easy, CURLINFO_RETRY_AFTER, &retry_after);
	if (retry_after > RETRY_AFTER_MAX_S)
		retry_after = RETRY_AFTER_MAX_S;
	answer->status = (int)status;
	answer->content_type = span_of(content_type);
	answer->body = buf_span(&client->body);
	answer->retry_after_ms = retry_after > 0 ? (int64_t)retry_after * 1000 : 0;
}

/* See http_client_get(). */
static bool was_served(CURL *easy)
{
	long response = 0, connect = 0, sent = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &response);
	curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connect);
	curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
	return sent > 0 && response < 300 && connect < 300;
}

enum status http_client_get(struct http_client *client, const char *url, const char *shown,
			    struct http_answer *answer, bool *served, struct err *err)
{
	bool secure = strncasecmp(url, "https:", 6) == 0;
	CURLcode code = CURLE_OK;
	enum status status;

	buf_reset(&client->body);
	client->too_long = false;
	client->reason[0] = '\0';
	/* From https only to https: a redirect must not undress a request. */
	if (curl_easy_setopt(client->easy, CURLOPT_REDIR_PROTOCOLS_STR,
			     secure ? "https" : "http,https") != CURLE_OK ||
	    curl_easy_setopt(client->easy, CURLOPT_URL, url) != CURLE_OK ||
	    curl_multi_add_handle(client->multi, client->easy) != CURLM_OK)
		return err_no_memory(err, "preparing an HTTP request");
	status = drive(client, &code, err);
	if (served)
		*served = was_served(client->easy);
	curl_multi_remove_handle(client->multi, client->easy);
	if (status != US_OK)
		return status;
	if (code != CURLE_OK)
		return fail(client, code, shown, err);
	read_answer(client, answer);
	return US_OK;
}

void http_client_forget_body(struct http_client *client)
{
	if (client->body.capacity > BODY_KEPT_MAX)
		buf_release(&client->body);
}
