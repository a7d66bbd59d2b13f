/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A span is an address with a range of ports.  Sorted by bucket, then address,
 * then port, everything that a bucket has to tell stands together: if that is
 * one span, the bucket can say it alone.  Only what it cannot is expanded into
 * entries, port by port, and may be very many; so they are counted first.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tables/layout.h"

struct layout_span {
	uint32_t bucket;
	__be32 address[4];
	uint16_t first, last; /* 0, 0: all ports */
	uint32_t service;     /* the last ones are LAYOUT_... */
	bool sole;	      /* all spans of the address have one value ... */
	bool whole;	      /* ... and one of them is all its ports */
};

/* What the VIPs and the backends differ in. */
struct kind {
	int bits;
	bool ranges; /* a bucket has room for a range of ports */
	/* Do two services give an address the same value? */
	bool (*same)(const struct model *model, uint32_t a, uint32_t b);
};

void layout_address(__be32 words[4], const struct addr *address)
{
	memset(words, 0, 4 * sizeof(*words));
	if (address->family == AF_INET6) {
		memcpy(words, &address->v6, sizeof(address->v6));
	} else if (address->family == AF_INET) {
		words[2] = htonl(0xffff);
		words[3] = address->v4.s_addr;
	}
}

bool layout_is_ipv4(const __be32 words[4])
{
	return !words[0] && !words[1] && words[2] == htonl(0xffff);
}

uint16_t layout_reply_port(const struct model_service *service)
{
	const struct model_ports *range = service->ports;

	if (service->n_ports != 1 || range->first != range->last)
		return 0;
	return range->first;
}

static bool same_service(const struct model *model, uint32_t a, uint32_t b)
{
	(void)model;
	return a == b;
}

static bool same_reply(const struct model *model, uint32_t a, uint32_t b)
{
	const struct model_service *x = &model->services[a];
	const struct model_service *y = &model->services[b];

	return !addr_compare(&x->address, &y->address) &&
	       layout_reply_port(x) == layout_reply_port(y);
}

static const struct kind vips = { LB_VIP_BITS, true, same_service };
static const struct kind hosts = { LB_HOST_BITS, false, same_reply };

static void add_span(struct layout *l, const struct kind *kind,
		     const struct addr *address, struct model_ports ports,
		     uint32_t service)
{
	struct layout_span *span = &l->spans[l->n_spans++];

	*span = (struct layout_span){
		.first = ports.first,
		.last = ports.last,
		.service = service,
	};
	layout_address(span->address, address);
	if (address->family == AF_INET6)
		span->bucket = lb_bucket6(span->address, kind->bits);
	else
		span->bucket = lb_bucket4(span->address[3], kind->bits);
}

/* The ports of the service at this address. */
static void add_ports(struct layout *l, const struct kind *kind,
		      const struct addr *address, const struct model *model,
		      uint32_t service)
{
	static const struct model_ports all = { 0, 0 };
	const struct model_service *s = &model->services[service];

	if (s->all_ports)
		add_span(l, kind, address, all, service);
	for (size_t i = 0; i < s->n_ports; i++)
		add_span(l, kind, address, s->ports[i], service);
}

static size_t n_ranges(const struct model_service *service)
{
	return service->all_ports ? 1 : service->n_ports;
}

static int compare_spans(const void *a, const void *b)
{
	const struct layout_span *x = a, *y = b;
	int order;

	if (x->bucket != y->bucket)
		return x->bucket < y->bucket ? -1 : 1;
	order = memcmp(x->address, y->address, sizeof(x->address));
	if (order)
		return order;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->last != y->last)
		return x->last < y->last ? -1 : 1;
	return x->service < y->service ? -1 : x->service > y->service;
}

/* Takes in the next span, if that is the same ports again or goes on there. */
static bool join(struct layout_span *span, const struct layout_span *next)
{
	if (memcmp(span->address, next->address, sizeof(span->address)) != 0)
		return false;
	if (span->first == next->first && span->last == next->last)
		return true; /* the first service has it */
	if (!span->first || span->service != next->service ||
	    span->last + 1 != next->first)
		return false;
	span->last = next->last;
	return true;
}

static void join_spans(struct layout *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n_spans; i++)
		if (!kept || !join(&l->spans[kept - 1], &l->spans[i]))
			l->spans[kept++] = l->spans[i];
	l->n_spans = kept;
}

/* How many spans from here on are in the same bucket, or of one address. */
static size_t group(const struct layout *l, size_t at, bool one_address)
{
	const struct layout_span *first = &l->spans[at], *span = first;
	const struct layout_span *end = l->spans + l->n_spans;

	while (span < end && span->bucket == first->bucket &&
	       (!one_address ||
		!memcmp(span->address, first->address, sizeof(span->address))))
		span++;
	return (size_t)(span - first);
}

/* Of the n spans of an address, that of a service, if there is one. */
static const struct layout_span *with_service(const struct layout_span *span,
					      size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span[i].service < LAYOUT_OWN)
			return &span[i];
	return span;
}

static void mark_sole(struct layout *l, const struct kind *kind,
		      const struct model *model)
{
	uint32_t first;
	bool sole, whole;

	for (size_t at = 0, n; at < l->n_spans; at += n) {
		n = group(l, at, true);
		first = with_service(&l->spans[at], n)->service;
		sole = true;
		whole = false;
		for (size_t i = 0; i < n; i++) {
			if (l->spans[at + i].service >= LAYOUT_OWN)
				continue;
			sole &= kind->same(model, first,
					   l->spans[at + i].service);
			whole |= !l->spans[at + i].first;
		}
		for (size_t i = 0; i < n; i++) {
			l->spans[at + i].sole = sole;
			l->spans[at + i].whole = sole && whole;
		}
	}
}

static struct layout_entry entry_of(const struct layout_span *span,
				    uint16_t port)
{
	struct layout_entry entry = {
		.key.port = htons(port),
		.service = span->service,
		.sole = span->sole,
		.whole = span->whole,
	};

	memcpy(entry.key.address, span->address, sizeof(span->address));
	entry.key.ipv6 = !layout_is_ipv4(span->address);
	return entry;
}

static void add_alone(struct layout *l, const struct layout_span *span)
{
	l->buckets[l->n_buckets++] = (struct layout_bucket){
		.index = span->bucket,
		.alone = entry_of(span, span->first),
		.first = span->first,
		.last = span->first ? span->last : UINT16_MAX,
	};
}

static void add_asked(struct layout *l, size_t at, size_t n)
{
	struct layout_bucket *bucket = &l->buckets[l->n_buckets++];
	const struct layout_span *span = &l->spans[at];

	*bucket = (struct layout_bucket){ .index = span->bucket };
	for (size_t i = 0; i < n; i++, span++) {
		bucket->ask |= span->first ? LB_ASK_PORT : LB_ASK_ALL_PORTS;
		l->n_needed += (uint64_t)span->last - span->first + 1;
	}
	for (size_t i = 0; i < n; i += group(l, at + i, true))
		l->n_needed++; /* the entry of the address as such */
}

static int make_buckets(struct layout *l, const struct kind *kind,
			const struct model *model)
{
	qsort(l->spans, l->n_spans, sizeof(*l->spans), compare_spans);
	join_spans(l);
	mark_sole(l, kind, model);
	l->buckets = calloc(l->n_spans + 1, sizeof(*l->buckets));
	if (!l->buckets) {
		layout_free(l);
		return -ENOMEM;
	}
	for (size_t at = 0, n; at < l->n_spans; at += n) {
		const struct layout_span *span = &l->spans[at];

		n = group(l, at, false);
		if (n == 1 && (kind->ranges || span->first == span->last))
			add_alone(l, span);
		else
			add_asked(l, at, n);
	}
	return 0;
}

/* How many addresses the model's prefixes have; none where nothing is nat. */
static uint32_t n_direct(const struct model *model)
{
	uint32_t n = 0;

	for (size_t i = 0; i < model->n_direct; i++) {
		const struct model_prefix *d = &model->direct[i];

		n += 1U << ((d->address.family == AF_INET6 ? 128 : 32) -
			    d->length);
	}
	return n;
}

/* They differ in the last two bytes only: see MODEL_DIRECT_MAX. */
static void add_direct(struct layout *l, const struct model *model,
		       const struct model_prefix *prefix)
{
	static const struct model_ports all = { 0, 0 };
	const size_t size = prefix->address.family == AF_INET6 ? 16 : 4;
	const uint32_t n = 1U << (8 * size - prefix->length);
	struct addr address;

	for (uint32_t i = 0; i < n; i++) {
		address = prefix->address;
		address.bytes[size - 1] |= (uint8_t)i;
		address.bytes[size - 2] |= (uint8_t)(i >> 8);
		if (!model_is_vip(model, &address))
			add_span(l, &vips, &address, all, LAYOUT_DIRECT);
	}
}

int layout_services(struct layout *out, const struct model *model,
		    const struct addr *own, size_t n_own)
{
	static const struct model_ports all = { 0, 0 };
	/* Only there can an answer be taken for one to a client. */
	const bool nat = model_has_nat(model);
	size_t n = n_own + (nat ? n_direct(model) : 0);

	*out = (struct layout){ 0 };
	for (size_t i = 0; i < model->n_services; i++)
		n += n_ranges(&model->services[i]);
	out->spans = calloc(n + 1, sizeof(*out->spans));
	if (!out->spans)
		return -ENOMEM;
	for (uint32_t i = 0; i < model->n_services; i++)
		add_ports(out, &vips, &model->services[i].address, model, i);
	/* A VIP has its own bucket, which need not ask for more than that. */
	for (size_t i = 0; i < n_own; i++)
		if (nat || !model_is_vip(model, &own[i]))
			add_span(out, &vips, &own[i], all, LAYOUT_OWN);
	for (size_t i = 0; nat && i < model->n_direct; i++)
		add_direct(out, model, &model->direct[i]);
	return make_buckets(out, &vips, model);
}

int layout_replies(struct layout *out, const struct model *model)
{
	size_t n = 0;

	*out = (struct layout){ 0 };
	for (size_t i = 0; i < model->n_services; i++)
		n += model->services[i].n_backends *
		     n_ranges(&model->services[i]);
	out->spans = calloc(n + 1, sizeof(*out->spans));
	if (!out->spans)
		return -ENOMEM;
	for (uint32_t i = 0; i < model->n_services; i++) {
		const struct model_service *s = &model->services[i];

		if (s->forward != LB_FORWARD_NAT)
			continue;
		for (size_t k = 0; k < s->n_backends; k++) {
			const struct model_backend *b = &s->backends[k];
			const struct model_ports own = { b->port, b->port };

			if (b->port)
				add_span(out, &hosts, &b->address, own, i);
			else
				add_ports(out, &hosts, &b->address, model, i);
		}
	}
	return make_buckets(out, &hosts, model);
}

static int compare_entries(const void *a, const void *b)
{
	const struct layout_entry *x = a, *y = b;
	int order = memcmp(&x->key, &y->key, sizeof(x->key));

	if (order)
		return order;
	return x->service < y->service ? -1 : x->service > y->service;
}

/* What two services claim is the first one's. */
static void drop_same_keys(struct layout *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n_entries; i++)
		if (!kept ||
		    memcmp(&l->entries[kept - 1].key, &l->entries[i].key,
			   sizeof(l->entries[i].key)) != 0)
			l->entries[kept++] = l->entries[i];
	l->n_entries = kept;
}

static void expand_asked(struct layout *l, size_t at, size_t n)
{
	const struct layout_span *span = &l->spans[at];
	struct layout_entry *entry;

	for (size_t i = 0, of_one; i < n; i += of_one) {
		of_one = group(l, at + i, true);
		entry = &l->entries[l->n_entries++];
		*entry = entry_of(with_service(&span[i], of_one), 0);
		entry->key.kind = LB_KEY_ADDRESS;
	}
	for (; n; n--, span++)
		for (uint32_t port = span->first; port <= span->last; port++)
			l->entries[l->n_entries++] =
				entry_of(span, (uint16_t)port);
}

int layout_expand(struct layout *layout)
{
	size_t at = 0, n;

	layout->entries =
		calloc(layout->n_needed + 1, sizeof(*layout->entries));
	if (!layout->entries)
		return -ENOMEM;
	for (size_t i = 0; i < layout->n_buckets; i++, at += n) {
		n = group(layout, at, false);
		if (layout->buckets[i].ask)
			expand_asked(layout, at, n);
	}
	qsort(layout->entries, layout->n_entries, sizeof(*layout->entries),
	      compare_entries);
	drop_same_keys(layout);
	return 0;
}

void layout_free(struct layout *layout)
{
	free(layout->spans);
	free(layout->buckets);
	free(layout->entries);
	*layout = (struct layout){ 0 };
}
