/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers of /proc/sys/net. */
#ifndef NET_SYSCTL_H
#define NET_SYSCTL_H

/*
 * The number at a path below /proc/sys/net, in which "%s" is the interface;
 * what is no number is 0.  0 or negative errno, where there is no such thing.
 */
int net_sysctl(const char *path, const char *interface, long *out);

#endif
