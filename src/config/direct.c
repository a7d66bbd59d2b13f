/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/direct.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/value.h"

#define KEY_SIZE 32

static uint8_t bits_of(const struct addr *address)
{
	return address->family == AF_INET6 ? 128 : 32;
}

static bool read_item(const struct config_place *place, const char *key,
		      const char *text, struct model_prefix *out)
{
	char quoted[CONFIG_QUOTED_SIZE];
	struct addr address;
	const char *why;

	if (addr_parse(text, &address)) {
		if (!config_prefix_read(place, key, text, AF_UNSPEC, out))
			return false;
	} else {
		out->address = address;
		out->length = bits_of(&address);
	}
	why = addr_not_unicast(&out->address);
	if (why)
		config_fail(place, key,
			    "expected addresses of hosts, got %s, %s",
			    config_errors_quote(text, quoted), why);
	return !why;
}

/* Tells where there are too many; those of a prefix are all looked up. */
static void count(const struct config_place *place, const char *key,
		  const char *text, const struct model_prefix *prefix,
		  uint32_t *total)
{
	const unsigned int free = bits_of(&prefix->address) - prefix->length;
	char quoted[CONFIG_QUOTED_SIZE];

	if (free < 16)
		*total += 1U << free;
	if (free >= 16 || *total > MODEL_DIRECT_MAX) {
		config_fail(place, key,
			    "expected at most %u addresses in all, those of "
			    "prefixes counted one by one, as each has an entry "
			    "in the tables; %s goes beyond that.  Backends can "
			    "answer a larger network by a route of their own: "
			    "see docs/backends.md, nat",
			    MODEL_DIRECT_MAX,
			    config_errors_quote(text, quoted));
		*total = 0;
	}
}

static int read_direct(const struct config_place *place,
		       const struct config_key *key, const char *const *items,
		       size_t n, void *to)
{
	struct model *model = to;
	struct model_prefix prefix;
	char item[KEY_SIZE];
	uint32_t total = 0;

	if (!n)
		return 0;
	model->direct = calloc(n, sizeof(*model->direct));
	if (!model->direct)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		snprintf(item, sizeof(item), "%s[%zu]", key->name, i);
		if (!read_item(place, item, items[i], &prefix))
			continue;
		count(place, item, items[i], &prefix, &total);
		model->direct[model->n_direct++] = prefix;
	}
	return 0;
}

static void print_direct(struct config_printer *printer,
			 const struct config_key *key, const void *from)
{
	const struct model *model = from;
	char text[CONFIG_PREFIX_SIZE];
	FILE *out;

	if (!model->n_direct)
		return;
	out = config_printer_key(printer, key->name);
	for (size_t i = 0; i < model->n_direct; i++)
		fprintf(out, "%s\"%s\"", i ? ", " : "[",
			config_prefix_format(&model->direct[i], text));
	fputs("]", out);
}

const struct config_type config_direct = { .read_list = read_direct,
					   .print = print_direct };

/* A prefix around a VIP leaves it out; by its own name it is a mistake. */
void config_direct_check(const struct config_place *place,
			 const struct model *model)
{
	char address[ADDR_STRLEN];

	for (size_t i = 0; i < model->n_direct; i++) {
		const struct model_prefix *d = &model->direct[i];

		if (d->length != bits_of(&d->address))
			continue;
		for (size_t k = 0; k < model->n_services; k++) {
			const struct model_service *s = &model->services[k];

			if (addr_compare(&s->address, &d->address) != 0)
				continue;
			config_fail(place, "direct",
				    "%s is the address of service \"%s\"; "
				    "expected hosts that ask backends past "
				    "the balancer",
				    addr_format(&d->address, address), s->name);
			break;
		}
	}
	if (model->n_direct && !model_has_nat(model))
		config_warn(place, "direct",
			    "is not used: no service is forward: nat, so no "
			    "answers are translated");
}
