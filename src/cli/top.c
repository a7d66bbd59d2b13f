/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A live view.  On a terminal each picture replaces the last one, on the other
 * screen that terminals have; elsewhere they follow each other.
 */
#include "cli/cli.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/table.h"
#include "cli/units.h"
#include "cli/view.h"
#include "base/monotime.h"

#define ROWS_REASONS 6
#define ROWS_CPUS    4

struct top {
	struct cli_client *client;
	bool json, screen, keys;
	long count; /* pictures to come; -1: no end */
	double interval;
	struct termios saved;
	/* One moment, and of the last one what rates are made of. */
	json_t *status, *services, *link;
	double at, last_at;
	double rx, tx, last_rx, last_tx;
};

static volatile sig_atomic_t is_over;

static void on_signal(int number)
{
	(void)number;
	is_over = 1;
}

static void let_go(struct top *top)
{
	json_decref(top->status);
	json_decref(top->services);
	json_decref(top->link);
	top->status = top->services = top->link = NULL;
}

static int look(struct top *top)
{
	const json_t *statistics;
	int status = cli_client_get(top->client, "/v1/status", &top->status);

	if (!status)
		status = cli_client_get(top->client, "/v1/services",
					&top->services);
	if (!status)
		status = cli_client_get(top->client, "/v1/link", &top->link);
	if (status)
		return status;
	statistics = json_object_get(top->link, "statistics");
	top->last_at = top->at;
	top->last_rx = top->rx;
	top->last_tx = top->tx;
	top->at = monotime_now();
	top->rx = cli_view_number(statistics, "rx_packets");
	top->tx = cli_view_number(statistics, "tx_packets");
	return 0;
}

/* 0: not on a screen, or nobody knows. */
static unsigned int screen_rows(const struct top *top)
{
	struct winsize size;

	if (!top->screen || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return 0;
	return size.ws_row;
}

static void print_head(const struct top *top, FILE *out)
{
	char uptime[CLI_UNITS_SIZE], clock[16];
	time_t now = time(NULL);
	struct tm local;

	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &local));
	fprintf(out, "%sudplb%s on %s, mode %s, up %s; backends: ",
		cli_table_colour(CLI_BOLD), cli_table_colour(CLI_PLAIN),
		cli_view_text(top->status, "interface"),
		cli_view_text(top->status, "mode"),
		cli_units_duration(
			cli_view_number(top->status, "uptime_seconds"),
			uptime));
	cli_view_up(out, top->services);
	fprintf(out, "  %s\n", clock);
}

static void print_link(const struct top *top, FILE *out)
{
	double seconds = top->at - top->last_at;
	char rx[CLI_UNITS_SIZE], tx[CLI_UNITS_SIZE];

	if (!top->last_at || seconds <= 0)
		return;
	fprintf(out, "; NIC in %s/s, out %s/s",
		cli_units_count((top->rx - top->last_rx) / seconds, rx),
		cli_units_count((top->tx - top->last_tx) / seconds, tx));
}

static void print_load(const struct top *top, FILE *out)
{
	const json_t *latency = json_object_get(top->status, "latency_ns");
	double rate = cli_view_number(json_object_get(top->status, "processed"),
				      "packets_per_second");
	double load = cli_view_load(top->status, rate);
	char buf[CLI_UNITS_SIZE];

	fprintf(out, "%s packets/s", cli_units_count(rate, buf));
	if (load >= 0)
		fprintf(out, ", %.0f ns each, %.1f%% of a CPU",
			cli_view_number(latency, "mean"), load);
	print_link(top, out);
	fprintf(out, "\n");
}

/* "CPU 0: 12.3k 4.1%", as many in a line as fit 80 columns. */
static void print_cpus(const struct top *top, FILE *out)
{
	unsigned int shown = 0;
	json_t *cpu;
	size_t i;

	json_array_foreach(json_object_get(top->status, "cpus"), i, cpu)
	{
		double rate = cli_view_number(cpu, "packets_per_second");
		double load = cli_view_load(top->status, rate);
		char count[CLI_UNITS_SIZE], percent[16] = "";

		if (rate <= 0 || shown == 4 * ROWS_CPUS)
			continue;
		if (load >= 0)
			snprintf(percent, sizeof(percent), " %.1f%%", load);
		fprintf(out, "%sCPU %-3d %6s%-7s", shown % 4 ? " " : "",
			(int)cli_view_number(cpu, "cpu"),
			cli_units_count(rate, count), percent);
		shown++;
		if (shown % 4 == 0)
			fprintf(out, "\n");
	}
	if (shown % 4)
		fprintf(out, "\n");
}

static void print_picture(const struct top *top, FILE *out)
{
	print_head(top, out);
	print_load(top, out);
	print_cpus(top, out);
	fprintf(out, "\n");
	cli_view_services(out, top->services);
	fprintf(out, "\n");
	cli_view_reasons(out, top->status, true, ROWS_REASONS);
	fprintf(out, "\n");
	cli_view_backends(out, top->services, true, 0);
}

/* So many lines as the screen has, each followed by nothing of the last one. */
static void put_on_screen(const struct top *top, const char *text)
{
	unsigned int rows = screen_rows(top);

	fputs("\033[H", stdout);
	while (*text && (rows == 0 || --rows > 0)) {
		size_t length = strcspn(text, "\n");

		printf("%.*s\033[K\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
	fputs("\033[J", stdout);
}

static void show(const struct top *top)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	if (top->json) {
		json_t *json =
			json_pack("{sOsOsO}", "status", top->status, "services",
				  top->services, "link", top->link);

		json_dumpf(json, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(json);
	}
	out = top->json ? NULL : open_memstream(&text, &size);
	if (out) {
		print_picture(top, out);
		fclose(out);
		if (top->screen)
			put_on_screen(top, text);
		else
			printf("%s%s", text, top->count == 1 ? "" : "\n");
		free(text);
	}
	fflush(stdout);
}

/* Until it is time for the next picture, or somebody has had enough. */
static void wait_for_time(const struct top *top)
{
	double until = monotime_now() + top->interval, left;
	struct pollfd keys = { .fd = top->keys ? STDIN_FILENO : -1,
			       .events = POLLIN };
	char key;

	while (!is_over && (left = until - monotime_now()) > 0) {
		if (poll(&keys, 1, (int)(left * 1000) + 1) < 1)
			continue;
		if (read(STDIN_FILENO, &key, 1) < 1 || key == 'q' || key == 'Q')
			is_over = 1;
	}
}

static void prepare_screen(struct top *top)
{
	struct termios raw;
	struct sigaction action = { .sa_handler = on_signal };

	top->screen = isatty(STDOUT_FILENO) && !top->json;
	top->keys = top->screen && isatty(STDIN_FILENO) &&
		    !tcgetattr(STDIN_FILENO, &top->saved);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (top->keys) {
		raw = top->saved;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	if (top->screen) /* the other screen, no cursor */
		fputs("\033[?1049h\033[?25l\033[2J", stdout);
}

static void restore_screen(const struct top *top)
{
	if (top->screen)
		fputs("\033[?25h\033[?1049l", stdout);
	fflush(stdout);
	if (top->keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &top->saved);
}

static int run(struct top *top)
{
	int status;

	for (;;) {
		status = look(top);
		if (!status)
			show(top);
		let_go(top);
		if (status || is_over || (top->count > 0 && !--top->count))
			return status;
		wait_for_time(top);
		if (is_over)
			return EXIT_SUCCESS;
	}
}

static int parse_options(const struct cli_options *options, struct top *top)
{
	char *end;

	top->json = options->json;
	top->count = options->count ? strtol(options->count, &end, 10) : -1;
	if (options->count && (*end || top->count < 1)) {
		fprintf(stderr, "udplb: --count: expected a number from 1\n");
		return CLI_USAGE;
	}
	top->interval = options->interval ? strtod(options->interval, &end) : 1;
	if (options->interval &&
	    (*end || !(top->interval >= 0.1 && top->interval <= 3600))) {
		fprintf(stderr, "udplb: --interval: expected seconds from 0.1 "
				"to 3600\n");
		return CLI_USAGE;
	}
	return 0;
}

int cli_top(const struct cli_options *options, char **operands)
{
	struct top top = { .count = -1 };
	int status = parse_options(options, &top);

	(void)operands;
	if (!status)
		status = cli_client_open(&top.client, options);
	if (!status) /* what fails at once is told on the usual screen */
		status = look(&top);
	let_go(&top);
	top.at = 0;
	if (status) {
		cli_client_close(top.client);
		return status;
	}
	prepare_screen(&top);
	status = run(&top);
	restore_screen(&top);
	if (status && top.screen) {
		/* The reason went away with the other screen: once more. */
		status = look(&top);
		let_go(&top);
	}
	cli_client_close(top.client);
	return status;
}
