/*
 * people.c - cuts the lists of all nationalities into words. Two passes over the same list of
 * lists: the first counts, so that there are three allocations in all.
 */
#include "simulator/people.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "simulator/ascii_fold.h"
#include "simulator/login_words.h"

static const char default_male_titles[] = "Mr";
static const char default_female_titles[] = "Miss,Mrs,Ms";

struct loader {
	struct people *people;
	bool counting;
	size_t text_max;
	const char *code; /* being read, for the message */
	struct err *err;
};

static struct span next_entry(const char **at)
{
	struct span entry = { .data = *at, .len = strcspn(*at, ",") };

	*at += entry.len;
	if (**at)
		(*at)++;
	return entry;
}

static struct span trim(struct span entry)
{
	while (entry.len && entry.data[entry.len - 1] == ' ')
		entry.len--;
	while (entry.len && entry.data[0] == ' ') {
		entry.data++;
		entry.len--;
	}
	return entry;
}

/* What JSON would have to escape has no place in the lists. */
static bool entry_is_usable(struct span entry)
{
	if (entry.len == 0 || entry.len > WORD_MAX)
		return false;
	for (size_t i = 0; i < entry.len; i++) {
		unsigned char c = (unsigned char)entry.data[i];

		if (c < ' ' || c == '"' || c == '\\' || c == 0x7F)
			return false;
	}
	return true;
}

static bool add_word(struct loader *loader, struct span entry, bool is_name)
{
	struct people *people = loader->people;
	struct word *word = &people->words[people->word_count];
	size_t mail_len;

	if (people->clean)
		entry = trim(entry);
	if (!entry_is_usable(entry))
		return false;
	word->text = (uint32_t)people->text_len;
	word->text_len = (uint16_t)entry.len;
	memcpy(people->text + people->text_len, entry.data, entry.len);
	people->text_len += entry.len;
	word->mail = (uint32_t)people->text_len;
	if (is_name) {
		if (!ascii_fold(entry, people->text + people->text_len, &mail_len))
			return false;
		word->mail_len = (uint16_t)mail_len;
		people->text_len += mail_len;
	}
	assert(people->text_len <= loader->text_max);
	people->word_count++;
	return true;
}

static enum status read_list(struct loader *loader, struct word_list *list, const char *text,
			     bool is_name)
{
	struct people *people = loader->people;
	size_t first = people->word_count;

	if (loader->counting) {
		loader->text_max += 3 * strlen(text); /* each byte, and at most two in an address */
		for (const char *at = text; *at; next_entry(&at))
			people->word_count++;
		return US_OK;
	}
	for (const char *at = text; *at;) {
		struct span entry = next_entry(&at);

		if (!add_word(loader, entry, is_name))
			return err_set(loader->err, US_FATAL, EXIT_INTERNAL,
				       "the simulator's list of %s has an unusable entry \"%.*s\"",
				       loader->code, (int)entry.len, entry.data);
	}
	list->words = people->words + first;
	list->count = (uint32_t)(people->word_count - first);
	if (list->count == 0)
		return err_set(loader->err, US_FATAL, EXIT_INTERNAL,
			       "the simulator has an empty list of %s", loader->code);
	return US_OK;
}

static enum status read_nation(struct loader *loader, struct nation *nation,
			       const struct nationality *def)
{
	bool clean = loader->people->clean;
	const struct {
		struct word_list *list;
		const char *text;
		bool is_name;
	} lists[] = {
		{ &nation->title[PEOPLE_MALE],
		  def->male_titles ? def->male_titles : default_male_titles, false },
		{ &nation->title[PEOPLE_FEMALE],
		  def->female_titles ? def->female_titles : default_female_titles, false },
		{ &nation->first[PEOPLE_MALE], def->male, true },
		{ &nation->first[PEOPLE_FEMALE], def->female, true },
		{ &nation->last, def->last, true },
		{ &nation->street, def->street, false },
		{ &nation->city, def->city, false },
		{ &nation->state, def->state, false },
	};
	enum status status = US_OK;

	loader->code = def->code;
	for (size_t i = 0; !status && i < sizeof(lists) / sizeof(*lists); i++)
		status = read_list(loader, lists[i].list, lists[i].text, lists[i].is_name);
	nation->def = def;
	nation->phone = clean && def->clean_phone ? def->clean_phone : def->phone;
	nation->cell = clean && def->clean_phone ? def->clean_phone : def->cell;
	nation->id_value = clean && def->clean_id ? def->clean_id : def->id_value;
	return status;
}

static void make_lego(struct people *people)
{
	struct nation *nation = &people->nations[NATION_LEGO];

	people->lego = nationality_us;
	people->lego.code = "LEGO";
	people->lego.country = NULL;
	people->lego.id_name = "SN";
	for (int i = 0; i < NATIONALITY_COUNT; i++)
		if (nationality_table[i] == &nationality_us)
			*nation = people->nations[i];
	nation->def = &people->lego;
	nation->phone = "(###)-###-####";
	nation->cell = "(###)-###-####";
	nation->id_value = "############";
}

static enum status read_all(struct loader *loader)
{
	struct people *people = loader->people;
	enum status status = US_OK;

	for (int i = 0; !status && i < NATIONALITY_COUNT; i++)
		status = read_nation(loader, &people->nations[i], nationality_table[i]);
	loader->code = "words for logins";
	if (!status)
		status = read_list(loader, &people->adjectives, login_adjectives, false);
	if (!status)
		status = read_list(loader, &people->animals, login_animals, false);
	if (!status)
		status = read_list(loader, &people->passwords, login_passwords, false);
	return status;
}

enum status people_new(struct people **out, bool clean, struct err *err)
{
	struct people *people = mem_calloc(1, sizeof(*people));
	struct loader loader = { .people = people, .counting = true, .err = err };
	enum status status;

	if (!people)
		return err_no_memory(err, "loading the simulator's names");
	people->clean = clean;
	status = read_all(&loader);
	if (status)
		goto out;
	people->words = mem_calloc(people->word_count, sizeof(*people->words));
	people->text = mem_calloc(1, loader.text_max + WORD_PADDING);
	if (!people->words || !people->text) {
		status = err_no_memory(err, "loading the simulator's names");
		goto out;
	}
	people->word_count = 0;
	loader.counting = false;
	status = read_all(&loader);
	if (status)
		goto out;
	make_lego(people);
	*out = people;
	people = NULL;
out:
	people_free(people);
	return status;
}

void people_free(struct people *people)
{
	if (!people)
		return;
	mem_free(people->text);
	mem_free(people->words);
	mem_free(people);
}

int people_nation_index(struct span code)
{
	for (int i = 0; i < NATIONALITY_COUNT; i++)
		if (code.len == 2 && strncasecmp(nationality_table[i]->code, code.data, 2) == 0)
			return i;
	return -1;
}
