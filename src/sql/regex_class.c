/*
 * regex_class.c - reads Java's character classes: unions, ranges, intersections (&&), negation of
 * the whole, classes within classes, escapes and properties, each made a set of code points. So the
 * meaning is settled here, and PCRE2 sees plain ranges.
 *
 * Properties are those of Unicode 13, Java 17's: characters that came later count as unassigned.
 */
#include <string.h>
#include <unicode/uchar.h>

#include "sql/regex_tree.h"

#define MAX_CODE_POINT  0x10ffff
#define MAX_NAME        64
#define JAVA_17_UNICODE "[:age=13.0:]"

USet *regex_new_set(struct regex_reader *reader)
{
	struct regex_set_list *item = arena_alloc(&reader->tree->arena, sizeof(*item));
	USet *set = item ? uset_openEmpty() : NULL;

	if (!set)
		return regex_no_memory(reader);
	item->set = set;
	item->next = reader->tree->sets;
	reader->tree->sets = item;
	return set;
}

void regex_close_case(USet *set)
{
	for (UChar32 c = 'a'; c <= 'z'; c++) {
		UChar32 upper = c - 'a' + 'A';

		if (uset_contains(set, c))
			uset_add(set, upper);
		else if (uset_contains(set, upper))
			uset_add(set, c);
	}
}

/* ---- class letters and properties ------------------------------------------------------------ */

static void add_ranges(USet *set, const uint32_t *ranges, size_t count)
{
	for (size_t i = 0; i < count; i += 2)
		uset_addRange(set, (UChar32)ranges[i], (UChar32)ranges[i + 1]);
}

#define ADD(set, ...)                                                        \
	do {                                                                 \
		static const uint32_t ranges[] = { __VA_ARGS__ };            \
		add_ranges((set), ranges, sizeof(ranges) / sizeof(*ranges)); \
	} while (0)

USet *regex_letter_set(struct regex_reader *reader, uint32_t letter)
{
	uint32_t lower = letter | 0x20;
	USet *set;

	if (!letter || letter > 'z' || !strchr("dDsSwWhHvV", (int)letter))
		return NULL;
	set = regex_new_set(reader);
	if (!set)
		return NULL;
	switch (lower) {
	case 'd':
		ADD(set, '0', '9');
		break;
	case 's':
		ADD(set, '\t', '\r', ' ', ' ');
		break;
	case 'w':
		ADD(set, '0', '9', 'A', 'Z', '_', '_', 'a', 'z');
		break;
	case 'h':
		ADD(set, '\t', '\t', ' ', ' ', 0xa0, 0xa0, 0x1680, 0x1680, 0x180e, 0x180e, 0x2000,
		    0x200a, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000);
		break;
	default:
		ADD(set, '\n', '\r', 0x85, 0x85, 0x2028, 0x2029);
		break;
	}
	if (lower != letter)
		uset_complement(set);
	return set;
}

static bool keep_java_17(USet *set)
{
	static const UChar pattern[] = u"" JAVA_17_UNICODE;
	UErrorCode error = U_ZERO_ERROR;
	USet *known = uset_openPattern(pattern, -1, &error);

	if (U_FAILURE(error))
		return false;
	uset_retainAll(set, known);
	uset_close(known);
	return true;
}

static bool add_mask(USet *set, uint32_t mask)
{
	UErrorCode error = U_ZERO_ERROR;
	USet *part = uset_openEmpty();
	bool fine;

	if (!part)
		return false;
	uset_applyIntPropertyValue(part, UCHAR_GENERAL_CATEGORY_MASK,
				   (int32_t)(mask & ~U_GC_CN_MASK), &error);
	fine = U_SUCCESS(error) && keep_java_17(part);
	uset_addAll(set, part);
	uset_clear(part);
	if (fine && mask & U_GC_CN_MASK) { /* all that Unicode 13 has no character for */
		uset_applyIntPropertyValue(part, UCHAR_GENERAL_CATEGORY_MASK,
					   (int32_t)~U_GC_CN_MASK, &error);
		fine = U_SUCCESS(error) && keep_java_17(part);
		uset_complement(part);
		uset_addAll(set, part);
	}
	uset_close(part);
	return fine;
}

static bool add_binary(USet *set, UProperty property)
{
	UErrorCode error = U_ZERO_ERROR;
	USet *part = uset_openEmpty();
	bool fine;

	if (!part)
		return false;
	uset_applyIntPropertyValue(part, property, 1, &error);
	fine = U_SUCCESS(error) && keep_java_17(part);
	uset_addAll(set, part);
	uset_close(part);
	return fine;
}

#define CASED (U_GC_LU_MASK | U_GC_LL_MASK | U_GC_LT_MASK)

static bool add_category(USet *set, const char *name, bool caseless, bool *known)
{
	static const struct {
		const char *name;
		uint32_t mask;
	} categories[] = {
		{ "Cn", U_GC_CN_MASK },
		{ "Lu", U_GC_LU_MASK },
		{ "Ll", U_GC_LL_MASK },
		{ "Lt", U_GC_LT_MASK },
		{ "Lm", U_GC_LM_MASK },
		{ "Lo", U_GC_LO_MASK },
		{ "Mn", U_GC_MN_MASK },
		{ "Me", U_GC_ME_MASK },
		{ "Mc", U_GC_MC_MASK },
		{ "Nd", U_GC_ND_MASK },
		{ "Nl", U_GC_NL_MASK },
		{ "No", U_GC_NO_MASK },
		{ "Zs", U_GC_ZS_MASK },
		{ "Zl", U_GC_ZL_MASK },
		{ "Zp", U_GC_ZP_MASK },
		{ "Cc", U_GC_CC_MASK },
		{ "Cf", U_GC_CF_MASK },
		{ "Co", U_GC_CO_MASK },
		{ "Cs", U_GC_CS_MASK },
		{ "Pd", U_GC_PD_MASK },
		{ "Ps", U_GC_PS_MASK },
		{ "Pe", U_GC_PE_MASK },
		{ "Pc", U_GC_PC_MASK },
		{ "Po", U_GC_PO_MASK },
		{ "Sm", U_GC_SM_MASK },
		{ "Sc", U_GC_SC_MASK },
		{ "Sk", U_GC_SK_MASK },
		{ "So", U_GC_SO_MASK },
		{ "Pi", U_GC_PI_MASK },
		{ "Pf", U_GC_PF_MASK },
		{ "L", U_GC_L_MASK },
		{ "M", U_GC_M_MASK },
		{ "N", U_GC_N_MASK },
		{ "Z", U_GC_Z_MASK },
		{ "C", U_GC_C_MASK },
		{ "P", U_GC_P_MASK },
		{ "S", U_GC_S_MASK },
		{ "LC", CASED },
		{ "LD", U_GC_L_MASK | U_GC_ND_MASK },
		{ "javaLetter", U_GC_L_MASK },
		{ "javaDigit", U_GC_ND_MASK },
		{ "javaLetterOrDigit", U_GC_L_MASK | U_GC_ND_MASK },
		{ "javaTitleCase", U_GC_LT_MASK },
		{ "javaSpaceChar", U_GC_Z_MASK },
		{ "javaDefined", ~U_GC_CN_MASK },
	};

	for (size_t i = 0; i < sizeof(categories) / sizeof(*categories); i++) {
		uint32_t mask = categories[i].mask;

		if (strcmp(categories[i].name, name) != 0)
			continue;
		*known = true;
		if (caseless &&
		    (mask == U_GC_LU_MASK || mask == U_GC_LL_MASK || mask == U_GC_LT_MASK))
			mask = CASED;
		return add_mask(set, mask);
	}
	return true;
}

/* POSIX names, ASCII only, and Java's own. */
static bool add_named(USet *set, const char *name, bool caseless, bool *known)
{
	*known = true;
	if (strcmp(name, "L1") == 0)
		ADD(set, 0, 0xff);
	else if (strcmp(name, "all") == 0)
		ADD(set, 0, MAX_CODE_POINT);
	else if (strcmp(name, "ASCII") == 0)
		ADD(set, 0, 0x7f);
	else if (strcmp(name, "Alnum") == 0)
		ADD(set, '0', '9', 'A', 'Z', 'a', 'z');
	else if (strcmp(name, "Alpha") == 0)
		ADD(set, 'A', 'Z', 'a', 'z');
	else if (strcmp(name, "Blank") == 0)
		ADD(set, ' ', ' ', '\t', '\t');
	else if (strcmp(name, "Cntrl") == 0)
		ADD(set, 0, 0x1f, 0x7f, 0x7f);
	else if (strcmp(name, "Digit") == 0)
		ADD(set, '0', '9');
	else if (strcmp(name, "Graph") == 0)
		ADD(set, '!', '~');
	else if (strcmp(name, "Print") == 0)
		ADD(set, ' ', '~');
	else if (strcmp(name, "Punct") == 0)
		ADD(set, '!', '/', ':', '@', '[', '`', '{', '~');
	else if (strcmp(name, "Space") == 0)
		ADD(set, '\t', '\r', ' ', ' ');
	else if (strcmp(name, "XDigit") == 0)
		ADD(set, '0', '9', 'A', 'F', 'a', 'f');
	else if (strcmp(name, "Lower") == 0)
		ADD(set, 'a', 'z');
	else if (strcmp(name, "Upper") == 0)
		ADD(set, 'A', 'Z');
	else if (strcmp(name, "javaISOControl") == 0)
		ADD(set, 0, 0x1f, 0x7f, 0x9f);
	else
		*known = false;
	if (caseless && (strcmp(name, "Lower") == 0 || strcmp(name, "Upper") == 0))
		ADD(set, 'A', 'Z', 'a', 'z');
	if (*known)
		return true;
	if (strcmp(name, "javaLowerCase") == 0 || strcmp(name, "javaUpperCase") == 0) {
		*known = true;
		if (caseless)
			return add_binary(set, UCHAR_LOWERCASE) &&
			       add_binary(set, UCHAR_UPPERCASE) && add_mask(set, U_GC_LT_MASK);
		return add_binary(set, name[4] == 'L' ? UCHAR_LOWERCASE : UCHAR_UPPERCASE);
	}
	if (strcmp(name, "javaAlphabetic") == 0) {
		*known = true;
		return add_binary(set, UCHAR_ALPHABETIC);
	}
	if (strcmp(name, "javaIdeographic") == 0) {
		*known = true;
		return add_binary(set, UCHAR_IDEOGRAPHIC);
	}
	if (strcmp(name, "javaWhitespace") == 0) {
		*known = true;
		ADD(set, '\t', '\r', 0x1c, 0x1f);
		if (!add_mask(set, U_GC_Z_MASK))
			return false;
		uset_remove(set, 0xa0);
		uset_remove(set, 0x2007);
		uset_remove(set, 0x202f);
		return true;
	}
	return add_category(set, name, caseless, known);
}

static bool equals_upper(const char *name, const char *upper)
{
	for (; *name && *upper; name++, upper++)
		if ((*name >= 'a' && *name <= 'z' ? *name - 32 : *name) != *upper)
			return false;
	return *name == *upper;
}

/* \p{Is...}: Unicode's binary properties by their names in any case. */
static bool add_unicode(USet *set, const char *name, bool caseless, bool *known)
{
	static const struct {
		const char *name;
		UProperty property;
	} binaries[] = {
		{ "ALPHABETIC", UCHAR_ALPHABETIC },    { "IDEOGRAPHIC", UCHAR_IDEOGRAPHIC },
		{ "LOWERCASE", UCHAR_LOWERCASE },      { "UPPERCASE", UCHAR_UPPERCASE },
		{ "WHITESPACE", UCHAR_WHITE_SPACE },   { "WHITE_SPACE", UCHAR_WHITE_SPACE },
		{ "JOINCONTROL", UCHAR_JOIN_CONTROL }, { "JOIN_CONTROL", UCHAR_JOIN_CONTROL },
	};
	static const struct {
		const char *name;
		uint32_t mask;
	} masks[] = {
		{ "LETTER", U_GC_L_MASK },      { "CONTROL", U_GC_CC_MASK },
		{ "PUNCTUATION", U_GC_P_MASK }, { "TITLECASE", U_GC_LT_MASK },
		{ "ASSIGNED", ~U_GC_CN_MASK },
	};

	*known = true;
	if (caseless && (equals_upper(name, "LOWERCASE") || equals_upper(name, "UPPERCASE") ||
			 equals_upper(name, "TITLECASE")))
		return add_binary(set, UCHAR_LOWERCASE) && add_binary(set, UCHAR_UPPERCASE) &&
		       add_mask(set, U_GC_LT_MASK);
	for (size_t i = 0; i < sizeof(binaries) / sizeof(*binaries); i++)
		if (equals_upper(name, binaries[i].name))
			return add_binary(set, binaries[i].property);
	for (size_t i = 0; i < sizeof(masks) / sizeof(*masks); i++)
		if (equals_upper(name, masks[i].name))
			return add_mask(set, masks[i].mask);
	*known = false;
	return true;
}

static bool add_value(USet *set, UProperty property, const char *value, bool *known)
{
	UErrorCode error = U_ZERO_ERROR;
	int32_t number = u_getPropertyValueEnum(property, value);
	USet *part;

	*known = number != UCHAR_INVALID_CODE && *value;
	if (!*known)
		return true;
	part = uset_openEmpty();
	if (!part)
		return false;
	uset_applyIntPropertyValue(part, property, number, &error);
	if (U_SUCCESS(error) && property == UCHAR_SCRIPT && !keep_java_17(part))
		error = U_MEMORY_ALLOCATION_ERROR;
	uset_addAll(set, part);
	uset_close(part);
	return U_SUCCESS(error);
}

static bool add_property(USet *set, char *name, bool caseless, bool *known)
{
	char *value = strchr(name, '=');

	if (value) {
		*value++ = '\0';
		if (equals_upper(name, "SC") || equals_upper(name, "SCRIPT"))
			return add_value(set, UCHAR_SCRIPT, value, known);
		if (equals_upper(name, "BLK") || equals_upper(name, "BLOCK"))
			return add_value(set, UCHAR_BLOCK, value, known);
		if (equals_upper(name, "GC") || equals_upper(name, "GENERAL_CATEGORY"))
			return add_named(set, value, caseless, known);
		return true;
	}
	if (strncmp(name, "In", 2) == 0)
		return add_value(set, UCHAR_BLOCK, name + 2, known);
	if (strncmp(name, "Is", 2) != 0)
		return add_named(set, name, caseless, known);
	if (!add_unicode(set, name + 2, caseless, known))
		return false;
	if (!*known && !add_named(set, name + 2, caseless, known))
		return false;
	return *known || add_value(set, UCHAR_SCRIPT, name + 2, known);
}

USet *regex_read_property(struct regex_reader *reader, bool negated)
{
	char name[MAX_NAME] = "";
	size_t len = 0;
	bool known = false;
	USet *set;

	if (regex_at(reader, '{')) {
		reader->at++;
		while (reader->at < reader->len && reader->text[reader->at] != '}') {
			uint32_t c = reader->text[reader->at++];

			if (c > 0x7f || len + 1 == sizeof(name))
				return regex_error(reader, "unknown character property");
			name[len++] = (char)c;
		}
		if (!regex_at(reader, '}'))
			return regex_error(reader, "unclosed character property \\p{");
		reader->at++;
	} else if (reader->at < reader->len && reader->text[reader->at] < 0x80) {
		name[len++] = (char)reader->text[reader->at++];
	}
	name[len] = '\0';
	set = regex_new_set(reader);
	if (!set)
		return NULL;
	if (!len || !add_property(set, name, reader->flags & FLAG_CASELESS, &known))
		return len ? regex_no_memory(reader) : regex_error(reader, "empty \\p{}");
	if (!known)
		return regex_error(reader, "unknown character property");
	if (negated)
		uset_complement(set);
	return set;
}

/* ---- classes --------------------------------------------------------------------------------- */

/* What a level of a class has collected. Java keeps single characters apart until the end of the
 * level, which shows where && stands between them. */
struct class_level {
	USet *set; /* NULL: nothing but singles yet */
	USet *singles;
	bool has_singles;
};

static USet *read_level(struct regex_reader *reader, bool nested);

static bool unite(struct regex_reader *reader, struct class_level *level, const USet *more)
{
	if (!level->set)
		level->set = regex_new_set(reader);
	if (!level->set)
		return false;
	uset_addAll(level->set, more);
	return true;
}

/* One end of a range. *set instead where it is a class letter or a property. */
static bool read_item(struct regex_reader *reader, uint32_t *out, USet **set)
{
	uint32_t c = reader->text[reader->at];

	*set = NULL;
	if (c != '\\' || reader->quoted[reader->at]) {
		reader->at++;
		*out = c;
		return true;
	}
	reader->at++;
	c = reader->at < reader->len ? reader->text[reader->at] : 0;
	if (c == 'p' || c == 'P') {
		reader->at++;
		*set = regex_read_property(reader, c == 'P');
		return *set != NULL;
	}
	/* [\v-x]: an old reading of Java */
	if (c == 'v' && regex_looking_at(reader, 1, '-'))
		return regex_error(reader, "\\v as the end of a range") != NULL;
	*set = regex_letter_set(reader, c);
	if (*set) {
		reader->at++;
		return true;
	}
	return reader->status == US_OK && regex_read_escape(reader, out);
}

static bool read_range(struct regex_reader *reader, struct class_level *level)
{
	uint32_t first = 0, last;
	USet *set = NULL;

	if (!read_item(reader, &first, &set))
		return false;
	if (set)
		return unite(reader, level, set);
	last = first;
	if (regex_at(reader, '-') && reader->at + 1 < reader->len &&
	    !regex_looking_at(reader, 1, '[') && !regex_looking_at(reader, 1, ']')) {
		reader->at++;
		if (!read_item(reader, &last, &set))
			return false;
		if (set || last < first)
			return regex_error(reader, "illegal character range") != NULL;
		set = regex_new_set(reader);
		if (!set)
			return false;
		uset_addRange(set, (UChar32)first, (UChar32)last);
		if (reader->flags & FLAG_CASELESS)
			regex_close_case(set);
		return unite(reader, level, set);
	}
	if (first > 0xff) {
		set = regex_new_set(reader);
		if (!set)
			return false;
		uset_add(set, (UChar32)first);
		return unite(reader, level, set);
	}
	uset_add(level->singles, (UChar32)first);
	if (reader->flags & FLAG_CASELESS)
		regex_close_case(level->singles);
	level->has_singles = true;
	return true;
}

/* Behind &&: the right side, up to the next && of this level or the end. */
static bool read_intersection(struct regex_reader *reader, struct class_level *level)
{
	USet *right = NULL;

	while (reader->at < reader->len && !regex_at(reader, ']') && !regex_at(reader, '&')) {
		bool nested = regex_at(reader, '[');
		USet *part;

		part = read_level(reader, nested);
		if (!part)
			return false;
		if (!right)
			right = part;
		else
			uset_addAll(right, part);
	}
	/* Nothing behind &&: Java intersects with what came last. */
	if (!right && (level->set || !level->has_singles))
		return regex_error(reader, "bad class syntax: nothing behind &&") != NULL;
	if (level->has_singles && !unite(reader, level, level->singles))
		return false;
	level->has_singles = false;
	if (!level->set)
		return unite(reader, level, right);
	if (right)
		uset_retainAll(level->set, right);
	return true;
}

static USet *finish_level(struct regex_reader *reader, struct class_level *level, bool negated)
{
	if (level->has_singles && !unite(reader, level, level->singles))
		return NULL;
	if (negated)
		uset_complement(level->set);
	return level->set;
}

/* At '[' when nested; else the right side of && without brackets, whose ']' is left. */
static USet *read_level(struct regex_reader *reader, bool nested)
{
	struct class_level level = { .set = NULL };
	bool negated = false;
	USet *part;

	if (++reader->depth > REGEX_MAX_DEPTH)
		return regex_error(reader, "classes nested too deep");
	level.singles = regex_new_set(reader);
	if (!level.singles)
		return NULL;
	reader->at += nested;
	if (nested && regex_at(reader, '^')) {
		negated = true;
		reader->at++;
	}
	while (reader->at < reader->len) {
		if (regex_at(reader, '[')) {
			part = read_level(reader, true);
			if (!part || !unite(reader, &level, part))
				return NULL;
		} else if (regex_at(reader, '&') && regex_looking_at(reader, 1, '&')) {
			reader->at += 2;
			if (!read_intersection(reader, &level))
				return NULL;
		} else if (regex_at(reader, ']') && (level.set || level.has_singles)) {
			reader->at += nested;
			reader->depth--;
			return finish_level(reader, &level, negated);
		} else if (!read_range(reader, &level)) {
			return NULL;
		}
	}
	return regex_error(reader, "unclosed character class");
}

USet *regex_read_class(struct regex_reader *reader)
{
	return read_level(reader, true);
}
