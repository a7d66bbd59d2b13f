/* SPDX-License-Identifier: GPL-2.0-only */
#include "presence/vips.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "net/sysctl.h"

static int by_address(const void *a, const void *b)
{
	const struct presence_vip *left = a, *right = b;

	return addr_compare(&left->address, &right->address);
}

int presence_vips_collect(struct presence_vips *vips, const struct model *model)
{
	size_t n = 0;

	*vips = (struct presence_vips){
		.vip = calloc(model->n_services, sizeof(*vips->vip)),
	};
	if (!vips->vip)
		return -ENOMEM;
	for (size_t i = 0; i < model->n_services; i++)
		vips->vip[i].address = model->services[i].address;
	qsort(vips->vip, model->n_services, sizeof(*vips->vip), by_address);
	for (size_t i = 0; i < model->n_services; i++)
		if (!n || by_address(&vips->vip[n - 1], &vips->vip[i]))
			vips->vip[n++] = vips->vip[i];
	vips->n = n;
	return 0;
}

void presence_vips_free(struct presence_vips *vips)
{
	free(vips->vip);
	*vips = (struct presence_vips){ 0 };
}

static bool in_subnet(const struct addr *address,
		      const struct nl_address *subnet)
{
	const size_t whole = subnet->length / 8;
	const uint8_t rest = (uint8_t)(0xff00 >> subnet->length % 8);

	if (address->family != subnet->address.family ||
	    memcmp(address->bytes, subnet->address.bytes, whole) != 0)
		return false;
	return !rest ||
	       !((address->bytes[whole] ^ subnet->address.bytes[whole]) & rest);
}

struct looking {
	struct presence_vips *vips;
	int ifindex, assign_ifindex;
	bool answers_all; /* IPv4 addresses of other interfaces, too */
};

struct presence_vip *presence_vips_find(struct presence_vips *vips,
					const struct addr *address)
{
	const struct presence_vip key = { .address = *address };

	return bsearch(&key, vips->vip, vips->n, sizeof(key), by_address);
}

static void note_local(const struct looking *looking,
		       const struct nl_address *found)
{
	struct presence_vip *vip =
		presence_vips_find(looking->vips, &found->address);

	if (!vip || found->in_doubt)
		return;
	vip->local = true;
	vip->answered |= found->ifindex == looking->ifindex || vip->mine ||
			 vip->address.family == AF_INET6 ||
			 looking->answers_all;
	vip->here |= found->ifindex == looking->assign_ifindex;
	vip->held |= vip->here;
}

/* An address for itself alone makes no subnet. */
static int note(void *arg, const struct nl_address *found)
{
	const int full = found->address.family == AF_INET ? 32 : 128;
	const struct looking *looking = arg;
	struct presence_vips *vips = looking->vips;

	note_local(looking, found);
	if (found->ifindex != looking->ifindex || found->length == full)
		return 0;
	for (size_t i = 0; i < vips->n; i++)
		if (in_subnet(&vips->vip[i].address, found))
			vips->vip[i].in_subnet = true;
	return 0;
}

/*
 * arp_ignore above 0 says that an address is not to be found through other
 * interfaces, as on a real server that has the VIP on lo; the stricter of
 * "all" and the interface counts (Linux, Documentation/networking/ip-sysctl).
 */
static bool ignores_arp(const char *name)
{
	long value;

	return !net_sysctl("ipv4/conf/%s/arp_ignore", name, &value) &&
	       value > 0;
}

int presence_vips_look(struct presence_vips *vips, int ifindex,
		       int assign_ifindex)
{
	char name[IF_NAMESIZE] = "";
	struct presence_vip *before;
	int err;
	struct looking looking = { .vips = vips,
				   .ifindex = ifindex,
				   .assign_ifindex = assign_ifindex };

	before = calloc(vips->n, sizeof(*before));
	if (!before)
		return -ENOMEM;
	memcpy(before, vips->vip, vips->n * sizeof(*before));
	if_indextoname((unsigned int)ifindex, name);
	looking.answers_all = !ignores_arp("all") && !ignores_arp(name);
	for (size_t i = 0; i < vips->n; i++) {
		struct presence_vip *vip = &vips->vip[i];

		vip->in_subnet = vip->local = vip->answered = vip->here = false;
	}
	err = nl_addresses(0, note, &looking);
	/* What was seen before is more than half of what is there now. */
	if (err)
		memcpy(vips->vip, before, vips->n * sizeof(*before));
	free(before);
	return err;
}

static void complain(const struct addr *address, int ifindex, int err)
{
	char text[ADDR_STRLEN], name[IF_NAMESIZE] = "";
	const char *advice = "'presence.assign: none' leaves it to you";

	if_indextoname((unsigned int)ifindex, name);
	if (err == -EPERM)
		advice = "run udplb as root or with CAP_NET_ADMIN";
	else if (err == -EOPNOTSUPP)
		advice = "this kernel has no IPv6";
	addr_format(address, text);
	if (err == -EACCES)
		log_warn("VIP %s was not assigned to %s: %s; try 'sysctl -w "
			 "net.ipv6.conf.%s.disable_ipv6=0'",
			 text, name, strerror(-err), name);
	else
		log_warn("VIP %s was not assigned to %s: %s; %s", text, name,
			 strerror(-err), advice);
}

void presence_vips_assign(struct presence_vips *vips, struct presence_vip *vip,
			  struct nl *nl, int ifindex)
{
	char text[ADDR_STRLEN];
	int err = nl_address_add(nl, ifindex, &vip->address);

	if (!err) {
		vip->mine = vip->held = vip->here = true;
		vip->local = vip->answered = true;
		log_info("VIP %s is an address of this host now",
			 addr_format(&vip->address, text));
	}
	if (!err || err == -EEXIST || vips->complained)
		return;
	vips->complained = true;
	complain(&vip->address, ifindex, err);
}

void presence_vips_withdraw(struct presence_vips *vips, struct nl *nl,
			    int ifindex)
{
	char text[ADDR_STRLEN];
	int err;

	for (size_t i = 0; i < vips->n; i++) {
		if (!vips->vip[i].mine)
			continue;
		err = nl_address_delete(nl, ifindex, &vips->vip[i].address);
		if (err && err != -EADDRNOTAVAIL && err != -ENODEV)
			log_warn("VIP %s could not be withdrawn from this "
				 "host: %s; 'ip addr del' does it",
				 addr_format(&vips->vip[i].address, text),
				 strerror(-err));
		vips->vip[i].mine = false;
	}
}
