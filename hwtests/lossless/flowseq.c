/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbered frames of many flows through a balancer, and an exact account of
 * them: how many were lost, twice or late, and which flows went to another
 * backend than before.
 *
 * Frames are live ones of BPF_PROG_TEST_RUN, redirected to the device whose
 * peer is the balancer's port; what it sends on comes back to the same device,
 * into an XDP program.  Commands come from standard input: each line is the
 * name of what was done since the line before.  When every flow has had its
 * turn once more, sending pauses until everything has arrived that will, a line
 * of JSON tells how it was, and sending goes on, unless the line was "end".
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../bench/frame.h"
#include "flowseq.h"

#define BATCH		  64
#define BURSTS_PER_SECOND 25
/* Most of them wait for those before them to come back. */
#define TRIES_PER_FRAME 8
/* A veth's queue has 256 places. */
#define WINDOW	   192
#define PATIENCE_S 10
#define SILENCE_S  0.3 /* nothing arrives for so long: it is lost */

struct tool {
	const char *object_file, *device;
	struct frame frame;
	uint16_t port;
	uint32_t flows;
	double rate;
	struct bpf_object *object;
	int generate, sink, flows_fd, moves_fd;
	volatile struct flowseq *shared; /* with the programs */
	size_t shared_size;
	uint8_t bytes[FLOWSEQ_LENGTH];
	pthread_t thread;
	atomic_bool stop;
	int err;
	struct flowseq before; /* at the last line */
	double since;
	uint8_t *first; /* by flow: backend at the first line */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void sleep_for(double seconds)
{
	struct timespec t = { (time_t)seconds,
			      (long)((seconds - (double)(time_t)seconds) *
				     1e9) };

	if (seconds > 0)
		nanosleep(&t, NULL);
}

static int send_burst(const struct tool *tool, uint32_t frames)
{
	struct xdp_md context = { .data_end = FLOWSEQ_LENGTH };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = tool->bytes,
		    .data_size_in = FLOWSEQ_LENGTH, .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = (int)frames,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);

	return bpf_prog_test_run_opts(tool->generate, &opts);
}

/* What runs on one CPU stays in order. */
static void stay_here(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	pthread_setaffinity_np(pthread_self(), sizeof(cpus), &cpus);
}

static void *send_all(void *arg)
{
	struct tool *tool = arg;
	const uint32_t frames = (uint32_t)(tool->rate / BURSTS_PER_SECOND);
	double next = now();

	stay_here();
	while (!tool->stop && !tool->err) {
		tool->shared->limit = tool->shared->sent + frames;
		tool->err = send_burst(tool, frames * TRIES_PER_FRAME);
		next += 1. / BURSTS_PER_SECOND;
		if (next < now())
			next = now();
		sleep_for(next - now());
	}
	return NULL;
}

/* So that every flow has met what there is now. */
static void go_round(const struct tool *tool)
{
	uint64_t enough = tool->shared->sent + tool->flows;
	double end = now() + PATIENCE_S;

	while (tool->shared->sent < enough && now() < end)
		sleep_for(0.005);
}

/* Returns when nothing is on its way any more; what is not there is lost. */
static void settle(struct tool *tool)
{
	uint64_t received = tool->shared->received;
	double since = now();

	tool->shared->window = 0;
	/* The burst that is running sees that after its batch. */
	sleep_for(2. / BURSTS_PER_SECOND);
	while (tool->shared->received + tool->shared->forgiven <
		       tool->shared->sent &&
	       now() - since < SILENCE_S) {
		if (tool->shared->received != received)
			since = now();
		received = tool->shared->received;
		sleep_for(0.005);
	}
	tool->shared->forgiven = tool->shared->sent - tool->shared->received;
}

/* A frame that is lost must not take its place in the window for ever. */
static void *watch_stall(void *arg)
{
	struct tool *tool = arg;
	uint64_t received = 0, in_vain = 0;

	while (!tool->stop) {
		sleep_for(SILENCE_S);
		in_vain = received == tool->shared->received ? in_vain + 1 : 0;
		received = tool->shared->received;
		if (in_vain && tool->shared->window)
			tool->shared->forgiven =
				tool->shared->sent - tool->shared->received;
	}
	return NULL;
}

struct account {
	uint64_t seen, lost, late, elsewhere;
};

static int read_flows(struct tool *tool, struct account *account)
{
	bool first = !tool->first;
	struct flowseq_flow flow;
	int err = 0;

	if (first)
		tool->first = calloc(tool->flows, sizeof(*tool->first));
	if (!tool->first)
		return -ENOMEM;
	for (uint32_t i = 0; !err && i < tool->flows; i++) {
		err = bpf_map_lookup_elem(tool->flows_fd, &i, &flow);
		if (first)
			tool->first[i] = (uint8_t)flow.backend;
		account->seen += flow.backend != 0;
		account->lost += flow.lost;
		account->late += flow.late;
		account->elsewhere += flow.backend != tool->first[i];
		flow.lost = flow.late = 0;
		if (!err)
			err = bpf_map_update_elem(tool->flows_fd, &i, &flow, 0);
	}
	return err;
}

/* "moves": [{"from": 16, "to": 17, "n": 5}, ...] */
static int print_moves(const struct tool *tool)
{
	const uint32_t zero = 0;
	const char *separator = "";
	uint32_t n;
	int err = 0;

	printf("\"moves\": [");
	for (uint32_t i = 0; !err && i < FLOWSEQ_BACKENDS * FLOWSEQ_BACKENDS;
	     i++) {
		err = bpf_map_lookup_elem(tool->moves_fd, &i, &n);
		if (err || !n)
			continue;
		printf("%s{\"from\": %u, \"to\": %u, \"n\": %u}", separator,
		       i / FLOWSEQ_BACKENDS, i % FLOWSEQ_BACKENDS, n);
		separator = ", ";
		err = bpf_map_update_elem(tool->moves_fd, &i, &zero, 0);
	}
	printf("]");
	return err;
}

static int tell(struct tool *tool, const char *name)
{
	const struct flowseq *before = &tool->before;
	struct account account = { 0 };
	double seconds = now() - tool->since;
	struct flowseq after;
	int err;

	go_round(tool);
	settle(tool);
	after = *(const struct flowseq *)tool->shared;
	err = read_flows(tool, &account);
	printf("{\"name\": \"%s\", \"seconds\": %.3f, \"sent\": %" PRIu64
	       ", \"total_sent\": %" PRIu64 ", \"lost\": %" PRIi64
	       ", \"skipped\": %" PRIu64 ", \"late\": %" PRIu64
	       ", \"strange\": %" PRIu64 ", \"pps\": %.0f, \"flows\": %" PRIu64
	       ", \"elsewhere\": %" PRIu64 ", ",
	       name, seconds, (uint64_t)(after.sent - before->sent),
	       (uint64_t)after.sent,
	       (int64_t)(after.sent - before->sent) -
		       (int64_t)(after.received - before->received),
	       account.lost, account.late,
	       (uint64_t)(after.strange - before->strange),
	       (double)(after.sent - before->sent) / seconds, account.seen,
	       account.elsewhere);
	err = err ?: print_moves(tool);
	printf("}\n");
	fflush(stdout);
	tool->before = after;
	tool->since = now();
	if (strcmp(name, "end") != 0)
		tool->shared->window = WINDOW;
	return err ?: tool->err;
}

static int account_for(struct tool *tool)
{
	char line[256];
	int err = 0;

	while (!err && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		err = tell(tool, line);
	}
	return err;
}

static int program(const struct tool *tool, const char *name)
{
	return bpf_program__fd(
		bpf_object__find_program_by_name(tool->object, name));
}

static int open_object(struct tool *tool)
{
	struct bpf_map *globals;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	tool->object = bpf_object__open_file(tool->object_file, NULL);
	if (!tool->object || bpf_object__load(tool->object))
		return -errno;
	tool->generate = program(tool, "generate");
	tool->sink = program(tool, "sink");
	tool->flows_fd = bpf_object__find_map_fd_by_name(tool->object, "flows");
	tool->moves_fd = bpf_object__find_map_fd_by_name(tool->object, "moves");
	globals = bpf_object__find_map_by_name(tool->object, ".bss");
	tool->shared_size = (sizeof(*tool->shared) + page - 1) / page * page;
	tool->shared = mmap(NULL, tool->shared_size, PROT_READ | PROT_WRITE,
			    MAP_SHARED, bpf_map__fd(globals), 0);
	return tool->shared == MAP_FAILED ? -errno : 0;
}

static void set_up(struct tool *tool, unsigned int ifindex)
{
	struct flowseq start = {
		.flows = tool->flows,
		.ifindex = ifindex,
		.window = WINDOW,
		.port = htons(tool->port),
	};

	frame_build(&tool->frame, tool->bytes, sizeof(tool->bytes));
	memcpy(&start.frame, tool->bytes, sizeof(start.frame));
	memcpy((void *)tool->shared, &start, sizeof(start));
	tool->before = start;
	tool->since = now();
}

static int run(struct tool *tool)
{
	unsigned int ifindex = if_nametoindex(tool->device);
	pthread_t watcher;
	int err;

	if (!ifindex)
		return -errno;
	set_up(tool, ifindex);
	err = bpf_xdp_attach((int)ifindex, tool->sink,
			     XDP_FLAGS_DRV_MODE | XDP_FLAGS_UPDATE_IF_NOEXIST,
			     NULL);
	if (err)
		return err;
	pthread_create(&tool->thread, NULL, send_all, tool);
	pthread_create(&watcher, NULL, watch_stall, tool);
	err = account_for(tool);
	tool->stop = true;
	pthread_join(tool->thread, NULL);
	pthread_join(watcher, NULL);
	bpf_xdp_detach((int)ifindex, XDP_FLAGS_DRV_MODE, NULL);
	return err;
}

static void usage(void)
{
	fputs("usage: flowseq -d DEVICE -m MAC -a VIP [OPTION...]\n"
	      "  -d DEVICE  where to send to, and what comes back\n"
	      "  -m MAC     of the balancer's port\n"
	      "  -p PORT    of the VIP (5000)  -b PORT  of the backends "
	      "(5555)\n"
	      "  -f FLOWS (10000)              -r RATE  frames/s (500000)\n"
	      "  -o OBJECT  flowseq.bpf.o\n",
	      stderr);
	exit(64);
}

static void option(struct tool *tool, int opt)
{
	struct in_addr in;
	uint8_t *mac = tool->frame.to;

	switch (opt) {
	case 'd':
		tool->device = optarg;
		break;
	case 'm':
		if (sscanf(optarg, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0],
			   &mac[1], &mac[2], &mac[3], &mac[4], &mac[5]) != 6)
			usage();
		break;
	case 'a':
		if (inet_pton(AF_INET, optarg, &in) != 1)
			usage();
		tool->frame.destination = ntohl(in.s_addr);
		break;
	case 'p':
		tool->frame.destination_port = (uint16_t)atoi(optarg);
		break;
	case 'b':
		tool->port = (uint16_t)atoi(optarg);
		break;
	case 'f':
		tool->flows = (uint32_t)atoi(optarg);
		break;
	case 'r':
		tool->rate = atof(optarg);
		break;
	case 'o':
		tool->object_file = optarg;
		break;
	default:
		usage();
	}
}

int main(int argc, char **argv)
{
	static struct tool tool = {
		.frame = { .from = { 2, 0, 0, 0, 0, 2 },
			   .source = 0xc6120001U,
			   .source_port = 10000,
			   .destination_port = 5000 },
		.port = 5555,
		.flows = 10000,
		.rate = 500000,
	};
	int opt, err;

	while ((opt = getopt(argc, argv, "d:m:a:p:b:f:r:o:")) != -1)
		option(&tool, opt);
	if (!tool.device || !tool.frame.destination || !tool.object_file ||
	    !tool.flows || tool.flows > FLOWSEQ_FLOWS || tool.rate < 1000)
		usage();
	err = open_object(&tool);
	err = err ?: run(&tool);
	if (err)
		fprintf(stderr, "flowseq: %s\n", strerror(-err));
	bpf_object__close(tool.object);
	free(tool.first);
	return err ? 1 : 0;
}
