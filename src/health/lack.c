/* SPDX-License-Identifier: GPL-2.0-only */
#include "health/lack.h"

#include <errno.h>

#include "base/log.h"

#define TELL_US 60000000

static const struct {
	const char *name, *hint;
} lacks[HEALTH_LACKS] = {
	[HEALTH_LACK_DESCRIPTORS] = { "descriptors",
				      "raise LimitNOFILE of its unit, or the "
				      "limit of its shell (ulimit -n)" },
	[HEALTH_LACK_MEMORY] = { "memory", "see dmesg, and MemoryMax of its "
					   "unit" },
	[HEALTH_LACK_PORTS] = { "ports",
				"widen net.ipv4.ip_local_port_range; IPv6 "
				"lacks an address of its own if this is all "
				"that is said" },
	[HEALTH_LACK_RIGHTS] = { "rights",
				 "does a firewall or SELinux on this host "
				 "forbid it?" },
	[HEALTH_LACK_LINK] = { "link", "an interface is down" },
	[HEALTH_LACK_TIME] = { "time", "the CPU is too busy for so many "
				       "checks" },
};

/*
 * EACCES is how Linux tells of an ICMPv6 "administratively prohibited"
 * (tab_unreach of net/ipv6/icmp.c), so there it is the network's.
 */
enum health_lack health_lack_of(int err, sa_family_t family)
{
	switch (-err) {
	case EMFILE:
	case ENFILE:
		return HEALTH_LACK_DESCRIPTORS;
	case ENOMEM:
	case ENOBUFS:
		return HEALTH_LACK_MEMORY;
	case EAGAIN:
	case EADDRNOTAVAIL:
		return HEALTH_LACK_PORTS;
	case EACCES:
		return family == AF_INET6 ? HEALTH_LACK_NOTHING
					  : HEALTH_LACK_RIGHTS;
	case EPERM:
		return HEALTH_LACK_RIGHTS;
	case ENETDOWN:
		return HEALTH_LACK_LINK;
	default:
		return HEALTH_LACK_NOTHING;
	}
}

const char *health_lack_name(enum health_lack lack)
{
	return lacks[lack].name;
}

void health_lack_count(struct health_lacks *l, enum health_lack lack,
		       const char *reason, uint64_t now_us)
{
	l->skipped[lack]++;
	if (now_us < l->tell_us[lack])
		return;
	log_warn("Health checks are skipped (%llu), as this host lacks %s "
		 "(%s): %s",
		 (unsigned long long)(l->skipped[lack] - l->told[lack]),
		 lacks[lack].name, reason, lacks[lack].hint);
	l->told[lack] = l->skipped[lack];
	l->tell_us[lack] = now_us + TELL_US;
}
