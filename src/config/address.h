/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One text of the configuration becomes an address or a prefix; like those of
 * value.h, all leave *out alone where it is absent or wrong.
 */
#ifndef CONFIG_ADDRESS_H
#define CONFIG_ADDRESS_H

#include "config/value.h"

/*
 * Of a host that packets are sent to.  family: AF_INET, AF_INET6, or AF_UNSPEC
 * for either.  Whether *out was set.
 */
bool config_address_host(const struct config_place *place, const char *key,
			 const char *text, sa_family_t family,
			 struct addr *out);

/*
 * The same of a router at our interface: an IPv6 one may be link-local, which
 * for any other host would leave open where.
 */
bool config_address_router(const struct config_place *place, const char *key,
			   const char *text, sa_family_t family,
			   struct addr *out);

/* "192.0.2.0/24", "::/0".  Whether *out was set. */
bool config_address_prefix(const struct config_place *place, const char *key,
			   const char *text, sa_family_t family,
			   struct model_prefix *out);

/* Whether *mac was set. */
bool config_address_mac(const struct config_place *place, const char *key,
			const char *text, uint8_t mac[MAC_LEN]);

#define CONFIG_PREFIX_SIZE (ADDR_STRLEN + sizeof("/128"))

/* "192.0.2.0/24" into buf, which is returned. */
const char *config_address_format(const struct model_prefix *prefix,
				  char buf[CONFIG_PREFIX_SIZE]);

/* By family, then the longest first, then by address; 0 where equal. */
int config_address_compare(const struct model_prefix *a,
			   const struct model_prefix *b);

/* "IPv4" or "IPv6". */
const char *config_address_family(sa_family_t family);

#endif
