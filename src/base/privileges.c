/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

/* The bit set of effective capabilities; capget(2) has it in two halves. */
static int effective_capabilities(uint64_t *set)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data))
		return -errno;
	*set = data[0].effective | (uint64_t)data[1].effective << 32;
	return 0;
}

int privileges_check(void)
{
	uint64_t set = 0;
	int err = effective_capabilities(&set);
	bool admin = set & 1ULL << CAP_SYS_ADMIN;
	bool bpf = admin || (set & 1ULL << CAP_BPF);
	bool net = set & 1ULL << CAP_NET_ADMIN;

	if (err)
		log_error("asking for our capabilities: %s", strerror(-err));
	if (err || (bpf && net))
		return err;
	log_error("udplb needs the capabilities CAP_NET_ADMIN (to attach) and "
		  "CAP_BPF (to load); missing: %s%s%s: run it as root",
		  net ? "" : "CAP_NET_ADMIN", net || bpf ? "" : ", ",
		  bpf ? "" : "CAP_BPF");
	return -EPERM;
}
