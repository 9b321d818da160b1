/*
 * nationality.h - what is known of a nationality: its lists of names and places, and the formats of
 * its numbers. One file each, data/nat_*.c; people.c makes them ready for use.
 *
 * A list is one text, its entries separated by commas. White space at an entry's end is meant: the
 * real API's lists have it too. With --clean it is trimmed.
 *
 * A pattern's characters stand for themselves, except
 *     #      a digit                  [3-7]  one of these digits
 *     @      a letter A to Z          |      separates alternatives, one is taken
 *     %d %m %y  day, month, year of birth, two digits each
 *     %0     the month counted from 00, as the real API has it in French numbers
 *     %g     1 for men, 2 for women   %L     the family name's first letter, in upper case ASCII
 */
#ifndef SIMULATOR_NATIONALITY_H
#define SIMULATOR_NATIONALITY_H

#define NATIONALITY_COUNT 21

struct nationality {
	const char *code;    /* "AU" */
	const char *country; /* "Australia"; NULL: the field is left out */
	const char *male;
	const char *female;
	const char *last;
	const char *street;
	const char *city;
	const char *state;
	const char *male_titles;   /* NULL: Mr */
	const char *female_titles; /* NULL: Miss,Mrs,Ms */
	/* Some people have two given names or two family names, joined by this text. */
	const char *double_first; /* NULL: never */
	const char *double_last;
	int double_first_percent;
	int double_last_percent;
	int postcode_min; /* an integer in the answers, unless `postcode` is given */
	int postcode_max;
	const char *postcode; /* a pattern; text in the answers */
	const char *phone;
	const char *cell;
	const char *id_name;     /* "" where there is no number */
	const char *id_value;    /* NULL: null */
	const char *clean_phone; /* with --clean, where the API's own format is broken; or NULL */
	const char *clean_id;
};

extern const struct nationality nationality_au, nationality_br, nationality_ca, nationality_ch,
    nationality_de, nationality_dk, nationality_es, nationality_fi, nationality_fr, nationality_gb,
    nationality_ie, nationality_in, nationality_ir, nationality_mx, nationality_nl, nationality_no,
    nationality_nz, nationality_rs, nationality_tr, nationality_ua, nationality_us;

/* In the order of their codes. */
extern const struct nationality *const nationality_table[NATIONALITY_COUNT];

#endif
