/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hwload: loads one program of an object onto a NIC and attaches it, with
 * libbpf alone, and tells as JSON what became of it.  The lab's first judge:
 * it owes nothing to udplb's own loader, so that a failure of one is not
 * mistaken for a failure of the other.
 */
#include <errno.h>
#include <getopt.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <jansson.h>

#define SIZES_MAX	16
#define NFP_INSTRUCTION 8 /* bytes */

struct size {
	const char *map;
	unsigned int entries;
};

struct options {
	const char *interface;
	const char *object;
	const char *program;
	const char *image;   /* file for the JIT's output */
	const char *pin;     /* directory for the maps */
	unsigned int attach; /* XDP_FLAGS_*_MODE, 0: only load */
	bool replace;
	int ifindex;
	struct size sizes[SIZES_MAX];
	int size_count;
};

static const char usage[] =
	"usage: hwload [options] INTERFACE OBJECT\n"
	"  -p PROGRAM      the only one to load (default: udplb)\n"
	"  -s MAP=ENTRIES  creates the map with so many; others are created\n"
	"                  as the object says, those with 0 not at all;\n"
	"                  the last size given for a map counts\n"
	"  -m hw|drv|skb   attach in this mode (default: hw)\n"
	"  -n              load for the hardware, do not attach\n"
	"  -r              replace what is attached\n"
	"  -w FILE         write the JIT's output, before relocation\n"
	"  -P DIRECTORY    pin the maps there\n";

/* What libbpf says, line by line: the reasons are spread over its lines. */
static json_t *messages;

static int collect(enum libbpf_print_level level, const char *format,
		   va_list args)
{
	char *text, *line, *rest;

	if (level == LIBBPF_DEBUG || vasprintf(&text, format, args) < 0)
		return 0;
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		json_array_append_new(messages, json_string_nocheck(line));
	free(text);
	return 0;
}

static int add_size(struct options *o, char *arg)
{
	char *equals = strchr(arg, '=');

	if (!equals || o->size_count == SIZES_MAX)
		return -EINVAL;
	*equals = '\0';
	o->sizes[o->size_count].map = arg;
	o->sizes[o->size_count++].entries = strtoul(equals + 1, NULL, 0);
	return 0;
}

static int set_mode(struct options *o, const char *mode)
{
	if (!strcmp(mode, "hw"))
		o->attach = XDP_FLAGS_HW_MODE;
	else if (!strcmp(mode, "drv"))
		o->attach = XDP_FLAGS_DRV_MODE;
	else if (!strcmp(mode, "skb"))
		o->attach = XDP_FLAGS_SKB_MODE;
	else
		return -EINVAL;
	return 0;
}

static int parse(struct options *o, int argc, char **argv)
{
	int c, err = 0;

	while ((c = getopt(argc, argv, "p:s:m:nrw:P:")) != -1 && !err) {
		switch (c) {
		case 'p':
			o->program = optarg;
			break;
		case 's':
			err = add_size(o, optarg);
			break;
		case 'm':
			err = set_mode(o, optarg);
			break;
		case 'n':
			o->attach = 0;
			break;
		case 'r':
			o->replace = true;
			break;
		case 'w':
			o->image = optarg;
			break;
		case 'P':
			o->pin = optarg;
			break;
		default:
			err = -EINVAL;
		}
	}
	if (err || argc - optind != 2)
		return -EINVAL;
	o->interface = argv[optind];
	o->object = argv[optind + 1];
	o->ifindex = if_nametoindex(o->interface);
	return 0;
}

static bool on_card(const struct options *o)
{
	return !o->attach || o->attach == XDP_FLAGS_HW_MODE;
}

static int prepare_map(const struct options *o, struct bpf_map *map)
{
	int i;

	/* Events are the host's, wherever the program runs. */
	if (on_card(o) && bpf_map__type(map) != BPF_MAP_TYPE_PERF_EVENT_ARRAY)
		bpf_map__set_ifindex(map, o->ifindex);
	for (i = o->size_count - 1; i >= 0; i--) {
		if (strcmp(o->sizes[i].map, bpf_map__name(map)))
			continue;
		if (!o->sizes[i].entries)
			return bpf_map__set_autocreate(map, false);
		return bpf_map__set_max_entries(map, o->sizes[i].entries);
	}
	return 0;
}

/* Sets *found to the program asked for and leaves the others out. */
static int prepare(const struct options *o, struct bpf_object *object,
		   struct bpf_program **found)
{
	struct bpf_program *program;
	struct bpf_map *map;
	int err;

	*found = NULL;
	bpf_object__for_each_program(program, object)
	{
		bool wanted = !strcmp(bpf_program__name(program), o->program);

		bpf_program__set_autoload(program, wanted);
		if (!wanted)
			continue;
		*found = program;
		if (on_card(o))
			bpf_program__set_ifindex(program, o->ifindex);
	}
	if (!*found)
		return -ENOENT;
	bpf_object__for_each_map(map, object)
	{
		err = prepare_map(o, map);
		if (err)
			return err;
	}
	return 0;
}

static json_t *describe_maps(struct bpf_object *object)
{
	json_t *maps = json_array();
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		if (!bpf_map__autocreate(map))
			continue;
		json_array_append_new(
			maps,
			json_pack("{s:s, s:i, s:I, s:I, s:I}", "name",
				  bpf_map__name(map), "type",
				  (int)bpf_map__type(map), "key",
				  (json_int_t)bpf_map__key_size(map), "value",
				  (json_int_t)bpf_map__value_size(map),
				  "entries",
				  (json_int_t)bpf_map__max_entries(map)));
	}
	return maps;
}

static int write_image(const char *file, int fd, unsigned int size)
{
	struct bpf_prog_info info = { .jited_prog_len = size };
	unsigned int len = sizeof(info);
	void *image = malloc(size);
	FILE *out = fopen(file, "w");
	int err = 0;

	info.jited_prog_insns = (unsigned long)image;
	if (!image || !out || bpf_obj_get_info_by_fd(fd, &info, &len) ||
	    fwrite(image, 1, size, out) != size)
		err = errno ? -errno : -EIO;
	if (out && fclose(out) && !err)
		err = -errno;
	free(image);
	return err;
}

static int describe(const struct options *o, struct bpf_object *object, int fd,
		    json_t *result)
{
	struct bpf_prog_info info = {};
	unsigned int len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	json_object_set_new(result, "id", json_integer(info.id));
	json_object_set_new(
		result, "bpf_instructions",
		json_integer(info.xlated_prog_len / sizeof(struct bpf_insn)));
	if (on_card(o))
		json_object_set_new(
			result, "nfp_instructions",
			json_integer(info.jited_prog_len / NFP_INSTRUCTION));
	json_object_set_new(result, "maps", describe_maps(object));
	return o->image ? write_image(o->image, fd, info.jited_prog_len) : 0;
}

/* *stage says how far it came; the object stays for the caller to close. */
static int run(const struct options *o, struct bpf_object *object,
	       json_t *result, const char **stage)
{
	unsigned int flags = o->attach;
	struct bpf_program *program;
	int err, fd;

	/* A program for interface 0 would be one for the host. */
	*stage = "find the interface";
	if (!o->ifindex)
		return -ENODEV;
	*stage = "prepare";
	err = prepare(o, object, &program);
	if (err)
		return err;
	*stage = "load";
	err = bpf_object__load(object);
	if (err)
		return err;
	fd = bpf_program__fd(program);
	*stage = "describe";
	err = describe(o, object, fd, result);
	if (err)
		return err;
	*stage = "pin";
	if (o->pin)
		err = bpf_object__pin_maps(object, o->pin);
	if (err)
		return err;
	*stage = "attach";
	if (!o->replace)
		flags |= XDP_FLAGS_UPDATE_IF_NOEXIST;
	if (o->attach)
		err = bpf_xdp_attach(o->ifindex, fd, flags, NULL);
	return err;
}

int main(int argc, char **argv)
{
	struct options o = { .program = "udplb", .attach = XDP_FLAGS_HW_MODE };
	const char *stage = "open";
	struct bpf_object *object;
	json_t *result = json_object();
	int err;

	messages = json_array();
	libbpf_set_print(collect);
	if (parse(&o, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	object = bpf_object__open_file(o.object, NULL);
	err = object ? run(&o, object, result, &stage) : -errno;
	if (err) {
		json_object_set_new(result, "failed", json_string(stage));
		json_object_set_new(result, "error",
				    json_string(strerror(-err)));
	}
	json_object_set_new(result, "messages", messages);
	json_dumpf(result, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(result);
	bpf_object__close(object);
	return err ? 1 : 0;
}
