/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xdp/bpf_log.h"
#include "check.h"
#include "cli/cli.h"
#include "config/config.h"
#include "control/lock.h"
#include "model/copy.h"
#include "daemon.h"
#include "doctor/doctor.h"
#include "base/log.h"
#include "base/privileges.h"
#include "net/nl.h"
#include "probe.h"
#include "xdp/xdp.h"

#define DEFAULT_CONFIG "/etc/udplb/udplb.yaml"

/* As sysexits.h, so that scripts can tell a mistake from a failure. */
enum { EXIT_USAGE = CLI_USAGE, EXIT_CONFIG = 78 };

struct options {
	const char *config, *object;
	bool json, verbose, replace, probe_network;
	struct cli_options cli;
	int argc; /* what is left */
	char **argv;
};

struct command {
	const char *name, *operands, *help;
	int n_operands;
	int (*run)(const struct options *options);
	/* Or, of the commands to a running udplb. */
	int (*ask)(const struct cli_options *options, char **operands);
};

/* warnings: how many there were; or NULL. */
static struct model *load_config(const char *path, size_t *warnings)
{
	struct config_errors *errors = NULL;
	struct model *model = NULL;
	int err = config_load(path, &model, &errors);

	if (warnings)
		*warnings = config_errors_count(errors);
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
	struct model *model = load_config(options->config, NULL);
	int err;

	/* systemd need not try that again: see udplb.service. */
	if (!model)
		return EXIT_CONFIG;
	err = privileges_check()
		      ? -EPERM
		      : daemon_run(model, options->config, options->replace);
	model_free(model);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int command_check(const struct options *options)
{
	size_t warnings;
	struct model *model = load_config(options->config, &warnings);
	int err;

	if (!model) {
		if (!options->json)
			puts("NOT OK: the mistakes are above");
		return EXIT_FAILURE;
	}
	err = check_print(model, warnings, options->json);
	model_free(model);
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
	struct model *model = load_config(options->config, NULL);
	int verdict;

	if (!model)
		return DOCTOR_CANNOT_TELL;
	verdict = doctor_run(model, options->json, options->probe_network);
	model_free(model);
	return verdict;
}

static int command_detach(const struct options *options)
{
	const char *interface = options->argv[0];
	int ifindex = nl_link_index(interface);
	char why[XDP_WHY_SIZE];
	pid_t owner;
	int held;

	if (ifindex < 0 || privileges_check())
		return EXIT_FAILURE;
	held = control_lock_owner(interface, &owner);
	if (held < 0) {
		log_error("%s: whether udplb runs there cannot be told: %s",
			  interface, strerror(-held));
		return EXIT_FAILURE;
	}
	/* It would attach its program again within seconds. */
	if (held) {
		log_error("%s: udplb runs there (process %d): stop it, and it "
			  "detaches by itself: 'systemctl stop udplb', or "
			  "'kill %d'",
			  interface, (int)owner, (int)owner);
		return EXIT_FAILURE;
	}
	if (xdp_detach_any(ifindex, why, sizeof(why))) {
		log_error("%s: %s", interface, why);
		return EXIT_FAILURE;
	}
	log_info("%s: udplb's XDP program detached", interface);
	return EXIT_SUCCESS;
}

static const struct command commands[] = {
	{ "run", "[--replace]", "balance until SIGTERM or SIGINT", 0,
	  command_run, NULL },
	{ "check", "", "check the configuration; the plan", 0, command_check,
	  NULL },
	{ "probe", "IFACE", "what NIC, driver and kernel can do", 1,
	  command_probe, NULL },
	{ "probe", "--object FILE", "would a card take this object?", 0,
	  command_probe, NULL },
	{ "doctor", "[--probe-network]", "what to mend, here and on backends",
	  0, command_doctor, NULL },
	{ "detach", "IFACE", "remove udplb's XDP program", 1, command_detach,
	  NULL },

	{ "status", "", "how it is, what became of packets", 0, NULL,
	  cli_status },
	{ "services", "[--service S]", "services, and what they get", 0, NULL,
	  cli_services },
	{ "backends", "[--service S]", "their state, share, health and rates",
	  0, NULL, cli_backends },
	{ "top", "[--count N] [--interval S]", "all of that, live; q quits", 0,
	  NULL, cli_top },
	{ "drain", "BACKEND [--service S]", "no new flows to a backend", 1,
	  NULL, cli_drain },
	{ "undrain", "BACKEND [--service S]", "new flows to it again", 1, NULL,
	  cli_undrain },
	{ "weight", "BACKEND N [--service S]", "its share, from 1 to 1000", 2,
	  NULL, cli_weight },
	{ "add", "SERVICE ADDRESS[:PORT] ...", "a backend to a service", 2,
	  NULL, cli_add },
	{ "del", "SERVICE BACKEND", "a backend from a service", 2, NULL,
	  cli_del },
	{ "reload", "", "read the configuration file again", 0, NULL,
	  cli_reload },
	{ "config", "", "print the configuration in force", 0, NULL,
	  cli_config },
};

static void print_commands(FILE *out, bool of_running)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (of_running == !commands[i].run)
			fprintf(out, "  udplb %-8s %-26s %s\n",
				commands[i].name, commands[i].operands,
				commands[i].help);
}

static void print_help(FILE *out)
{
	fprintf(out, "udplb: a UDP load balancer in the network card, the "
		     "driver or the kernel\n\n");
	print_commands(out, false);
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
		"\nOf a running udplb:\n");
	print_commands(out, true);
	fprintf(out,
		"\n"
		"  BACKEND             ADDRESS, ADDRESS:PORT or "
		"[ADDRESS]:PORT\n"
		"      --interface IF  the udplb of this interface (default: "
		"the only one)\n"
		"      --socket PATH   its admin.socket, if it has one of its "
		"own\n"
		"      --service S     of this service only (default: all)\n"
		"      --weight N, --drain, --mac MAC, --server-id ID[,ID...]\n"
		"                      add: as in the configuration\n"
		"      --count N       top: so many pictures (default: until "
		"q)\n"
		"      --interval S    top: seconds between them (default 1)\n"
		"\n"
		"      --json          output for programs\n"
		"  -v, --verbose       log also what helps to debug\n"
		"  -h, --help          this text\n"
		"  -V, --version       the version\n"
		"\n"
		"Exit codes: 0 done, 1 failed or refused (the reason is on "
		"standard error),\n"
		"64 wrong usage, 69 no running udplb answers.\n"
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
		fprintf(stderr,
			"Usage: udplb %s %s\n'udplb --help' shows all "
			"commands and options.\n",
			command->name, command->operands);
		return EXIT_USAGE;
	}
	log_init(options->verbose);
	bpf_log_init();
	if (command->ask)
		return command->ask(&options->cli, operands.argv);
	return command->run(&operands);
}

/* Options of the commands to a running udplb, from 256 on. */
enum {
	OPTION_SOCKET = 256,
	OPTION_INTERFACE,
	OPTION_SERVICE,
	OPTION_WEIGHT,
	OPTION_MAC,
	OPTION_SERVER_ID,
	OPTION_COUNT,
	OPTION_INTERVAL,
	OPTION_DRAIN,
};

/* Whether it is one of them. */
static bool parse_cli_option(struct cli_options *cli, int option)
{
	const char **const texts[] = {
		&cli->socket, &cli->interface, &cli->service, &cli->weight,
		&cli->mac,    &cli->server_id, &cli->count,   &cli->interval,
	};

	if (option == OPTION_DRAIN)
		cli->drain = true;
	else if (option >= OPTION_SOCKET && option < OPTION_DRAIN)
		*texts[option - OPTION_SOCKET] = optarg;
	else
		return false;
	return true;
}

/* -1 to go on, or the exit code of an option that ends the program. */
static int parse_option(struct options *options, int option)
{
	switch (option) {
	case 'c':
		options->config = optarg;
		return -1;
	case 'j':
		options->json = options->cli.json = true;
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
		{ "count", required_argument, NULL, OPTION_COUNT },
		{ "drain", no_argument, NULL, OPTION_DRAIN },
		{ "interface", required_argument, NULL, OPTION_INTERFACE },
		{ "interval", required_argument, NULL, OPTION_INTERVAL },
		{ "json", no_argument, NULL, 'j' },
		{ "mac", required_argument, NULL, OPTION_MAC },
		{ "object", required_argument, NULL, 'o' },
		{ "probe-network", no_argument, NULL, 'n' },
		{ "replace", no_argument, NULL, 'r' },
		{ "server-id", required_argument, NULL, OPTION_SERVER_ID },
		{ "service", required_argument, NULL, OPTION_SERVICE },
		{ "socket", required_argument, NULL, OPTION_SOCKET },
		{ "verbose", no_argument, NULL, 'v' },
		{ "weight", required_argument, NULL, OPTION_WEIGHT },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	struct options options = { .config = DEFAULT_CONFIG };
	int c, status;

	while ((c = getopt_long(argc, argv, "c:vhV", long_options, NULL)) !=
	       -1) {
		if (parse_cli_option(&options.cli, c))
			continue;
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
