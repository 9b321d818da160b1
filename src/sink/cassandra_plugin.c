/*
 * cassandra_plugin.c - see cassandra_plugin.h.
 */
#include "sink/cassandra_plugin.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"

#define FILE_NAME "userstream-cassandra.so"
#define HOW_TO_GET_IT                                                                       \
	"`make cassandra` in the source builds it (it needs Rust 1.88 or newer: Debian 12 " \
	"has it in the packages rustc-web and cargo-web), `make install` installs it"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const struct cassandra_api *loaded; /* guarded by lock */

/* The folder of this program, without a slash at its end. False: not known. */
static bool program_folder(char *out, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", out, size - 1);
	char *slash;

	if (len <= 0)
		return false;
	out[len] = '\0';
	slash = strrchr(out, '/');
	if (!slash)
		return false;
	*slash = '\0';
	return true;
}

/* Where it may be, the i-th place. False: no more. */
static bool place(size_t i, char *out, size_t size)
{
	const char *folder = getenv("USERSTREAM_PLUGINS");
	char program[4096];
	int len;

	if (folder && *folder)
		len = i == 0 ? snprintf(out, size, "%s/" FILE_NAME, folder) : -1;
	else if (i > 1 || !program_folder(program, sizeof(program)))
		len = -1;
	else
		len = snprintf(out, size, "%s%s/" FILE_NAME, program,
			       i == 0 ? "" : "/../lib/userstream");
	return len > 0 && (size_t)len < size;
}

static enum status refuse(struct err *err, const char *path, const char *why)
{
	return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
		       "the Cassandra plugin %s cannot be used: %s. " HOW_TO_GET_IT, path, why);
}

static enum status check(const struct cassandra_api *api, const char *path, struct err *err)
{
	static const uint32_t sizes[] = {
		sizeof(struct cassandra_error), sizeof(struct cassandra_config),
		sizeof(struct cassandra_value), sizeof(struct cassandra_bound),
		sizeof(struct cassandra_rows),  sizeof(struct cassandra_outcome),
		sizeof(struct column),
	};

	if (api->abi_version != CASSANDRA_ABI_VERSION ||
	    memcmp(api->sizes, sizes, sizeof(sizes)) != 0)
		return refuse(err, path, "it was built from another version of the source");
	return US_OK;
}

static enum status load(const struct cassandra_api **out, struct err *err)
{
	char path[4200] = "";
	struct buf looked;
	void *library;
	const struct cassandra_api *api;

	buf_init(&looked, 1 << 14);
	for (size_t i = 0; place(i, path, sizeof(path)); i++) {
		if (access(path, R_OK) == 0)
			break;
		buf_printf(&looked, "%s%s", i ? ", " : "", path);
		path[0] = '\0';
	}
	if (!path[0]) {
		enum status status = err_missing(
		    err, "the Cassandra plugin is not here (looked for %s). " HOW_TO_GET_IT,
		    buf_text(&looked));

		if (err)
			err->kind = "plugin"; /* not a database that may be made */
		buf_release(&looked);
		return status;
	}
	buf_release(&looked);
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!library)
		return refuse(err, path, dlerror());
	api = dlsym(library, CASSANDRA_API_SYMBOL);
	if (!api)
		return refuse(err, path, "it does not export " CASSANDRA_API_SYMBOL);
	*out = api;
	return check(api, path, err);
}

enum status cassandra_plugin_load(const struct cassandra_api **out, struct err *err)
{
	enum status status = US_OK;

	pthread_mutex_lock(&lock);
	if (!loaded) {
		const struct cassandra_api *api = NULL;

		status = load(&api, err);
		if (status == US_OK)
			loaded = api;
	}
	*out = loaded;
	pthread_mutex_unlock(&lock);
	return status;
}
