/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_log.h"
#include "check.h"
#include "config.h"
#include "daemon.h"
#include "doctor.h"
#include "log.h"
#include "probe.h"
#include "xdp.h"

#define DEFAULT_CONFIG "/etc/udplb/udplb.yaml"

/* As sysexits.h, so that scripts can tell a mistake from a failure. */
enum { EXIT_USAGE = 64 };

struct options {
	const char *config, *object;
	bool json, verbose, replace, probe_network;
	int argc;		/* what is left */
	char **argv;
};

struct command {
	const char *name, *operands, *help;
	int n_operands;
	int (*run)(const struct options *options);
};

static struct model *load_config(const char *path)
{
	struct config_errors *errors = NULL;
	struct model *model = NULL;
	int err = config_load(path, &model, &errors);

	for (size_t i = 0; i < config_errors_count(errors); i++) {
		if (config_errors_is_warning(errors, i))
			log_warn("%s", config_errors_text(errors, i));
		else
			log_error("%s", config_errors_text(errors, i));
	}
	if (err && !config_errors_count(errors))
		log_error("%s: %s", path, strerror(-err));
	config_errors_free(errors);
	return model;
}

static int command_run(const struct options *options)
{
	struct model *model = load_config(options->config);
	int err;

	if (!model)
		return EXIT_FAILURE;
	err = probe_privileges() ? -EPERM :
				   daemon_run(model, options->config,
					      options->replace);
	config_free(model);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int command_check(const struct options *options)
{
	struct model *model = load_config(options->config);
	int err;

	if (!model)
		return EXIT_FAILURE;
	err = check_print(model, options->json);
	config_free(model);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int command_probe(const struct options *options)
{
	int err;

	if (options->object)
		err = probe_object(options->object, options->json);
	else
		err = probe_print(options->argv[0], options->json);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int command_doctor(const struct options *options)
{
	struct model *model = load_config(options->config);
	int verdict;

	if (!model)
		return DOCTOR_CANNOT_TELL;
	verdict = doctor_run(model, options->json, options->probe_network);
	config_free(model);
	return verdict;
}

static int command_detach(const struct options *options)
{
	const char *interface = options->argv[0];
	int ifindex = probe_interface(interface);
	char why[XDP_WHY_SIZE];

	if (ifindex < 0 || probe_privileges())
		return EXIT_FAILURE;
	if (xdp_detach_any(ifindex, why, sizeof(why))) {
		log_error("%s: %s", interface, why);
		return EXIT_FAILURE;
	}
	log_info("%s: udplb's XDP program detached", interface);
	return EXIT_SUCCESS;
}

static const struct command commands[] = {
	{ "run", "[-c FILE] [--replace]", "balance until SIGTERM or SIGINT", 0,
	  command_run },
	{ "check", "[-c FILE] [--json]",
	  "check the configuration and print the plan for it", 0,
	  command_check },
	{ "probe", "IFACE [--json]",
	  "what NIC, driver and kernel can do for udplb", 1, command_probe },
	{ "probe", "--object FILE [--json]",
	  "would a card take this object? (offline)", 0, command_probe },
	{ "doctor", "[-c FILE] [--json] [--probe-network]",
	  "what to mend here, and to set up on the backends", 0,
	  command_doctor },
	{ "detach", "IFACE", "remove udplb's XDP program from an interface", 1,
	  command_detach },
};

static void print_help(FILE *out)
{
	fprintf(out, "udplb: a UDP load balancer in the network card, the "
		     "driver or the kernel\n\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(out, "  udplb %-6s %-34s %s\n", commands[i].name,
			commands[i].operands, commands[i].help);
	fprintf(out,
		"\n"
		"  -c, --config FILE   configuration (default " DEFAULT_CONFIG
		")\n"
		"      --replace       take the place of an older udplb on "
		"the interface,\n"
		"                      without a gap\n"
		"      --object FILE   the XDP program's object file\n"
		"      --probe-network doctor: also ask the network who else "
		"has the VIPs\n"
		"      --json          output for programs\n"
		"  -v, --verbose       log also what helps to debug\n"
		"  -h, --help          this text\n"
		"  -V, --version       the version\n"
		"\n"
		"Exit codes: 0 done, 1 failed (the reason is on standard "
		"error), 64 wrong usage.\n"
		"doctor: 0 nothing to mend, 1 something is, 2 it cannot tell.\n"
		"See udplb(8) and udplb.yaml(5).\n");
}

/* Of several forms of one command, the one with so many operands. */
static const struct command *find_command(const struct options *options)
{
	int n_operands = options->argc - 1;
	const struct command *found = NULL;

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(commands[i].name, options->argv[0]) &&
		    (!found || commands[i].n_operands == n_operands))
			found = &commands[i];
	return found;
}

static int usage(const char *mistake)
{
	fprintf(stderr,
		"udplb: %s\n'udplb --help' shows all commands and options.\n",
		mistake);
	return EXIT_USAGE;
}

static int run_command(const struct options *options)
{
	const struct command *command = find_command(options);
	struct options operands = *options;

	if (!command)
		return usage("there is no such command");
	operands.argv++;
	operands.argc--;
	if (operands.argc != command->n_operands ||
	    (command->run == command_probe &&
	     !operands.argc == !operands.object)) {
		fprintf(stderr, "Usage: udplb %s %s\n", command->name,
			command->operands);
		return EXIT_USAGE;
	}
	log_init(options->verbose);
	bpf_log_init();
	return command->run(&operands);
}

/* -1 to go on, or the exit code of an option that ends the program. */
static int parse_option(struct options *options, int option)
{
	switch (option) {
	case 'c':
		options->config = optarg;
		return -1;
	case 'j':
		options->json = true;
		return -1;
	case 'o':
		options->object = optarg;
		return -1;
	case 'n':
		options->probe_network = true;
		return -1;
	case 'r':
		options->replace = true;
		return -1;
	case 'v':
		options->verbose = true;
		return -1;
	case 'h':
		print_help(stdout);
		return EXIT_SUCCESS;
	case 'V':
		puts("udplb " UDPLB_VERSION);
		return EXIT_SUCCESS;
	default:
		return EXIT_USAGE;
	}
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "json", no_argument, NULL, 'j' },
		{ "object", required_argument, NULL, 'o' },
		{ "probe-network", no_argument, NULL, 'n' },
		{ "replace", no_argument, NULL, 'r' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options options = { .config = DEFAULT_CONFIG };
	int c, status;

	while ((c = getopt_long(argc, argv, "c:vhV", long_options, NULL)) !=
	       -1) {
		status = parse_option(&options, c);
		if (status >= 0)
			return status;
	}
	options.argv = argv + optind;
	options.argc = argc - optind;
	if (!options.argc)
		return usage("a command is missing");
	return run_command(&options);
}
