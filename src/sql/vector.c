/* vector.c - memory of vectors. */
#include "sql/vector.h"

#include <string.h>

size_t vector_width(struct sql_type type)
{
	switch ((enum sql_kind)type.kind) {
	case SQL_NULL:
	case SQL_BOOLEAN:
		return sizeof(uint8_t);
	case SQL_INT:
	case SQL_DATE:
		return sizeof(int32_t);
	case SQL_BIGINT:
	case SQL_TIMESTAMP:
		return sizeof(int64_t);
	case SQL_DOUBLE:
		return sizeof(double);
	case SQL_DECIMAL:
		return sizeof(int128);
	case SQL_STRING:
	case SQL_BINARY:
	case SQL_UUID:
		return sizeof(struct span);
	case SQL_ARRAY:
		return sizeof(struct sql_array);
	case SQL_INTERVAL:
		return sizeof(struct sql_interval);
	}
	return sizeof(struct span);
}

bool vector_init(struct vector *vector, struct sql_type type, size_t rows, struct arena *arena)
{
	vector->type = type;
	vector->constant = false;
	vector->valid = NULL;
	vector->as.data = arena_calloc(arena, rows ? rows : 1, vector_width(type));
	return vector->as.data != NULL;
}

bool vector_make_valid(struct vector *vector, size_t rows, struct arena *arena)
{
	size_t words = (rows + 63) / 64;

	if (vector->valid)
		return true;
	vector->valid = arena_alloc(arena, (words ? words : 1) * sizeof(uint64_t));
	if (!vector->valid)
		return false;
	memset(vector->valid, 0xff, (words ? words : 1) * sizeof(uint64_t));
	return true;
}
