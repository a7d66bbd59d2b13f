/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a packet costs, in nanoseconds.
 *
 * The kernel runs a small program some 100,000 times on one frame
 * (BPF_PROG_TEST_RUN); it restores the frame's headers, takes one of N flows,
 * and jumps into the program under test.  The same with a program that only
 * sends the frame back is what all that costs without a balancer; it is run
 * right before and right after, and the difference is one reading.  Every round
 * takes one reading of everything.
 *
 * Machines are shared: a neighbour on the other thread of a core alone makes
 * everything half as slow again.  The bounce shows when that was so; what
 * counts is the middle of those readings, a quarter of all, whose bounces were
 * fastest.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"
#include "matrix.h"
#include "sample.h"
#include "source.h"
#include "target.h"
#include "trace.h"

#define ROUNDS_MIN 4

struct bench {
	struct source source;
	struct bpf_object *bounce_object;
	int bounce;
	uint32_t repeat;
	double seconds; /* to stop after */
	struct matrix matrix;
};

/*
 * The CPU time of this thread, not the time that passed: others may run on
 * this CPU, too.
 */
static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds per packet in *ns. */
static int run(const struct bench *b, const struct measurement *m, int program,
	       int action, double *ns)
{
	uint8_t frame[FRAME_MAX];
	uint32_t zero = 0;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = m->frame,
		    .data_size_in = m->length, .data_out = frame,
		    .data_size_out = sizeof(frame), .repeat = (int)b->repeat);
	double start;
	int err;

	err = bpf_map_update_elem(b->source.under_test, &zero, &program,
				  BPF_ANY);
	if (err)
		return err;
	start = now_ns();
	err = bpf_prog_test_run_opts(b->source.harness, &opts);
	*ns = (now_ns() - start) / b->repeat;
	if (err)
		fprintf(stderr, "bench-packet: %s: the test run failed\n",
			m->name);
	if (!err && (int)opts.retval != action) {
		fprintf(stderr, "bench-packet: %s: action %u, expected %d\n",
			m->name, opts.retval, action);
		err = -EPROTO;
	}
	return err;
}

/* One reading. */
static int measure(const struct bench *b, struct measurement *m,
		   struct reading *reading)
{
	struct bpf_program *program = target_program(m->of->target, m->timed);
	struct traffic traffic = {
		.flows = m->flows,
		.services = m->vips,
		.ipv6 = m->of->shape.ipv6,
		.grown = m->grown,
	};
	double before = 0, after = 0, ns = 0;
	int err;

	source_header(&traffic, m->frame, m->length);
	traffic.restore = m->restore;
	err = source_set(&b->source, &traffic);
	err = err ?: run(b, m, b->bounce, XDP_TX, &before);
	err = err ?: run(b, m, bpf_program__fd(program), m->action, &ns);
	err = err ?: run(b, m, b->bounce, XDP_TX, &after);
	reading->net = ns - (before + after) / 2;
	reading->bounce = fmax(before, after);
	return err;
}

static double wall_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/*
 * The first readings warm up, and are overwritten.  Where others take the CPU,
 * fewer rounds must do.
 */
static int measure_all(struct bench *b)
{
	struct matrix *x = &b->matrix;
	double end = wall_s() + b->seconds;
	int err = 0;

	for (uint32_t round = 0; !err && round <= x->rounds; round++) {
		if (wall_s() > end && round > ROUNDS_MIN) {
			x->rounds = round - 1;
			break;
		}
		for (size_t i = 0; !err && i < x->n; i++)
			err = measure(
				b, &x->list[i],
				&x->list[i].readings[round ? round - 1 : 0]);
	}
	return err;
}

static void trace_all(struct bench *b)
{
	uint8_t frame[FRAME_MAX];

	for (size_t i = 0; i < b->matrix.n; i++) {
		struct measurement *m = &b->matrix.list[i];

		memcpy(frame, m->frame, m->length);
		m->traced = trace_run(target_program(m->of->target, m->timed),
				      frame, m->length, &m->trace);
	}
}

static json_t *count_or_null(const struct measurement *m, unsigned int count)
{
	return m->traced ? json_null() : json_integer(count);
}

static int compare_bounces(const void *a, const void *b)
{
	const struct reading *x = a, *y = b;

	return (x->bounce > y->bounce) - (x->bounce < y->bounce);
}

/* What the calmest n readings say. */
static json_t *report_times(struct measurement *m, size_t n)
{
	struct sample net = { 0 }, bounce = { 0 };
	json_t *json;

	for (size_t i = 0; i < n; i++) {
		sample_add(&net, m->readings[i].net);
		sample_add(&bounce, m->readings[i].bounce);
	}
	json = json_pack("{sf sf sf sf}", "ns", sample_quantile(&net, 0.5),
			 "ns_low", sample_quantile(&net, 0.25), "ns_high",
			 sample_quantile(&net, 0.75), "bounce_ns",
			 sample_quantile(&bounce, 0.5));
	sample_free(&net);
	sample_free(&bounce);
	return json;
}

static const char *object_name(const struct measurement *m)
{
	return m->of->object ?: "";
}

/* How long it is: in instructions as loaded, and in the CPU's bytes. */
static json_t *report_program(const struct measurement *m)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);

	bpf_obj_get_info_by_fd(
		bpf_program__fd(target_program(m->of->target, m->timed)), &info,
		&size);
	return json_pack("{si si}", "kernel_instructions",
			 (int)(info.xlated_prog_len / 8), "machine_bytes",
			 (int)info.jited_prog_len);
}

static json_t *report(struct measurement *m, size_t rounds)
{
	json_t *json;

	qsort(m->readings, rounds, sizeof(*m->readings), compare_bounces);
	json = report_times(m, (rounds + 3) / 4);
	json_object_update_new(
		json,
		json_pack("{ss ss ss ss ss si si si so so so so}", "group",
			  m->group, "name", m->name, "object", object_name(m),
			  "variant", target_variant(m->of->target), "program",
			  m->timed ? LB_PROGRAM_TIMED : LB_PROGRAM, "flows",
			  (int)m->flows, "services", (int)m->of->shape.services,
			  "length", (int)m->length, "bpf_instructions",
			  count_or_null(m, m->trace.instructions), "lookups",
			  count_or_null(m, m->trace.lookups), "other_calls",
			  count_or_null(m, m->trace.other_calls), "all_rounds",
			  report_times(m, rounds)));
	json_object_update_new(json, report_program(m));
	return json;
}

static int print_report(struct bench *b)
{
	json_t *list = json_array(), *all;

	for (size_t i = 0; i < b->matrix.n; i++)
		json_array_append_new(
			list, report(&b->matrix.list[i], b->matrix.rounds));
	all = json_pack("{si si so}", "rounds", (int)b->matrix.rounds, "repeat",
			(int)b->repeat, "packets", list);
	json_dumpf(all, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(5));
	putchar('\n');
	json_decref(all);
	return 0;
}

static int open_bounce(struct bench *b, const char *file)
{
	b->bounce_object = bpf_object__open_file(file, NULL);
	if (!b->bounce_object || bpf_object__load(b->bounce_object))
		return -errno;
	b->bounce = bpf_program__fd(
		bpf_object__next_program(b->bounce_object, NULL));
	return 0;
}

/* One CPU for all, and not the one that takes the machine's interrupts. */
static void stay_on_last_cpu(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET((size_t)sysconf(_SC_NPROCESSORS_ONLN) - 1, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
}

static int bench(struct bench *b, const char *directory, char **objects, int n)
{
	char file[4096];
	int err;

	snprintf(file, sizeof(file), "%s/traffic.bpf.o", directory);
	err = source_open(&b->source, file);
	snprintf(file, sizeof(file), "%s/bounce.bpf.o", directory);
	err = err ?: open_bounce(b, file);
	if (!n)
		err = err ?: matrix_add(&b->matrix, NULL);
	for (int i = 0; i < n; i++)
		err = err ?: matrix_add(&b->matrix, objects[i]);
	if (err)
		return err;
	trace_all(b);
	err = measure_all(b);
	return err ?: print_report(b);
}

static void clean(struct bench *b)
{
	matrix_free(&b->matrix);
	bpf_object__close(b->bounce_object);
	source_close(&b->source);
}

static void usage(void)
{
	fputs("usage: bench-packet [-q] [-s TEXT] [-r ROUNDS] [-n REPEAT] [-t "
	      "SECONDS] "
	      "[-d DIRECTORY] [OBJECT...]\n"
	      "  -q  only the most important\n"
	      "  -t  SECONDS after which fewer rounds must do (150)\n"
	      "  -s  only what has TEXT in its name\n"
	      "  -d  where traffic.bpf.o and bounce.bpf.o are\n"
	      "  OBJECT  to compare, instead of the programs that the daemon "
	      "chooses\n",
	      stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	static struct bench b;
	const char *directory = "build/hwtests/bench";
	int opt, err;

	b.repeat = 50000;
	b.seconds = 150;
	b.matrix.rounds = 24;
	while ((opt = getopt(argc, argv, "qs:r:n:t:d:")) != -1) {
		if (opt == 'q')
			b.matrix.quick = true;
		else if (opt == 's')
			b.matrix.wanted = optarg;
		else if (opt == 'r')
			b.matrix.rounds = (uint32_t)atoi(optarg);
		else if (opt == 'n')
			b.repeat = (uint32_t)atoi(optarg);
		else if (opt == 't')
			b.seconds = atof(optarg);
		else if (opt == 'd')
			directory = optarg;
		else
			usage();
	}
	if (!b.matrix.rounds || !b.repeat)
		usage();
	stay_on_last_cpu();
	err = bench(&b, directory, argv + optind, argc - optind);
	if (err)
		fprintf(stderr, "bench-packet: %s\n", strerror(-err));
	clean(&b);
	return err ? 1 : 0;
}
