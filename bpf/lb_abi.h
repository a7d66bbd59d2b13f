/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the XDP program and the daemon agree on: map names, keys, values,
 * reasons, limits.  Included by both sides; only fixed-size types, so that the
 * layout is the same in the kernel, on the card and in user space.
 *
 * Everything on the wire (addresses, ports) is kept in network byte order and
 * never converted, everything else is in the byte order of the machine.  An
 * address is four words; IPv4 is ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
 */
#ifndef LB_ABI_H
#define LB_ABI_H

#include <linux/types.h>

/* Raised whenever a key, a value or a meaning below changes. */
#define LB_ABI_VERSION 7

/* Map names: at most 15 characters, the kernel's BPF_OBJ_NAME_LEN - 1. */
#define LB_MAP_VIPS	     "vips"
#define LB_MAP_SERVICES	     "services"
#define LB_MAP_HOSTS	     "hosts"
#define LB_MAP_REPLIES	     "replies"
#define LB_MAP_RING	     "ring"
#define LB_MAP_BACKENDS	     "backends"
#define LB_MAP_TUNNELS	     "tunnels"
#define LB_MAP_MACS	     "macs"
#define LB_MAP_FILTERS	     "filters"
#define LB_MAP_PREFIXES	     "prefixes"
#define LB_MAP_QUIC_CONFIGS  "quic_configs"
#define LB_MAP_QUIC_IDS	     "quic_ids"
#define LB_MAP_FLOWS	     "flows"
#define LB_MAP_FRAGMENTS     "fragments"
#define LB_MAP_LIMITS	     "limits"
#define LB_MAP_BACKEND_STATS "backend_stats"
#define LB_MAP_REASON_STATS  "reason_stats"
#define LB_MAP_LATENCY	     "latency"

#define LB_PROGRAM	 "udplb"
#define LB_PROGRAM_TIMED "udplb_timed"

/*
 * What a configuration may not need.  The program asks for each with a move of
 * LB_FEATURE_MAGIC + its number into a register; before loading, that immediate
 * is replaced by 1 or 0, and the verifier removes the code that became dead: on
 * the host and on the card.  Untouched, everything is on.
 */
#define LB_FEATURES(X)                                                         \
	X(NAT, "nat", "forward: nat or snat")                                  \
	X(SNAT, "snat", "forward: snat")                                       \
	X(SPRAY, "spray", "balance: packet")                                   \
	X(IPV6, "ipv6", "services with an IPv6 address")                       \
	X(TUNNEL, "tunnel", "forward: ipip or gue")                            \
	X(ICMP, "icmp", "ICMP errors follow their flow")                       \
	X(ECHO, "echo", "VIPs answer ping")                                    \
	X(FRAGMENTS, "fragments", "fragments that their address tells all of") \
	X(QUIC, "quic", "balance: quic")                                       \
	X(FILTER, "filter", "allow and deny")                                  \
	X(STRICT, "strict", "malformed: drop")                                 \
	X(STICKY, "sticky", "sticky")                                          \
	X(LOCAL, "local", "a backend that is this host")                       \
	X(SOURCE, "source", "sources that nobody sends from")                  \
	X(MACS, "macs", "frames for other MAC addresses")                      \
	X(FOLLOW, "follow", "fragments follow their first one")                \
	X(TELL, "tell", "unreachable: send")

#define LB_FEATURE_ENUM_(id, ...) LB_FEATURE_##id,
enum lb_feature { LB_FEATURES(LB_FEATURE_ENUM_) LB_FEATURES_END };
#undef LB_FEATURE_ENUM_

#define LB_FEATURE_MAGIC 0x66ea7500
#define LB_FEATURES_ALL	 ((1U << LB_FEATURES_END) - 1)
#define LB_BIT_(id)	 (1U << LB_FEATURE_##id)

/*
 * What a card has no room for, or cannot know: no variant of its has these. The
 * host's program has them in any case: what they cost it is a comparison.  But
 * TELL it has only if it is needed, as it makes packets longer, which not every
 * dispatcher takes.
 */
#define LB_FEATURES_HOST                                                       \
	(LB_BIT_(LOCAL) | LB_BIT_(SOURCE) | LB_BIT_(MACS) | LB_BIT_(FOLLOW))
#define LB_FEATURES_CARD (LB_FEATURES_ALL & ~(LB_FEATURES_HOST | LB_BIT_(TELL)))

/*
 * What clang leaves out is shorter still than what the verifier removes: the
 * rest needs less of the card's slow stack.  So there are programs with some
 * features only; the first that has what is needed is taken.  Each is cut so
 * that ordinary configurations fit the smallest room that a card is known to
 * have (hwtests/lab/tests/21-configs.sh); those before ipv4 are the fastest.
 * Without map_update, which the card's firmware does not have, none can be
 * sticky. X(name, features)
 */
#define LB_VARIANTS(X)                                                         \
	X(nat4, LB_BIT_(NAT) | LB_BIT_(SPRAY) | LB_BIT_(ICMP) | LB_BIT_(ECHO)) \
	X(snat4,                                                               \
	  LB_BIT_(NAT) | LB_BIT_(SNAT) | LB_BIT_(SPRAY) | LB_BIT_(ECHO))       \
	X(ipv4, LB_FEATURES_CARD &                                             \
			~(LB_BIT_(IPV6) | LB_BIT_(TUNNEL) | LB_BIT_(STICKY)))  \
	X(nat, LB_VARIANT_nat4 | LB_BIT_(IPV6))                                \
	X(snat, LB_VARIANT_snat4 | LB_BIT_(IPV6))                              \
	X(dsr, LB_FEATURES_CARD & ~(LB_BIT_(NAT) | LB_BIT_(SNAT) |             \
				    LB_BIT_(TUNNEL) | LB_BIT_(STICKY)))        \
	X(tunnel4, LB_FEATURES_CARD &                                          \
			   ~(LB_BIT_(NAT) | LB_BIT_(SNAT) | LB_BIT_(SPRAY) |   \
			     LB_BIT_(IPV6) | LB_BIT_(QUIC) | LB_BIT_(STICKY))) \
	X(all, LB_FEATURES_ALL)

#define LB_VARIANT_ENUM_(name, features) LB_VARIANT_##name = (features),
enum lb_variant { LB_VARIANTS(LB_VARIANT_ENUM_) };
#undef LB_VARIANT_ENUM_

/* How a service picks the slot of a packet. */
enum lb_balance {
	LB_BALANCE_FLOW = 0,   /* addresses and ports: a flow stays together */
	LB_BALANCE_SOURCE = 1, /* client address: a client stays together */
	LB_BALANCE_PACKET = 2, /* random: every packet for itself */
	LB_BALANCE_QUIC = 3,   /* server id in the connection id, else flow */
};

/*
 * How a packet gets to its backend; the tunnels are the last ones.
 * A service of LB_FORWARD_OWN is an address of the load balancer itself: it has
 * no slots, and its packets are passed.  Else answers of a backend to the load
 * balancer (to health checks) would be taken for answers to a client.
 */
enum lb_forward {
	LB_FORWARD_NAT = 0,  /* destination becomes the backend */
	LB_FORWARD_SNAT = 1, /* and the source address becomes the VIP */
	LB_FORWARD_DSR = 2,  /* only the MAC addresses change */
	LB_FORWARD_IPIP = 3, /* within an IP packet to the backend */
	LB_FORWARD_GUE = 4,  /* within a UDP datagram to the backend */
	LB_FORWARD_OWN = 5,  /* not at all */
};

/* Which look-ups are worth it. */
#define LB_ASK_PORT	 1U /* some address here has entries of ports */
#define LB_ASK_ALL_PORTS 2U /* ... one for all ports */
#define LB_ASK_ANY	 (LB_ASK_PORT | LB_ASK_ALL_PORTS)
#define LB_ASK_HERE	 4U /* in hosts: none, the entry is all there is */

/* What an endpoint stands for. */
enum lb_key_kind {
	LB_KEY_PORT = 0,    /* one port; 0: every port of the address */
	LB_KEY_ADDRESS = 1, /* the address as such: what has no port */
};

/* A VIP's port, or a backend's. */
struct lb_endpoint {
	__be32 address[4];
	__be16 port;
	__u8 kind; /* enum lb_key_kind */
	__u8 ipv6; /* 1: not IPv4, whatever it looks like */
};

/*
 * services: VIP endpoint -> where its slots are and what to do.  (The card
 * reads whole words from where a field begins: so the last two bytes are not
 * read alone, here as elsewhere.)
 */
struct lb_service {
	__u32 ring_base; /* first slot in the ring map */
	__u32 shape;	 /* LB_SHAPE_..., read with ring_base */
	__u16 flags;	 /* LB_SERVICE_... */
	__u16 id;	 /* in filters, prefixes, quic_configs, quic_ids */
	__u32 sticky;	 /* its number in flows; 0: it remembers none */
};

/*
 * What every packet must know of its service, in one word: it costs a card as
 * much to read as a byte.
 */
#define LB_SHAPE_MASK_SHIFT    12 /* number of slots - 1; a power of two - 1 */
#define LB_SHAPE_ASK_SHIFT     8  /* LB_ASK_..., only in vips */
#define LB_SHAPE_ASK	       (LB_ASK_ANY << LB_SHAPE_ASK_SHIFT)
#define LB_SHAPE_HERE	       0x80 /* this is a service, not just zero */
#define LB_SHAPE_FORWARD_SHIFT 4    /* enum lb_forward */
#define LB_SHAPE_FORWARD       7
#define LB_SHAPE_BALANCE       15 /* enum lb_balance */

static inline __attribute__((always_inline)) __u32
lb_shape(__u32 ring_mask, __u32 forward, __u32 balance)
{
	return ring_mask << LB_SHAPE_MASK_SHIFT | LB_SHAPE_HERE |
	       forward << LB_SHAPE_FORWARD_SHIFT | balance;
}

static inline __attribute__((always_inline)) __u32 lb_ring_mask(__u32 shape)
{
	return shape >> LB_SHAPE_MASK_SHIFT;
}

static inline __attribute__((always_inline)) __u32 lb_forward(__u32 shape)
{
	return shape >> LB_SHAPE_FORWARD_SHIFT & LB_SHAPE_FORWARD;
}

static inline __attribute__((always_inline)) __u32 lb_balance(__u32 shape)
{
	return shape & LB_SHAPE_BALANCE;
}

static inline __attribute__((always_inline)) __u32 lb_ask(__u32 shape)
{
	return shape >> LB_SHAPE_ASK_SHIFT & LB_ASK_ANY;
}

/*
 * ECHO and STRICT are the VIP's: alike in all its services.  For what has no
 * port there is an LB_KEY_ADDRESS entry of the VIP; unless that is SOLE, only
 * these two count in it.
 */
#define LB_SERVICE_SOLE	  1  /* has all of its VIP: its fragments, too */
#define LB_SERVICE_ECHO	  2  /* answers ICMP echo requests */
#define LB_SERVICE_STRICT 4  /* what is malformed is dropped, not passed */
#define LB_SERVICE_FILTER 8  /* sources are looked up in filters */
#define LB_SERVICE_DENY	  16 /* a source that no prefix names is denied */
#define LB_SERVICE_DIRECT 32 /* another host's address: a source as any */
#define LB_SERVICE_TELL	  64 /* clients are told what cannot be delivered */

/*
 * vips: bucket of an address -> the service there, if everything that falls
 * into this bucket is one service of one VIP with one range of ports; services
 * then has nothing of it.  Else which look-ups in services are worth it.
 * Buckets of IPv4 addresses are the first half, those of IPv6 the second.  An
 * ARRAY look-up is inlined by the kernel, one in a HASH is a call: 2 ns
 * against 20.
 */
#define LB_VIP_BITS    12
#define LB_VIP_BUCKETS (2U << LB_VIP_BITS)
struct lb_vip {
	__be32 address[4]; /* its last word and the ports are one read */
	__u16 first, last; /* ports, in host byte order */
	struct lb_service service;
};

/* ring: slot -> index into backends.  A zeroed map thus has no backend at all.
 */
#define LB_NO_BACKEND 0U

/*
 * Where a packet goes, and what it becomes.
 * backends: index -> the backend; index 0 is never used.
 * replies: backend endpoint -> the gateway, and the VIP that answers come from.
 */
struct lb_target {
	__u8 mac[6]; /* of the next hop; a reply's: all zero if unknown */
	__be16 port; /* 0: keep the packet's; gue: the tunnel's */
	__be32 address[4];
	__u16 mtu;    /* tunnels: the largest packet, outer header too */
	__u16 flags;  /* LB_TARGET_... */
	__u32 sticky; /* whose flows may stay here; 0: nobody's */
};

#define LB_TARGET_IPV6	1 /* tunnels: the outer header is IPv6 */
#define LB_TARGET_SOLE	2 /* the address' only reply: has its fragments */
#define LB_TARGET_LOCAL 4 /* this host itself: packets are passed */
#define LB_TARGET_TELL	8 /* a reply's: the backend is told, the same */

/* hosts: the same as vips, for the addresses of backends and replies. */
#define LB_HOST_BITS	13
#define LB_HOST_BUCKETS (2U << LB_HOST_BITS)
struct lb_host {
	__be32 address[4]; /* its last word and the next two are one read */
	__be16 port;	   /* 0: all */
	__u16 ask;	   /* LB_ASK_... */
	struct lb_target reply;
};

/*
 * Before Linux 6.8 the verifier forgets what it knew of a number that was
 * spilled or is the result of `x ^ y`, and the card multiplies only what is
 * known to fit 32 bits.  A 32-bit move to itself tells it again.
 */
#ifdef __bpf__
#define lb_bound(x)                                                            \
	({                                                                     \
		__u32 bound_ = (x);                                            \
		asm volatile("%0 = %0" : "+w"(bound_));                        \
		bound_;                                                        \
	})
#else
#define lb_bound(x) (x)
#endif

/*
 * An IPv6 address in 32 bits.  The multipliers are odd and unlike, so that
 * neighbouring words do not cancel each other.
 */
static inline __attribute__((always_inline)) __u32
lb_fold6(const __be32 *address)
{
	__u32 sum = address[3];

	sum += lb_bound(address[0]) * 0x3c6ef373U;
	sum += lb_bound(address[1]) * 0x5851f42dU;
	sum += lb_bound(address[2]) * 0x2c1b3c6dU;
	return sum;
}

/* The top bits of this product depend on every bit of the word. */
static inline __attribute__((always_inline)) __u32 lb_bucket4(__be32 address,
							      int bits)
{
	return (__u32)(lb_bound(address) * 0x61c88647U) >> (32 - bits);
}

static inline __attribute__((always_inline)) __u32
lb_bucket6(const __be32 *address, int bits)
{
	return (1U << bits) + lb_bucket4(lb_fold6(address), bits);
}

/* tunnels: forward - LB_FORWARD_IPIP -> the outer source address. */
#define LB_TUNNELS 2
struct lb_tunnel {
	__be32 source4;
	__be32 spread4; /* these bits of it are the flow's hash */
	__be32 source6[4];
	__be32 spread6; /* the same, of the last word */
	__u16 answer;	/* 1: tell clients what is too big */
	__u16 zero;
};

/*
 * macs: 0 -> the MAC addresses that are this host's: the first six bytes of a
 * frame, and two zero bytes before them; unused ones repeat the first.  All
 * zero: whatever comes is for us.
 */
#define LB_MACS 8
struct lb_macs {
	__u64 mac[LB_MACS];
};

/*
 * Source filter: the longest prefix of the service that matches decides.
 * filters: service id * LB_FILTER_LENGTHS + n -> the n-th longest prefix
 * length. prefixes: -> 1 if denied.
 */
#define LB_FILTER_LENGTHS 8
struct lb_filter {
	__be32 mask[4];
	__u16 length; /* of the prefix, in 128 bits, plus 1; 0: end */
	__u16 zero;
};

struct lb_prefix {
	__be32 address[4]; /* masked */
	__u16 service;
	__u16 length; /* as in struct lb_filter */
};

/*
 * QUIC-LB: the first three bits of a connection id choose the configuration, a
 * server id follows the first byte.
 * quic_configs: service id * LB_QUIC_CONFIGS + configuration -> which bits of
 * the eight bytes after the first are the server id.
 * quic_ids: -> index into backends, of those that serve or are only drained.
 */
#define LB_QUIC_CONFIGS 8
#define LB_QUIC_ID_MAX	8 /* bytes */
struct lb_quic_config {
	__be32 mask[2];
	__u32 length; /* of a server id, in bytes; 0: not in use */
};

struct lb_quic_id {
	__be32 server[2]; /* masked */
	__u16 service;
	__u16 config;
};

/*
 * flows: of services that are sticky, a flow -> where it is.  A backend's index
 * and the number of a service stay the same as long as both are configured, so
 * that one program can follow another with the same map.  What is left of those
 * that are gone does no harm: a flow stays only with a backend that says whose
 * flows may, and that is as good as any other of the service.
 * The program counts packets so that the daemon can see which flows are idle.
 */
struct lb_flow {
	__be32 address[4]; /* of the client */
	__u32 ports;	   /* as in the UDP header; 0: balance: source */
	__u32 service;	   /* its "sticky" */
};

struct lb_flow_state {
	__u32 backend; /* index into backends */
	__u32 zero;
	__u64 packets; /* since it is there, but for the first */
};

/*
 * fragments: a datagram in pieces, as its sender named it -> what its first
 * piece came to, which is the only one with ports (RFC 791; RFC 8200, 4.5).
 */
struct lb_fragment {
	__be32 source[4];
	__be32 destination[4];
	__be32 id; /* of IPv4: in the first two bytes */
	__u32 ipv6;
};

/*
 * A copy of where it went, since indices may mean others when a program follows
 * another with the same map: what comes later goes there all the same, and is
 * counted for LB_NO_BACKEND where the index is not that backend's any more.
 */
struct lb_fragment_first {
	__u64 time;    /* when it came, by bpf_ktime_get_ns() */
	__u32 backend; /* index into backends */
	__u16 reason;  /* enum lb_reason, never one that passes */
	__u16 forward; /* enum lb_forward, or as the program has it */
	struct lb_target target;
};

/* RFC 791 (3.2) waits so long for the rest of a datagram. */
#define LB_FRAGMENT_NS	    15000000000ULL
#define LB_FRAGMENT_ENTRIES 32768

/*
 * limits: 0: unreachable, 1: time exceeded -> how much of our time such ICMP
 * messages have used up.  Each takes LB_LIMIT_NS of it, and what is not used is
 * kept for LB_LIMIT_BURST of them: as many as Linux allows itself in all, by
 * net.ipv4.icmp_msgs_per_sec and icmp_msgs_burst.
 */
#define LB_LIMITS      2
#define LB_LIMIT_NS    1000000ULL
#define LB_LIMIT_BURST 50
struct lb_limit {
	__u64 used; /* until then, by bpf_ktime_get_ns() */
};

/*
 * backend_stats, reason_stats.  A packet is counted once: for its backend if
 * it was forwarded, for its reason otherwise.  Bytes are those of the frame as
 * it arrived, without the Ethernet checksum.
 */
struct lb_counter {
	__u64 packets;
	__u64 bytes;
};

/*
 * Why a packet got its verdict: X(identifier, name, action, what it means).
 * Ordered by action, so that the program derives the action from the reason
 * with two comparisons.  The order is the index into reason_stats.
 */
#define LB_REASONS(X)                                                          \
	X(NOT_IP, "not_ip", PASS,                                              \
	  "neither IPv4 nor IPv6, or more than two VLAN tags")                 \
	X(NOT_UDP, "not_udp", PASS, "IP, but not UDP")                         \
	X(NOT_UNICAST, "not_unicast", PASS,                                    \
	  "sent to a multicast or broadcast MAC address")                      \
	X(NOT_OUR_MAC, "not_our_mac", PASS,                                    \
	  "sent to another host's MAC address, and seen all the same")         \
	X(NO_SERVICE, "no_service", PASS,                                      \
	  "UDP that is neither for one of our services nor from a backend")    \
	X(ICMP, "icmp", PASS,                                                  \
	  "ICMP that concerns no flow of ours, or none we could find")         \
	X(IP_OPTIONS, "ip_options", PASS,                                      \
	  "IP header with options: left to the kernel")                        \
	X(EXTENSIONS, "ip6_extensions", PASS,                                  \
	  "more or longer IPv6 extension headers than we follow")              \
	X(FRAGMENT, "fragment", PASS,                                          \
	  "IP fragment whose service cannot be told: of another protocol, "    \
	  "or its first one is not known")                                     \
	X(LOCAL, "local", PASS,                                                \
	  "to a backend that is this host: left to its own stack")             \
	X(TRUNCATED, "truncated", PASS, "the frame ends within a header")      \
	X(BAD_IP_HEADER, "bad_ip_header", PASS,                                \
	  "IP version and EtherType disagree, or a header below 20 bytes")     \
	X(BAD_IP_LENGTH, "bad_ip_length", PASS,                                \
	  "IP length below its header's or beyond the frame")                  \
	X(BAD_UDP_LENGTH, "bad_udp_length", PASS,                              \
	  "UDP length below 8 bytes or beyond the IP packet")                  \
	X(MALFORMED, "malformed", DROP,                                        \
	  "any of the four above, for a VIP that drops such")                  \
	X(BAD_SOURCE, "bad_source", DROP,                                      \
	  "from an address that nobody can send from, or ours: forged")        \
	X(DENIED, "denied", DROP, "the service's filter denies the source")    \
	X(NO_BACKEND, "no_backend", DROP,                                      \
	  "the service has no usable backend; its sender was not told")        \
	X(TTL_EXPIRED, "ttl_expired", DROP,                                    \
	  "would leave with a TTL of 0; its sender was not told")              \
	X(TOO_BIG, "too_big", DROP,                                            \
	  "does not fit into the tunnel; the client was not told again")       \
	X(NO_GATEWAY, "no_gateway", DROP,                                      \
	  "a reply, but the gateway's MAC address is unknown")                 \
	X(TOLD_TOO_BIG, "told_too_big", TX,                                    \
	  "does not fit into the tunnel; the client was told the MTU")         \
	X(TOLD_NO_BACKEND, "told_no_backend", TX,                              \
	  "the service has no usable backend; its sender was told")            \
	X(TOLD_TTL_EXPIRED, "told_ttl_expired", TX,                            \
	  "would leave with a TTL of 0; its sender was told")                  \
	X(ECHOED, "echoed", TX, "ping to a VIP, answered")                     \
	X(ICMP_ERROR, "icmp_error", TX,                                        \
	  "ICMP error about a flow, sent where the flow goes")                 \
	X(REPLIED, "replied", TX, "a backend's reply, sent on from the VIP")   \
	X(FORWARDED, "forwarded", TX, "sent to a backend")

#define LB_REASON_ENUM_(id, ...) LB_REASON_##id,
enum lb_reason { LB_REASONS(LB_REASON_ENUM_) LB_REASONS_END };
#undef LB_REASON_ENUM_

#define LB_REASON_COUNT ((__u32)LB_REASONS_END)
/*
 * What reason_stats counts besides, of packets that are counted for what became
 * of them as well: those of flows that could not be remembered; fragments that
 * followed their first one; first ones that others may follow; those whose
 * senders would have been told, had there not been too many of them.
 */
#define LB_COUNT_FLOWS_FULL	    LB_REASON_COUNT
#define LB_COUNT_FRAGMENTS_FOLLOWED (LB_REASON_COUNT + 1)
#define LB_COUNT_FRAGMENTS_FIRST    (LB_REASON_COUNT + 2)
#define LB_COUNT_NOT_TOLD	    (LB_REASON_COUNT + 3)
#define LB_COUNT_END		    (LB_REASON_COUNT + 4)
/* Not a verdict yet: the headers are sound, go on. */
#define LB_PARSED LB_REASON_FORWARDED

#define LB_REASON_FIRST_MALFORMED LB_REASON_TRUNCATED
#define LB_REASON_LAST_MALFORMED  LB_REASON_BAD_UDP_LENGTH
#define LB_REASON_FIRST_DROP	  LB_REASON_MALFORMED
#define LB_REASON_FIRST_TX	  LB_REASON_TOLD_TOO_BIG

/*
 * latency: a log-linear histogram in nanoseconds.  Values below 64 have a
 * bucket each; above, every power of two is cut into 32, so a bucket is at
 * most 1/32 wide.  The last bucket also holds everything from 2^20 ns up.
 */
#define LB_LATENCY_SUB_BITS 5
#define LB_LATENCY_MAX_BITS 20
#define LB_LATENCY_BUCKETS                                                     \
	((2 << LB_LATENCY_SUB_BITS) +                                          \
	 ((LB_LATENCY_MAX_BITS - LB_LATENCY_SUB_BITS - 1)                      \
	  << LB_LATENCY_SUB_BITS))
#define LB_LATENCY_SAMPLE_EVERY 128 /* packets of a CPU; a power of two */

struct lb_latency {
	__u64 seen; /* packets of this CPU */
	__u64 buckets[LB_LATENCY_BUCKETS];
};

/*
 * The card's limits, from the nfp driver (nfp_bpf_map_alloc() in offload.c):
 * key and value, each rounded up to 8 bytes, fit in 64 together.
 */
#define LB_ROUND8_(x) (((x) + 7) / 8 * 8)
#define LB_ASSERT_MAP_(key, value)                                             \
	_Static_assert(LB_ROUND8_(sizeof(key)) + LB_ROUND8_(sizeof(value)) <=  \
			       64,                                             \
		       "map entry of " #key " and " #value                     \
		       " does not fit on the card")
LB_ASSERT_MAP_(struct lb_endpoint, struct lb_service);
LB_ASSERT_MAP_(struct lb_endpoint, struct lb_target);
LB_ASSERT_MAP_(__u32, struct lb_vip);
LB_ASSERT_MAP_(__u32, struct lb_host);
LB_ASSERT_MAP_(__u32, struct lb_tunnel);
LB_ASSERT_MAP_(__u32, struct lb_filter);
LB_ASSERT_MAP_(struct lb_prefix, __u32);
LB_ASSERT_MAP_(struct lb_quic_id, __u32);
LB_ASSERT_MAP_(struct lb_flow, struct lb_flow_state);
LB_ASSERT_MAP_(__u32, struct lb_counter);
_Static_assert(sizeof(struct lb_endpoint) == 20, "no padding in a key");
_Static_assert(sizeof(struct lb_prefix) == 20, "no padding in a key");
_Static_assert(sizeof(struct lb_quic_id) == 12, "no padding in a key");
_Static_assert(sizeof(struct lb_flow) == 24, "no padding in a key");
_Static_assert(sizeof(struct lb_flow_state) == 16, "no hidden padding");
_Static_assert(sizeof(struct lb_fragment) == 40, "no padding in a key");
_Static_assert(sizeof(struct lb_fragment_first) == 48, "no hidden padding");
_Static_assert(sizeof(struct lb_service) == 16, "no hidden padding");
_Static_assert(sizeof(struct lb_target) == 32, "no hidden padding");
_Static_assert(sizeof(struct lb_vip) == 36, "no hidden padding");
_Static_assert(sizeof(struct lb_host) == 52, "no hidden padding");
_Static_assert(sizeof(struct lb_tunnel) == 32, "no hidden padding");

#endif
