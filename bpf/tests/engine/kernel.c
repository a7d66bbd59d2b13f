/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's BPF_PROG_TEST_RUN as engines, one for each way in which the
 * loader prepares the object: as a card gets it, and as a host gets it, with
 * and without the clock.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "object.h"

/*
 * bpf_prog_test_run_xdp() takes nothing below an Ethernet header, which no
 * driver receives either.
 */
#define ETHERNET_LENGTH 14

struct kernel_engine {
	struct engine engine;
	struct engine_object object; /* stays loaded */
	int cpus;
	size_t n_backends;
	const struct fixture *fixture;
	struct engine_counters before; /* of earlier tables */
};

static int map_fd(struct kernel_engine *k, const char *name)
{
	return engine_object_map(&k->object, name);
}

/* Sums the values of all CPUs; a plain map has them all in one. */
static int read_counters(struct kernel_engine *k, const char *name,
			 struct lb_counter *out, size_t n)
{
	size_t copies = k->object.per_cpu ? (size_t)k->cpus : 1;
	struct lb_counter *values = calloc(n * copies, sizeof(*values));
	uint32_t *keys = calloc(n, sizeof(*keys));
	uint32_t batch, count = (uint32_t)n;
	int err = -ENOMEM;

	if (!values || !keys)
		goto out;
	err = bpf_map_lookup_batch(map_fd(k, name), NULL, &batch, keys, values,
				   &count, NULL);
	if (err && err != -ENOENT) /* -ENOENT: that was all of it */
		goto out;
	err = count == n ? 0 : -EIO;
	memset(out, 0, n * sizeof(*out));
	for (size_t i = 0; i < count * copies; i++) {
		out[i / copies].packets += values[i].packets;
		out[i / copies].bytes += values[i].bytes;
	}
out:
	free(keys);
	free(values);
	return err;
}

static int kernel_flows(struct engine *e,
			struct fixture_flow flows[FIXTURE_FLOWS_MAX], size_t *n)
{
	struct lb_flow keys[FIXTURE_FLOWS_MAX];
	struct lb_flow_state values[FIXTURE_FLOWS_MAX];
	uint32_t batch, count = FIXTURE_FLOWS_MAX;
	int err;

	err = bpf_map_lookup_batch(
		map_fd((struct kernel_engine *)e, LB_MAP_FLOWS), NULL, &batch,
		keys, values, &count, NULL);
	if (err && err != -ENOENT)
		return err;
	for (*n = 0; *n < count; ++*n)
		flows[*n] = fixture_flow(&keys[*n], values[*n].backend,
					 values[*n].packets);
	return 0;
}

/* The program reads the kernel's clock, so it is their time that changes. */
static int kernel_wait(struct engine *e, unsigned int seconds)
{
	int fd = map_fd((struct kernel_engine *)e, LB_MAP_FRAGMENTS), err = 0;
	struct lb_fragment_first first;
	struct lb_fragment key;

	for (void *last = NULL; !bpf_map_get_next_key(fd, last, &key) && !err;
	     last = &key) {
		err = bpf_map_lookup_elem(fd, &key, &first);
		first.time -= seconds * 1000000000ULL;
		err = err ?: bpf_map_update_elem(fd, &key, &first, BPF_ANY);
	}
	return err;
}

static int read_all(struct kernel_engine *k, struct engine_counters *out)
{
	int err = read_counters(k, LB_MAP_REASON_STATS, out->reasons,
				LB_COUNT_END);

	return err
		       ?: read_counters(k, LB_MAP_BACKEND_STATS, out->backends,
					k->n_backends);
}

static int clear_latency(struct kernel_engine *k)
{
	struct lb_latency *zeroes = calloc((size_t)k->cpus, sizeof(*zeroes));
	uint32_t key = 0;
	int err = -ENOMEM;

	if (zeroes)
		err = bpf_map_update_elem(map_fd(k, LB_MAP_LATENCY), &key,
					  zeroes, BPF_ANY);
	free(zeroes);
	return err;
}

static int set_limits(struct kernel_engine *k, const struct fixture *f)
{
	const struct lb_limit limit = {
		.used = f->limit == FIXTURE_USED_UP ? INT64_MAX : 0,
	};
	int fd = map_fd(k, LB_MAP_LIMITS), err = 0;

	for (uint32_t i = 0; !err && i < LB_LIMITS; i++)
		err = bpf_map_update_elem(fd, &i, &limit, BPF_ANY);
	return err;
}

static int kernel_open(struct engine *e, const struct fixture *f)
{
	struct kernel_engine *k = (struct kernel_engine *)e;
	int err;

	k->cpus = libbpf_num_possible_cpus();
	if (k->cpus < 0)
		return k->cpus;
	k->n_backends = f->n_backends ? f->n_backends : 1;
	k->fixture = f;
	err = engine_object_open(&k->object, f);
	if (!err && k->object.timed)
		err = clear_latency(k);
	err = err ?: set_limits(k, f);
	return err ?: read_all(k, &k->before);
}

static void kernel_close(struct engine *e)
{
	(void)e;
}

static int kernel_run(struct engine *e, const uint8_t *frame, size_t length,
		      struct engine_outcome *out)
{
	struct kernel_engine *k = (struct kernel_engine *)e;
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = frame,
		.data_size_in = (uint32_t)length,
		.data_out = out->frame,
		.data_size_out = sizeof(out->frame),
		.repeat = 1,
	};
	int err = 0;

	/* Where it is not the limit that is tested, it is as at first. */
	if (k->fixture->limit != FIXTURE_LIMITED)
		err = set_limits(k, k->fixture);
	err = err ?: bpf_prog_test_run_opts(k->object.program_fd, &opts);
	if (err)
		return err;
	out->action = (int)opts.retval;
	out->length = opts.data_size_out;
	return 0;
}

static void subtract(struct lb_counter *from, const struct lb_counter *before,
		     size_t n)
{
	for (size_t i = 0; i < n; i++) {
		from[i].packets -= before[i].packets;
		from[i].bytes -= before[i].bytes;
	}
}

static int kernel_counters(struct engine *e, struct engine_counters *out)
{
	struct kernel_engine *k = (struct kernel_engine *)e;
	int err = read_all(k, out);

	subtract(out->reasons, k->before.reasons, LB_COUNT_END);
	subtract(out->backends, k->before.backends, k->n_backends);
	return err;
}

/* On one CPU, where there are several. */
static int preset_map(struct kernel_engine *k, const char *name, uint32_t n,
		      const struct lb_counter *value)
{
	struct lb_counter *values = calloc((size_t)k->cpus, sizeof(*values));
	int err = values ? 0 : -ENOMEM;

	if (values)
		values[0] = *value;
	for (uint32_t i = 0; !err && i < n; i++)
		err = bpf_map_update_elem(map_fd(k, name), &i, values, BPF_ANY);
	free(values);
	return err;
}

static int kernel_preset(struct engine *e, const struct lb_counter *value)
{
	struct kernel_engine *k = (struct kernel_engine *)e;
	int err = preset_map(k, LB_MAP_REASON_STATS, LB_COUNT_END, value);

	memset(&k->before, 0, sizeof(k->before));
	return err
		       ?: preset_map(k, LB_MAP_BACKEND_STATS,
				     (uint32_t)k->n_backends, value);
}

static int kernel_latency(struct engine *e, struct lb_latency *out)
{
	struct kernel_engine *k = (struct kernel_engine *)e;
	struct lb_latency *values = calloc((size_t)k->cpus, sizeof(*values));
	uint32_t zero = 0;
	int err = -ENOMEM;

	if (!values)
		return err;
	err = bpf_map_lookup_elem(map_fd(k, LB_MAP_LATENCY), &zero, values);
	memset(out, 0, sizeof(*out));
	for (int cpu = 0; cpu < k->cpus; cpu++) {
		out->seen += values[cpu].seen;
		for (int i = 0; i < LB_LATENCY_BUCKETS; i++)
			out->buckets[i] += values[cpu].buckets[i];
	}
	free(values);
	return err;
}

#define KERNEL_ENGINE(option_, title)                                          \
	.engine = {                                                            \
		.option = (option_),                                           \
		.name = (title),                                               \
		.length_min = ETHERNET_LENGTH,                                 \
		.open = kernel_open,                                           \
		.run = kernel_run,                                             \
		.counters = kernel_counters,                                   \
		.flows = kernel_flows,                                         \
		.wait = kernel_wait,                                           \
		.preset = kernel_preset,                                       \
		.close = kernel_close,                                         \
	}

static struct kernel_engine as_on_a_card = {
	KERNEL_ENGINE("kernel-plain", "udplb, plain counters"),
	.object.program = LB_PROGRAM,
};

static struct kernel_engine on_a_host = {
	KERNEL_ENGINE("kernel", "udplb, counters per CPU"),
	.object.program = LB_PROGRAM,
	.object.per_cpu = true,
};

static struct kernel_engine on_a_host_timed = {
	KERNEL_ENGINE("kernel-timed", "udplb_timed, counters per CPU"),
	.engine.latency = kernel_latency,
	.object.program = LB_PROGRAM_TIMED,
	.object.per_cpu = true,
	.object.timed = true,
};

struct engine *const engine_kernel[] = {
	&as_on_a_card.engine,
	&on_a_host.engine,
	&on_a_host_timed.engine,
	NULL,
};
