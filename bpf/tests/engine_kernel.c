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

/*
 * bpf_prog_test_run_xdp() takes nothing below an Ethernet header, which no
 * driver receives either.
 */
#define ETHERNET_LENGTH 14

struct kernel_engine {
	struct engine engine;
	const char *program;
	bool per_cpu; /* the counter maps */
	bool timed;
	struct bpf_object *object;
	int program_fd, cpus;
	size_t n_backends;
};

static struct bpf_map *find_map(struct kernel_engine *k, const char *name)
{
	return bpf_object__find_map_by_name(k->object, name);
}

static int resize(void *priv, const char *name, size_t entries)
{
	return bpf_map__set_max_entries(find_map(priv, name),
					(uint32_t)entries);
}

static int put(void *priv, const char *name, const void *key,
	       const void *value)
{
	return bpf_map_update_elem(bpf_map__fd(find_map(priv, name)), key,
				   value, BPF_ANY);
}

static int prepare_counters(struct kernel_engine *k)
{
	int err = 0;

	if (k->per_cpu) {
		err = bpf_map__set_type(find_map(k, LB_MAP_BACKEND_STATS),
					BPF_MAP_TYPE_PERCPU_ARRAY);
		err = err
			      ?: bpf_map__set_type(
					 find_map(k, LB_MAP_REASON_STATS),
					 BPF_MAP_TYPE_PERCPU_ARRAY);
	}
	if (!err && !k->timed)
		err = bpf_map__set_autocreate(find_map(k, LB_MAP_LATENCY),
					      false);
	return err;
}

static int prepare(struct kernel_engine *k, const struct fixture *f)
{
	struct bpf_program *program;
	int err = 0;

	bpf_object__for_each_program(program, k->object) err =
		err
			?: bpf_program__set_autoload(
				   program, !strcmp(bpf_program__name(program),
						    k->program));
	err = err ?: fixture_size(f, resize, k);
	return err ?: prepare_counters(k);
}

static int map_fd(struct kernel_engine *k, const char *name)
{
	return bpf_map__fd(find_map(k, name));
}

static void kernel_close(struct engine *e)
{
	struct kernel_engine *k = (struct kernel_engine *)e;

	bpf_object__close(k->object);
	k->object = NULL;
}

static int kernel_open(struct engine *e, const struct fixture *f)
{
	struct kernel_engine *k = (struct kernel_engine *)e;
	struct bpf_program *program;
	int err;

	k->cpus = libbpf_num_possible_cpus();
	if (k->cpus < 0)
		return k->cpus;
	k->n_backends = f->n_backends ? f->n_backends : 1;
	k->object = bpf_object__open_file(engine_object, NULL);
	if (!k->object)
		return -errno;
	err = prepare(k, f);
	err = err ?: bpf_object__load(k->object);
	err = err ?: fixture_fill(f, put, k);
	if (err) {
		kernel_close(e);
		return err;
	}
	program = bpf_object__find_program_by_name(k->object, k->program);
	k->program_fd = bpf_program__fd(program);
	return 0;
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
	int err;

	err = bpf_prog_test_run_opts(k->program_fd, &opts);
	if (err)
		return err;
	out->action = (int)opts.retval;
	out->length = opts.data_size_out;
	return 0;
}

/* Sums the values of all CPUs; a plain map has them all in one. */
static int read_counters(struct kernel_engine *k, const char *name,
			 struct lb_counter *out, size_t n)
{
	size_t copies = k->per_cpu ? (size_t)k->cpus : 1;
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

static int kernel_counters(struct engine *e, struct engine_counters *out)
{
	struct kernel_engine *k = (struct kernel_engine *)e;
	int err;

	err = read_counters(k, LB_MAP_REASON_STATS, out->reasons,
			    LB_REASON_COUNT);
	return err
		       ?: read_counters(k, LB_MAP_BACKEND_STATS, out->backends,
					k->n_backends);
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
	int err = preset_map(k, LB_MAP_REASON_STATS, LB_REASON_COUNT, value);

	return err ?: preset_map(k, LB_MAP_BACKEND_STATS,
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
		.preset = kernel_preset,                                       \
		.close = kernel_close,                                         \
	}

static struct kernel_engine as_on_a_card = {
	KERNEL_ENGINE("kernel-plain", "udplb, plain counters"),
	.program = LB_PROGRAM,
};

static struct kernel_engine on_a_host = {
	KERNEL_ENGINE("kernel", "udplb, counters per CPU"),
	.program = LB_PROGRAM,
	.per_cpu = true,
};

static struct kernel_engine on_a_host_timed = {
	KERNEL_ENGINE("kernel-timed", "udplb_timed, counters per CPU"),
	.engine.latency = kernel_latency,
	.program = LB_PROGRAM_TIMED,
	.per_cpu = true,
	.timed = true,
};

struct engine *const engine_kernel[] = {
	&as_on_a_card.engine,
	&on_a_host.engine,
	&on_a_host_timed.engine,
	NULL,
};
