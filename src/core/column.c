/*
 * column.c - the names of the column types.
 */
#include "core/column.h"

const char *column_type_name(enum column_type type)
{
	switch (type) {
	case COLUMN_TEXT:
		return "TEXT";
	case COLUMN_UUID:
		return "UUID";
	case COLUMN_INT:
		return "INT";
	case COLUMN_BIGINT:
		return "BIGINT";
	case COLUMN_DOUBLE:
		return "DOUBLE";
	case COLUMN_BOOLEAN:
		return "BOOLEAN";
	case COLUMN_TIMESTAMP:
		return "TIMESTAMP";
	case COLUMN_DATE:
		return "DATE";
	}
	return "?";
}
