/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A TCP server for health checks of thousands of backends: it accepts whoever
 * comes to a port, at any address of its namespace, and lets him go.
 *   accept PORT
 * SIGUSR1: prints the longest time without anybody since the last one, in ms.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int listen_at(uint16_t port)
{
	const struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (const struct sockaddr *)&at, sizeof(at)) ||
	    listen(fd, 65535))
		return -1;
	return fd;
}

static volatile sig_atomic_t asked;

static void on_signal(int number)
{
	(void)number;
	asked = 1;
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Forever. */
static void serve(int server)
{
	double last = now_ms(), longest = 0, gap;

	for (;;) {
		int client = accept4(server, NULL, NULL, SOCK_CLOEXEC);

		gap = now_ms() - last;
		longest = gap > longest ? gap : longest;
		if (client >= 0) {
			last += gap;
			close(client);
		}
		if (asked) {
			printf("%.0f\n", longest);
			fflush(stdout);
			asked = 0;
			longest = 0;
		}
	}
}

int main(int argc, char **argv)
{
	const struct sigaction report = { .sa_handler = on_signal };
	int server;

	server = argc == 2 ? listen_at((uint16_t)atoi(argv[1])) : -1;
	if (server < 0) {
		perror("accept");
		return 1;
	}
	sigaction(SIGUSR1, &report, NULL);
	puts("ready");
	fflush(stdout);
	serve(server);
}
