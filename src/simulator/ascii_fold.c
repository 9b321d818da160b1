/*
 * ascii_fold.c - a table of the letters that occur in the lists of names.
 */
#include "simulator/ascii_fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct fold {
	uint32_t character;
	char ascii[3];
};

/* clang-format off */
/* Ascending. */
static const struct fold folds[] = {
	{ 0x00C0, "a" }, /* À */
	{ 0x00C1, "a" }, /* Á */
	{ 0x00C2, "a" }, /* Â */
	{ 0x00C3, "a" }, /* Ã */
	{ 0x00C4, "a" }, /* Ä */
	{ 0x00C5, "a" }, /* Å */
	{ 0x00C6, "ae" }, /* Æ */
	{ 0x00C7, "c" }, /* Ç */
	{ 0x00C8, "e" }, /* È */
	{ 0x00C9, "e" }, /* É */
	{ 0x00CA, "e" }, /* Ê */
	{ 0x00CB, "e" }, /* Ë */
	{ 0x00CC, "i" }, /* Ì */
	{ 0x00CD, "i" }, /* Í */
	{ 0x00CE, "i" }, /* Î */
	{ 0x00CF, "i" }, /* Ï */
	{ 0x00D0, "d" }, /* Ð */
	{ 0x00D1, "n" }, /* Ñ */
	{ 0x00D2, "o" }, /* Ò */
	{ 0x00D3, "o" }, /* Ó */
	{ 0x00D4, "o" }, /* Ô */
	{ 0x00D5, "o" }, /* Õ */
	{ 0x00D6, "o" }, /* Ö */
	{ 0x00D8, "o" }, /* Ø */
	{ 0x00D9, "u" }, /* Ù */
	{ 0x00DA, "u" }, /* Ú */
	{ 0x00DB, "u" }, /* Û */
	{ 0x00DC, "u" }, /* Ü */
	{ 0x00DD, "y" }, /* Ý */
	{ 0x00DE, "th" }, /* Þ */
	{ 0x00DF, "ss" }, /* ß */
	{ 0x00E0, "a" }, /* à */
	{ 0x00E1, "a" }, /* á */
	{ 0x00E2, "a" }, /* â */
	{ 0x00E3, "a" }, /* ã */
	{ 0x00E4, "a" }, /* ä */
	{ 0x00E5, "a" }, /* å */
	{ 0x00E6, "ae" }, /* æ */
	{ 0x00E7, "c" }, /* ç */
	{ 0x00E8, "e" }, /* è */
	{ 0x00E9, "e" }, /* é */
	{ 0x00EA, "e" }, /* ê */
	{ 0x00EB, "e" }, /* ë */
	{ 0x00EC, "i" }, /* ì */
	{ 0x00ED, "i" }, /* í */
	{ 0x00EE, "i" }, /* î */
	{ 0x00EF, "i" }, /* ï */
	{ 0x00F0, "d" }, /* ð */
	{ 0x00F1, "n" }, /* ñ */
	{ 0x00F2, "o" }, /* ò */
	{ 0x00F3, "o" }, /* ó */
	{ 0x00F4, "o" }, /* ô */
	{ 0x00F5, "o" }, /* õ */
	{ 0x00F6, "o" }, /* ö */
	{ 0x00F8, "o" }, /* ø */
	{ 0x00F9, "u" }, /* ù */
	{ 0x00FA, "u" }, /* ú */
	{ 0x00FB, "u" }, /* û */
	{ 0x00FC, "u" }, /* ü */
	{ 0x00FD, "y" }, /* ý */
	{ 0x00FE, "th" }, /* þ */
	{ 0x00FF, "y" }, /* ÿ */
	{ 0x0100, "a" }, /* Ā */
	{ 0x0101, "a" }, /* ā */
	{ 0x0102, "a" }, /* Ă */
	{ 0x0103, "a" }, /* ă */
	{ 0x0104, "a" }, /* Ą */
	{ 0x0105, "a" }, /* ą */
	{ 0x0106, "c" }, /* Ć */
	{ 0x0107, "c" }, /* ć */
	{ 0x010C, "c" }, /* Č */
	{ 0x010D, "c" }, /* č */
	{ 0x010E, "d" }, /* Ď */
	{ 0x010F, "d" }, /* ď */
	{ 0x0110, "d" }, /* Đ */
	{ 0x0111, "d" }, /* đ */
	{ 0x0112, "e" }, /* Ē */
	{ 0x0113, "e" }, /* ē */
	{ 0x0118, "e" }, /* Ę */
	{ 0x0119, "e" }, /* ę */
	{ 0x011A, "e" }, /* Ě */
	{ 0x011B, "e" }, /* ě */
	{ 0x011E, "g" }, /* Ğ */
	{ 0x011F, "g" }, /* ğ */
	{ 0x012A, "i" }, /* Ī */
	{ 0x012B, "i" }, /* ī */
	{ 0x0130, "i" }, /* İ */
	{ 0x0131, "i" }, /* ı */
	{ 0x0141, "l" }, /* Ł */
	{ 0x0142, "l" }, /* ł */
	{ 0x0143, "n" }, /* Ń */
	{ 0x0144, "n" }, /* ń */
	{ 0x0147, "n" }, /* Ň */
	{ 0x0148, "n" }, /* ň */
	{ 0x014C, "o" }, /* Ō */
	{ 0x014D, "o" }, /* ō */
	{ 0x0150, "o" }, /* Ő */
	{ 0x0151, "o" }, /* ő */
	{ 0x0152, "oe" }, /* Œ */
	{ 0x0153, "oe" }, /* œ */
	{ 0x0158, "r" }, /* Ř */
	{ 0x0159, "r" }, /* ř */
	{ 0x015A, "s" }, /* Ś */
	{ 0x015B, "s" }, /* ś */
	{ 0x015E, "s" }, /* Ş */
	{ 0x015F, "s" }, /* ş */
	{ 0x0160, "s" }, /* Š */
	{ 0x0161, "s" }, /* š */
	{ 0x0162, "t" }, /* Ţ */
	{ 0x0163, "t" }, /* ţ */
	{ 0x0164, "t" }, /* Ť */
	{ 0x0165, "t" }, /* ť */
	{ 0x016A, "u" }, /* Ū */
	{ 0x016B, "u" }, /* ū */
	{ 0x016E, "u" }, /* Ů */
	{ 0x016F, "u" }, /* ů */
	{ 0x0178, "y" }, /* Ÿ */
	{ 0x0179, "z" }, /* Ź */
	{ 0x017A, "z" }, /* ź */
	{ 0x017B, "z" }, /* Ż */
	{ 0x017C, "z" }, /* ż */
	{ 0x017D, "z" }, /* Ž */
	{ 0x017E, "z" }, /* ž */
	{ 0x0218, "s" }, /* Ș */
	{ 0x0219, "s" }, /* ș */
	{ 0x021A, "t" }, /* Ț */
	{ 0x021B, "t" }, /* ț */
	{ 0x02BB, "'" }, /* ʻ */
	{ 0x0621, "" }, /* ء */
	{ 0x0622, "a" }, /* آ */
	{ 0x0623, "a" }, /* أ */
	{ 0x0624, "w" }, /* ؤ */
	{ 0x0626, "y" }, /* ئ */
	{ 0x0627, "" }, /* ا */
	{ 0x0628, "b" }, /* ب */
	{ 0x062A, "t" }, /* ت */
	{ 0x062B, "th" }, /* ث */
	{ 0x062C, "j" }, /* ج */
	{ 0x062D, "h" }, /* ح */
	{ 0x062E, "kh" }, /* خ */
	{ 0x062F, "d" }, /* د */
	{ 0x0630, "dh" }, /* ذ */
	{ 0x0631, "r" }, /* ر */
	{ 0x0632, "z" }, /* ز */
	{ 0x0633, "s" }, /* س */
	{ 0x0634, "sh" }, /* ش */
	{ 0x0635, "s" }, /* ص */
	{ 0x0636, "d" }, /* ض */
	{ 0x0637, "t" }, /* ط */
	{ 0x0638, "z" }, /* ظ */
	{ 0x0639, "aa" }, /* ع */
	{ 0x063A, "gh" }, /* غ */
	{ 0x0641, "f" }, /* ف */
	{ 0x0642, "q" }, /* ق */
	{ 0x0643, "k" }, /* ك */
	{ 0x0644, "l" }, /* ل */
	{ 0x0645, "m" }, /* م */
	{ 0x0646, "n" }, /* ن */
	{ 0x0647, "h" }, /* ه */
	{ 0x0648, "w" }, /* و */
	{ 0x064A, "y" }, /* ي */
	{ 0x067E, "p" }, /* پ */
	{ 0x0686, "ch" }, /* چ */
	{ 0x0698, "zh" }, /* ژ */
	{ 0x06A9, "k" }, /* ک */
	{ 0x06AF, "g" }, /* گ */
	{ 0x06CC, "y" }, /* ی */
	{ 0x200C, "" }, /* zero-width non-joiner */
	{ 0x2013, "-" }, /* – */
	{ 0x2018, "'" }, /* ‘ */
	{ 0x2019, "'" }, /* ’ */
};
/* clang-format on */

static int compare_fold(const void *key, const void *entry)
{
	uint32_t a = *(const uint32_t *)key;
	uint32_t b = ((const struct fold *)entry)->character;

	return (a > b) - (a < b);
}

/* The next character of well-formed UTF-8 up to U+FFFF; 0: not such. Advances *at. */
static uint32_t next_character(struct span text, size_t *at)
{
	const unsigned char *p = (const unsigned char *)text.data + *at;
	size_t left = text.len - *at;

	if (p[0] < 0x80) {
		*at += 1;
		return p[0];
	}
	if ((p[0] & 0xE0) == 0xC0 && left >= 2 && (p[1] & 0xC0) == 0x80) {
		*at += 2;
		return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
	}
	if ((p[0] & 0xF0) == 0xE0 && left >= 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
		*at += 3;
		return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
	}
	return 0;
}

bool ascii_fold(struct span text, char *out, size_t *len)
{
	size_t at = 0;

	*len = 0;
	while (at < text.len) {
		uint32_t c = next_character(text, &at);
		const struct fold *fold;

		if (c == ' ')
			continue;
		if (c > ' ' && c < 0x7F) {
			out[(*len)++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
			continue;
		}
		fold = c ? bsearch(&c, folds, sizeof(folds) / sizeof(*folds), sizeof(*folds),
				   compare_fold)
			 : NULL;
		if (!fold)
			return false;
		for (const char *p = fold->ascii; *p; p++)
			out[(*len)++] = *p;
	}
	return *len > 0;
}
