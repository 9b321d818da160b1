/*
 * login_words.h - the words that usernames and passwords are made of: lists as in nationality.h.
 */
#ifndef SIMULATOR_LOGIN_WORDS_H
#define SIMULATOR_LOGIN_WORDS_H

/* A username is one of each and a number of three digits. */
extern const char login_adjectives[];
extern const char login_animals[];
extern const char login_passwords[];

#endif
