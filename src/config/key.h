/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration as tables: for each group its keys, and for each key what
 * its value is, where it goes in the model, its bounds, its default and what it
 * is for.  Reading, printing and what is said of keys that nobody knows follow
 * from them.
 */
#ifndef CONFIG_KEY_H
#define CONFIG_KEY_H

#include "yaml/place.h"
#include "config/printer.h"
#include "model/model.h"

struct config_key;

/* What a value is.  A type has one of the first four functions. */
struct config_type {
	/* A text becomes *to, which is left alone where it is a mistake. */
	void (*read)(const struct config_place *place,
		     const struct config_key *key, const char *text, void *to);
	/* The same of a list, "" for what is no text in it.  0 or -ENOMEM. */
	int (*read_list)(const struct config_place *place,
			 const struct config_key *key, const char *const *items,
			 size_t n, void *to);
	/* A group, and a list of groups, as key->group says. */
	bool is_group, is_groups;

	/* Nothing where it is unset.  NULL: another one prints it. */
	void (*print)(struct config_printer *printer,
		      const struct config_key *key, const void *from);
};

struct config_word {
	const char *text; /* NULL ends a list */
	int value;
};

struct config_key {
	const char *name; /* NULL ends a table */
	const char *doc;
	const struct config_type *type;
	size_t offset, size;  /* of the value in what the group fills */
	const char *absent;   /* as which an absent one is read; NULL: unset */
	const char *required; /* what is expected; NULL: may be absent */
	const char *what;     /* of a number: "a weight", as in "expected
			       * a weight from 1 to 1000" */
	uint32_t min, max;    /* of a number; min of a time, in ms */
	bool off;	      /* a time or prefix may be "off", which is 0 */
	bool silent;	      /* not printed where it has its default */
	bool live;	      /* changes without other tables */
	sa_family_t family;   /* of an address or prefix; AF_UNSPEC: any */
	unsigned int only;    /* see takes of the group; 0: always */
	size_t count;	      /* of a list of groups: offset of its length */
	const struct config_word *words;
	const struct config_group *group;
};

/* Where the value is in the model. */
#define CONFIG_AT(structure, field)                                            \
	.offset = offsetof(struct structure, field),                           \
	.size = sizeof(((struct structure *)0)->field)

/* The type knows where: it fills several fields, or one of a union. */
#define CONFIG_WITHIN .offset = 0

struct config_group {
	const struct config_key *keys;
	size_t size;	  /* of what it fills */
	const char *noun; /* in a list: "backend" */
	unsigned int max; /* how many in a list */
	/* Whether a key with "only" has a meaning there, and if not, says so.
	 */
	bool (*takes)(const void *group, const struct config_key *key);
	void (*refuse)(const struct config_place *place,
		       const struct config_key *key, const void *group);
	/* When all keys are read: what no single one shows.  0 or -ENOMEM. */
	int (*finish)(const struct config_place *place, void *group);
};

extern const struct config_type config_number, config_word, config_duration,
	config_text, config_addr, config_router, config_prefix, config_mac,
	config_sub, config_subs;

extern const struct config_group config_top, config_service, config_backend,
	config_health;

/*
 * Fills what "to" points to, all zero before, with the place's node; with the
 * defaults where that is NULL.  Mistakes are added to the place's errors; what
 * they concern keeps its default.  0 or -ENOMEM.
 */
int config_read(const struct config_place *place,
		const struct config_group *group, void *to);

/* The same of the whole tree; also -EINVAL where it is no group at all. */
int config_read_root(const struct config_place *place,
		     const struct config_group *group, void *to);

/* Whether a list may have so many groups; says so if not. */
bool config_count_fits(const struct config_place *place, const char *name,
		       const struct config_group *group, size_t n);

/* A table's keys that have the value, each as "key: value". */
void config_print_keys(struct config_printer *printer,
		       const struct config_group *group, const void *from,
		       bool live);

/* Says what a key that nobody knows may have meant: which one, or NULL. */
const struct config_key *config_key_guess(const struct config_place *place,
					  const struct config_group *group,
					  const struct config_node *node);

#endif
