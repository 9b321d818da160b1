/*
 * spark.h - a statement as plain Spark SQL: what the Spark job runs.
 */
#ifndef SQL_SPARK_H
#define SQL_SPARK_H

#include <stdbool.h>

#include "sql/ast.h"
#include "sql/fields.h"
#include "sql/lexer.h"
#include "sql/plan_state.h"

/* Write the table's spark_select and spark_schema. False: out of memory. */
bool spark_table(struct plan *plan, struct plan_table *out, const struct ast_table *table,
		 const struct token_list *tokens, struct span source,
		 const struct plan_options *options, const struct field *fields);

#endif
