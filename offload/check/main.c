/* SPDX-License-Identifier: GPL-2.0-only */
/* nfp_check: would a Netronome card take this program?  See docs/nfp-check.md.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "firmware.h"
#include "guard.h"
#include "print.h"

#define MAPS_MAX 64

enum { EXIT_REFUSED = 1, EXIT_USAGE = 2 };

struct arguments {
	const char *object;
	const char *program;
	struct nfp_caps caps;
	struct nfp_check_map maps[MAPS_MAX];
	struct nfp_check_plan plan;
	bool json;
	bool rules;
};

static const char usage[] =
	"usage: nfp_check [OPTION]... OBJECT\n"
	"Judges offline whether a Netronome card would take an XDP program.\n"
	"  -p, --program NAME      the program to check (udplb)\n"
	"  -c, --caps FILE         capabilities of the card: JSON, or the "
	"firmware's\n"
	"                          own file, *.nffw; or: default\n"
	"  -e, --entries MAP=N     entries that the loader gives to a map\n"
	"  -m, --mtu N             MTU of the interface (1500)\n"
	"  -r, --rules             also list every rule with its verdict\n"
	"  -j, --json              print JSON\n"
	"      --write-caps FILE   write the default capabilities and exit\n"
	"Exit code: 0 nothing was refused, 1 refused, 2 wrong usage or "
	"object.\n";

static int parse_number(const char *text, uint32_t *number)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno || end == text || *end || value > UINT32_MAX || *text == '-')
		return -EINVAL;
	*number = (uint32_t)value;
	return 0;
}

/* "MAP=N"; cuts the text at the equals sign. */
static int parse_entries(struct arguments *args, char *text)
{
	struct nfp_check_map *map = &args->maps[args->plan.map_count];
	char *equals = strchr(text, '=');

	if (!equals || args->plan.map_count == MAPS_MAX ||
	    parse_number(equals + 1, &map->entries)) {
		fprintf(stderr, "nfp_check: --entries %s: expected MAP=N\n",
			text);
		return -EINVAL;
	}
	*equals = '\0';
	map->name = text;
	args->plan.map_count++;
	return 0;
}

static int read_firmware(struct arguments *args, const char *path, char *why,
			 size_t why_size)
{
	struct nfp_firmware firmware;
	int err = nfp_firmware_read(&firmware, path, why, why_size);

	if (!err)
		args->caps = firmware.caps;
	return err;
}

static bool is_firmware(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && !strcmp(dot, ".nffw");
}

static int parse_caps(struct arguments *args, const char *path)
{
	char why[200];
	int err;

	if (!strcmp(path, "default"))
		return 0;
	if (is_firmware(path))
		err = read_firmware(args, path, why, sizeof(why));
	else
		err = nfp_caps_read(&args->caps, path, why, sizeof(why));
	if (err)
		fprintf(stderr, "nfp_check: capabilities %s: %s\n", path, why);
	return err;
}

static int write_caps(const char *path)
{
	int err = nfp_caps_write(&nfp_caps_default, path);

	if (err)
		fprintf(stderr, "nfp_check: %s: cannot be written: %s\n", path,
			strerror(-err));
	exit(err ? EXIT_USAGE : EXIT_SUCCESS);
}

static int parse_option(struct arguments *args, int option)
{
	switch (option) {
	case 'p':
		args->program = optarg;
		return 0;
	case 'c':
		return parse_caps(args, optarg);
	case 'e':
		return parse_entries(args, optarg);
	case 'm':
		return parse_number(optarg, &args->plan.mtu);
	case 'r':
		args->rules = true;
		return 0;
	case 'j':
		args->json = true;
		return 0;
	case 'w':
		return write_caps(optarg);
	case 'h':
		fputs(usage, stdout);
		exit(EXIT_SUCCESS);
	default:
		return -EINVAL;
	}
}

static int parse_arguments(struct arguments *args, int argc, char **argv)
{
	static const struct option options[] = {
		{ "program", required_argument, NULL, 'p' },
		{ "caps", required_argument, NULL, 'c' },
		{ "entries", required_argument, NULL, 'e' },
		{ "mtu", required_argument, NULL, 'm' },
		{ "rules", no_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ "write-caps", required_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "p:c:e:m:rjh", options,
				     NULL)) != -1)
		if (parse_option(args, option))
			return -EINVAL;
	if (optind != argc - 1)
		return -EINVAL;
	args->object = argv[optind];
	return 0;
}

/* Its exit status: what is read here may be damaged. */
static int judge(void *arg)
{
	struct arguments *args = arg;
	struct nfp_check_result result;
	char why[200] = "";
	int err, status = EXIT_USAGE;

	err = nfp_check_object(&result, args->object, args->program,
			       &args->caps, &args->plan, why, sizeof(why));
	if (err) {
		fprintf(stderr, "nfp_check: %s: %s\n", args->object, why);
		goto out;
	}
	if (args->json)
		err = nfp_print_json(&result, args->object, args->program);
	else
		nfp_print_text(&result, args->object, args->program,
			       &args->caps);
	if (args->rules && !args->json)
		nfp_print_rules(&result);
	if (!err)
		status = nfp_report_verdict(&result.report) == NFP_REFUSED
				 ? EXIT_REFUSED
				 : EXIT_SUCCESS;
out:
	nfp_check_free(&result);
	return status;
}

int main(int argc, char **argv)
{
	struct arguments args = { .program = "udplb",
				  .caps = nfp_caps_default,
				  .plan = { .mtu = 1500 } };
	char why[200];
	int status;

	args.plan.maps = args.maps;
	if (parse_arguments(&args, argc, argv)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	status = nfp_guard(judge, &args, why, sizeof(why));
	if (status >= 0)
		return status;
	fprintf(stderr, "nfp_check: %s: %s\n", args.object, why);
	return EXIT_USAGE;
}
