// SPDX-License-Identifier: GPL-2.0-only
/*
 * What this kernel's verifier says of udplb's program on the host: every object
 * and feature set, untimed and timed, is loaded, and attached in driver and
 * generic mode.  A line of JSON for each: object, program, features, verified
 * instructions, errors (0 or errno) of load, drv and skb.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/lb_abi.h"
#include "xdp/object.h"

#define OBJECT_MAX (4 << 20)
#define LOG_SIZE   (1 << 20)
#define LOG_STATS  4 /* BPF_LOG_STATS: the last lines only */

static const char usage[] =
	"usage: hostload [-q] DIRECTORY INTERFACE\n"
	"Loads the objects of DIRECTORY and attaches each to INTERFACE.\n"
	"  -q   each object with its own features only\n";

static const char *const programs[] = { "udplb", "udplb_timed" };

static const struct variant {
	const char *name;
	uint32_t features;
} variants[] = {
#define VARIANT(name, features) { #name, features },
	LB_VARIANTS(VARIANT)
#undef VARIANT
};
#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

struct job {
	const char *name, *program;
	const void *bytes;
	size_t size;
	uint32_t features;
	int ifindex;
};

struct result {
	unsigned int verified;
	int load, drv, skb;
	char log[LOG_SIZE];
};

/* Attaches and detaches; nothing else may be there. */
static int attach(int ifindex, int fd, unsigned int mode)
{
	int err = bpf_xdp_attach(ifindex, fd,
				 mode | XDP_FLAGS_UPDATE_IF_NOEXIST, NULL);

	if (err)
		return -err;
	return -bpf_xdp_detach(ifindex, mode, NULL);
}

/* As the daemon prepares it for the host: counters of each CPU. */
static struct bpf_program *prepare(struct bpf_object *object, const char *name)
{
	struct bpf_program *program, *found = NULL;
	struct bpf_map *map;

	bpf_object__for_each_program(program, object)
	{
		bool wanted = !strcmp(bpf_program__name(program), name);

		bpf_program__set_autoload(program, wanted);
		if (wanted)
			found = program;
	}
	bpf_object__for_each_map(map, object)
	{
		const char *map_name = bpf_map__name(map);

		if (!strcmp(map_name, LB_MAP_BACKEND_STATS) ||
		    !strcmp(map_name, LB_MAP_REASON_STATS))
			bpf_map__set_type(map, BPF_MAP_TYPE_PERCPU_ARRAY);
		if (!strcmp(map_name, LB_MAP_LATENCY) && !strcmp(name, "udplb"))
			bpf_map__set_autocreate(map, false);
	}
	return found;
}

static void load(const struct job *job, struct bpf_object *object,
		 struct result *r)
{
	struct bpf_program *program = prepare(object, job->program);
	struct bpf_prog_info info = {};
	unsigned int len = sizeof(info);

	if (!program) {
		r->load = ENOENT;
		return;
	}
	bpf_program__set_log_level(program, LOG_STATS);
	bpf_program__set_log_buf(program, r->log, sizeof(r->log));
	r->load = -bpf_object__load(object);
	if (r->load)
		return;
	if (!bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &len))
		r->verified = info.verified_insns;
	r->drv = attach(job->ifindex, bpf_program__fd(program),
			XDP_FLAGS_DRV_MODE);
	r->skb = attach(job->ifindex, bpf_program__fd(program),
			XDP_FLAGS_SKB_MODE);
}

/* Returns whether it loaded and attached. */
static bool try(const struct job *job, struct result *r)
{
	struct bpf_object *object;
	void *copy;

	memset(r, 0, sizeof(*r));
	r->drv = r->skb = ENODATA;
	r->load = -object_features(job->bytes, job->size, job->features, &copy);
	if (!r->load) {
		object = bpf_object__open_mem(copy, job->size, NULL);
		if (object)
			load(job, object, r);
		else
			r->load = errno;
		bpf_object__close(object);
		free(copy);
	}
	printf("{\"object\": \"%s\", \"program\": \"%s\", \"features\": %u, "
	       "\"verified\": %u, \"load\": %d, \"drv\": %d, \"skb\": %d}\n",
	       job->name, job->program, job->features, r->verified, r->load,
	       r->drv, r->skb);
	fflush(stdout);
	if (r->load) {
		size_t end = strlen(r->log);

		fprintf(stderr, "%s: %s, features 0x%x: %s\n%s\n", job->name,
			job->program, job->features, strerror(r->load),
			r->log + (end > 800 ? end - 800 : 0));
	}
	return !r->load && !r->drv && !r->skb;
}

static int try_both(struct job *job, struct result *r)
{
	int failed = 0;
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		job->program = programs[i];
		failed += !try(job, r);
	}
	return failed;
}

/* The whole object as the daemon loads it: others' features, none, all but one.
 */
static int try_features(struct job *job, struct result *r)
{
	int failed = 0;
	size_t i;

	for (i = 0; i < VARIANTS - 1; i++) {
		job->features = variants[i].features;
		failed += try_both(job, r);
	}
	job->features = 0;
	failed += try_both(job, r);
	for (i = 0; i < LB_FEATURES_END; i++) {
		job->program = programs[i % 2];
		job->features = 1U << i;
		failed += !try(job, r);
		job->features = LB_FEATURES_ALL & ~(1U << i);
		failed += !try(job, r);
	}
	return failed;
}

static void *read_object(const char *directory, const char *name, size_t *size)
{
	void *bytes = malloc(OBJECT_MAX);
	bool all = !strcmp(name, "all");
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/udplb%s%s.bpf.o", directory,
		 all ? "" : "_", all ? "" : name);
	file = fopen(path, "rb");
	if (!file || !bytes) {
		fprintf(stderr, "hostload: %s: %s\n", path, strerror(errno));
		exit(2);
	}
	*size = fread(bytes, 1, OBJECT_MAX, file);
	fclose(file);
	return bytes;
}

int main(int argc, char **argv)
{
	struct result *r = malloc(sizeof(*r));
	struct job job = {};
	bool only_own = false;
	int option, failed = 0;
	size_t i;

	while ((option = getopt(argc, argv, "q")) != -1) {
		if (option != 'q')
			optind = argc;
		only_own = true;
	}
	if (argc - optind != 2 || !r) {
		fputs(usage, stderr);
		return 2;
	}
	job.ifindex = if_nametoindex(argv[optind + 1]);
	if (!job.ifindex) {
		fprintf(stderr, "hostload: no interface %s\n",
			argv[optind + 1]);
		return 2;
	}
	libbpf_set_print(NULL);
	for (i = 0; i < VARIANTS; i++) {
		void *bytes;

		job.name = variants[i].name;
		job.features = variants[i].features;
		bytes = read_object(argv[optind], job.name, &job.size);
		job.bytes = bytes;
		failed += try_both(&job, r);
		if (i == VARIANTS - 1 && !only_own)
			failed += try_features(&job, r);
		free(bytes);
	}
	free(r);
	return failed ? 1 : 0;
}
