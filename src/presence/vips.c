/* SPDX-License-Identifier: GPL-2.0-only */
#include "presence/vips.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

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

/* An address for itself alone makes no subnet. */
static int choose_in_subnet(void *arg, const struct nl_address *subnet)
{
	const int full = subnet->address.family == AF_INET ? 32 : 128;
	struct presence_vips *vips = arg;

	for (size_t i = 0; subnet->length < full && i < vips->n; i++)
		if (in_subnet(&vips->vip[i].address, subnet))
			vips->vip[i].announced = true;
	return 0;
}

void presence_vips_choose(struct presence_vips *vips,
			  enum presence_announce announce, int ifindex)
{
	int err;

	for (size_t i = 0; i < vips->n; i++)
		vips->vip[i].announced = announce == PRESENCE_YES;
	if (announce != PRESENCE_AUTO)
		return;
	err = nl_addresses(ifindex, choose_in_subnet, vips);
	if (err)
		log_warn("presence: reading the interface's addresses: %s; "
			 "'announce: yes' does without them",
			 strerror(-err));
}

static int note_here(void *arg, const struct nl_address *address)
{
	const struct presence_vip key = { .address = address->address };
	struct presence_vips *vips = arg;
	struct presence_vip *vip =
		bsearch(&key, vips->vip, vips->n, sizeof(key), by_address);

	if (vip)
		vip->here = true;
	return 0;
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

static void assign_one(struct presence_vips *vips, struct presence_vip *vip,
		       struct nl *nl, int ifindex)
{
	char text[ADDR_STRLEN];
	int err = nl_address_add(nl, ifindex, &vip->address);

	vip->mine = !err;
	if (!err)
		log_info("VIP %s is an address of this host now",
			 addr_format(&vip->address, text));
	if (!err || err == -EEXIST || vips->complained)
		return;
	vips->complained = true;
	complain(&vip->address, ifindex, err);
}

void presence_vips_assign(struct presence_vips *vips, struct nl *nl,
			  int ifindex)
{
	int err;

	for (size_t i = 0; i < vips->n; i++)
		vips->vip[i].here = false;
	err = nl_addresses(ifindex, note_here, vips);
	if (err && !vips->complained)
		log_warn("presence: reading the addresses of this host: %s",
			 strerror(-err));
	vips->complained |= err != 0;
	for (size_t i = 0; !err && i < vips->n; i++)
		if (!vips->vip[i].here)
			assign_one(vips, &vips->vip[i], nl, ifindex);
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
