/* SPDX-License-Identifier: GPL-2.0-only */
#include "presence/ask.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <sys/socket.h>
#include <unistd.h>

#define ETHERTYPE_AT	12
#define IPV6_NEXT_AT	(ETH_HLEN + 6)
#define ICMPV6_TYPE_AT	(ETH_HLEN + 40)
#define WHOLE_FRAME	0xffff
#define AUXILIARY(what) ((uint32_t)(SKF_AD_OFF + (what)))

/* A tag that was taken off the frame means another network. */
static int attach_filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 AUXILIARY(SKF_AD_VLAN_TAG_PRESENT)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 9),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, AUXILIARY(SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 7, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, ETHERTYPE_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 6, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 4),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, IPV6_NEXT_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 2),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, ICMPV6_TYPE_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ND_NEIGHBOR_ADVERT, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, WHOLE_FRAME),
	};
	const struct sock_fprog program = {
		.len = sizeof(code) / sizeof(*code),
		.filter = code,
	};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program)) < 0
		       ? -errno
		       : 0;
}

int presence_ask_open(int ifindex)
{
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ifindex,
	};
	int err, fd;

	/* Without a protocol nothing comes before the filter is there. */
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	err = attach_filter(fd);
	if (!err &&
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

int presence_ask_send(int fd, const uint8_t mac[MAC_LEN],
		      const struct addr *address)
{
	uint8_t frame[PRESENCE_FRAME_MAX];
	size_t size = presence_frame_ask(frame, mac, address);

	return send(fd, frame, size, 0) < 0 ? -errno : 0;
}

size_t presence_ask_hear(int fd, uint8_t frame[PRESENCE_FRAME_MAX])
{
	ssize_t length = recv(fd, frame, PRESENCE_FRAME_MAX, 0);

	return length > 0 ? (size_t)length : 0;
}
