/* SPDX-License-Identifier: GPL-2.0-only */
#include "health/check.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "health/dns.h"
#include "health/match.h"

struct problem {
	const char *key;
	char *why;
	size_t size;
};

static int __attribute__((format(printf, 3, 4)))
refuse(struct problem *problem, const char *key, const char *format, ...)
{
	va_list args;

	problem->key = key;
	va_start(args, format);
	vsnprintf(problem->why, problem->size, format, args);
	va_end(args);
	return -EINVAL;
}

uint32_t health_check_timeout_max_ms(uint32_t interval_ms, unsigned int fall)
{
	const uint64_t max_ms =
		((uint64_t)fall * interval_ms + HEALTH_SLACK_MS) / (fall + 1);

	return max_ms < interval_ms ? (uint32_t)max_ms : interval_ms;
}

static int check_counts(const struct model_health *check,
			struct problem *problem)
{
	if (check->interval_ms < HEALTH_INTERVAL_MIN_MS ||
	    check->interval_ms > HEALTH_INTERVAL_MAX_MS)
		return refuse(problem, "interval",
			      "%u ms: %d to %d are possible",
			      check->interval_ms, HEALTH_INTERVAL_MIN_MS,
			      HEALTH_INTERVAL_MAX_MS);
	if (check->rise < 1 || check->rise > HEALTH_COUNT_MAX)
		return refuse(problem, "rise", "%u: 1 to %d are possible",
			      check->rise, HEALTH_COUNT_MAX);
	if (check->fall < 1 || check->fall > HEALTH_COUNT_MAX)
		return refuse(problem, "fall", "%u: 1 to %d are possible",
			      check->fall, HEALTH_COUNT_MAX);
	return 0;
}

static int check_timeout(struct model_health *check, struct problem *problem)
{
	const uint32_t max_ms =
		health_check_timeout_max_ms(check->interval_ms, check->fall);

	if (!check->timeout_ms)
		check->timeout_ms = check->interval_ms / 2;
	if (check->timeout_ms > check->interval_ms)
		return refuse(problem, "timeout",
			      "%u ms is longer than the interval, %u ms; make "
			      "it at most %u ms",
			      check->timeout_ms, check->interval_ms, max_ms);
	if (check->timeout_ms > max_ms)
		return refuse(problem, "timeout",
			      "%u ms is too long to notice a dead backend "
			      "within interval %u ms x fall %u; make it at "
			      "most %u ms",
			      check->timeout_ms, check->interval_ms,
			      check->fall, max_ms);
	if (check->timeout_ms < HEALTH_TIMEOUT_MIN_MS)
		return refuse(problem, "timeout",
			      "%u ms: at least %d are needed",
			      check->timeout_ms, HEALTH_TIMEOUT_MIN_MS);
	return 0;
}

static int check_dns(const struct model_health_dns *dns,
		     struct problem *problem)
{
	uint8_t query[HEALTH_DNS_QUERY_MAX];

	if (!*dns->name)
		return refuse(problem, "name",
			      "is missing; expected the domain name to ask the "
			      "server for, which it has to know");
	if (!memchr(dns->name, '\0', sizeof(dns->name)) ||
	    health_dns_query(query, dns->name, dns->qtype, 0) < 0)
		return refuse(problem, "name", "'%.64s' is no domain name",
			      dns->name);
	if (!dns->qtype)
		return refuse(problem, "record", "is missing");
	return 0;
}

static int check_expect(const struct health_expect *expect,
			struct problem *problem)
{
	struct health_match *match;
	int err;

	err = health_match_open(&match, expect, problem->why, problem->size);
	if (err)
		problem->key = "expect";
	else
		health_match_close(match);
	return err;
}

static int check_udp(const struct model_health_udp *udp,
		     struct problem *problem)
{
	if (!udp->length)
		return refuse(problem, "send",
			      "is missing; expected what the backend answers, "
			      "because silence does not tell that it serves "
			      "(or take type: dns, tcp or icmp)");
	if (udp->length > HEALTH_BYTES_MAX)
		return refuse(problem, "send",
			      "%u bytes are too many; 1 to %d are possible",
			      udp->length, HEALTH_BYTES_MAX);
	return check_expect(&udp->expect, problem);
}

/* Nothing that could end the request line, or begin another header. */
static bool is_path(const char *path)
{
	if (*path != '/')
		return false;
	while (isgraph((unsigned char)*path) && *path != '#')
		path++;
	return !*path;
}

static bool is_host(const char *host)
{
	while (isalnum((unsigned char)*host) || *host == '-' || *host == '.' ||
	       *host == '_')
		host++;
	return !*host;
}

static int check_names(struct model_health_http *http, struct problem *problem)
{
	if (!memchr(http->path, '\0', sizeof(http->path)))
		return refuse(problem, "path", "is too long");
	if (!memchr(http->host, '\0', sizeof(http->host)))
		return refuse(problem, "host", "is too long");
	if (!*http->path)
		http->path[0] = '/';
	if (!is_path(http->path))
		return refuse(
			problem, "path",
			"'%.64s' does not begin with '/', or contains what "
			"has to be written as %%XX",
			http->path);
	if (!is_host(http->host))
		return refuse(problem, "host",
			      "'%.64s' is not the name of a host", http->host);
	return 0;
}

static int check_http(struct model_health_http *http, struct problem *problem)
{
	int err = check_names(http, problem);

	if (err)
		return err;
	if (!http->status_first && !http->status_last) {
		http->status_first = 200;
		http->status_last = 299;
	}
	if (http->status_first < 100 || http->status_last > 599 ||
	    http->status_first > http->status_last)
		return refuse(problem, "status",
			      "%u-%u: a range within 100-599 is possible",
			      http->status_first, http->status_last);
	return check_expect(&http->expect, problem);
}

static int check_type(struct model_health *check, struct problem *problem)
{
	switch (check->type) {
	case HEALTH_UDP:
		return check_udp(&check->udp, problem);
	case HEALTH_DNS:
		return check_dns(&check->dns, problem);
	case HEALTH_HTTP:
	case HEALTH_HTTPS:
		return check_http(&check->http, problem);
	default:
		return 0;
	}
}

int health_check_sound(struct model_health *check, const char **key, char *why,
		       size_t why_size)
{
	struct problem problem = { "", why, why_size };
	int err = check_counts(check, &problem);

	if (!err)
		err = check_timeout(check, &problem);
	if (!err)
		err = check_type(check, &problem);
	*key = problem.key;
	return err;
}

int health_check_complete(struct model_health *check, char *why,
			  size_t why_size)
{
	struct problem problem = { "", why, why_size };
	const char *key;

	if (check->type == HEALTH_NONE)
		return refuse(&problem, "type", "type none is not checked");
	if (!addr_is_set(&check->address))
		return refuse(&problem, "address", "the check has no address");
	if (check->type != HEALTH_ICMP && !check->port)
		return refuse(&problem, "port", "the check has no port");
	return health_check_sound(check, &key, why, why_size);
}

/* Where the service's packets arrive at the backend, if at one port. */
static uint16_t port_of(const struct model_service *service,
			const struct model_backend *backend)
{
	const bool translated = service->forward == LB_FORWARD_NAT ||
				service->forward == LB_FORWARD_SNAT;

	if (translated && backend->port)
		return backend->port;
	if (service->n_ports != 1 ||
	    service->ports[0].first != service->ports[0].last)
		return 0;
	return service->ports[0].first;
}

/*
 * By the rule for backends of nat, what they send from the service's port goes
 * through a balancer, and is the VIP's then.  That balancer may be another one,
 * and this the standby (haproxy/haproxy#1662); TCP and ICMP go by themselves.
 */
static bool may_be_translated(const struct model_service *service,
			      const struct model_health *check)
{
	return service->forward == LB_FORWARD_NAT &&
	       (check->type == HEALTH_UDP || check->type == HEALTH_DNS);
}

bool health_check_of(const struct model_service *service,
		     const struct model_backend *backend,
		     struct model_health *out)
{
	*out = service->health;
	if (out->type == HEALTH_NONE)
		return false;
	if (addr_is_set(&backend->health_address))
		out->address = backend->health_address;
	else if (!addr_is_set(&out->address))
		out->address = backend->address;
	if (out->type == HEALTH_ICMP)
		out->port = 0;
	else if (!out->port)
		out->port = port_of(service, backend);
	if (may_be_translated(service, out))
		out->alias = service->address;
	return true;
}

static bool same_expect(const struct health_expect *a,
			const struct health_expect *b)
{
	return a->kind == b->kind && a->length == b->length &&
	       !memcmp(a->bytes, b->bytes, a->length);
}

static bool same_http(const struct model_health_http *a,
		      const struct model_health_http *b)
{
	return a->verify == b->verify && a->status_first == b->status_first &&
	       a->status_last == b->status_last && !strcmp(a->path, b->path) &&
	       !strcmp(a->host, b->host) && same_expect(&a->expect, &b->expect);
}

static bool same_question(const struct model_health *a,
			  const struct model_health *b)
{
	switch (a->type) {
	case HEALTH_UDP:
		return a->udp.length == b->udp.length &&
		       !memcmp(a->udp.send, b->udp.send, a->udp.length) &&
		       same_expect(&a->udp.expect, &b->udp.expect);
	case HEALTH_DNS:
		return a->dns.qtype == b->dns.qtype &&
		       !strcmp(a->dns.name, b->dns.name);
	case HEALTH_HTTP:
	case HEALTH_HTTPS:
		return same_http(&a->http, &b->http);
	default:
		return true;
	}
}

bool health_check_same(const struct model_health *a,
		       const struct model_health *b)
{
	return a->type == b->type && !addr_compare(&a->address, &b->address) &&
	       !addr_compare(&a->alias, &b->alias) && a->port == b->port &&
	       a->interval_ms == b->interval_ms &&
	       a->timeout_ms == b->timeout_ms && a->rise == b->rise &&
	       a->fall == b->fall && a->skipped_fails == b->skipped_fails &&
	       same_question(a, b);
}
