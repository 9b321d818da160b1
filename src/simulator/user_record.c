/*
 * user_record.c - one user: all its values are drawn first, in a fixed order whatever fields are
 * asked for, then the fields are written one after the other into reserved memory.
 */
#include "simulator/user_record.h"

#include <string.h>

#include "simulator/calendar.h"
#include "simulator/login_digest.h"
#include "simulator/text_writer.h"

/* More than a user can need: a dozen words of WORD_MAX bytes, twice for addresses, and 1.5 kB. */
#define USER_BYTES_MAX 8192

/* The spans of the real API's dates: fixed, a user's birthday does not move with the clock. */
#define BORN_FIRST_MS       (-800000000000)
#define BORN_LAST_MS        1000000000000
#define REGISTERED_FIRST_MS 1016688461000
#define REGISTERED_LAST_MS  1655187641000

#define SALT_LENGTH         8
#define PICTURES_MALE       100
#define PICTURES_FEMALE     97
#define PICTURES_LEGO       10

const char *const user_field_names[FIELD_COUNT] = {
	"gender",     "name",  "location", "email", "login",   "dob",
	"registered", "phone", "cell",     "id",    "picture", "nat",
};

struct zone {
	const char *json;
	uint32_t len;
};

#define ZONE_JSON(offset, places) "{\"offset\":\"" offset "\",\"description\":\"" places "\"}"
#define ZONE(offset, places)                                                     \
	{                                                                        \
		ZONE_JSON(offset, places), sizeof(ZONE_JSON(offset, places)) - 1 \
	}

static const struct zone zones[] = {
	ZONE("-12:00", "Baker Island, Howland Island"),
	ZONE("-11:00", "Pago Pago, Niue"),
	ZONE("-10:00", "Honolulu, Papeete"),
	ZONE("-9:00", "Anchorage, Juneau"),
	ZONE("-8:00", "Los Angeles, Vancouver, Tijuana"),
	ZONE("-7:00", "Denver, Calgary, Phoenix"),
	ZONE("-6:00", "Chicago, Winnipeg, Mexico City"),
	ZONE("-5:00", "New York, Toronto, Lima & Bogota"),
	ZONE("-4:00", "Halifax, Santiago, La Paz"),
	ZONE("-3:30", "St. John's"),
	ZONE("-3:00", "Sao Paulo, Buenos Aires, Montevideo"),
	ZONE("-2:00", "South Georgia"),
	ZONE("-1:00", "Azores, Cape Verde"),
	ZONE("0:00", "London, Lisbon, Accra"),
	ZONE("+1:00", "Berlin, Paris, Madrid, Lagos"),
	ZONE("+2:00", "Helsinki, Athens, Cairo, Cape Town"),
	ZONE("+3:00", "Moscow, Istanbul, Nairobi, Riyadh"),
	ZONE("+3:30", "Tehran"),
	ZONE("+4:00", "Dubai, Baku, Tbilisi"),
	ZONE("+4:30", "Kabul"),
	ZONE("+5:00", "Karachi, Tashkent"),
	ZONE("+5:30", "Delhi, Mumbai, Colombo"),
	ZONE("+5:45", "Kathmandu"),
	ZONE("+6:00", "Dhaka, Bishkek"),
	ZONE("+7:00", "Bangkok, Hanoi, Jakarta"),
	ZONE("+8:00", "Beijing, Singapore, Perth"),
	ZONE("+9:00", "Tokyo, Seoul"),
	ZONE("+9:30", "Adelaide, Darwin"),
	ZONE("+10:00", "Sydney, Brisbane, Port Moresby"),
	ZONE("+11:00", "Noumea, Honiara"),
};

/* Everything about one user, drawn. */
struct user {
	const struct people *people;
	const struct nation *nation;
	int gender;
	struct user_seed id;
	uint32_t street_number;
	int32_t latitude; /* ten-thousandths of a degree */
	int32_t longitude;
	const struct zone *zone;
	struct word adjective;
	struct word animal;
	uint32_t username_number;
	char password[PASSWORD_LENGTH_MAX];
	uint32_t password_len;
	char salt[SALT_LENGTH];
	int64_t born_ms;
	int64_t registered_ms;
	uint32_t picture;
	struct word title;
	struct word first[2];
	struct word last[2];
	uint32_t first_count;
	uint32_t last_count;
	struct word street;
	struct word city;
	struct word state;
	struct user_stream stream; /* names and places; then where the fields' own streams begin */
};

static struct word pick(struct user_stream *stream, const struct word_list *list)
{
	return list->words[user_stream_below(stream, list->count)];
}

static int64_t pick_ms(struct user_stream *stream, int64_t first, int64_t last)
{
	uint64_t span = (uint64_t)(last - first);

	return first + (int64_t)((uint128)user_stream_next(stream) * span >> 64);
}

static void draw_password(struct user *user, struct user_stream *stream,
			  const struct password_rule *rule)
{
	struct word word = pick(stream, &user->people->passwords);
	struct user_stream letters = { .state = user_stream_next(stream) };

	if (rule->count == 0) {
		user->password_len = word.text_len < PASSWORD_LENGTH_MAX ? word.text_len
									 : PASSWORD_LENGTH_MAX;
		memcpy(user->password, user->people->text + word.text, user->password_len);
		return;
	}
	user->password_len = rule->min + user_stream_below(&letters, rule->max - rule->min + 1);
	for (uint32_t i = 0; i < user->password_len; i++)
		user->password[i] = rule->characters[user_stream_below(&letters, rule->count)];
}

/* What belongs to no country: the same for a seed whatever else is asked for. */
static void draw_common(struct user *user, struct user_stream *stream,
			const struct user_shape *shape)
{
	static const char salt_characters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	uint64_t fraction;
	int gender = (int)user_stream_below(stream, 2);

	user->gender = shape->gender < 0 ? gender : shape->gender;
	user->street_number = 1 + user_stream_below(stream, 9999);
	user->latitude = (int32_t)user_stream_below(stream, 1800001) - 900000;
	user->longitude = (int32_t)user_stream_below(stream, 3600001) - 1800000;
	user->zone = &zones[user_stream_below(stream, sizeof(zones) / sizeof(*zones))];
	user->adjective = pick(stream, &user->people->adjectives);
	user->animal = pick(stream, &user->people->animals);
	user->username_number = 100 + user_stream_below(stream, 900);
	draw_password(user, stream, &shape->password);
	fraction = user_stream_next(stream);
	for (int i = 0; i < SALT_LENGTH; i++)
		user->salt[i] = salt_characters[take_digit(&fraction, 62)];
	user->born_ms = pick_ms(stream, BORN_FIRST_MS, BORN_LAST_MS);
	user->registered_ms = pick_ms(stream, REGISTERED_FIRST_MS, REGISTERED_LAST_MS);
	user->picture = user_stream_below(stream, user->gender == PEOPLE_MALE ? PICTURES_MALE
									      : PICTURES_FEMALE);
}

static uint32_t draw_names(struct user_stream *stream, const struct word_list *list,
			   const char *joint, int percent, struct word names[2])
{
	bool doubled = joint && (int)user_stream_below(stream, 100) < percent;

	names[0] = pick(stream, list);
	if (!doubled)
		return 1;
	names[1] = pick(stream, list);
	return names[0].text == names[1].text ? 1 : 2;
}

static void draw_national(struct user *user, const struct user_shape *shape)
{
	struct user_stream *stream = &user->stream;
	uint32_t chosen = shape->nations[user_stream_below(stream, shape->nation_count)];
	const struct nation *nation = &user->people->nations[chosen];

	user->nation = nation;
	user->title = pick(stream, &nation->title[user->gender]);
	user->first_count = draw_names(stream, &nation->first[user->gender],
				       nation->def->double_first, nation->def->double_first_percent,
				       user->first);
	user->last_count = draw_names(stream, &nation->last, nation->def->double_last,
				      nation->def->double_last_percent, user->last);
	user->street = pick(stream, &nation->street);
	user->city = pick(stream, &nation->city);
	user->state = pick(stream, &nation->state);
}

static char *put_word(char *to, const struct user *user, struct word word)
{
	return text_put_padded(to, user->people->text + word.text, word.text_len);
}

static char *put_names(char *to, const struct user *user, const struct word *names, uint32_t count,
		       const char *joint)
{
	to = put_word(to, user, names[0]);
	if (count == 2) {
		to = text_put_cstr(to, joint);
		to = put_word(to, user, names[1]);
	}
	return to;
}

/* Joints other than a hyphen are white space, which an address does not have. */
static char *put_mail_names(char *to, const struct user *user, const struct word *names,
			    uint32_t count, const char *joint)
{
	for (uint32_t i = 0; i < count; i++) {
		if (i == 1 && joint[0] == '-')
			*to++ = '-';
		to = text_put_padded(to, user->people->text + names[i].mail, names[i].mail_len);
	}
	return to;
}

static char *put_name(char *to, const struct user *user)
{
	const struct nationality *def = user->nation->def;

	to = TEXT_LITERAL(to, "\"name\":{\"title\":\"");
	to = put_word(to, user, user->title);
	to = TEXT_LITERAL(to, "\",\"first\":\"");
	to = put_names(to, user, user->first, user->first_count, def->double_first);
	to = TEXT_LITERAL(to, "\",\"last\":\"");
	to = put_names(to, user, user->last, user->last_count, def->double_last);
	return TEXT_LITERAL(to, "\"},");
}

/* Each field has a stream of its own: its digits do not depend on what else is asked for. */
static struct user_stream stream_of_field(const struct user *user, enum user_field field)
{
	return (struct user_stream){ .state = mix64(user->stream.state + (uint64_t)field) };
}

static char *put_pattern(char *to, const struct user *user, enum user_field field,
			 const char *pattern)
{
	struct user_stream stream = stream_of_field(user, field);
	struct pattern_values values = { .born_ms = user->born_ms,
					 .gender = user->gender == PEOPLE_MALE ? '1' : '2',
					 .initial = user->people->text[user->last[0].mail] };

	return text_put_pattern(to, &stream, pattern, &values);
}

static char *put_postcode(char *to, const struct user *user)
{
	const struct nationality *def = user->nation->def;

	if (!def->postcode) {
		struct user_stream stream = stream_of_field(user, FIELD_LOCATION);
		uint32_t span = (uint32_t)(def->postcode_max - def->postcode_min + 1);

		return text_put_uint(to, (uint32_t)def->postcode_min +
					     user_stream_below(&stream, span));
	}
	*to++ = '"';
	to = put_pattern(to, user, FIELD_LOCATION, def->postcode);
	*to++ = '"';
	return to;
}

static char *put_location(char *to, const struct user *user, enum record_fault fault)
{
	int32_t latitude = user->latitude;

	if (fault == RECORD_FAULT_BAD_COORDINATES)
		latitude += latitude < 0 ? -900001 : 900001;
	to = TEXT_LITERAL(to, "\"location\":{\"street\":{\"number\":");
	to = text_put_uint(to, user->street_number);
	to = TEXT_LITERAL(to, ",\"name\":\"");
	to = put_word(to, user, user->street);
	to = TEXT_LITERAL(to, "\"},\"city\":\"");
	to = put_word(to, user, user->city);
	to = TEXT_LITERAL(to, "\",\"state\":\"");
	to = put_word(to, user, user->state);
	if (user->nation->def->country) {
		to = TEXT_LITERAL(to, "\",\"country\":\"");
		to = text_put_cstr(to, user->nation->def->country);
	}
	to = TEXT_LITERAL(to, "\",\"postcode\":");
	to = put_postcode(to, user);
	to = TEXT_LITERAL(to, ",\"coordinates\":{\"latitude\":\"");
	to = text_put_decimal4(to, latitude);
	to = TEXT_LITERAL(to, "\",\"longitude\":\"");
	to = text_put_decimal4(to, user->longitude);
	to = TEXT_LITERAL(to, "\"},\"timezone\":");
	memcpy(to, user->zone->json, user->zone->len);
	to += user->zone->len;
	return TEXT_LITERAL(to, "},");
}

static char *put_email(char *to, const struct user *user, enum record_fault fault)
{
	const struct nationality *def = user->nation->def;

	to = TEXT_LITERAL(to, "\"email\":\"");
	to = put_mail_names(to, user, user->first, user->first_count, def->double_first);
	*to++ = '.';
	to = put_mail_names(to, user, user->last, user->last_count, def->double_last);
	if (fault != RECORD_FAULT_BAD_EMAIL)
		*to++ = '@';
	return TEXT_LITERAL(to, "example.com\",");
}

static char *put_login(char *to, const struct user *user, enum record_fault fault)
{
	char salted[PASSWORD_LENGTH_MAX + SALT_LENGTH];
	size_t len = user->password_len + SALT_LENGTH;

	memcpy(salted, user->password, user->password_len);
	memcpy(salted + user->password_len, user->salt, SALT_LENGTH);
	if (fault == RECORD_FAULT_NO_UUID) {
		to = TEXT_LITERAL(to, "\"login\":{\"uuid\":null,\"username\":\"");
	} else {
		to = TEXT_LITERAL(to, "\"login\":{\"uuid\":\"");
		to = text_put_uuid(to, user->id.high, user->id.low);
		to = TEXT_LITERAL(to, "\",\"username\":\"");
	}
	to = put_word(to, user, user->adjective);
	to = put_word(to, user, user->animal);
	to = text_put_uint(to, user->username_number);
	to = TEXT_LITERAL(to, "\",\"password\":\"");
	to = text_put_escaped(to, user->password, user->password_len);
	to = TEXT_LITERAL(to, "\",\"salt\":\"");
	memcpy(to, user->salt, SALT_LENGTH);
	to += SALT_LENGTH;
	to = TEXT_LITERAL(to, "\",\"md5\":\"");
	to = login_md5(to, salted, len);
	to = TEXT_LITERAL(to, "\",\"sha1\":\"");
	to = login_sha1(to, salted, len);
	to = TEXT_LITERAL(to, "\",\"sha256\":\"");
	to = login_sha256(to, salted, len);
	return TEXT_LITERAL(to, "\"},");
}

/* {"date":"...","age":N}, */
static char *put_date(char *to, int64_t ms, int64_t now_ms)
{
	to = TEXT_LITERAL(to, "{\"date\":\"");
	to = text_put_iso_ms(to, ms);
	to = TEXT_LITERAL(to, "\",\"age\":");
	to = text_put_uint(to, calendar_age(ms, now_ms));
	return TEXT_LITERAL(to, "},");
}

static char *put_id(char *to, const struct user *user)
{
	to = TEXT_LITERAL(to, "\"id\":{\"name\":\"");
	to = text_put_cstr(to, user->nation->def->id_name);
	if (!user->nation->id_value)
		return TEXT_LITERAL(to, "\",\"value\":null},");
	to = TEXT_LITERAL(to, "\",\"value\":\"");
	to = put_pattern(to, user, FIELD_ID, user->nation->id_value);
	return TEXT_LITERAL(to, "\"},");
}

static char *put_portrait(char *to, const struct user *user, const char *size)
{
	bool lego = user->nation->def == &user->people->lego;

	to = TEXT_LITERAL(to, "https://randomuser.me/api/portraits/");
	to = text_put_cstr(to, size);
	to = text_put_cstr(to, lego ? "lego/" : user->gender == PEOPLE_MALE ? "men/" : "women/");
	to = text_put_uint(to, lego ? user->picture % PICTURES_LEGO : user->picture);
	return TEXT_LITERAL(to, ".jpg");
}

static char *put_picture(char *to, const struct user *user)
{
	to = TEXT_LITERAL(to, "\"picture\":{\"large\":\"");
	to = put_portrait(to, user, "");
	to = TEXT_LITERAL(to, "\",\"medium\":\"");
	to = put_portrait(to, user, "med/");
	to = TEXT_LITERAL(to, "\",\"thumbnail\":\"");
	to = put_portrait(to, user, "thumb/");
	return TEXT_LITERAL(to, "\"},");
}

static char *put_gender(char *to, const struct user *user)
{
	return user->gender == PEOPLE_MALE ? TEXT_LITERAL(to, "\"gender\":\"male\",")
					   : TEXT_LITERAL(to, "\"gender\":\"female\",");
}

static char *put_fields(char *to, const struct user *user, const struct user_shape *shape,
			enum record_fault fault)
{
	const uint32_t fields = shape->fields;

	if (fields & 1u << FIELD_GENDER)
		to = put_gender(to, user);
	if (fields & 1u << FIELD_NAME)
		to = put_name(to, user);
	if (fields & 1u << FIELD_LOCATION)
		to = put_location(to, user, fault);
	if (fields & 1u << FIELD_EMAIL)
		to = put_email(to, user, fault);
	if (fields & 1u << FIELD_LOGIN)
		to = put_login(to, user, fault);
	if (fields & 1u << FIELD_DOB)
		to = put_date(TEXT_LITERAL(to, "\"dob\":"), user->born_ms, shape->now_ms);
	if (fields & 1u << FIELD_REGISTERED)
		to = put_date(TEXT_LITERAL(to, "\"registered\":"), user->registered_ms,
			      shape->now_ms);
	if (fields & 1u << FIELD_PHONE) {
		to = TEXT_LITERAL(to, "\"phone\":\"");
		to = put_pattern(to, user, FIELD_PHONE, user->nation->phone);
		to = TEXT_LITERAL(to, "\",");
	}
	if (fields & 1u << FIELD_CELL) {
		to = TEXT_LITERAL(to, "\"cell\":\"");
		to = put_pattern(to, user, FIELD_CELL, user->nation->cell);
		to = TEXT_LITERAL(to, "\",");
	}
	if (fields & 1u << FIELD_ID)
		to = put_id(to, user);
	if (fields & 1u << FIELD_PICTURE)
		to = put_picture(to, user);
	if (fields & 1u << FIELD_NAT) {
		to = TEXT_LITERAL(to, "\"nat\":\"");
		to = text_put_cstr(to, user->nation->def->code);
		to = TEXT_LITERAL(to, "\",");
	}
	return to;
}

void user_record_append(struct buf *out, const struct people *people,
			const struct user_shape *shape, struct user_seed seed, uint64_t index,
			enum record_fault fault)
{
	struct user user = { .people = people };
	struct user_stream common;
	char *to = buf_reserve(out, USER_BYTES_MAX);
	char *begin = to;

	if (!to)
		return;
	user.id = user_seed_at(seed, index);
	common.state = user.id.high ^ 0x2545F4914F6CDD1Du;
	user.stream.state = user.id.low ^ 0x5851F42D4C957F2Du;
	draw_common(&user, &common, shape);
	draw_national(&user, shape);
	if (fault == RECORD_FAULT_BORN_LATE)
		user.born_ms = user.registered_ms + 86400000;
	*to++ = '{';
	to = put_fields(to, &user, shape, fault);
	if (to[-1] == ',')
		to--;
	*to++ = '}';
	out->len += (size_t)(to - begin);
	*to = '\0';
}
