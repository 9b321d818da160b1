/*
 * lmdb_env.c - opening and closing LMDB environments: one a directory and process. Transactions and
 * the map are in lmdb_txn.c, the databases in lmdb_meta.c.
 *
 * Opening, in this order: find the directory in the list of this process; open the file "shared"
 * and wait until nobody else is opening; give blocks to LMDB's lock file (a full disk must not be
 * SIGBUS); empty a data file that was never finished; open LMDB; see that the data file is whole;
 * read the format's version.
 */
#include "log/lmdb_env.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "log/lmdb_meta.h"
#include "log/log_files.h"

/* The map a log begins with: address space, not memory. It doubles when it is full. */
#define FIRST_MAP (UINT64_C(4) << 30)
#define LEAST_MAP (UINT64_C(1) << 20)
/* LMDB's table of readers; each handle and each reader takes an entry. */
#define LOCK_FILE_SIZE 16384
#define MAX_DATABASES  8

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct lmdb_env *list;

static size_t first_map(int64_t bound)
{
	uint64_t size = FIRST_MAP;
	struct rlimit limit;
	if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	    size > limit.rlim_cur / 4)
		size = limit.rlim_cur / 4;
	if (bound > 0 && size > (uint64_t)bound)
		size = (uint64_t)bound;
	if (size < LEAST_MAP)
		size = LEAST_MAP;
	return (size_t)(size & ~UINT64_C(0xffff));
}

/* One try with a map of this size; env->mdb is closed again on failure. */
static int try_open(struct lmdb_env *env, size_t map)
{
	int rc = mdb_env_create(&env->mdb);
	if (rc != 0)
		return rc;
	rc = mdb_env_set_maxdbs(env->mdb, MAX_DATABASES);
	if (rc == 0)
		rc = mdb_env_set_mapsize(env->mdb, map);
	if (rc == 0)
		rc = mdb_env_open(env->mdb, env->path,
				  MDB_NOTLS | (env->read_only ? MDB_RDONLY : 0), 0600);
	if (rc != 0) {
		mdb_env_close(env->mdb);
		env->mdb = NULL;
	}
	return rc;
}

static enum status open_mdb(struct lmdb_env *env, int64_t bound, struct err *err)
{
	size_t map = first_map(bound);
	int rc = try_open(env, map);
	while (rc == ENOMEM && map / 2 >= LEAST_MAP) /* no address space for it */
		rc = try_open(env, map /= 2);
	if (rc == 0) {
		int dead = 0;
		mdb_reader_check(env->mdb, &dead);
		return US_OK;
	}
	if (rc == MDB_INVALID || rc == MDB_VERSION_MISMATCH)
		return err_set(
		    err, US_FATAL, EXIT_BAD_DATA,
		    "%s/data.mdb is damaged or no LMDB file (%s): restore it from a copy, or "
		    "move the directory away to begin a new log",
		    env->path, mdb_strerror(rc));
	return log_file_error("open the log", env->path, rc, err);
}

/* Give blocks to LMDB's lock file, which it maps for writing. Nobody else has it open. */
static enum status allocate_lock_file(const struct lmdb_env *env, struct err *err)
{
	char *path = log_file_path(env->path, "lock.mdb");
	if (!path)
		return err_no_memory(err, "opening the log");
	enum status status = US_OK;
	struct stat st = { 0 };
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int failed = fd < 0 || fstat(fd, &st) != 0 ? errno : 0;
	if (!failed)
		failed = log_file_allocate(fd, st.st_size ? (size_t)st.st_size : LOCK_FILE_SIZE);
	if (failed)
		status = log_file_error("make room for", path, failed, err);
	if (fd >= 0)
		close(fd);
	mem_free(path);
	return status;
}

/*
 * LMDB makes a data file with one write of its first two pages, each with a description. Where a
 * full disk or a kill cut that write short, there was never anything in the file, but LMDB calls it
 * damaged for good: make it empty again. Nobody else has it open.
 */
static enum status empty_unborn_file(const struct lmdb_env *env, struct err *err)
{
	/* where LMDB's format, fixed since 0.9, has them in the first page */
	enum { MAGIC = 16, PAGE_SIZE_AT = 40, TXN_AT = 144, END = 152 };
	unsigned char page[END];
	uint32_t magic, page_size;
	uint64_t txn;
	struct stat st;
	enum status status = US_OK;
	char *path = log_file_path(env->path, "data.mdb");
	if (!path)
		return err_no_memory(err, "opening the log");
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0 || pread(fd, page, END, 0) != END)
		goto out; /* not there, or not like that: LMDB's to judge */
	memcpy(&magic, page + MAGIC, sizeof(magic));
	memcpy(&page_size, page + PAGE_SIZE_AT, sizeof(page_size));
	memcpy(&txn, page + TXN_AT, sizeof(txn));
	if (magic == 0xBEEFC0DE && txn == 0 && st.st_size < 2 * (int64_t)page_size &&
	    ftruncate(fd, 0) != 0)
		status = log_file_error("begin", path, errno, err);
out:
	if (fd >= 0)
		close(fd);
	mem_free(path);
	return status;
}

static enum status cut_short(const struct lmdb_env *env, int64_t size, int64_t expected,
			     struct err *err)
{
	return err_set(
	    err, US_FATAL, EXIT_BAD_DATA,
	    "%s/data.mdb is cut short: %lld bytes of %lld. Restore it from a copy, or move "
	    "the directory away to begin a new log",
	    env->path, (long long)size, (long long)expected);
}

/*
 * Reading a map behind the end of its file is SIGBUS. A data file may rightly end before its last
 * page where that page is free; then, and when a copy was torn, the rest is made readable (a hole),
 * and *check asks for a look at every record.
 */
static enum status complete_file(struct lmdb_env *env, bool *check, struct err *err)
{
	MDB_envinfo info;
	MDB_stat stat;
	struct stat st;
	int fd = -1;
	*check = false;
	if (mdb_env_info(env->mdb, &info) != 0 || mdb_env_stat(env->mdb, &stat) != 0 ||
	    mdb_env_get_fd(env->mdb, &fd) != 0 || fstat(fd, &st) != 0)
		return err_set(err, US_FATAL, EXIT_IO, "cannot examine the log %s", env->path);
	int64_t expected = ((int64_t)info.me_last_pgno + 1) * stat.ms_psize;
	if (st.st_size >= expected)
		return US_OK;
	if (env->read_only)
		return cut_short(env, st.st_size, expected, err);
	if (!env->shared.first)
		return US_OK; /* the first one looked; now a writer is at work */
	*check = true;
	if (ftruncate(fd, expected) != 0)
		return log_file_error("extend", env->path, errno, err);
	return US_OK;
}

/* Are the keys of a stream one after the other from first to last? */
static bool is_whole(MDB_txn *txn, MDB_dbi dbi)
{
	MDB_cursor *cursor;
	MDB_val key;
	MDB_val value;
	int64_t expected = -1;
	if (mdb_cursor_open(txn, dbi, &cursor) != 0)
		return false;
	int rc;
	while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		int64_t offset;
		if (key.mv_size != sizeof(offset))
			break;
		memcpy(&offset, key.mv_data, sizeof(offset));
		if (expected >= 0 && offset != expected)
			break;
		expected = offset + 1;
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND;
}

/* Look at every record of a file that was short. */
static enum status check_records(struct lmdb_env *env, struct err *err)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(env->mdb, NULL, MDB_RDONLY, &txn);
	if (rc != 0)
		return lmdb_env_error(env, rc, "check", err);
	bool whole = true;
	for (int i = 0; i < SHARED_STREAMS; i++)
		whole = whole && is_whole(txn, env->streams[i]);
	mdb_txn_abort(txn);
	if (whole)
		return US_OK;
	return err_set(err, US_FATAL, EXIT_BAD_DATA,
		       "%s/data.mdb was cut short and has lost records: restore it from a copy, or "
		       "move the directory away to begin a new log",
		       env->path);
}

static void env_free(struct lmdb_env *env)
{
	if (env->mdb)
		mdb_env_close(env->mdb);
	if (env->shared.path)
		shared_file_close(&env->shared);
	pthread_rwlock_destroy(&env->map_lock);
	mem_free(env->path);
	mem_free(env);
}

static struct lmdb_env *env_alloc(const char *path, const struct stat *st)
{
	struct lmdb_env *env = mem_calloc(1, sizeof(*env));
	if (!env)
		return NULL;
	env->path = mem_strdup(path);
	if (!env->path) {
		mem_free(env);
		return NULL;
	}
	env->device = st->st_dev;
	env->inode = st->st_ino;
	env->pid = getpid();
	pthread_rwlockattr_t attributes;
	pthread_rwlockattr_init(&attributes);
	pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&env->map_lock, &attributes);
	pthread_rwlockattr_destroy(&attributes);
	return env;
}

static enum status env_open(struct lmdb_env **out, const char *path, const struct stat *st,
			    bool create, int64_t bound, struct err *err)
{
	bool check = false;
	struct lmdb_env *env = env_alloc(path, st);
	if (!env)
		return err_no_memory(err, "opening the log");
	enum status status = shared_file_open(&env->shared, path, err);
	if (status != US_OK)
		goto out;
	env->read_only = env->shared.read_only;
	if (env->shared.first)
		status = allocate_lock_file(env, err);
	if (status == US_OK && env->shared.first && !env->read_only)
		status = empty_unborn_file(env, err);
	if (status == US_OK)
		status = open_mdb(env, bound, err);
	if (status == US_OK)
		status = complete_file(env, &check, err);
	if (status == US_OK)
		status = lmdb_meta_open(env, create, err);
	if (status == US_OK && check)
		status = check_records(env, err);
	if (status == US_OK && !env->read_only && env->shared.first) {
		lmdb_env_make_reserve(env);
		status = log_directory_sync(path, err);
	}
	if (status == US_OK && !env->read_only)
		status = shared_file_ready(&env->shared, env->identity, err);
	if (status != US_OK)
		goto out;
	*out = env;
	return US_OK;
out:
	env_free(env);
	return status;
}

/* The directory, made where it is missing and to be made; it must hold a data file otherwise. */
static enum status find_directory(const char *path, bool create, struct stat *st, struct err *err)
{
	if (path[0] == '\0')
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "lmdb: needs a directory: lmdb:data/user_topic");
	bool made = create && stat(path, st) != 0 && errno == ENOENT;
	if (made) {
		enum status status = log_directory_make(path, err);
		if (status != US_OK)
			return status;
	}
	char *data = log_file_path(path, "data.mdb");
	if (!data)
		return err_no_memory(err, "opening the log");
	bool missing = !create && access(data, F_OK) != 0 && errno == ENOENT;
	mem_free(data);
	if (missing)
		return err_missing(
		    err, "there is no log in %s: userstream run or userstream produce makes it",
		    path);
	if (stat(path, st) != 0)
		return log_file_error("find", path, errno, err);
	if (!S_ISDIR(st->st_mode))
		return err_set(err, US_REJECT, EXIT_BAD_CONFIG,
			       "%s is no directory: the log lmdb:%s is one", path, path);
	return US_OK;
}

enum status lmdb_env_get(struct lmdb_env **out, const char *path, bool create, int64_t map_bytes,
			 struct err *err)
{
	struct stat st = { 0 };
	enum status status = find_directory(path, create, &st, err);
	if (status != US_OK)
		return status;
	pthread_mutex_lock(&list_lock);
	struct lmdb_env *env = list;
	while (env &&
	       !(env->device == st.st_dev && env->inode == st.st_ino && env->pid == getpid()))
		env = env->next;
	if (env && atomic_load(&env->broken)) {
		status = err_set(
		    err, US_RETRY, EXIT_TRY_AGAIN,
		    "the log %s failed and can be opened again once all of its users in "
		    "this process have closed it",
		    path);
		goto out;
	}
	if (!env) {
		status = env_open(&env, path, &st, create, map_bytes, err);
		if (!env)
			goto out;
		env->next = list;
		list = env;
	}
	env->refs++;
	lmdb_env_bound(env, map_bytes);
	*out = env;
out:
	pthread_mutex_unlock(&list_lock);
	return status;
}

struct lmdb_env *lmdb_env_share(struct lmdb_env *env)
{
	pthread_mutex_lock(&list_lock);
	env->refs++;
	pthread_mutex_unlock(&list_lock);
	return env;
}

void lmdb_env_put(struct lmdb_env *env)
{
	if (!env)
		return;
	pthread_mutex_lock(&list_lock);
	if (--env->refs == 0) {
		for (struct lmdb_env **at = &list; *at; at = &(*at)->next)
			if (*at == env) {
				*at = env->next;
				break;
			}
		env_free(env);
	}
	pthread_mutex_unlock(&list_lock);
}
