/* json_writer.c - see json_writer.h. */
#include "sql/json_writer.h"

#include <math.h>
#include <string.h>

#include "sql/double_parse.h"
#include "sql/double_text.h"
#include "sql/utf8.h"

static void put(struct json_writer *to, const char *data, size_t len)
{
	memcpy(to->out + to->len, data, len);
	to->len += len;
}

void json_write_comma(struct json_writer *to)
{
	if (to->comma)
		json_write_char(to, ',');
	to->comma = true;
}

void json_write_unit(struct json_writer *to, uint32_t code, const char **p, const char *end)
{
	if (code >= 0xd800 && code < 0xe000) {
		uint32_t second = *p < end ? json_tokens_char(p) : 0;

		if (code >= 0xdc00 || second < 0xdc00 || second >= 0xe000) {
			to->failed = true;
			return;
		}
		code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
	}
	to->len += utf8_encode(code, to->out + to->len);
}

static void put_escaped(struct json_writer *to, uint32_t code)
{
	static const char controls[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
	static const char digits[] = "0123456789ABCDEF";
	const char *control = code && code < 0x80 ? strchr(controls, (int)code) : NULL;

	json_write_char(to, '\\');
	json_write_char(to, control ? letters[control - controls] : 'u');
	for (int shift = 12; !control && shift >= 0; shift -= 4)
		json_write_char(to, digits[code >> shift & 15]);
}

static void put_halves(struct json_writer *to, uint32_t code)
{
	if (code > 0xffff) {
		code -= 0x10000;
		put_escaped(to, 0xd800 + (code >> 10));
		code = 0xdc00 + (code & 0x3ff);
	}
	put_escaped(to, code);
}

void json_write_content(struct json_writer *to, const struct json_tokens *from, bool raw)
{
	const char *p = from->text.data, *end = p + from->text.len;

	if (raw && !from->escaped) {
		put(to, p, from->text.len);
		return;
	}
	while (p < end && !to->failed) {
		uint32_t code = json_tokens_char(&p);

		if (!raw && (code < 0x20 || code == '"' || code == '\\'))
			put_escaped(to, code);
		else if (!raw && to->halves && (code > 0xffff || (code >= 0xd800 && code < 0xe000)))
			put_halves(to, code);
		else
			json_write_unit(to, code, &p, end);
	}
}

static void put_string(struct json_writer *to, const struct json_tokens *from)
{
	json_write_char(to, '"');
	json_write_content(to, from, false);
	json_write_char(to, '"');
}

/* As Java prints the DOUBLE. */
static void put_real(struct json_writer *to, struct span text)
{
	double value = 0;

	if (double_parse(text, to->arena, &value) != DOUBLE_PARSED)
		to->failed = to->no_memory = true;
	if (isinf(value))
		json_write_char(to, '"');
	to->len += double_format(value, to->out + to->len);
	if (isinf(value))
		json_write_char(to, '"');
}

static void put_scalar(struct json_writer *to, const struct json_tokens *from)
{
	if (from->token == JSON_STRING)
		put_string(to, from);
	else if (from->token == JSON_REAL)
		put_real(to, from->text);
	else if (from->token == JSON_INTEGER && span_equal(from->text, SPAN_LITERAL("-0")))
		put(to, "0", 1);
	else if (from->token == JSON_INTEGER)
		put(to, from->text.data, from->text.len);
	else if (from->token == JSON_TRUE)
		put(to, "true", 4);
	else if (from->token == JSON_FALSE)
		put(to, "false", 5);
	else
		put(to, "null", 4);
}

bool json_write_value(struct json_writer *to, struct json_tokens *from)
{
	size_t outside = from->depth - (from->token == JSON_OBJECT || from->token == JSON_ARRAY);
	bool named = false;

	for (;;) {
		if (from->token == JSON_BAD || from->token == JSON_END || to->failed)
			return false;
		if (from->token == JSON_OBJECT_END || from->token == JSON_ARRAY_END) {
			json_write_char(to, from->token == JSON_OBJECT_END ? '}' : ']');
			to->comma = true;
		} else {
			if (!named)
				json_write_comma(to);
			named = from->token == JSON_NAME;
			if (named) {
				put_string(to, from);
				json_write_char(to, ':');
			} else if (from->token == JSON_OBJECT || from->token == JSON_ARRAY) {
				json_write_char(to, from->token == JSON_OBJECT ? '{' : '[');
				to->comma = false;
			} else {
				put_scalar(to, from);
			}
		}
		if (from->depth == outside)
			return !to->failed;
		json_tokens_next(from);
	}
}
