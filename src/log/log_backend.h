/*
 * log_backend.h - what the backends share and nobody outside this room needs: the constructors that
 * log.c picks from by scheme, and the pieces of a URI.
 */
#ifndef LOG_LOG_BACKEND_H
#define LOG_LOG_BACKEND_H

#include "log/log.h"

/* Records larger than this are refused unless the URI says max_record_bytes=N. */
#define LOG_MAX_RECORD_BYTES (16 << 20)
/* A batch handed out by a reader holds about so many bytes; a single record may exceed it. */
#define LOG_BATCH_BYTES (4 << 20)
/* ... and so many records where the caller sets no bound. */
#define LOG_BATCH_RECORDS 16384

/* The parts of "scheme:place?name=value&name=value" after the scheme. */
struct log_uri {
	char *place;
	int64_t max_record_bytes;
	int64_t partitions; /* 1 unless given */
};

/*
 * Take a URI apart. `parameters` names the parameters that the backend knows, separated by blanks;
 * any other is US_REJECT, EXIT_BAD_CONFIG, as is a value that is no number in its range. Release
 * with log_uri_release().
 */
enum status log_uri_parse(struct log_uri *out, const char *uri, const char *parameters,
			  struct err *err);
void log_uri_release(struct log_uri *uri);

/* The constructors: as log_open(), for a URI of the backend's scheme. */
enum status log_open_memory(struct log **out, const struct log_config *config, struct err *err);
enum status log_open_lmdb(struct log **out, const struct log_config *config, struct err *err);
enum status log_open_kafka(struct log **out, const struct log_config *config, struct err *err);

/* "records" or "dead_letters": the stream's name, in files and in messages. */
static inline const char *log_stream_name(enum log_stream stream)
{
	return stream == LOG_RECORDS ? "records" : "dead_letters";
}

/* Every backend's answer to a call on a handle that was opened read_only. */
enum status log_refuse_read_only(const char *place, struct err *err);
/* Every backend's answer to a partition that is not there. */
enum status log_refuse_partition(const char *place, int32_t partition, struct err *err);
/* US_REJECT where a reader's name is longer than log_reader_stat has room for. */
enum status log_check_reader_name(const char *name, struct err *err);

#endif
