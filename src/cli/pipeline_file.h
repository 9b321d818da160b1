/*
 * pipeline_file.h - the pipeline file that --pipeline names, compiled.
 */
#ifndef CLI_PIPELINE_FILE_H
#define CLI_PIPELINE_FILE_H

#include "core/buf.h"
#include "core/err.h"
#include "core/options.h"
#include "log/log.h"
#include "sql/transform.h"

/*
 * Read and compile it. ${NAME} in it is a variable of the environment or .env; FROM STREAM names
 * what --stream says, or the log's topic. The default file is
 * also looked for where the program is installed (../share/userstream/). Errors and warnings are
 * appended to `diagnostics` as lines to print (file:line:column, caret). US_REJECT,
 * EXIT_BAD_CONFIG: it cannot be read (err says why) or has errors (err counts them, diagnostics has
 * them). US_FATAL: out of memory.
 */
enum status pipeline_load(struct plan **out, const struct options *options, struct buf *diagnostics,
			  struct err *err);

/* The same of the file at `path`, whatever --pipeline says. */
enum status pipeline_load_file(struct plan **out, const struct options *options, const char *path,
			       struct buf *diagnostics, struct err *err);

/*
 * Compile a text given on the command line: a SELECT by itself, or a pipeline file's statements.
 * `name` is what diagnostics call it; else as pipeline_load.
 */
enum status pipeline_compile(struct plan **out, const struct options *options, struct span text,
			     const char *name, struct buf *diagnostics, struct err *err);

/* pipeline_load for a command: prints diagnostics and failure on standard error. NULL on failure;
 * then *exit_code is set. */
struct plan *pipeline_load_or_tell(const struct options *options, int *exit_code);

/* What _topic is: the log's topic, or where it has none, what FROM STREAM calls it. Returns `out`.
 */
const char *pipeline_topic(const struct options *options, const struct plan *plan,
			   char out[LOG_TOPIC_MAX]);

/* The file's path, as found. Appended to `out`. */
void pipeline_path(const struct options *options, struct buf *out);

#endif
