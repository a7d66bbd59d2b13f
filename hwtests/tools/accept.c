/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A TCP server for health checks of thousands of backends: it accepts whoever
 * comes to a port, at any address of its namespace, and lets him go.
 *   accept PORT
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

int main(int argc, char **argv)
{
	int server, client;

	server = argc == 2 ? listen_at((uint16_t)atoi(argv[1])) : -1;
	if (server < 0) {
		perror("accept");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (;;) {
		client = accept4(server, NULL, NULL, SOCK_CLOEXEC);
		if (client >= 0)
			close(client);
	}
}
