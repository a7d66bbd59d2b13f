/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why the kernel said no.  The reason is spread over libbpf's and libxdp's
 * messages (with the verifier's log and the netlink extended ack in them) and
 * the kernel log; this collects all three during an attempt and keeps what a
 * user needs.
 */
#ifndef BPF_LOG_H
#define BPF_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* Takes over both libraries' messages, for good.  log_debug() gets a copy. */
void bpf_log_init(void);

/* Forgets what was said so far: a new attempt begins. */
void bpf_log_begin(void);

/* The kernel of a program with calls that move the packet's ends. */
#define XDP_SAID_CHANGES "changes packet data"

/* Has a library or the verifier said that, since bpf_log_begin()? */
bool bpf_log_said(const char *text);

/*
 * Writes one line for the user: the object, error err (negative errno), then
 * what was said since bpf_log_begin().
 */
void bpf_log_why(const char *object, int err, char *why, size_t why_size);

#endif
