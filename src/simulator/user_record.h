/*
 * user_record.h - writes users as the API's JSON objects. The hot path: no allocation but the
 * buffer's own growth, no formatting functions.
 */
#ifndef SIMULATOR_USER_RECORD_H
#define SIMULATOR_USER_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "simulator/people.h"
#include "simulator/user_stream.h"

/* The fields, in the order of the answer. */
enum user_field {
	FIELD_GENDER,
	FIELD_NAME,
	FIELD_LOCATION,
	FIELD_EMAIL,
	FIELD_LOGIN,
	FIELD_DOB,
	FIELD_REGISTERED,
	FIELD_PHONE,
	FIELD_CELL,
	FIELD_ID,
	FIELD_PICTURE,
	FIELD_NAT,
	FIELD_COUNT
};

extern const char *const user_field_names[FIELD_COUNT];

#define FIELDS_ALL          ((1u << FIELD_COUNT) - 1)
#define PASSWORD_LENGTH_MAX 64

/* Password rules: none (count == 0) means words of our list. */
struct password_rule {
	char characters[96]; /* to choose from */
	uint32_t count;
	uint32_t min; /* 1 <= min <= max <= PASSWORD_LENGTH_MAX */
	uint32_t max;
};

/* What a user may be spoilt with, on demand: the shares are of all users. */
enum record_fault {
	RECORD_FAULT_NONE,
	RECORD_FAULT_BAD_EMAIL,       /* no @ in it */
	RECORD_FAULT_BAD_COORDINATES, /* latitude beyond 90 */
	RECORD_FAULT_NO_UUID,         /* null */
	RECORD_FAULT_BORN_LATE        /* born after registering */
};

struct user_shape {
	uint32_t fields; /* bit set of 1 << user_field */
	uint8_t nations[NATIONALITY_COUNT];
	uint32_t nation_count; /* > 0 */
	int gender;            /* PEOPLE_MALE, PEOPLE_FEMALE, -1: either */
	struct password_rule password;
	int64_t now_ms; /* ages are as of then */
};

/*
 * Appends user number `index` of the seed. Thread safe. A failure is the buffer's `failed`.
 */
void user_record_append(struct buf *out, const struct people *people,
			const struct user_shape *shape, struct user_seed seed, uint64_t index,
			enum record_fault fault);

#endif
