/*
 * test_output.c - what people see: tables, notes, the live line, numbers.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/human.h"
#include "core/live_line.h"
#include "core/note.h"
#include "core/table_print.h"
#include "each_allocation.h"

/* What was written to the temporary file `fd`. Valid until the next call. */
static const char *written(int fd)
{
	static char text[1 << 20];
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);

	assert_true(len >= 0);
	text[len] = '\0';
	return text;
}

static int temporary(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);

	assert_true(fd >= 0);
	return fd;
}

#define TEXT(s)                                                                  \
	{                                                                        \
		.kind = TABLE_TEXT, .text = {.data = (s), .len = sizeof(s) - 1 } \
	}
#define INTEGER(s)                                                                  \
	{                                                                           \
		.kind = TABLE_INTEGER, .text = {.data = (s), .len = sizeof(s) - 1 } \
	}
#define REAL(s)                                                                  \
	{                                                                        \
		.kind = TABLE_REAL, .text = {.data = (s), .len = sizeof(s) - 1 } \
	}
#define TRUTH(s)                                                                    \
	{                                                                           \
		.kind = TABLE_BOOLEAN, .text = {.data = (s), .len = sizeof(s) - 1 } \
	}
#define BLOB(s)                                                                  \
	{                                                                        \
		.kind = TABLE_BLOB, .text = {.data = (s), .len = sizeof(s) - 1 } \
	}
#define NOTHING                                                       \
	{                                                             \
		.kind = TABLE_NULL, .text = {.data = NULL, .len = 0 } \
	}

static const char *const people_names[] = { "name", "city", "age", "ok" };
static const struct table_cell people[][4] = {
	{ TEXT("Zoë"), TEXT("København"), INTEGER("7"), TRUTH("1") },
	{ TEXT("王小明"), TEXT("a\tb\n\x1b[31m\xc2\x85"), INTEGER("-12345"), TRUTH("0") },
	{ TEXT("e\xcc\x81"), NOTHING, NOTHING, TRUTH("true") },
	{ TEXT(""), TEXT("say \"hi\", you"), REAL("1.5"), NOTHING },
};

static const char *print(enum table_format format, size_t width, const char *const *names,
			 size_t columns, const struct table_cell *cells, size_t rows)
{
	struct table_printer *printer;
	int fd = temporary();
	const char *text;

	assert_int_equal(table_printer_open(&printer, format, fd, width, NULL), US_OK);
	assert_true(table_printer_header(printer, columns, names));
	for (size_t i = 0; i < rows; i++)
		assert_true(table_printer_row(printer, cells + i * columns));
	assert_int_equal(table_printer_close(printer, NULL), US_OK);
	text = written(fd);
	(void)close(fd);
	return text;
}

static void tables_line_up(void **state)
{
	(void)state;
	assert_string_equal(print(TABLE_ALIGNED, 0, people_names, 4, people[0], 4),
			    "name    city                   age  ok\n"
			    "------  ------------------  ------  -----\n"
			    "Zoë     København                7  true\n"
			    "王小明  a\\tb\\n\\x1b[31m\\x85  -12345  false\n"
			    "e\xcc\x81       NULL                  NULL  true\n"
			    "        say \"hi\", you          1.5  NULL\n"
			    "(4 rows)\n");
}

static void tables_are_cut_to_the_width(void **state)
{
	static const char *const names[] = { "a", "b" };
	static const struct table_cell row[] = { TEXT("a text that is long"),
						 TEXT("漢字漢字漢字") };

	(void)state;
	assert_string_equal(print(TABLE_ALIGNED, 20, names, 2, row, 1), "a          b\n"
									"---------  ---------\n"
									"a text t…  漢字漢字…\n"
									"(1 row)\n");
	assert_string_equal(print(TABLE_ALIGNED, 12, names, 2, row, 1), "-- row 1\n"
									"a  a text t…\n"
									"b  漢字漢字…\n"
									"(1 row)\n");
	assert_string_equal(print(TABLE_ALIGNED, 12, names, 2, row, 0), "a  b\n"
									"-  -\n"
									"(0 rows)\n");
}

static void json_is_one_object_a_line(void **state)
{
	static const char *const names[] = { "blob", "inf" };
	static const struct table_cell row[] = { BLOB("\x00\xff"), REAL("-Inf") };

	(void)state;
	assert_string_equal(
	    print(TABLE_JSON, 10, people_names, 4, people[0], 4),
	    "{\"name\":\"Zoë\",\"city\":\"København\",\"age\":7,\"ok\":true}\n"
	    "{\"name\":\"王小明\",\"city\":\"a\\tb\\n\\u001b[31m\xc2\x85\",\"age\":-12345,\"ok\":"
	    "false}\n"
	    "{\"name\":\"e\xcc\x81\",\"city\":null,\"age\":null,\"ok\":true}\n"
	    "{\"name\":\"\",\"city\":\"say \\\"hi\\\", you\",\"age\":1.5,\"ok\":null}\n");
	assert_string_equal(print(TABLE_JSON, 0, names, 2, row, 1),
			    "{\"blob\":\"00ff\",\"inf\":\"-Inf\"}\n");
	assert_string_equal(print(TABLE_JSON, 0, names, 2, row, 0), "");
}

static void csv_is_rfc_4180(void **state)
{
	(void)state;
	assert_string_equal(print(TABLE_CSV, 10, people_names, 4, people[0], 4),
			    "name,city,age,ok\r\n"
			    "Zoë,København,7,true\r\n"
			    "王小明,\"a\tb\n\x1b[31m\xc2\x85\",-12345,false\r\n"
			    "e\xcc\x81,,,true\r\n"
			    "\"\",\"say \"\"hi\"\", you\",1.5,\r\n");
	assert_string_equal(print(TABLE_CSV, 0, people_names, 4, people[0], 0),
			    "name,city,age,ok\r\n");
}

/* More rows than are kept: the head comes once, the count is right. */
static void long_tables_stream(void **state)
{
	static const char *const names[] = { "n" };
	struct table_printer *printer;
	int fd = temporary(), heads = 0;
	const char *text;

	(void)state;
	assert_int_equal(table_printer_open(&printer, TABLE_ALIGNED, fd, 0, NULL), US_OK);
	assert_true(table_printer_header(printer, 1, names));
	for (int i = 0; i < 2500; i++) {
		char number[16];
		struct table_cell cell = { .kind = TABLE_INTEGER };

		snprintf(number, sizeof(number), "%d", i);
		cell.text = span_of(number);
		assert_true(table_printer_row(printer, &cell));
	}
	assert_int_equal(table_printer_close(printer, NULL), US_OK);
	text = written(fd);
	for (const char *c = text; (c = strstr(c, "n\n")) != NULL; c++)
		heads++;
	assert_int_equal(heads, 1);
	assert_non_null(strstr(text, "\n2499\n(2500 rows)\n"));
	(void)close(fd);
}

static void tables_tell_failures(void **state)
{
	struct table_printer *printer;
	struct err err = ERR_INIT;
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(table_printer_open(&printer, TABLE_JSON, fd, 0, NULL), US_OK);
	assert_true(table_printer_header(printer, 4, people_names));
	assert_true(table_printer_row(printer, people[0]));
	assert_int_equal(table_printer_close(printer, &err), US_FATAL);
	assert_int_equal(err.code, EXIT_IO);
	assert_non_null(strstr(err.text, "No space left"));
	(void)close(fd);
	fd = temporary();
	for (int format = 0; format < 3; format++) {
		each_allocation({
			enum status status = table_printer_open(&printer, (enum table_format)format,
								fd, 0, &err);

			if (status == US_OK) {
				bool ok = table_printer_header(printer, 4, people_names);

				for (int i = 0; ok && i < 4; i++)
					ok = table_printer_row(printer, people[i]);
				status = table_printer_close(printer, &err);
			}
			if (status != US_OK)
				assert_non_null(strstr(err.text, "memory"));
		});
	}
	(void)close(fd);
}

/* ---- notes */

static void write_notes(void)
{
	note(NOTE_DEBUG, "test", "not shown");
	note(NOTE_INFO, "test", "plain", NOTE_TEXT("bare", "word"), NOTE_TEXT("odd", "a \"b\"\n"),
	     NOTE_TEXT("empty", ""), NOTE_TEXT("none", NULL), NOTE_INT("n", -5),
	     NOTE_REAL("r", 0.25));
	note_set_format(NOTE_FORMAT_JSON);
	note(NOTE_ERROR, "test", "json", NOTE_TEXT("odd", "a \"b\"\n"), NOTE_TEXT("none", NULL),
	     NOTE_INT("n", 7), NOTE_REAL("nan", (double)__builtin_nan("")));
	note_set_format(NOTE_FORMAT_TEXT);
}

/* Run something with standard error in a temporary file. */
static const char *errors_of(void (*run)(void))
{
	int kept = dup(STDERR_FILENO), fd = temporary();
	const char *text;

	assert_true(kept >= 0);
	assert_true(dup2(fd, STDERR_FILENO) >= 0);
	run();
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	text = written(fd);
	(void)close(fd);
	(void)close(kept);
	return text;
}

static void notes_are_lines(void **state)
{
	const char *text = errors_of(write_notes);
	const char *json = strchr(text, '\n') + 1;

	(void)state;
	assert_memory_equal(text, "time=20", 7);
	assert_int_equal(text[15], 'T');
	assert_int_equal(text[28], 'Z');
	assert_memory_equal(text + 29,
			    " level=info component=test msg=plain bare=word odd=\"a \\\"b\\\"\\n\" "
			    "empty=\"\" none=\"\" n=-5 r=0.25\n",
			    strlen(" level=info component=test msg=plain bare=word odd=\"a "
				   "\\\"b\\\"\\n\" empty=\"\" none=\"\" n=-5 r=0.25\n"));
	assert_memory_equal(json, "{\"time\":\"20", 11);
	assert_string_equal(
	    json + strlen("{\"time\":\"2026-01-01T00:00:00.000Z\""),
	    ",\"level\":\"error\",\"component\":\"test\",\"msg\":\"json\",\"odd\":\"a "
	    "\\\"b\\\"\\n\",\"none\":null,\"n\":7,\"nan\":null}\n");
}

/* ---- the live line */

/* What a terminal got, read from its other end. */
static size_t terminal_output(int master, char *out, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while (len + 1 < size && (got = read(master, out + len, size - len - 1)) > 0)
		len += (size_t)got;
	out[len] = '\0';
	return len;
}

static int terminal(int *master)
{
	struct winsize size = { .ws_col = 20, .ws_row = 5 };
	int slave;

	*master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	assert_true(*master >= 0);
	assert_int_equal(grantpt(*master), 0);
	assert_int_equal(unlockpt(*master), 0);
	slave = open(ptsname(*master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
	return slave;
}

static void one_note(void)
{
	note(NOTE_INFO, "test", "between");
}

static void live_line_stays_whole(void **state)
{
	struct live_line *progress;
	char out[4096];
	int master, slave = terminal(&master);

	(void)state;
	setenv("TERM", "xterm", 1);
	assert_true(live_line_possible(slave));
	setenv("TERM", "dumb", 1);
	assert_false(live_line_possible(slave));
	assert_int_equal(live_line_start(&progress, slave, NULL), US_OK);
	live_line_show(progress, "first");
	live_line_show(progress, "漢字漢字漢字漢字漢字漢字");
	terminal_output(master, out, sizeof(out));
	assert_string_equal(out, "\r\033[Kfirst\r\033[K漢字漢字漢字漢字漢"); /* 19 cells fit */
	assert_non_null(strstr(errors_of(one_note), "between"));
	terminal_output(master, out, sizeof(out));
	assert_string_equal(out, "\r\033[K\r\033[K漢字漢字漢字漢字漢");
	live_line_stop(progress);
	terminal_output(master, out, sizeof(out));
	assert_string_equal(out, "\r\033[K");
	errors_of(one_note);
	assert_int_equal(terminal_output(master, out, sizeof(out)), 0);
	live_line_stop(NULL);
	(void)close(slave);
	(void)close(master);
}

/* ---- numbers */

static void numbers_for_people(void **state)
{
	static const struct {
		void (*append)(struct buf *out, int64_t number);
		int64_t number;
		const char *text;
	} cases[] = {
		{ human_count, 0, "0" },
		{ human_count, 999, "999" },
		{ human_count, 1000, "1,000" },
		{ human_count, -1234567, "-1,234,567" },
		{ human_count, INT64_MIN, "-9,223,372,036,854,775,808" },
		{ human_bytes, 0, "0 B" },
		{ human_bytes, 1023, "1023 B" },
		{ human_bytes, 1536, "1.50 KiB" },
		{ human_bytes, 1048575, "1.00 MiB" },
		{ human_bytes, 123 << 20, "123 MiB" },
		{ human_duration_us, 850, "850 µs" },
		{ human_duration_us, 12345, "12.3 ms" },
		{ human_duration_us, 999499, "999 ms" },
		{ human_duration_us, 999500, "1.00 s" },
		{ human_duration_us, 59900000, "59.9 s" },
		{ human_duration_us, 125000000, "2 min 05 s" },
		{ human_duration_us, 3725000000, "1 h 02 min" },
	};
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buf_reset(&out);
		cases[i].append(&out, cases[i].number);
		assert_string_equal(buf_text(&out), cases[i].text);
	}
	buf_reset(&out);
	human_rate(&out, 24690, 2000000);
	human_rate(&out, 1, 2000000);
	human_rate(&out, 5, 0);
	assert_string_equal(buf_text(&out), "12,345/s0.5/s0/s");
	buf_reset(&out);
	human_bar(&out, 3, 10, 12);
	human_bar(&out, 5, 0, 6);
	assert_string_equal(buf_text(&out), "[###.......][....]");
	buf_release(&out);
}

static void foreign_text_is_harmless(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "", "" },
		{ "1234567", "1234567" },
		{ "12345678", "1234..." },
		{ "123\xC3\xA9xyz", "123..." }, /* not half a character */
		{ "a\r\n\x1b\x7F", "a    " },
	};
	char shown[8];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(err_foreign(span_of(cases[i].text), shown, sizeof(shown)),
				    cases[i].shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_line_up),
		cmocka_unit_test(tables_are_cut_to_the_width),
		cmocka_unit_test(json_is_one_object_a_line),
		cmocka_unit_test(csv_is_rfc_4180),
		cmocka_unit_test(long_tables_stream),
		cmocka_unit_test(tables_tell_failures),
		cmocka_unit_test(notes_are_lines),
		cmocka_unit_test(live_line_stays_whole),
		cmocka_unit_test(numbers_for_people),
		cmocka_unit_test(foreign_text_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
