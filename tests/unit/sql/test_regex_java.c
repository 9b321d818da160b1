/*
 * test_regex_java.c - random regular expressions against java.util.regex: lines "pattern TAB
 * subject TAB answer" of tests/spark/golden/regex_random.txt.gz. A pattern that Java refuses must
 * be refused; one that the reader refuses though Java takes it is counted and bounded; any other
 * must find the same matches and groups.
 */
#include <stdlib.h>
#include <zlib.h>

#include "sql/regex.h"
#include "sql/sql_helpers.h"
#include "sql/utf8.h"

#define DEFAULT_FILE "tests/spark/golden/regex_random.txt.gz"
#define MOST_SHOWN   20

struct tally {
	size_t compared, refused_by_both, refused_here, differences;
};

/* Undo the escapes of RegexOracle.java in place. */
static struct span unescape(char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '\\') {
			c = text[++i];
			c = (char)(c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c);
		}
		text[n++] = c;
	}
	return (struct span){ text, n };
}

static void append_match(struct buf *out, const struct regex *regex, struct span subject,
			 const size_t *offsets)
{
	buf_append_char(out, '<');
	for (uint32_t group = 0; group <= 2; group++) {
		if (group)
			buf_append_char(out, '|');
		if (group <= regex_groups(regex) && offsets[2 * group] != SIZE_MAX &&
		    !(group && regex_groups_doubtful(regex)))
			buf_append(out, subject.data + offsets[2 * group],
				   offsets[2 * group + 1] - offsets[2 * group]);
	}
	buf_append_char(out, '>');
}

static void find_all(const struct regex *regex, struct regex_scratch *scratch, struct span subject,
		     struct buf *out)
{
	size_t at = 0, copied = 0;
	const size_t *offsets;

	buf_reset(out);
	while (at <= subject.len && regex_search(regex, scratch, subject, at,
						 utf8_is_ascii(subject), &offsets) == REGEX_MATCH) {
		size_t start = offsets[0], end = offsets[1];

		buf_append(out, subject.data + copied, start - copied);
		append_match(out, regex, subject, offsets);
		copied = at = end;
		if (start == end)
			at += end < subject.len ? utf8_size(subject.data[end]) : 1;
	}
	buf_append(out, subject.data + copied, subject.len - copied);
}

static void compare_line(struct span pattern, struct span subject, struct span answer,
			 struct regex_scratch *scratch, struct tally *tally, struct buf *out)
{
	bool java_refuses = answer.len == 1 && answer.data[0] == '!';
	struct regex *regex = NULL;
	struct err err = ERR_INIT;
	enum status status = regex_compile(pattern, &regex, &err);

	assert_true(status == US_OK || status == US_REJECT);
	if (status == US_REJECT) {
		if (java_refuses)
			tally->refused_by_both++;
		else
			tally->refused_here++;
		return;
	}
	tally->compared++;
	if (!regex_groups_doubtful(regex) || java_refuses) {
		find_all(regex, scratch, subject, out);
		if ((java_refuses || !span_equal(buf_span(out), answer)) &&
		    ++tally->differences <= MOST_SHOWN)
			print_message("pattern %.*s over \"%.*s\"\n   here %s\n   Java %.*s\n",
				      (int)pattern.len, pattern.data, (int)subject.len,
				      subject.data, buf_text(out), (int)answer.len, answer.data);
	}
	regex_free(regex);
}

static void test_random_patterns(void **state)
{
	const char *path = getenv("REGEX_GOLDEN");
	gzFile file = gzopen(path ? path : DEFAULT_FILE, "rb");
	struct regex_scratch *scratch = regex_scratch_new();
	struct tally tally = { .compared = 0 };
	static char line[1 << 16];
	struct buf out;

	(void)state;
	assert_non_null(file);
	buf_init(&out, 1 << 20);
	while (gzgets(file, line, sizeof(line))) {
		char *first = strchr(line, '\t'), *second = strchr(first + 1, '\t');
		size_t rest = strcspn(second + 1, "\n");

		compare_line(unescape(line, (size_t)(first - line)),
			     unescape(first + 1, (size_t)(second - first - 1)),
			     unescape(second + 1, rest), scratch, &tally, &out);
	}
	gzclose(file);
	buf_release(&out);
	regex_scratch_free(scratch);
	print_message("%zu compared, %zu refused by both, %zu refused here only, %zu differences\n",
		      tally.compared, tally.refused_by_both, tally.refused_here, tally.differences);
	assert_int_equal(tally.differences, 0);
	assert_true(tally.compared > 4 * tally.refused_here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
