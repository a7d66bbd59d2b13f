/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sends one UDP datagram in a frame with an 802.1Q tag, byte by byte: sockets
 * make one only where the kernel has VLAN devices.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define TEXT	    "tagged"
#define SOURCE_PORT 20000

struct frame {
	struct ether_header eth;
	uint16_t tci, type;
	struct iphdr ip;
	struct udphdr udp;
	char text[sizeof(TEXT) - 1];
} __attribute__((packed));

static void die(const char *what)
{
	fprintf(stderr, "frame: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* RFC 1071: the sum of big-endian 16-bit words, not folded. */
static uint32_t sum_words(const void *data, size_t length)
{
	const uint8_t *bytes = data;
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static void fill(struct frame *frame, uint16_t vlan, const char *source,
		 const char *destination, uint16_t port)
{
	const uint16_t udp_length = sizeof(frame->udp) + sizeof(frame->text);

	frame->eth.ether_type = htons(ETHERTYPE_VLAN);
	frame->tci = htons(vlan);
	frame->type = htons(ETHERTYPE_IP);
	frame->ip = (struct iphdr){
		.version = 4,
		.ihl = 5,
		.tot_len = htons(sizeof(frame->ip) + udp_length),
		.ttl = 64,
		.protocol = IPPROTO_UDP,
		.saddr = inet_addr(source),
		.daddr = inet_addr(destination),
	};
	frame->ip.check = fold(sum_words(&frame->ip, sizeof(frame->ip)));
	frame->udp.source = htons(SOURCE_PORT);
	frame->udp.dest = htons(port);
	frame->udp.len = htons(udp_length);
	memcpy(frame->text, TEXT, sizeof(frame->text));
	frame->udp.check =
		fold(sum_words(&frame->ip.saddr, 8) + IPPROTO_UDP + udp_length +
		     sum_words(&frame->udp, udp_length));
}

static int open_device(const char *name, uint8_t mac[ETH_ALEN])
{
	struct ifreq request = { 0 };
	struct sockaddr_ll link = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0)
		die("opening a packet socket");
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, SIOCGIFHWADDR, &request))
		die(name);
	memcpy(mac, request.ifr_hwaddr.sa_data, ETH_ALEN);
	link.sll_ifindex = (int)if_nametoindex(name);
	if (bind(fd, (struct sockaddr *)&link, sizeof(link)))
		die(name);
	return fd;
}

int main(int argc, char **argv)
{
	struct ether_addr *mac;
	struct frame frame = { 0 };
	int fd;

	if (argc != 7 || !(mac = ether_aton(argv[2]))) {
		fprintf(stderr, "frame DEVICE TO-MAC VLAN SOURCE DESTINATION "
				"PORT\n");
		return 64;
	}
	memcpy(frame.eth.ether_dhost, mac, ETH_ALEN);
	fd = open_device(argv[1], frame.eth.ether_shost);
	fill(&frame, (uint16_t)atoi(argv[3]), argv[4], argv[5],
	     (uint16_t)atoi(argv[6]));
	if (send(fd, &frame, sizeof(frame), 0) != sizeof(frame))
		die("sending");
	close(fd);
	return EXIT_SUCCESS;
}
