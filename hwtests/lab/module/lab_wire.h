/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The far end of a port's cable: a netdev, wireN for nfpN.  What is sent on one
 * is received by the other.
 */
#ifndef LAB_WIRE_H
#define LAB_WIRE_H

#include <linux/types.h>

struct net_device;
struct sk_buff;

/* Takes a linear frame that comes out of the cable at the port. */
typedef void (*lab_wire_deliver)(struct net_device *port, struct sk_buff *skb);

/* Registered; or an error pointer.  To be destroyed before its port. */
struct net_device *lab_wire_create(struct net_device *port, unsigned int index,
				   lab_wire_deliver deliver);
void lab_wire_destroy(struct net_device *wire);

/* The port is up, or down. */
void lab_wire_link(struct net_device *wire, bool up);

/* Takes the frame, which begins with its Ethernet header. */
void lab_wire_receive(struct net_device *wire, struct sk_buff *skb);

#endif
