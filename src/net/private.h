/* SPDX-License-Identifier: GPL-2.0-only */
/* What nl*.c share: the sockets, asking, and what answers and events mean. */
#ifndef NL_PRIVATE_H
#define NL_PRIVATE_H

#include <netlink/netlink.h>
#include <netlink/msg.h>

#include "net/nl.h"

struct nl {
	int ifindex;
	struct nl_handler handler;
	struct nl_sock *requests;
	struct nl_sock *events;
	bool overrun; /* events were lost; see nl.c */
};

/*
 * Connected, in this thread's network namespace; waits for answers for a
 * bounded time only.
 */
int nl_new_socket(struct nl_sock **out);

/* One message of an answer; the first negative errno is the outcome. */
typedef int (*nl_answer_fn)(struct nlmsghdr *header, void *arg);

/* A message of the type with its fixed head, or NULL without memory. */
struct nl_msg *nl_message(int type, int flags, const void *head, size_t size);

/* Both return msg, or free it and return NULL; NULL in, NULL out. */
struct nl_msg *nl_put_u32(struct nl_msg *msg, int attribute, uint32_t value);
struct nl_msg *nl_put_addr(struct nl_msg *msg, int attribute,
			   const struct addr *addr);

/*
 * Sends, frees msg, and waits for the outcome: 0, or the kernel's negative
 * errno; -ENOMEM where msg is NULL, -ETIMEDOUT where nothing came back.
 */
int nl_ask(struct nl *nl, struct nl_msg *msg, nl_answer_fn answer, void *arg);

/* The same for a dump, on a socket of its own: answer() may ask in turn. */
int nl_ask_all(struct nl_msg *msg, nl_answer_fn answer, void *arg);

/* Bytes of an address of the family; 0 where it is neither IPv4 nor IPv6. */
size_t nl_addr_size(int family);

/* False where the attribute is absent or no address of the family. */
bool nl_read_addr(int family, struct nlattr *attr, struct addr *out);

/*
 * Whether a look-up failed because there is no route, or one that refuses, or
 * because the kernel does not have the family at all.
 */
bool nl_is_no_route(int err);

/* A question for the route to dst; ifindex 0: any; flags: RTM_F_... */
struct nl_msg *nl_route_request(int ifindex, const struct addr *dst,
				uint32_t flags);

/* -EBADMSG where the message is not what it says. */
int nl_link_parse(struct nlmsghdr *header, struct nl_link_state *out);

/* Tells the handler; ignores what is not a neighbour on our interface. */
void nl_neighbour_report(const struct nl *nl, struct nlmsghdr *header);

#endif
