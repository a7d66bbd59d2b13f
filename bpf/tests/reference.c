/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "reference.h"

#define IP_LENGTH  20
#define UDP_LENGTH 8

/* The hash reads addresses and ports as a little-endian machine does. */
static uint32_t little_endian(uint32_t big)
{
	return big >> 24 | (big >> 8 & 0xff00) | (big & 0xff00) << 8 |
	       big << 24;
}

uint32_t reference_hash(uint32_t saddr, uint32_t ports)
{
	uint32_t h = little_endian(saddr) + little_endian(ports) * 1640531527u;

	h = (h ^ h / 65536) * 569420461u;
	h = (h ^ h / 32768) * 1935289751u;
	return h ^ h / 32768;
}

static enum lb_reason judge_udp(const uint8_t *udp, size_t length)
{
	size_t announced;

	if (length < UDP_LENGTH)
		return LB_REASON_TRUNCATED;
	announced = packet_get16(udp + 4);
	return announced < UDP_LENGTH || announced > length
		       ? LB_REASON_BAD_UDP_LENGTH
		       : LB_PARSED;
}

static enum lb_reason judge_ip(const uint8_t *ip, size_t length)
{
	enum lb_reason reason;
	size_t total;

	if (length < IP_LENGTH)
		return LB_REASON_TRUNCATED;
	if (ip[9] != 17)
		return LB_REASON_NOT_UDP;
	if (ip[0] / 16 != 4 || ip[0] % 16 < 5)
		return LB_REASON_BAD_IP_HEADER;
	if (ip[0] % 16 > 5)
		return LB_REASON_IP_OPTIONS;
	total = packet_get16(ip + 2);
	if (total < IP_LENGTH || total > length)
		return LB_REASON_BAD_IP_LENGTH;
	if (packet_get16(ip + 6) % 0x4000) /* all but reserved and DF */
		return LB_REASON_FRAGMENT;
	/* A header beyond the frame is truncated, beyond the packet a lie. */
	reason = judge_udp(ip + IP_LENGTH, total - IP_LENGTH);
	if (reason == LB_REASON_TRUNCATED && length >= IP_LENGTH + UDP_LENGTH)
		return LB_REASON_BAD_UDP_LENGTH;
	return reason;
}

/* Sets *at to the IPv4 header where it gets that far. */
static enum lb_reason judge(const uint8_t *frame, size_t length, size_t *at)
{
	enum lb_reason reason;
	size_t type = 12;

	for (int tags = 0;; tags++) {
		uint16_t proto;

		if (length < type + 2)
			return LB_REASON_TRUNCATED;
		proto = packet_get16(frame + type);
		if (proto == 0x0800)
			break;
		if (tags == 2 || (proto != 0x8100 && proto != 0x88a8))
			return LB_REASON_NOT_IPV4;
		type += 4;
	}
	*at = type + 2;
	reason = judge_ip(frame + *at, length - *at);
	if (reason == LB_PARSED && frame[0] % 2)
		return LB_REASON_NOT_UNICAST;
	return reason;
}

static const struct fixture_service *find_service(const struct fixture *f,
						  uint32_t address,
						  uint16_t port)
{
	const struct fixture_service *all_ports = NULL;

	for (size_t i = 0; i < f->n_services; i++) {
		const struct fixture_service *s = &f->services[i];

		if (s->address == address && s->port == port)
			return s;
		if (s->address == address && !s->port)
			all_ports = s;
	}
	return all_ports;
}

static const struct fixture_reply *find_reply(const struct fixture *f,
					      uint32_t address, uint16_t port)
{
	const struct fixture_reply *all_ports = NULL;

	for (size_t i = 0; i < f->n_replies; i++) {
		const struct fixture_reply *r = &f->replies[i];

		if (r->address == address && r->port == port)
			return r;
		if (r->address == address && !r->port)
			all_ports = r;
	}
	return all_ports;
}

/* The index of the usable backend in a slot, or 0. */
static uint32_t slot_backend(const struct fixture *f, size_t slot)
{
	uint32_t index = slot < f->n_ring ? f->ring[slot] : 0;

	return index < f->n_backends ? index : 0;
}

static uint32_t choose_sprayed(const struct fixture *f,
			       const struct fixture_service *s,
			       uint32_t sprayed)
{
	uint32_t usable = 0;

	for (uint32_t i = 0; i <= s->mask; i++) {
		uint32_t index = slot_backend(f, s->base + i);

		if (index == sprayed)
			return sprayed;
		usable = index ? index : usable;
	}
	return usable;
}

static uint32_t choose(const struct fixture *f, const struct fixture_service *s,
		       const uint8_t *ip, uint32_t sprayed)
{
	uint32_t saddr = packet_get32(ip + 12), ports = 0;

	if (s->balance == LB_BALANCE_PACKET)
		return choose_sprayed(f, s, sprayed);
	if (s->balance == LB_BALANCE_FLOW)
		ports = packet_get32(ip + IP_LENGTH);
	return slot_backend(f, s->base + reference_hash(saddr, ports) %
						 (s->mask + 1));
}

/* A number modulo 0xffff, as sums of one's complement are. */
static uint16_t subtract(uint32_t a, uint32_t b)
{
	return (uint16_t)((a + 0xffff - b) % 0xffff);
}

/* The field's value that brings the sum of what it covers back to `sum`. */
static void restore_sums(uint8_t *ip, uint32_t ip_sum, uint32_t udp_sum)
{
	uint8_t *udp_check = ip + IP_LENGTH + 6;
	uint16_t check;

	packet_put16(ip + 10, 0);
	packet_put16(ip + 10, subtract(ip_sum, packet_ip_sum(ip)));
	if (!packet_get16(udp_check))
		return;
	packet_put16(udp_check, 0);
	check = subtract(udp_sum, packet_udp_sum(ip));
	packet_put16(udp_check, check ? check : 0xffff);
}

static void set_macs(uint8_t *frame, uint64_t to)
{
	memcpy(frame + 6, frame, 6);
	packet_put_mac(frame, to);
}

static void forward(const struct fixture *f, const struct fixture_service *s,
		    size_t at, struct expectation *want)
{
	const struct fixture_backend *b = &f->backends[want->backend];
	uint8_t *ip = want->frame + at;
	uint32_t ip_sum = packet_ip_sum(ip), udp_sum = packet_udp_sum(ip);

	want->reason = LB_REASON_FORWARDED;
	if (s->forward != LB_FORWARD_DSR) {
		if (ip[8] < 2) {
			want->reason = LB_REASON_TTL_EXPIRED;
			return;
		}
		ip[8]--;
		if (s->forward == LB_FORWARD_SNAT)
			packet_put32(ip + 12, s->address);
		packet_put32(ip + 16, b->address);
		if (b->port)
			packet_put16(ip + IP_LENGTH + 2, b->port);
		restore_sums(ip, ip_sum, udp_sum);
	}
	set_macs(want->frame, b->mac);
}

static void reply(const struct fixture_reply *r, size_t at,
		  struct expectation *want)
{
	uint8_t *ip = want->frame + at;
	uint32_t ip_sum = packet_ip_sum(ip), udp_sum = packet_udp_sum(ip);

	want->reason = LB_REASON_REPLIED;
	if (!r->mac)
		want->reason = LB_REASON_NO_GATEWAY;
	else if (ip[8] < 2)
		want->reason = LB_REASON_TTL_EXPIRED;
	if (want->reason != LB_REASON_REPLIED)
		return;
	ip[8]--;
	packet_put32(ip + 12, r->vip);
	if (r->vip_port)
		packet_put16(ip + IP_LENGTH, r->vip_port);
	restore_sums(ip, ip_sum, udp_sum);
	set_macs(want->frame, r->mac);
}

void reference_run(const struct fixture *f, const uint8_t *frame, size_t length,
		   uint32_t sprayed, struct expectation *want)
{
	const struct fixture_service *s;
	const struct fixture_reply *r;
	const uint8_t *ip;
	size_t at = 0;

	memcpy(want->frame, frame, length);
	want->length = length;
	want->backend = 0;
	want->reason = judge(frame, length, &at);
	if (want->reason != LB_PARSED)
		return;

	ip = frame + at;
	s = find_service(f, packet_get32(ip + 16), packet_get16(ip + 22));
	if (s) {
		want->backend = choose(f, s, ip, sprayed);
		want->reason = LB_REASON_NO_BACKEND;
		if (want->backend)
			forward(f, s, at, want);
		return;
	}
	r = find_reply(f, packet_get32(ip + 12), packet_get16(ip + 20));
	want->reason = LB_REASON_NO_SERVICE;
	if (r)
		reply(r, at, want);
}
