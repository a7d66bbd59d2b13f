/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs and maps by their ids.  Linux gives these out for CAP_SYS_ADMIN
 * only; who has to do without it finds again what was pinned into a directory
 * of a BPF file system: $RUNTIME_DIRECTORY/bpf, or else /sys/fs/bpf/udplb.
 */
#ifndef BPF_PIN_H
#define BPF_PIN_H

#include <stdint.h>

struct bpf_object;

/* A descriptor to close(), or negative errno: -EPERM where it is not pinned. */
int bpf_pin_program(uint32_t id);
int bpf_pin_map(uint32_t id);

/*
 * Pins a program and the two of the object's maps that count.  Does nothing
 * where ids do.  0 or negative errno.
 */
int bpf_pin_keep(int program_fd, const struct bpf_object *object);

/* Forgets them, if they were pinned; also of a program that is gone. */
void bpf_pin_drop(uint32_t program_id);

#endif
