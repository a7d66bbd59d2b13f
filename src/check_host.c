/* SPDX-License-Identifier: GPL-2.0-only */
#include "check_host.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "net/nl.h"
#include "presence/loops.h"

static size_t warn_of_backends(struct nl *nl, const struct model *model)
{
	char name[ENDPOINT_STRLEN];
	size_t n = 0;

	for (size_t i = 0; i < model->n_services; i++) {
		const struct model_service *s = &model->services[i];

		for (size_t k = 0; k < s->n_backends; k++) {
			const struct model_backend *b = &s->backends[k];

			if (nl_check_not_local(nl, &b->address) != -EADDRINUSE)
				continue;
			if (s->forward == LB_FORWARD_DSR &&
			    nl_check_not_local(nl, &s->address) == -EADDRINUSE)
				continue;
			log_warn("service %s: backend %s is this host: what "
				 "XDP sends leaves by the interface and does "
				 "not come back; expected another host's "
				 "address, or 'forward: dsr' and the VIP as "
				 "an address of this host",
				 s->name, model_backend_name(b, name));
			n++;
		}
	}
	return n;
}

/* A flat network without a router has no way for answers of nat backends. */
static size_t warn_of_gateway(struct nl *nl, const struct model *model,
			      bool ipv6)
{
	const sa_family_t family = ipv6 ? AF_INET6 : AF_INET;
	struct nl_hops hops;

	if (addr_is_set(ipv6 ? &model->gateway6 : &model->gateway) ||
	    !model_has_forward(model, LB_FORWARD_NAT, family) ||
	    !nl_default_gateways(nl, family, NULL, &hops))
		return 0;
	log_warn("no IPv%d default route through %s and no 'gateway%s': "
		 "answers of nat backends would be dropped (no_gateway); "
		 "without any router, 'forward: dsr' is what works: see "
		 "docs/backends.md",
		 ipv6 ? 6 : 4, model->interface, ipv6 ? "6" : "");
	return 1;
}

size_t check_host(const struct model *model)
{
	const struct nl_handler ignore = { 0 };
	const int ifindex = (int)if_nametoindex(model->interface);
	struct nl *nl;
	size_t n;
	int err;

	if (!ifindex && errno != ENODEV) {
		log_warn("asking the kernel for the interface %s: %s",
			 model->interface, strerror(errno));
		return 1;
	}
	if (!ifindex) {
		log_warn("interface %s does not exist here (yet): 'ip -br "
			 "link' lists those that do, and 'udplb run' waits "
			 "for it",
			 model->interface);
		return 1;
	}
	err = nl_open(&nl, ifindex, &ignore);
	if (err) {
		log_warn("what does not suit this host cannot be asked: %s",
			 strerror(-err));
		return 1;
	}
	n = warn_of_backends(nl, model);
	n += warn_of_gateway(nl, model, false);
	n += warn_of_gateway(nl, model, true);
	n += presence_warn_of_loops(nl, model);
	nl_free(nl);
	return n;
}
