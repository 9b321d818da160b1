/*
 * each_allocation.h - run a test with its first allocation failing, then with its second, and so
 * on, until one run makes fewer. What must hold: no crash, no leak (under AddressSanitizer), and a
 * failure that is told.
 *
 *     each_allocation(statement);      where `failing` is true while an allocation will fail
 */
#ifndef TESTS_EACH_ALLOCATION_H
#define TESTS_EACH_ALLOCATION_H

#include <stdbool.h>

#include "core/mem.h"

#define each_allocation(statement)                               \
	do {                                                     \
		bool failing = true;                             \
		for (uint64_t nth_ = 1; failing; nth_++) {       \
			uint64_t before_ = mem_count();          \
			mem_fail_at(nth_);                       \
			statement;                               \
			mem_fail_at(0);                          \
			failing = mem_count() - before_ >= nth_; \
		}                                                \
	} while (0)

#endif
