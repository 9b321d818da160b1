/*
 * setting.h - a setting that is handed on as it stands to whoever knows it: a name and a text.
 */
#ifndef CORE_SETTING_H
#define CORE_SETTING_H

struct setting {
	const char *name; /* "USERSTREAM_KAFKA_SASL_USERNAME" */
	const char *value;
};

#endif
