/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lab's card as an engine: the object is loaded through the real driver,
 * tables are written through its control messages, and the packet goes down a
 * cable and comes back, or out at the host.  For the lab's VM only.
 *
 * Nothing here waits for what does not come: the card's program has run when
 * send() returns, and the module tells how it ended.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine.h"

#define PORT	  "nfp0"
#define WIRE	  "wire0"
#define CARD_FILE "/sys/kernel/debug/nfplab/" PORT "/packets"
#define PATIENCE  5000 /* ms, for a packet that is known to come */
#define TAG_AT	  12
#define TAG_SIZE  4

struct verdicts {
	unsigned long long pass, drop, tx, aborted, failed;
};

struct wire_engine {
	struct engine engine;
	struct bpf_object *object;
	int port, wire; /* sockets */
	size_t n_backends;
};

static struct wire_engine *of(struct engine *e)
{
	return (struct wire_engine *)e;
}

static int read_verdicts(struct verdicts *v)
{
	unsigned long long value;
	FILE *file = fopen(CARD_FILE, "r");
	char name[32];

	if (!file)
		return -errno;
	memset(v, 0, sizeof(*v));
	while (fscanf(file, "%31s %llu", name, &value) == 2) {
		if (!strcmp(name, "pass"))
			v->pass = value;
		else if (!strcmp(name, "drop"))
			v->drop = value;
		else if (!strcmp(name, "tx"))
			v->tx = value;
		else if (!strcmp(name, "aborted"))
			v->aborted = value;
		else if (!strcmp(name, "failed"))
			v->failed = value;
	}
	fclose(file);
	return 0;
}

/* A raw socket on the interface; of a tag that the kernel takes off we hear. */
static int open_socket(const char *interface)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(interface),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		return -errno;
	if (!setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one,
			sizeof(one)) &&
	    !setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)) &&
	    !bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	close(fd);
	return -errno;
}

static void insert_tag(uint8_t *frame, size_t *length,
		       const struct tpacket_auxdata *aux)
{
	if (!(aux->tp_status & TP_STATUS_VLAN_VALID) || *length < TAG_AT)
		return;
	memmove(frame + TAG_AT + TAG_SIZE, frame + TAG_AT, *length - TAG_AT);
	packet_put16(frame + TAG_AT, aux->tp_vlan_tpid);
	packet_put16(frame + TAG_AT + 2, aux->tp_vlan_tci);
	*length += TAG_SIZE;
}

/*
 * The host throws away a frame that ends within its VLAN tag or right behind
 * it, before any socket sees it (skb_vlan_untag()).
 */
static bool is_lost_by_host(const uint8_t *frame, size_t length)
{
	uint16_t proto = packet_get16(frame + TAG_AT);

	return (proto == ETH_P_8021Q || proto == ETH_P_8021AD) &&
	       length < ETH_HLEN + TAG_SIZE + 2;
}

static int receive(int fd, struct engine_outcome *out)
{
	union {
		struct cmsghdr align;
		uint8_t bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct iovec iov = { out->frame, sizeof(out->frame) - TAG_SIZE };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	struct tpacket_auxdata aux;
	struct cmsghdr *cmsg;
	ssize_t length;

	if (poll(&ready, 1, PATIENCE) != 1)
		return -ETIMEDOUT;
	length = recvmsg(fd, &message, 0);
	if (length < 0)
		return -errno;
	out->length = (size_t)length;
	cmsg = CMSG_FIRSTHDR(&message);
	if (cmsg && cmsg->cmsg_type == PACKET_AUXDATA) {
		memcpy(&aux, CMSG_DATA(cmsg), sizeof(aux));
		insert_tag(out->frame, &out->length, &aux);
	}
	return 0;
}

static int resize(void *priv, const char *name, size_t entries)
{
	struct wire_engine *w = priv;

	return bpf_map__set_max_entries(
		bpf_object__find_map_by_name(w->object, name),
		(uint32_t)entries);
}

static int map_fd(struct wire_engine *w, const char *name)
{
	return bpf_map__fd(bpf_object__find_map_by_name(w->object, name));
}

static int put(void *priv, const char *name, const void *key, const void *value)
{
	const int fd = map_fd(priv, name);

	/* One that a card does without: see prepare(). */
	return fd < 0 ? 0 : bpf_map_update_elem(fd, key, value, BPF_ANY);
}

static int prepare(struct wire_engine *w, const struct fixture *f,
		   unsigned int ifindex)
{
	static const char *const of_hosts[] = {
		LB_MAP_LATENCY,
		LB_MAP_MACS,
		LB_MAP_FRAGMENTS,
		LB_MAP_LIMITS,
	};
	struct bpf_program *program;
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_program(program, w->object)
	{
		bool ours = !strcmp(bpf_program__name(program), LB_PROGRAM);

		bpf_program__set_autoload(program, ours);
		bpf_program__set_ifindex(program, ifindex);
	}
	bpf_object__for_each_map(map, w->object)
		bpf_map__set_ifindex(map, ifindex);
	for (size_t i = 0; !err && i < sizeof(of_hosts) / sizeof(*of_hosts);
	     i++) {
		map = bpf_object__find_map_by_name(w->object, of_hosts[i]);
		err = bpf_map__set_autocreate(map, false);
	}
	return err ?: fixture_size(f, resize, w);
}

static int attach(struct wire_engine *w, unsigned int ifindex)
{
	struct bpf_program *program;

	program = bpf_object__find_program_by_name(w->object, LB_PROGRAM);
	return bpf_xdp_attach((int)ifindex, bpf_program__fd(program),
			      XDP_FLAGS_HW_MODE, NULL);
}

static void wire_close(struct engine *e)
{
	struct wire_engine *w = of(e);

	bpf_xdp_detach((int)if_nametoindex(PORT), XDP_FLAGS_HW_MODE, NULL);
	bpf_object__close(w->object);
	w->object = NULL;
	if (w->port >= 0)
		close(w->port);
	if (w->wire >= 0)
		close(w->wire);
	w->port = w->wire = -1;
}

/* The card's maps have no types, which libbpf finds out each time. */
static int print_others(enum libbpf_print_level level, const char *format,
			va_list args)
{
	if (level == LIBBPF_DEBUG || strstr(format, "Retrying without BTF"))
		return 0;
	return vfprintf(stderr, format, args);
}

static int wire_open(struct engine *e, const struct fixture *f)
{
	unsigned int ifindex = if_nametoindex(PORT);
	struct wire_engine *w = of(e);
	int err;

	libbpf_set_print(print_others);
	w->n_backends = f->n_backends ? f->n_backends : 1;
	w->wire = -1;
	w->port = open_socket(PORT);
	if (w->port < 0)
		return w->port;
	w->wire = open_socket(WIRE);
	w->object = bpf_object__open_file(engine_object, NULL);
	err = w->wire < 0 ? w->wire : 0;
	if (!err && !w->object)
		err = -errno;
	err = err ?: prepare(w, f, ifindex);
	err = err ?: bpf_object__load(w->object);
	err = err ?: fixture_fill(f, put, w);
	err = err ?: attach(w, ifindex);
	if (err)
		wire_close(e);
	return err;
}

static int action_of(const struct verdicts *before,
		     const struct verdicts *after)
{
	if (after->failed != before->failed)
		return -EIO;
	if (after->pass != before->pass)
		return XDP_PASS;
	if (after->tx != before->tx)
		return XDP_TX;
	return after->drop != before->drop ? XDP_DROP : XDP_ABORTED;
}

static int wire_run(struct engine *e, const uint8_t *frame, size_t length,
		    struct engine_outcome *out)
{
	struct wire_engine *w = of(e);
	struct verdicts before, after;
	int err = read_verdicts(&before);

	if (!err && send(w->wire, frame, length, 0) != (ssize_t)length)
		err = -errno;
	err = err ?: read_verdicts(&after);
	if (err)
		return err;
	out->action = action_of(&before, &after);
	if (out->action == XDP_PASS && !is_lost_by_host(frame, length))
		return receive(w->port, out);
	if (out->action == XDP_TX)
		return receive(w->wire, out);
	/* Gone; what the program made of it, nobody sees. */
	memcpy(out->frame, frame, length);
	out->length = length;
	return out->action < 0 ? out->action : 0;
}

static int read_counters(int fd, struct lb_counter *out, size_t n)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < n; i++)
		err = bpf_map_lookup_elem(fd, &i, &out[i]);
	return err;
}

static int wire_counters(struct engine *e, struct engine_counters *out)
{
	struct wire_engine *w = of(e);
	int err = read_counters(map_fd(w, LB_MAP_REASON_STATS), out->reasons,
				LB_COUNT_END);

	return err
		       ?: read_counters(map_fd(w, LB_MAP_BACKEND_STATS),
					out->backends, w->n_backends);
}

static int wire_flows(struct engine *e,
		      struct fixture_flow flows[FIXTURE_FLOWS_MAX], size_t *n)
{
	int err = 0, fd = map_fd(of(e), LB_MAP_FLOWS);
	struct lb_flow_state state;
	struct lb_flow key;

	for (*n = 0; *n < FIXTURE_FLOWS_MAX; ++*n) {
		err = bpf_map_get_next_key(fd, *n ? &key : NULL, &key);
		err = err ?: bpf_map_lookup_elem(fd, &key, &state);
		if (err)
			return err == -ENOENT ? 0 : err;
		flows[*n] = fixture_flow(&key, state.backend, state.packets);
	}
	return 0;
}

static int preset_map(int fd, size_t n, const struct lb_counter *value)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < n; i++)
		err = bpf_map_update_elem(fd, &i, value, BPF_ANY);
	return err;
}

static int wire_preset(struct engine *e, const struct lb_counter *value)
{
	struct wire_engine *w = of(e);
	int err =
		preset_map(map_fd(w, LB_MAP_REASON_STATS), LB_COUNT_END, value);

	return err
		       ?: preset_map(map_fd(w, LB_MAP_BACKEND_STATS),
				     w->n_backends, value);
}

static struct wire_engine the_wire = {
	.engine = {
		.option = "wire",
		.name = "the lab's card, by cable",
		.length_min = ETH_HLEN,
		.whole = true,
		.open = wire_open,
		.run = wire_run,
		.counters = wire_counters,
		.flows = wire_flows,
		.preset = wire_preset,
		.close = wire_close,
	},
	.port = -1,
	.wire = -1,
};

struct engine *const engine_wire[] = { &the_wire.engine, NULL };
