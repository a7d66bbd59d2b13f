/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does this kernel's verifier take the objects, whatever a configuration needs
 * of them?  Each variant with its own features; the one that has all, which is
 * the hosts', also with those of every variant, with none, with each alone and
 * with all but each; with and without the clock.  TAP.
 *
 *	loads [-jq] [-i INTERFACE] [DIRECTORY [DRAWS]]
 *
 * of the objects in DIRECTORY (build/bpf); and so many feature sets drawn at
 * random, of which UDPLB_TEST_SEED draws others.  -i also attaches each in
 * driver and in generic mode; -j prints a line of JSON for each instead:
 *object, program, features, verified instructions, errors (0 or errno) of load,
 *drv and skb; -q tries each object with its own features only.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bpf/lb_abi.h"
#include "xdp/object.h"

#define LOG_STATS 4 /* what the verifier says at last, and no more */
#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))

struct bytes {
	const char *name;
	void *data;
	size_t size;
};

static const struct variant {
	const char *name, *file;
	uint32_t features;
} variants[] = {
#define VARIANT(name, features) { #name, "udplb_" #name, features },
	LB_VARIANTS(VARIANT)
};

static const char *const feature_names[] = {
#define NAME(id, name, ...) name,
	LB_FEATURES(NAME)
};

static const char *directory = "build/bpf";
static char verifier_log[1 << 16];
static int count, failures;
static uint32_t largest;
static unsigned int ifindex;
static bool json, own_only;

struct result {
	int load, drv, skb; /* errno, or 0 */
	unsigned int verified;
};

static int read_object(const struct variant *v, struct bytes *out)
{
	char path[512];
	struct stat status;
	FILE *file;
	int err;

	out->name = v->name;
	snprintf(path, sizeof(path), "%s/%s.bpf.o", directory,
		 strcmp(v->name, "all") ? v->file : "udplb");
	file = fopen(path, "r");
	if (!file)
		return -errno;
	err = fstat(fileno(file), &status) ? -errno : 0;
	out->size = err ? 0 : (size_t)status.st_size;
	out->data = err ? NULL : malloc(out->size);
	if (!err &&
	    (!out->data || fread(out->data, 1, out->size, file) != out->size))
		err = -EIO;
	fclose(file);
	return err;
}

/* As the loader prepares it for a host. */
static int prepare(struct bpf_object *object, const char *program)
{
	static const char *const counters[] = { LB_MAP_BACKEND_STATS,
						LB_MAP_REASON_STATS };
	struct bpf_program *p;
	int err = 0;

	bpf_object__for_each_program(p, object)
	{
		const bool wanted = !strcmp(bpf_program__name(p), program);

		err = err ?: bpf_program__set_autoload(p, wanted);
		err = err ?: bpf_program__set_log_level(p, LOG_STATS);
		err = err
			      ?: bpf_program__set_log_buf(p, verifier_log,
							  sizeof(verifier_log));
	}
	for (size_t i = 0; i < COUNT(counters); i++)
		err = err
			      ?: bpf_map__set_type(bpf_object__find_map_by_name(
							   object, counters[i]),
						   BPF_MAP_TYPE_PERCPU_ARRAY);
	if (strcmp(program, LB_PROGRAM_TIMED))
		err = err
			      ?: bpf_map__set_autocreate(
					 bpf_object__find_map_by_name(
						 object, LB_MAP_LATENCY),
					 false);
	return err;
}

/* Attaches and detaches; nothing else may be there. */
static int attach(int fd, unsigned int mode)
{
	int err;

	if (!ifindex)
		return 0;
	err = bpf_xdp_attach((int)ifindex, fd,
			     mode | XDP_FLAGS_UPDATE_IF_NOEXIST, NULL);
	return -(err ?: bpf_xdp_detach((int)ifindex, mode, NULL));
}

static int load(const struct bytes *bytes, uint32_t features,
		const char *program, struct result *r)
{
	int fd;
	struct bpf_object *object = NULL;
	void *copy;
	int err = object_features(bytes->data, bytes->size, features, &copy);

	if (err)
		return err;
	object = bpf_object__open_mem(copy, bytes->size, NULL);
	err = object ? prepare(object, program) : -errno;
	err = err ?: bpf_object__load(object);
	if (!err) {
		fd = bpf_program__fd(
			bpf_object__find_program_by_name(object, program));
		r->drv = attach(fd, XDP_FLAGS_DRV_MODE);
		r->skb = attach(fd, XDP_FLAGS_SKB_MODE);
	}
	bpf_object__close(object);
	free(copy);
	return err;
}

/* Its end says why, behind statistics in lines of many words. */
static void show_refusal(FILE *to, const struct result *r)
{
	const char *line = verifier_log;
	const size_t length = strlen(line);

	fprintf(to, "# load: %s, drv: %s, skb: %s\n", strerror(r->load),
		strerror(r->drv), strerror(r->skb));
	line += length > 1000 ? length - 1000 : 0;
	for (; *line; line += strcspn(line, "\n"), line += *line == '\n')
		fprintf(to, "# %.*s\n", (int)strcspn(line, "\n"), line);
}

static void print_json(const struct bytes *bytes, uint32_t features,
		       const char *program, const struct result *r)
{
	printf("{\"object\": \"%s\", \"program\": \"%s\", "
	       "\"features\": %u, \"verified\": %u, \"load\": %d, "
	       "\"drv\": %d, \"skb\": %d}\n",
	       bytes->name, program, features, r->verified, r->load, r->drv,
	       r->skb);
}

static void try_one(const struct bytes *bytes, uint32_t features,
		    const char *program, const char *what)
{
	struct result r = { .drv = ENODATA, .skb = ENODATA };
	const char *processed;
	bool bad;

	verifier_log[0] = '\0';
	r.load = -load(bytes, features, program, &r);
	bad = r.load || r.drv || r.skb;
	processed = strstr(verifier_log, "processed ");
	if (processed)
		r.verified = (unsigned int)strtoul(processed + 10, NULL, 10);
	largest = r.verified > largest ? r.verified : largest;
	failures += bad;
	count++;
	if (json)
		print_json(bytes, features, program, &r);
	else
		printf("%sok %d - %s: %s loads (%u instructions verified)\n",
		       bad ? "not " : "", count, what, program, r.verified);
	if (bad)
		show_refusal(json ? stderr : stdout, &r);
	fflush(stdout);
}

static void try_both(const struct bytes *bytes, uint32_t features,
		     const char *what)
{
	try_one(bytes, features, LB_PROGRAM, what);
	try_one(bytes, features, LB_PROGRAM_TIMED, what);
}

static void try_whole(const struct bytes *whole, int draws)
{
	const char *seed = getenv("UDPLB_TEST_SEED");
	char what[64];

	for (size_t i = 0; i + 1 < COUNT(variants); i++) {
		snprintf(what, sizeof(what), "the whole as %s",
			 variants[i].name);
		try_both(whole, variants[i].features, what);
	}
	try_one(whole, 0, LB_PROGRAM_TIMED, "the whole without any feature");
	for (uint32_t f = 0; f < LB_FEATURES_END; f++) {
		snprintf(what, sizeof(what), "nothing but %s",
			 feature_names[f]);
		try_one(whole, 1U << f, LB_PROGRAM_TIMED, what);
		snprintf(what, sizeof(what), "all but %s", feature_names[f]);
		try_one(whole, LB_FEATURES_ALL & ~(1U << f), LB_PROGRAM_TIMED,
			what);
	}
	srand(seed ? (unsigned int)strtoul(seed, NULL, 0) : 1);
	while (draws-- > 0) {
		const uint32_t features = (uint32_t)rand() & LB_FEATURES_ALL;

		snprintf(what, sizeof(what), "features 0x%03x", features);
		try_one(whole, features, LB_PROGRAM_TIMED, what);
	}
}

static int quiet(enum libbpf_print_level level, const char *format,
		 va_list values)
{
	(void)level, (void)format, (void)values;
	return 0;
}

/* Returns 0, or 2 after a sentence. */
static int read_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "i:jq")) != -1) {
		if (option == 'i')
			ifindex = if_nametoindex(optarg);
		json |= option == 'j';
		own_only |= option == 'q';
		if (option == '?' || (option == 'i' && !ifindex))
			break;
	}
	if (option == 'i')
		fprintf(stderr, "loads: no interface %s\n", optarg);
	else if (option == '?' || argc - optind > 2)
		fputs("usage: loads [-jq] [-i INTERFACE] [DIRECTORY [DRAWS]]\n",
		      stderr);
	else
		return 0;
	return 2;
}

int main(int argc, char **argv)
{
	struct bytes bytes = { 0 };
	int err = read_options(argc, argv);

	if (err)
		return err;
	libbpf_set_print(quiet);
	argc -= optind;
	argv += optind;
	if (argc > 0)
		directory = argv[0];
	for (size_t i = 0; i < COUNT(variants); i++) {
		free(bytes.data);
		bytes.data = NULL;
		err = read_object(&variants[i], &bytes);
		if (err) {
			fprintf(json ? stderr : stdout,
				"not ok %d - %s: %s in %s\n", ++count,
				variants[i].name, strerror(-err), directory);
			return EXIT_FAILURE;
		}
		try_both(&bytes, variants[i].features, variants[i].name);
	}
	if (!own_only)
		try_whole(&bytes, argc > 1 ? atoi(argv[1]) : 0);
	free(bytes.data);
	if (!json)
		printf("# largest: %u instructions\n1..%d\n", largest, count);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
