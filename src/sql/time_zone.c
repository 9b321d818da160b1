/*
 * time_zone.c - zone names by Java's rules, and their offsets from the system's copy of the IANA
 * database, which is kept up to date as ICU's own is not. From ICU for times before 1970, where
 * Debian keeps histories that Java merged, where the system has no database, and for the few names
 * that only Java and ICU know.
 *
 * Reading a zone is dear, so those met last are kept.
 */
#include "sql/time_zone.h"

#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "core/mem.h"
#include "sql/time_text.h"
#include "sql/zone_file.h"

#define ZONE_NAME_MAX 48
#define ZONES_KEPT    16
#define MAX_OFFSET    (18 * 3600)

struct kept_zone {
	char name[ZONE_NAME_MAX];
	size_t len;
	struct zone_rules *rules;
	UCalendar *calendar; /* both NULL: there is no such zone */
};

struct time_zones {
	struct kept_zone kept[ZONES_KEPT];
	size_t next; /* the one to be replaced next */
};

struct time_zones *time_zones_new(void)
{
	return mem_calloc(1, sizeof(struct time_zones));
}

static void forget(struct kept_zone *kept)
{
	if (kept->calendar)
		ucal_close(kept->calendar);
	zone_rules_free(kept->rules);
	*kept = (struct kept_zone){ .len = 0 };
}

void time_zones_free(struct time_zones *zones)
{
	if (!zones)
		return;
	for (size_t i = 0; i < ZONES_KEPT; i++)
		forget(&zones->kept[i]);
	mem_free(zones);
}

/* ---- names ----------------------------------------------------------------------------------- */

static bool two_digits(const char *p, int max, int *out)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*out = (p[0] - '0') * 10 + (p[1] - '0');
	return *out <= max;
}

/* Z, +h, +hh, +hhmm, +hh:mm, +hhmmss, +hh:mm:ss */
static bool parse_offset(struct span text, int32_t *out)
{
	const char *p = text.data;
	int hours = 0, minutes = 0, seconds = 0;
	bool colons = text.len == 6 || text.len == 9;

	if (text.len == 1 && *p == 'Z') {
		*out = 0;
		return true;
	}
	if (text.len < 2 || (*p != '+' && *p != '-'))
		return false;
	if (text.len == 2) {
		if (p[1] < '0' || p[1] > '9')
			return false;
		hours = p[1] - '0';
	} else if (!two_digits(p + 1, 18, &hours)) {
		return false;
	}
	if (text.len != 2 && text.len != 3 && text.len != 5 && text.len != 7 && !colons)
		return false;
	if (text.len > 3 && ((colons && p[3] != ':') || !two_digits(p + 3 + colons, 59, &minutes)))
		return false;
	if (text.len > 6 &&
	    ((colons && p[6] != ':') || !two_digits(p + 5 + 2 * colons, 59, &seconds)))
		return false;
	*out = (hours * 60 + minutes) * 60 + seconds;
	if (*out > MAX_OFFSET)
		return false;
	if (*p == '-')
		*out = -*out;
	return true;
}

/* Java's ZoneId.SHORT_IDS, and the names that became others' in release 2024b of the database,
 * which ICU may not have yet. */
static struct span long_name(struct span name)
{
	static const char *const ids[][2] = {
		{ "CET", "Europe/Brussels" },
		{ "MET", "Europe/Brussels" },
		{ "EET", "Europe/Athens" },
		{ "WET", "Europe/Lisbon" },
		{ "EST5EDT", "America/New_York" },
		{ "CST6CDT", "America/Chicago" },
		{ "MST7MDT", "America/Denver" },
		{ "PST8PDT", "America/Los_Angeles" },
		{ "ACT", "Australia/Darwin" },
		{ "AET", "Australia/Sydney" },
		{ "AGT", "America/Argentina/Buenos_Aires" },
		{ "ART", "Africa/Cairo" },
		{ "AST", "America/Anchorage" },
		{ "BET", "America/Sao_Paulo" },
		{ "BST", "Asia/Dhaka" },
		{ "CAT", "Africa/Harare" },
		{ "CNT", "America/St_Johns" },
		{ "CST", "America/Chicago" },
		{ "CTT", "Asia/Shanghai" },
		{ "EAT", "Africa/Addis_Ababa" },
		{ "ECT", "Europe/Paris" },
		{ "EST", "-05:00" },
		{ "HST", "-10:00" },
		{ "IET", "America/Indiana/Indianapolis" },
		{ "IST", "Asia/Kolkata" },
		{ "JST", "Asia/Tokyo" },
		{ "MIT", "Pacific/Apia" },
		{ "MST", "-07:00" },
		{ "NET", "Asia/Yerevan" },
		{ "NST", "Pacific/Auckland" },
		{ "PLT", "Asia/Karachi" },
		{ "PNT", "America/Phoenix" },
		{ "PRT", "America/Puerto_Rico" },
		{ "PST", "America/Los_Angeles" },
		{ "SST", "Pacific/Guadalcanal" },
		{ "VST", "Asia/Ho_Chi_Minh" },
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (span_equal(name, span_of(ids[i][0])))
			return span_of(ids[i][1]);
	return name;
}

/* Names without a slash that Java has; ICU has more of them. */
static bool is_known_word(struct span name)
{
	static const char *const words[] = {
		"CET",      "CST6CDT", "Cuba",      "EET",    "EST5EDT",   "Egypt",    "Eire",
		"GB",       "GB-Eire", "GMT",       "GMT0",   "Greenwich", "Hongkong", "Iceland",
		"Iran",     "Israel",  "Jamaica",   "Japan",  "Kwajalein", "Libya",    "MET",
		"MST7MDT",  "NZ",      "NZ-CHAT",   "Navajo", "PRC",       "PST8PDT",  "Poland",
		"Portugal", "ROK",     "Singapore", "Turkey", "UCT",       "UTC",      "Universal",
		"W-SU",     "WET",     "Zulu",
	};

	if (memchr(name.data, '/', name.len))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (span_equal(name, span_of(words[i])))
			return true;
	return false;
}

static UCalendar *open_calendar(struct span name)
{
	UChar id[ZONE_NAME_MAX], canonical[ZONE_NAME_MAX * 2];
	UErrorCode error = U_ZERO_ERROR;
	UBool is_system = false;
	UCalendar *calendar;

	for (size_t i = 0; i < name.len; i++)
		id[i] = (unsigned char)name.data[i];
	ucal_getCanonicalTimeZoneID(id, (int32_t)name.len, canonical, ZONE_NAME_MAX * 2, &is_system,
				    &error);
	if (U_FAILURE(error) || !is_system)
		return NULL;
	calendar = ucal_open(id, (int32_t)name.len, "en_US", UCAL_GREGORIAN, &error);
	return U_SUCCESS(error) ? calendar : NULL;
}

static bool starts_with(struct span text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

/* A name as Java takes them, and no other file of the database's directory. */
static bool is_name(struct span name)
{
	if (starts_with(name, "posix/") || starts_with(name, "right/") || *name.data == '/')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		      (c && strchr("~/_+-", c))))
			return false;
	}
	return is_known_word(name);
}

static bool find_rules(struct time_zones *zones, struct span name, struct time_zone *out)
{
	struct kept_zone *kept = NULL;

	if (name.len < 2 || name.len >= ZONE_NAME_MAX || !is_name(name))
		return false;
	for (size_t i = 0; i < ZONES_KEPT && !kept; i++)
		if (zones->kept[i].len == name.len &&
		    memcmp(zones->kept[i].name, name.data, name.len) == 0)
			kept = &zones->kept[i];
	if (!kept) {
		kept = &zones->kept[zones->next];
		zones->next = (zones->next + 1) % ZONES_KEPT;
		forget(kept);
		memcpy(kept->name, name.data, name.len);
		kept->name[name.len] = '\0';
		kept->len = name.len;
		kept->rules = zone_rules_load(NULL, kept->name);
		kept->calendar = open_calendar(name);
	}
	out->rules = kept->rules;
	out->calendar = kept->calendar;
	return out->rules || out->calendar;
}

/* +h:mm and +hh:m were zones before Java's own rules: zeros are put in. */
static struct span fill_digits(struct span name, char out[ZONE_NAME_MAX])
{
	size_t len = 0;
	bool filled = false;

	for (size_t i = 0; i < name.len; i++) {
		const char *p = name.data + i;
		size_t left = name.len - i;

		out[len++] = *p;
		if (!filled && (*p == '+' || *p == '-') && left >= 3 && p[1] >= '0' &&
		    p[1] <= '9' && p[2] == ':') {
			out[len++] = '0';
			filled = true;
		}
	}
	if (len >= 5 && out[len - 2] == ':' && (out[len - 5] == '+' || out[len - 5] == '-') &&
	    out[len - 4] >= '0' && out[len - 4] <= '9' && out[len - 3] >= '0' &&
	    out[len - 3] <= '9' && out[len - 1] >= '0' && out[len - 1] <= '9') {
		out[len] = out[len - 1];
		out[len - 1] = '0';
		len++;
	}
	return (struct span){ .data = out, .len = len };
}

bool time_zone_find(struct time_zones *zones, struct span name, struct time_zone *out)
{
	char filled[ZONE_NAME_MAX];
	size_t prefix;

	*out = (struct time_zone){ .offset_seconds = 0 };
	while (name.len && (unsigned char)name.data[0] <= ' ') {
		name.data++;
		name.len--;
	}
	while (name.len && (unsigned char)name.data[name.len - 1] <= ' ')
		name.len--;
	if (name.len + 3 > ZONE_NAME_MAX)
		return false;
	name = long_name(fill_digits(name, filled));
	if (name.len <= 1 || *name.data == '+' || *name.data == '-')
		return parse_offset(name, &out->offset_seconds);
	prefix = starts_with(name, "UTC") || starts_with(name, "GMT") ? 3
		 : starts_with(name, "UT")                            ? 2
								      : 0;
	if (prefix && name.len == prefix)
		return true;
	if (prefix && (name.data[prefix] == '+' || name.data[prefix] == '-'))
		return parse_offset((struct span){ name.data + prefix, name.len - prefix },
				    &out->offset_seconds);
	return find_rules(zones, name, out);
}

/* ---- offsets --------------------------------------------------------------------------------- */

/* ICU's offset in milliseconds. */
static bool calendar_offset(UCalendar *calendar, int64_t micros, bool local, int64_t *out)
{
	UErrorCode error = U_ZERO_ERROR;
	int32_t raw = 0, summer = 0;

	ucal_setMillis(calendar, (UDate)floor_div(micros, 1000), &error);
	if (local) {
		ucal_getTimeZoneOffsetFromLocal(calendar, UCAL_TZ_LOCAL_FORMER,
						UCAL_TZ_LOCAL_FORMER, &raw, &summer, &error);
	} else {
		raw = ucal_get(calendar, UCAL_ZONE_OFFSET, &error);
		summer = ucal_get(calendar, UCAL_DST_OFFSET, &error);
	}
	*out = (int64_t)raw + summer;
	return U_SUCCESS(error);
}

static bool offset_micros(const struct time_zone *zone, int64_t micros, bool local, int64_t *out)
{
	int64_t seconds = floor_div(micros, MICROS_PER_SECOND);

	*out = zone->offset_seconds * MICROS_PER_SECOND;
	if (zone->calendar && (!zone->rules || micros < 0)) {
		if (!calendar_offset(zone->calendar, micros, local, out))
			return false;
		*out *= 1000;
	} else if (zone->rules) {
		*out = (local ? zone_offset_of_local(zone->rules, seconds)
			      : zone_offset_at(zone->rules, seconds)) *
		       MICROS_PER_SECOND;
	}
	return true;
}

bool time_zone_to_utc(const struct time_zone *zone, int64_t local, int64_t *utc)
{
	int64_t offset;

	return offset_micros(zone, local, true, &offset) &&
	       !__builtin_sub_overflow(local, offset, utc);
}

bool time_zone_from_utc(const struct time_zone *zone, int64_t utc, int64_t *local)
{
	int64_t offset;

	return offset_micros(zone, utc, false, &offset) &&
	       !__builtin_add_overflow(utc, offset, local);
}
