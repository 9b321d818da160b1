/*
 * The LMDB backend within one process: the contract of every log, and its files: what they are
 * called, who may read them, what happens when they are of another version, cut short, or foreign.
 */
#include <fcntl.h>
#include <lmdb.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "contract_log_asked.h"
#include "contract_log_local.h"
#include "contract_log_trim.h"

static char directory[256];

static int contract_setup(void **state)
{
	static char uri[300];
	make_temp_directory(directory, sizeof(directory));
	snprintf(uri, sizeof(uri), "lmdb:%s/data/user_topic", directory);
	*state = uri;
	return 0;
}

static int contract_teardown(void **state)
{
	(void)state;
	remove_tree(directory);
	return 0;
}

static const char *file_at(void **state, const char *name)
{
	static char path[400];
	snprintf(path, sizeof(path), "%s/%s", (const char *)*state + strlen("lmdb:"), name);
	return path;
}

static void test_files_are_private(void **state)
{
	log_close(create_at(state));
	static const char *const names[] = { "data.mdb", "lock.mdb", "shared" };
	for (int i = 0; i < 3; i++) {
		struct stat st;
		assert_int_equal(0, stat(file_at(state, names[i]), &st));
		assert_int_equal(0600, st.st_mode & 0777);
		assert_true(st.st_blocks >
			    0); /* none of it is a hole that a full disk could bite */
	}
	struct stat st;
	assert_int_equal(0, stat(file_at(state, "."), &st));
	assert_int_equal(0700, st.st_mode & 0777);
}

/* Change a value of the database "meta" behind the program's back. */
static void set_meta(void **state, const char *name, const void *data, size_t len)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	MDB_val key = { .mv_data = (void *)(uintptr_t)name, .mv_size = strlen(name) };
	MDB_val value = { .mv_data = (void *)(uintptr_t)data, .mv_size = len };
	assert_int_equal(0, mdb_env_create(&env));
	mdb_env_set_maxdbs(env, 4);
	assert_int_equal(0, mdb_env_open(env, file_at(state, ""), 0, 0600));
	assert_int_equal(0, mdb_txn_begin(env, NULL, 0, &txn));
	assert_int_equal(0, mdb_dbi_open(txn, "meta", MDB_CREATE, &dbi));
	assert_int_equal(0, mdb_put(txn, dbi, &key, &value, 0));
	assert_int_equal(0, mdb_txn_commit(txn));
	mdb_env_close(env);
}

static void test_newer_format_is_refused(void **state)
{
	struct log *log = create_at(state);
	append_text(log, "a");
	log_close(log);
	uint32_t version = 2;
	set_meta(state, "format", &version, sizeof(version));
	struct log_config config = { .uri = *state, .create = true };
	const char *text = refused_open(&config, US_REJECT);
	assert_non_null(strstr(text, "format 2"));
	assert_non_null(strstr(text, "newer userstream"));
	version = 1;
	set_meta(state, "format", &version, sizeof(version));
	log = open_log(&config);
	assert_int_equal(1, bounds_of(log).high);
	log_close(log);
}

static void test_foreign_environment_is_refused(void **state)
{
	log_close(create_at(state));
	unlink(file_at(state, "data.mdb"));
	set_meta(state, "something", "else", 4);
	struct log_config config = { .uri = *state, .create = true };
	assert_non_null(strstr(refused_open(&config, US_REJECT), "no log of userstream"));
}

static void test_garbage_is_refused(void **state)
{
	log_close(create_at(state));
	int fd = open(file_at(state, "data.mdb"), O_WRONLY | O_TRUNC);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(16, write(fd, "this is no LMDB ", 16));
	close(fd);
	struct log_config config = { .uri = *state, .create = true };
	assert_non_null(strstr(refused_open(&config, US_FATAL), "data.mdb"));
}

/* A copy that was torn: at every length it is refused with the reason, or whole; never SIGBUS. */
static void test_cut_short_is_refused(void **state)
{
	struct err err = ERR_INIT;
	struct stat st;
	struct log *log = create_at(state);
	assert_ok(append_many(log, 500, 700, 1, &err), &err);
	log_close(log);
	char copy[500];
	snprintf(copy, sizeof(copy), "%s.copy", file_at(state, "data.mdb"));
	char command[1200];
	snprintf(command, sizeof(command), "cp '%s' '%s'", file_at(state, "data.mdb"), copy);
	assert_int_equal(0, system(command));
	assert_int_equal(0, stat(copy, &st));
	int refused = 0;
	for (off_t cut = st.st_size - 1; cut > 4096; cut -= 4096 * 7 + 100) {
		snprintf(command, sizeof(command), "cp '%s' '%s'", copy,
			 file_at(state, "data.mdb"));
		assert_int_equal(0, system(command));
		assert_int_equal(0, truncate(file_at(state, "data.mdb"), cut));
		struct log_config config = { .uri = *state, .create = true };
		log = NULL;
		enum status status = log_open(&log, &config, &err);
		if (status == US_OK) {
			assert_int_equal(500, bounds_of(log).high);
		} else {
			assert_status(US_FATAL, status, &err);
			refused++;
		}
		log_close(log);
	}
	assert_true(refused > 5);
}

/* The file "shared" of a log that was deleted must not speak for the new one. */
/* A new data file whose very first write was cut short by a full disk or a kill holds nothing. */
static void test_unfinished_new_file_begins_again(void **state)
{
	for (off_t size = 512; size <= 4096; size *= 2) {
		MDB_env *env;
		log_close(create_at(state));
		remove_tree((const char *)*state + strlen("lmdb:"));
		assert_int_equal(0, mkdir((const char *)*state + strlen("lmdb:"), 0700));
		assert_int_equal(0, mdb_env_create(&env));
		assert_int_equal(
		    0, mdb_env_open(env, (const char *)*state + strlen("lmdb:"), 0, 0600));
		mdb_env_close(env);
		assert_int_equal(0, truncate(file_at(state, "data.mdb"), size));
		struct log *log = create_at(state);
		append_text(log, "a");
		log_close(log);
	}
}

static void test_positions_of_a_deleted_log_are_forgotten(void **state)
{
	struct log *log = create_at(state);
	append_text(log, "a");
	struct log_reader *reader = assigned_reader(log, "r");
	commit_to(reader, 1);
	log_reader_close(reader);
	log_close(log);
	unlink(file_at(state, "data.mdb"));
	log = create_at(state);
	struct err err = ERR_INIT;
	struct log_stat stat;
	assert_ok(log->ops->stat(log, &stat, &err), &err);
	assert_int_equal(0, stat.reader_count);
	log_stat_release(&stat);
	log_close(log);
	/* and a lost one is made anew; the records stay */
	log = create_at(state);
	append_text(log, "b");
	log_close(log);
	assert_int_equal(0, truncate(file_at(state, "shared"), 100));
	log = create_at(state);
	assert_int_equal(1, bounds_of(log).high);
	log_close(log);
}

/* The map grows while another handle of the process is between its polls. */
static void test_the_map_grows(void **state)
{
	struct err err = ERR_INIT;
	struct log *log = open_log(
	    &(struct log_config){ .uri = *state, .create = true, .map_bytes = 1 << 20 });
	struct log_reader *reader = assigned_reader(log, "");
	log_close(log);
	log = open_log(&(struct log_config){ .uri = *state });
	for (int i = 0; i < 8; i++)
		assert_ok(append_many(log, 1000, 1000, 1, &err), &err);
	int64_t next = 0;
	while (next < 8000)
		next = poll_event(reader, 0, 0).next;
	log_reader_close(reader);
	log_close(log);
}

static void test_little_address_space(void **state)
{
	struct rlimit old;
	assert_int_equal(0, getrlimit(RLIMIT_AS, &old));
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	(void)state;
	skip(); /* the sanitizers take terabytes of it for themselves */
#else
	struct rlimit little = { .rlim_cur = 400 << 20, .rlim_max = old.rlim_max };
	assert_int_equal(0, setrlimit(RLIMIT_AS, &little));
	struct log *log = create_at(state);
	append_text(log, "a");
	log_close(log);
	assert_int_equal(0, setrlimit(RLIMIT_AS, &old));
#endif
}

static void test_a_directory_is_needed(void **state)
{
	struct log_config config = { .uri = "lmdb:", .create = true };
	assert_non_null(strstr(refused_open(&config, US_REJECT), "directory"));
	log_close(create_at(state));
	char uri[500];
	snprintf(uri, sizeof(uri), "lmdb:%s", file_at(state, "data.mdb"));
	config.uri = uri;
	refused_open(&config, US_REJECT);
	config.create = false;
	refused_open(&config, US_REJECT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CONTRACT_LOG_TESTS,
		CONTRACT_LOG_ASKED_TESTS,
		CONTRACT_LOG_TRIM_TESTS,
		CONTRACT_LOG_LOCAL_TESTS,
		CONTRACT(test_files_are_private),
		CONTRACT(test_newer_format_is_refused),
		CONTRACT(test_foreign_environment_is_refused),
		CONTRACT(test_garbage_is_refused),
		CONTRACT(test_cut_short_is_refused),
		CONTRACT(test_unfinished_new_file_begins_again),
		CONTRACT(test_positions_of_a_deleted_log_are_forgotten),
		CONTRACT(test_the_map_grows),
		CONTRACT(test_little_address_space),
		CONTRACT(test_a_directory_is_needed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
