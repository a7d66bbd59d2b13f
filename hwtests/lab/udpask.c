/* SPDX-License-Identifier: GPL-2.0-only */
/* The side that asks. */
#include "udpask.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SIZE_DEFAULT 48
#define FIRST_PORT   20000 /* below the ephemeral range */
#define LOST_MS	     3000

struct options {
	unsigned int size, answer_size, late_ms, gap_ms, times, ports;
	int discover, tos;
	bool quiet;
};

static int open_client(const struct options *options,
		       const struct sockaddr_in6 *to, uint16_t port)
{
	const bool ipv6 = !IN6_IS_ADDR_V4MAPPED(&to->sin6_addr);
	const struct sockaddr_in6 any = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
	};
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		udpask_die("opening a socket");
	udpask_set(fd, SOL_IPV6, IPV6_V6ONLY, 0);
	if (ipv6) {
		udpask_set(fd, SOL_IPV6, IPV6_TCLASS, options->tos);
		udpask_set(fd, SOL_IPV6, IPV6_MTU_DISCOVER, options->discover);
	} else {
		udpask_set(fd, SOL_IP, IP_TOS, options->tos);
		udpask_set(fd, SOL_IP, IP_MTU_DISCOVER, options->discover);
	}
	if (bind(fd, (const struct sockaddr *)&any, sizeof(any)) ||
	    connect(fd, (const struct sockaddr *)to, sizeof(*to)))
		udpask_die("connecting a socket");
	return fd;
}

/* What the kernel believes of the path. */
static unsigned int path_mtu(int fd, const struct sockaddr_in6 *to)
{
	const bool ipv6 = !IN6_IS_ADDR_V4MAPPED(&to->sin6_addr);
	unsigned int mtu = 0;
	socklen_t size = sizeof(mtu);

	if (getsockopt(fd, ipv6 ? SOL_IPV6 : SOL_IP, ipv6 ? IPV6_MTU : IP_MTU,
		       &mtu, &size))
		udpask_die("asking for the MTU");
	return mtu;
}

static void print_answer(const char *text, size_t size)
{
	if (udpask_is_whole(text, size))
		printf("%.*s, answer %zu\n", (int)strcspn(text, "\n"), text,
		       size);
	else
		printf("damaged answer\n");
}

static int receive_answer(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	static char text[UDPASK_MAX];
	ssize_t size;

	if (!poll(&poll_fd, 1, LOST_MS))
		return ETIMEDOUT;
	size = recv(fd, text, sizeof(text), 0);
	if (size < 0)
		return errno;
	print_answer(text, (size_t)size);
	return 0;
}

static int send_question(const struct options *options, int fd)
{
	static char text[UDPASK_MAX];
	char words[64];
	size_t size;

	snprintf(words, sizeof(words), UDPASK_QUESTION, options->answer_size,
		 options->late_ms);
	size = udpask_fill(text, words, options->size);
	if (send(fd, text, size, 0) >= 0)
		return 0;
	/* Who waits for nothing is told here what became of the last one. */
	if (options->quiet && send(fd, text, size, 0) >= 0)
		return 0;
	return errno;
}

/* Too big, it prints so, and the next question will be as long as may be. */
static bool ask(struct options *options, const struct sockaddr_in6 *to, int fd)
{
	const bool ipv6 = !IN6_IS_ADDR_V4MAPPED(&to->sin6_addr);
	int err = send_question(options, fd);

	if (!err && !options->quiet)
		err = receive_answer(fd);
	switch (err) {
	case 0:
		return true;
	case EMSGSIZE:
		printf("too big: mtu %u\n", path_mtu(fd, to));
		options->size = path_mtu(fd, to) - (ipv6 ? 48 : 28);
		return false;
	default:
		printf("%s\n", err == ETIMEDOUT ? "lost" : strerror(err));
		return false;
	}
}

/* The last answer of each port counts. */
static int ask_all(struct options *options, const struct sockaddr_in6 *to)
{
	bool answered, all = true;
	int fd;

	for (unsigned int port = 0; port < options->ports; port++) {
		fd = open_client(options, to, (uint16_t)(FIRST_PORT + port));
		answered = false;
		for (unsigned int i = 0; i < options->times; i++) {
			answered = ask(options, to, fd);
			udpask_pause(options->gap_ms);
		}
		all = all && answered;
		close(fd);
	}
	return all ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int usage(void)
{
	fprintf(stderr,
		"udpask serve NAME PORT             answers, prints ICMP "
		"errors\n"
		"udpask ask [OPTIONS] ADDRESS PORT  prints what became of "
		"each\n"
		"  -s N  bytes of a question   -a N  bytes of its answer\n"
		"  -l N  answer N ms later     -g N  ms between questions\n"
		"  -n N  questions of a port   -m N  source ports\n"
		"  -p do|probe|dont|want       path MTU discovery\n"
		"  -t N  TOS, traffic class    -q    do not wait for "
		"answers\n");
	return 64;
}

static unsigned int number(const char *text, unsigned int max)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (*end || value > max)
		exit(usage());
	return (unsigned int)value;
}

static int discovery(const char *name)
{
	const char *const names[] = {
		[IP_PMTUDISC_DONT] = "dont",
		[IP_PMTUDISC_WANT] = "want",
		[IP_PMTUDISC_DO] = "do",
		[IP_PMTUDISC_PROBE] = "probe",
	};

	for (int i = 0; i < 4; i++)
		if (!strcmp(names[i], name))
			return i;
	exit(usage());
}

static void parse_options(struct options *options, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "s:a:l:g:n:m:p:t:q")) != -1)
		switch (c) {
		case 's':
			options->size = number(optarg, UDPASK_MAX);
			break;
		case 'a':
			options->answer_size = number(optarg, UDPASK_MAX);
			break;
		case 'l':
			options->late_ms = number(optarg, 10000);
			break;
		case 'g':
			options->gap_ms = number(optarg, 10000);
			break;
		case 'n':
			options->times = number(optarg, 100000);
			break;
		case 'm':
			options->ports = number(optarg, 1000);
			break;
		case 'p':
			options->discover = discovery(optarg);
			break;
		case 't':
			options->tos = (int)number(optarg, 255);
			break;
		case 'q':
			options->quiet = true;
			break;
		default:
			exit(usage());
		}
}

static void parse_address(struct sockaddr_in6 *to, const char *text,
			  uint16_t port)
{
	char mapped[INET6_ADDRSTRLEN + 8];

	snprintf(mapped, sizeof(mapped), "%s%s",
		 strchr(text, ':') ? "" : "::ffff:", text);
	to->sin6_family = AF_INET6;
	to->sin6_port = htons(port);
	if (inet_pton(AF_INET6, mapped, &to->sin6_addr) != 1)
		exit(usage());
}

int main(int argc, char **argv)
{
	struct options options = {
		.size = SIZE_DEFAULT,
		.answer_size = SIZE_DEFAULT,
		.times = 1,
		.ports = 1,
		.discover = IP_PMTUDISC_WANT,
	};
	const char *command = argc > 1 ? argv[1] : "";
	struct sockaddr_in6 to = { 0 };
	uint16_t port;

	if (argc < 2)
		return usage();
	parse_options(&options, argc - 1, argv + 1);
	if (argc - 1 - optind != 2)
		return usage();
	port = (uint16_t)number(argv[2 + optind], 65535);
	if (!strcmp(command, "serve"))
		udpask_serve(argv[1 + optind], port);
	if (strcmp(command, "ask"))
		return usage();
	setvbuf(stdout, NULL, _IOLBF, 0);
	parse_address(&to, argv[1 + optind], port);
	return ask_all(&options, &to);
}
