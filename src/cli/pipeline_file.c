/*
 * pipeline_file.c - see pipeline_file.h.
 */
#include "cli/pipeline_file.h"

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

enum status pipeline_load(struct plan **out, const struct options *options, struct buf *diagnostics,
			  struct err *err)
{
	struct plan_options plan_options = { .variable = find_variable,
					     .user = (void *)(uintptr_t)options };
	struct diag_list diags;
	struct buf path, text;
	enum status status;
	struct err compiling = ERR_INIT;

	buf_init(&path, 8192);
	buf_init(&text, PIPELINE_MAX);
	pipeline_path(options, &path);
	if (path.failed) {
		status = err_no_memory(err, "reading the pipeline file");
		goto out;
	}
	status = file_read(path.data, &text, NULL, err);
	if (status != US_OK) {
		err_prefix(err, "the pipeline file (--pipeline)");
		goto out;
	}
	diag_init(&diags, path.data, buf_span(&text));
	*out = plan_compile(buf_span(&text), &plan_options, &diags, &compiling);
	diag_print(&diags, diagnostics);
	if (!*out && diags.errors)
		status = err_set(err, US_REJECT, EXIT_BAD_CONFIG, "%s: %zu error%s", path.data,
				 diags.errors, diags.errors == 1 ? "" : "s");
	else if (!*out) {
		status = US_FATAL;
		*err = compiling;
	}
	diag_release(&diags);
out:
	buf_release(&text);
	buf_release(&path);
	return status;
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
