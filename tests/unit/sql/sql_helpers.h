/*
 * sql_helpers.h - what the tests of the SQL room share: compile a text, see its diagnostics.
 */
#ifndef TEST_SQL_HELPERS_H
#define TEST_SQL_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/diag.h"
#include "core/mem.h"
#include "sql/transform.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Compile; `out` gets the diagnostics as they are printed. */
static inline struct plan *compile_text(const char *text, const struct plan_options *options,
					struct buf *out)
{
	struct diag_list diags;
	struct err err = ERR_INIT;
	struct plan *plan;

	diag_init(&diags, "test.sql", span_of(text));
	plan = plan_compile(span_of(text), options, &diags, &err);
	if (!plan && diags.errors == 0)
		buf_printf(out, "%s\n", err.text);
	diag_print(&diags, out);
	diag_release(&diags);
	return plan;
}

/* Compile what has to compile. */
static inline struct plan *must_compile(const char *text)
{
	struct plan *plan;
	struct buf out;

	buf_init(&out, 1 << 20);
	plan = compile_text(text, NULL, &out);
	if (!plan)
		fail_msg("%s", buf_text(&out));
	buf_release(&out);
	return plan;
}

#endif
