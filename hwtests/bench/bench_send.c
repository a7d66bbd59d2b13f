/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sends as fast as the kernel can make frames, and counts what comes back.
 *
 * BPF_PROG_TEST_RUN in live-frames mode runs a program on real frames and does
 * as it says: redirect them to the device, whose peer is the balancer's port.
 * What it sends back ends in an XDP program on the same device, which counts
 * and drops it.  Sending is bounded by time; nothing else of the machine is
 * touched.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cpu.h"
#include "frame.h"
#include "source.h"

#define THREADS_MAX 64
#define BATCH	    64
/* More than anybody waits for; a signal ends the system call. */
#define ENDLESS (1U << 30)
/*
 * Each system call sets up a pool of pages and, to tear it down, waits for RCU:
 * some milliseconds.
 */
#define BURSTS_PER_SECOND 100

struct send {
	const char *object, *device;
	struct frame frame;
	uint16_t length, balanced_port;
	uint32_t flows;
	double seconds; /* to send; or, with first, to wait */
	double rate;	/* frames per second; 0: all it can */
	bool first;	/* only until one is balanced */
	size_t threads; /* one on each CPU, from 0 */
	struct source source;
	uint8_t bytes[FRAME_MAX];
};

struct worker {
	pthread_t thread;
	const struct send *send;
	size_t cpu;
	double cpu_seconds;
	int err;
	atomic_bool stop, done;
};

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void sleep_until(double when)
{
	double left = when - now(CLOCK_MONOTONIC);
	struct timespec t = { (time_t)left,
			      (long)((left - (double)(time_t)left) * 1e9) };

	if (left > 0)
		nanosleep(&t, NULL);
}

static int send_burst(const struct send *s, uint32_t frames)
{
	struct xdp_md context = { .data_end = s->length };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = s->bytes,
		    .data_size_in = s->length, .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = (int)frames,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH);

	return bpf_prog_test_run_opts(s->source.generate, &opts);
}

static void stay_on(size_t cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	pthread_setaffinity_np(pthread_self(), sizeof(cpus), &cpus);
}

/* One call until the signal comes. */
static void send_endless(struct worker *w)
{
	w->err = send_burst(w->send, ENDLESS);
	if (w->err == -EINTR)
		w->err = 0;
}

static void send_slowly(struct worker *w)
{
	double rate = w->send->rate / (double)w->send->threads;
	double start = now(CLOCK_MONOTONIC), sent = 0, due;

	while (!w->stop && (!w->err || w->err == -EINTR)) {
		due = rate * (now(CLOCK_MONOTONIC) - start +
			      1. / BURSTS_PER_SECOND) -
		      sent;
		w->err = send_burst(w->send, due < 1 ? 1 : (uint32_t)due);
		sent += due < 1 ? 1 : due;
		sleep_until(start + sent / rate);
	}
	if (w->err == -EINTR)
		w->err = 0;
}

static void *work(void *arg)
{
	struct worker *w = arg;

	stay_on(w->cpu);
	if (w->send->rate > 0)
		send_slowly(w);
	else
		send_endless(w);
	w->cpu_seconds = now(CLOCK_THREAD_CPUTIME_ID);
	w->done = true;
	return NULL;
}

static void wake(int signal)
{
	(void)signal; /* it only interrupts a system call */
}

/* A signal can come too early; so another follows. */
static int end_worker(struct worker *w)
{
	w->stop = true;
	while (!w->done) {
		pthread_kill(w->thread, SIGUSR1);
		sleep_until(now(CLOCK_MONOTONIC) + 0.002);
	}
	pthread_join(w->thread, NULL);
	return w->err;
}

/* Adds to *cpu_seconds what the threads used, and what they caused there. */
static int run_workers(const struct send *s, double *cpu_seconds)
{
	static struct worker workers[THREADS_MAX];
	const struct sigaction action = { .sa_handler = wake };
	int err = 0, ended;

	sigaction(SIGUSR1, &action, NULL);
	for (size_t i = 0; i < s->threads; i++) {
		workers[i].send = s;
		workers[i].cpu = i;
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	}
	sleep_until(now(CLOCK_MONOTONIC) + s->seconds);
	for (size_t i = 0; i < s->threads; i++) {
		ended = end_worker(&workers[i]);
		err = err ?: ended;
		*cpu_seconds += workers[i].cpu_seconds;
	}
	return err;
}

/* Sums a counter of all CPUs. */
static uint64_t counted(const struct send *s, uint32_t key)
{
	uint64_t values[1024] = { 0 }, sum = 0;
	int cpus = libbpf_num_possible_cpus();

	if (cpus > 1024 || bpf_map_lookup_elem(s->source.counts, &key, values))
		return 0;
	for (int i = 0; i < cpus; i++)
		sum += values[i];
	return sum;
}

static uint64_t counted_all(const struct send *s)
{
	return counted(s, TRAFFIC_BALANCED) + counted(s, TRAFFIC_OTHER);
}

/* What is still under way arrives, or no longer will. */
static void wait_for_rest(const struct send *s)
{
	uint64_t before, after = counted_all(s);
	double end = now(CLOCK_MONOTONIC) + 1;

	do {
		before = after;
		sleep_until(now(CLOCK_MONOTONIC) + 0.03);
		after = counted_all(s);
	} while (after != before && now(CLOCK_MONOTONIC) < end);
}

static int send_all(const struct send *s)
{
	struct cpu_time before = cpu_time_now(), after;
	double cpu_seconds = -cpu_softirq_seconds();
	double start = now(CLOCK_MONOTONIC), elapsed;
	uint64_t sent, received, balanced;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int err = run_workers(s, &cpu_seconds);

	elapsed = now(CLOCK_MONOTONIC) - start;
	after = cpu_time_now();
	cpu_seconds += cpu_softirq_seconds();
	wait_for_rest(s);
	sent = counted(s, TRAFFIC_SENT);
	balanced = counted(s, TRAFFIC_BALANCED);
	received = balanced + counted(s, TRAFFIC_OTHER);
	printf("{\"seconds\": %.4f, \"threads\": %zu, \"sent\": %" PRIu64
	       ", \"received\": %" PRIu64 ", \"balanced\": %" PRIu64
	       ", \"mpps\": %.4f, \"mpps_per_cpu\": %.4f, \"loss\": %.6f, "
	       "\"busy_cpus\": %.2f}\n",
	       elapsed, s->threads, sent, received, balanced,
	       (double)received / elapsed / 1e6,
	       (double)received / cpu_seconds / 1e6,
	       sent ? 1 - (double)received / (double)sent : 0,
	       (double)(after.busy - before.busy) * (double)cpus /
		       (double)(after.all - before.all));
	return err;
}

/* Prints the time of day at which the first balanced frame was seen. */
static int send_first(const struct send *s)
{
	double end = now(CLOCK_MONOTONIC) + s->seconds;
	int err = 0;

	while (!err && now(CLOCK_MONOTONIC) < end) {
		err = send_burst(s, 1);
		if (counted(s, TRAFFIC_BALANCED)) {
			printf("%.6f\n", now(CLOCK_REALTIME));
			return 0;
		}
		sleep_until(now(CLOCK_MONOTONIC) + 0.0005);
	}
	return err ?: -ETIMEDOUT;
}

/* The program that counts is attached while "during" runs. */
static int with_sink(struct send *s, int (*during)(const struct send *))
{
	unsigned int ifindex = if_nametoindex(s->device);
	struct traffic traffic = {
		.flows = s->flows,
		.services = 1,
		.ifindex = ifindex,
		.balanced_port = htons(s->balanced_port),
	};
	int err;

	if (!ifindex)
		return -errno;
	frame_build(&s->frame, s->bytes, s->length);
	source_header(&traffic, s->bytes, s->length);
	err = source_set(&s->source, &traffic);
	err = err
		      ?: bpf_xdp_attach((int)ifindex, s->source.sink,
					XDP_FLAGS_DRV_MODE |
						XDP_FLAGS_UPDATE_IF_NOEXIST,
					NULL);
	if (err)
		return err;
	err = during(s);
	bpf_xdp_detach((int)ifindex, XDP_FLAGS_DRV_MODE, NULL);
	return err;
}

static void usage(void)
{
	fputs("usage: bench-send -d DEVICE -m MAC -a ADDRESS [OPTION...]\n"
	      "  -d DEVICE   where to send, and to count what comes back\n"
	      "  -m MAC      of the balancer's port\n"
	      "  -a ADDRESS  VIP; -p PORT, its port (5000)\n"
	      "  -b PORT     what comes back with this port is balanced "
	      "(5555)\n"
	      "  -s ADDRESS  the first client (198.18.0.1)\n"
	      "  -f FLOWS (1000)  -l LENGTH (64)  -t SECONDS (1)\n"
	      "  -j THREADS  on as many CPUs, from 0 (1)\n"
	      "  -r RATE     frames per second; else as many as it can\n"
	      "  -1          only until the first balanced frame: prints when\n"
	      "  -o OBJECT   traffic.bpf.o\n",
	      stderr);
	exit(2);
}

static uint32_t address(const char *text)
{
	struct in_addr in;

	if (inet_pton(AF_INET, text, &in) != 1)
		usage();
	return ntohl(in.s_addr);
}

static void mac(uint8_t *out, const char *text)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &out[0], &out[1],
		   &out[2], &out[3], &out[4], &out[5]) != 6)
		usage();
}

static void option(struct send *s, int opt)
{
	switch (opt) {
	case 'd':
		s->device = optarg;
		break;
	case 'm':
		mac(s->frame.to, optarg);
		break;
	case 'a':
		s->frame.destination = address(optarg);
		break;
	case 's':
		s->frame.source = address(optarg);
		break;
	case 'p':
		s->frame.destination_port = (uint16_t)atoi(optarg);
		break;
	case 'b':
		s->balanced_port = (uint16_t)atoi(optarg);
		break;
	case 'f':
		s->flows = (uint32_t)atoi(optarg);
		break;
	case 'l':
		s->length = (uint16_t)atoi(optarg);
		break;
	case 't':
		s->seconds = atof(optarg);
		break;
	case 'j':
		s->threads = (size_t)atoi(optarg);
		break;
	case 'r':
		s->rate = atof(optarg);
		break;
	case '1':
		s->first = true;
		break;
	case 'o':
		s->object = optarg;
		break;
	default:
		usage();
	}
}

int main(int argc, char **argv)
{
	static struct send s = {
		.object = "build/hwtests/bench/traffic.bpf.o",
		.frame = { .from = { 2, 0, 0, 0, 0, 2 },
			   .source = 0xc6120001U,
			   .source_port = 10000,
			   .destination_port = 5000 },
		.balanced_port = 5555,
		.length = 64,
		.flows = 1000,
		.seconds = 1,
		.threads = 1,
	};
	int opt, err;

	while ((opt = getopt(argc, argv, "d:m:a:s:p:b:f:l:t:j:r:1o:")) != -1)
		option(&s, opt);
	if (!s.device || !s.frame.destination || s.length < TRAFFIC_SHORT ||
	    s.length > FRAME_MAX || !s.threads || s.threads > THREADS_MAX)
		usage();
	err = source_open(&s.source, s.object);
	err = err ?: with_sink(&s, s.first ? send_first : send_all);
	source_close(&s.source);
	if (err)
		fprintf(stderr, "bench-send: %s\n", strerror(-err));
	return err ? 1 : 0;
}
