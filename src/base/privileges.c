/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/privileges.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/log.h"

/* The bit set of effective capabilities, from proc(5). */
static uint64_t effective_capabilities(void)
{
	uint64_t set = 0;
	char line[128];
	FILE *f = fopen("/proc/self/status", "re");

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "CapEff: %" SCNx64, &set) == 1)
			break;
	fclose(f);
	return set;
}

int privileges_check(void)
{
	uint64_t set = effective_capabilities();
	bool admin = set & 1ULL << CAP_SYS_ADMIN;
	bool bpf = admin || (set & 1ULL << CAP_BPF);
	bool net = set & 1ULL << CAP_NET_ADMIN;

	if (bpf && net)
		return 0;
	log_error("udplb needs the capabilities CAP_NET_ADMIN (to attach) and "
		  "CAP_BPF (to load); missing: %s%s%s: run it as root",
		  net ? "" : "CAP_NET_ADMIN", net || bpf ? "" : ", ",
		  bpf ? "" : "CAP_BPF");
	return -EPERM;
}
