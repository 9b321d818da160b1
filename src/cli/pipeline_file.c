/*
 * pipeline_file.c - see pipeline_file.h.
 */
#include "cli/pipeline_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"
#include "core/file_read.h"

#define PIPELINE_MAX ((size_t)4 << 20)
#define INSTALLED    "/share/userstream/"

/* DIR/bin/userstream -> DIR/share/userstream/FILE, where there is one. */
static void append_installed_path(struct buf *out, const char *file)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	size_t before = out->len;

	for (int up = 0; up < 2 && len > 0; up++)
		while (len > 0 && path[--len] != '/')
			;
	if (len <= 0)
		return;
	buf_append(out, path, (size_t)len);
	buf_append_text(out, INSTALLED);
	buf_append_text(out, file);
	if (!out->failed && access(out->data + before, R_OK) != 0) {
		out->len = before;
		out->data[before] = '\0';
	}
}

void pipeline_path(const struct options *options, struct buf *out)
{
	const char *file = option_text(options, OPTION_PIPELINE);
	size_t before = out->len;

	if (!option_given(options, OPTION_PIPELINE) && access(file, F_OK) != 0)
		append_installed_path(out, file);
	if (out->len == before)
		buf_append_text(out, file);
}

static const char *find_variable(void *user, struct span name)
{
	char text[256];

	if (name.len >= sizeof(text))
		return NULL;
	memcpy(text, name.data, name.len);
	text[name.len] = '\0';
	return option_variable(user, text);
}

/* What FROM STREAM has to say; NULL: any name will do. */
static const char *stream_name(const struct options *options, char topic[LOG_TOPIC_MAX])
{
	const char *alias = option_text(options, OPTION_STREAM);
	const char *log = option_text(options, OPTION_LOG); /* NULL: the command knows of none */

	if (alias && *alias)
		return alias;
	log_uri_topic(log ? log : "", topic);
	return topic[0] ? topic : NULL;
}

const char *pipeline_topic(const struct options *options, const struct plan *plan,
			   char out[LOG_TOPIC_MAX])
{
	log_uri_topic(option_text(options, OPTION_LOG), out);
	if (!out[0])
		snprintf(out, LOG_TOPIC_MAX, "%s", plan_stream(plan));
	return out;
}

static enum status compile(struct plan **out, const struct options *options, struct span text,
			   const char *name, bool bare_select, struct buf *diagnostics,
			   struct err *err)
{
	struct plan_options plan_options = { .variable = find_variable,
					     .user = (void *)(uintptr_t)options,
					     .bare_select = bare_select };
	char topic[LOG_TOPIC_MAX];
	struct err compiling = ERR_INIT;
	struct diag_list diags;
	enum status status = US_OK;

	if (!bare_select)
		plan_options.stream = stream_name(options, topic);
	diag_init(&diags, name, text);
	*out = plan_compile(text, &plan_options, &diags, &compiling);
	diag_print(&diags, diagnostics);
	if (!*out && diags.errors) {
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%s: %zu error%s", name,
				 diags.errors, diags.errors == 1 ? "" : "s");
	} else if (!*out) {
		status = US_FATAL;
		*err = compiling;
	}
	diag_release(&diags);
	return status;
}

enum status pipeline_load_file(struct plan **out, const struct options *options, const char *path,
			       struct buf *diagnostics, struct err *err)
{
	struct buf text;
	enum status status;

	buf_init(&text, PIPELINE_MAX);
	status = file_read(path, &text, NULL, err);
	if (status == US_OK)
		status = compile(out, options, buf_span(&text), path, false, diagnostics, err);
	else
		err_prefix(err, "the pipeline file");
	buf_release(&text);
	return status;
}

enum status pipeline_load(struct plan **out, const struct options *options, struct buf *diagnostics,
			  struct err *err)
{
	enum status status;
	struct buf path;

	buf_init(&path, 8192);
	pipeline_path(options, &path);
	if (path.failed)
		status = err_no_memory(err, "reading the pipeline file");
	else
		status = pipeline_load_file(out, options, path.data, diagnostics, err);
	buf_release(&path);
	return status;
}

enum status pipeline_compile(struct plan **out, const struct options *options, struct span text,
			     const char *name, struct buf *diagnostics, struct err *err)
{
	return compile(out, options, text, name, true, diagnostics, err);
}

struct plan *pipeline_load_or_tell(const struct options *options, int *exit_code)
{
	struct buf diagnostics;
	struct err err = ERR_INIT, ignored = ERR_INIT;
	struct plan *plan = NULL;
	enum status status;

	buf_init(&diagnostics, (size_t)1 << 20);
	status = pipeline_load(&plan, options, &diagnostics, &err);
	output_write(STDERR_FILENO, buf_span(&diagnostics), &ignored);
	buf_release(&diagnostics);
	*exit_code = status == US_OK ? EXIT_DONE : output_fail(&err);
	return status == US_OK ? plan : NULL;
}
