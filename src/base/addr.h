/* SPDX-License-Identifier: GPL-2.0-only */
/* IP and MAC addresses: read, written, compared, judged. */
#ifndef ADDR_H
#define ADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define ADDR_STRLEN	INET6_ADDRSTRLEN
#define MAC_LEN		6
#define MAC_STRLEN	sizeof("00:00:00:00:00:00")
#define ENDPOINT_STRLEN (ADDR_STRLEN + sizeof("[]:65535"))

/* An all-zero struct addr is "no address". */
struct addr {
	sa_family_t family; /* AF_INET, AF_INET6, or AF_UNSPEC */
	union {
		struct in_addr v4;
		struct in6_addr v6;
		uint8_t bytes[16];
	};
};

/* 0, or -EINVAL where text is no IPv4 or IPv6 address. */
int addr_parse(const char *text, struct addr *out);

/* Writes into buf, of ADDR_STRLEN bytes, and returns it; "none" for none. */
const char *addr_format(const struct addr *addr, char *buf);

/* Order of family, then of the bytes on the wire; 0 where equal. */
int addr_compare(const struct addr *a, const struct addr *b);

bool addr_is_set(const struct addr *addr);

/*
 * Why the address cannot be a host's that packets are sent to ("a multicast
 * address", "a loopback address", ...), or NULL where it can.
 */
const char *addr_not_unicast(const struct addr *addr);

/* "ADDRESS:PORT" or "[ADDRESS]:PORT".  0 or -EINVAL.  Port in host order. */
int addr_parse_endpoint(const char *text, struct addr *addr, uint16_t *port);

/* "ADDRESS:PORT" into buf, of ENDPOINT_STRLEN bytes; port in host order. */
const char *addr_format_endpoint(const struct addr *addr, uint16_t port,
				 char *buf);

union addr_sockaddr {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* For bind() and connect(); port in host order.  How much of *out is used. */
socklen_t addr_to_sockaddr(const struct addr *addr, uint16_t port,
			   union addr_sockaddr *out);

/* The same back; of another family no address. */
void addr_from_sockaddr(const union addr_sockaddr *from, struct addr *addr,
			uint16_t *port);

/* "00:11:22:aa:bb:cc", any case.  0 or -EINVAL. */
int mac_parse(const char *text, uint8_t mac[MAC_LEN]);

/* Writes into buf, of MAC_STRLEN bytes, and returns it. */
const char *mac_format(const uint8_t mac[MAC_LEN], char *buf);

/* Neither all zero nor a group address. */
bool mac_is_unicast(const uint8_t mac[MAC_LEN]);

#endif
