/*
 * spark.h - a statement as plain Spark SQL: what the Spark job runs.
 */
#ifndef SQL_SPARK_H
#define SQL_SPARK_H

#include <stdbool.h>

#include "sql/ast.h"
#include "sql/lexer.h"
#include "sql/plan_state.h"

/* Write spark_select and spark_schema of all tables, once they are numbered. False: out of memory.
 */
bool spark_tables(struct plan *plan, struct ast_table *const *tables,
		  const struct token_list *tokens, struct span source);

#endif
