/*
 * nationality.c - the table of all nationalities.
 */
#include "simulator/nationality.h"

const struct nationality *const nationality_table[NATIONALITY_COUNT] = {
	&nationality_au, &nationality_br, &nationality_ca, &nationality_ch, &nationality_de,
	&nationality_dk, &nationality_es, &nationality_fi, &nationality_fr, &nationality_gb,
	&nationality_ie, &nationality_in, &nationality_ir, &nationality_mx, &nationality_nl,
	&nationality_no, &nationality_nz, &nationality_rs, &nationality_tr, &nationality_ua,
	&nationality_us
};
