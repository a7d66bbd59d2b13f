/* SPDX-License-Identifier: GPL-2.0-only */
#include "model/model.h"

#include <stdio.h>

const char *model_mode_name(enum mode mode)
{
	static const char *const names[] = {
		[MODE_AUTO] = "auto",
		[MODE_HW] = "hw",
		[MODE_DRV] = "drv",
		[MODE_SKB] = "skb",
	};

	return names[mode];
}

const char *model_balance_name(enum lb_balance balance)
{
	static const char *const names[] = {
		[LB_BALANCE_FLOW] = "flow",
		[LB_BALANCE_SOURCE] = "source",
		[LB_BALANCE_PACKET] = "packet",
		[LB_BALANCE_QUIC] = "quic",
	};

	return names[balance];
}

const char *model_forward_name(enum lb_forward forward)
{
	static const char *const names[] = {
		[LB_FORWARD_NAT] = "nat", [LB_FORWARD_SNAT] = "snat",
		[LB_FORWARD_DSR] = "dsr", [LB_FORWARD_IPIP] = "ipip",
		[LB_FORWARD_GUE] = "gue",
	};

	return names[forward];
}

const char *model_health_name(enum health_type type)
{
	static const char *const names[] = {
		[HEALTH_NONE] = "none",	  [HEALTH_ICMP] = "icmp",
		[HEALTH_UDP] = "udp",	  [HEALTH_DNS] = "dns",
		[HEALTH_TCP] = "tcp",	  [HEALTH_HTTP] = "http",
		[HEALTH_HTTPS] = "https",
	};

	return names[type];
}

const char *model_backend_name(const struct model_backend *backend,
			       char buf[ENDPOINT_STRLEN])
{
	if (backend->port == 0)
		return addr_format(&backend->address, buf);
	return addr_format_endpoint(&backend->address, backend->port, buf);
}

const char *model_ports_format(const struct model_ports *ports, char *buf)
{
	if (ports->first == ports->last)
		snprintf(buf, MODEL_PORTS_SIZE, "%u", ports->first);
	else
		snprintf(buf, MODEL_PORTS_SIZE, "%u-%u", ports->first,
			 ports->last);
	return buf;
}

int model_backend_compare(const struct model_backend *a,
			  const struct model_backend *b)
{
	int order = addr_compare(&a->address, &b->address);

	return order ? order : a->port - b->port;
}

char *model_full_name(const struct model_service *service,
		      const struct model_backend *backend)
{
	char endpoint[ENDPOINT_STRLEN], *name;

	if (asprintf(&name, "%s %s", service->name,
		     model_backend_name(backend, endpoint)) < 0)
		return NULL;
	return name;
}

bool model_has_forward(const struct model *model, enum lb_forward forward,
		       sa_family_t family)
{
	for (size_t i = 0; i < model->n_services; i++)
		if (model->services[i].forward == forward &&
		    (!family || model->services[i].address.family == family))
			return true;
	return false;
}

bool model_has_nat(const struct model *model)
{
	return model_has_forward(model, LB_FORWARD_NAT, AF_UNSPEC);
}

bool model_is_vip(const struct model *model, const struct addr *address)
{
	for (size_t i = 0; i < model->n_services; i++)
		if (!addr_compare(&model->services[i].address, address))
			return true;
	return false;
}
