/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of the configuration share. */
#ifndef CONFIG_TEST_TEXT_H
#define CONFIG_TEST_TEXT_H

#include "config/config.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* All messages, into the log of the test. */
void config_test_show(const struct config_errors *errors);

/* The model of a text without mistakes, to be freed. */
struct model *config_test_parse(const char *text);

/*
 * head, then n times the item, then tail; to be freed.  The first # of an item
 * becomes two numbers, "0.1", that no other one has.
 */
char *config_test_repeat(const char *head, const char *item, unsigned int n,
			 const char *tail);

#endif
