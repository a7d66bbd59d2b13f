/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many UDP flows through real sockets, each packet accounted for.
 *
 * A flow is a source address and port.  A thousand addresses need no thousand
 * sockets: one socket per port, bound to every address, chooses the source of
 * each packet with IP_PKTINFO.  The host must hold the addresses; one route
 * does: "ip route add local 198.18.0.0/16 dev lo".
 *
 * The sender never has more than a window of packets unanswered: queues on the
 * way (a veth's has 256 places) then cannot overflow, and what is lost was
 * lost by the thing under test.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PORT     20000 /* below the ephemeral range */
#define WINDOW	       64
#define NAMES_MAX      32
#define NAME_SIZE      32
#define SILENCE_MS     1000 /* no answer for so long: send on */
#define LAST_WAIT_MS   3000 /* the same at the end: what is missing is lost */
#define TIME_LIMIT_MS  120000
#define BATCH	       16 /* packets without answers, then a pause */
#define BATCH_PAUSE_NS 400000

struct options {
	bool quiet;	      /* nobody answers, nobody waits */
	struct in_addr first; /* source address; those after it as well */
	unsigned int addresses, ports, times;
	int ttl;
	const char *output;
	struct sockaddr_in to;
};

/* What came back; a name's index + 1 is what answer[] holds of a flow. */
struct answers {
	char names[NAMES_MAX][NAME_SIZE];
	unsigned int counts[NAMES_MAX];
	unsigned int n_names;
	uint8_t *of_flow;
	unsigned int total, strange;
};

static volatile sig_atomic_t stopped;

struct sender {
	const struct options *options;
	int *sockets; /* one per source port */
	int epoll;
	struct answers answers;
	unsigned int sent, unanswered;
};

static void die(const char *what)
{
	fprintf(stderr, "udpflows: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int open_socket(uint16_t port, int ttl)
{
	const struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};
	int on = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) ||
	    (ttl && setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl))) ||
	    bind(fd, (const struct sockaddr *)&any, sizeof(any)))
		die("opening a socket");
	return fd;
}

/* From this of our addresses. */
static void send_from(int fd, struct in_addr from, const struct sockaddr_in *to,
		      const char *text, size_t length)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control = { 0 };
	struct iovec iov = { (void *)text, length };
	struct msghdr msg = {
		.msg_name = (void *)to,
		.msg_namelen = sizeof(*to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&msg);
	struct in_pktinfo info = { .ipi_spec_dst = from };

	header->cmsg_level = IPPROTO_IP;
	header->cmsg_type = IP_PKTINFO;
	header->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(header), &info, sizeof(info));
	if (sendmsg(fd, &msg, 0) < 0)
		die("sending");
}

/* *at: which of our addresses it came to.  A string, or -1: nothing there. */
static ssize_t receive_at(int fd, struct in_addr *at, struct sockaddr_in *from,
			  char *text, size_t size, int flags)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control;
	struct iovec iov = { text, size - 1 };
	struct msghdr msg = {
		.msg_name = from,
		.msg_namelen = sizeof(*from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t length = recvmsg(fd, &msg, flags);
	struct cmsghdr *header;
	struct in_pktinfo info;

	if (length < 0)
		return -1;
	text[length] = '\0';
	at->s_addr = 0;
	header = CMSG_FIRSTHDR(&msg);
	if (header && header->cmsg_type == IP_PKTINFO) {
		memcpy(&info, CMSG_DATA(header), sizeof(info));
		*at = info.ipi_addr;
	}
	return length;
}

/* Answers "NAME TEXT", or only tells what came. */
static void __attribute__((noreturn))
serve(const struct options *options, const char *name, uint16_t port)
{
	int fd = open_socket(port, 0);
	char text[1024], answer[sizeof(text) + NAME_SIZE], source[64];
	struct sockaddr_in from;
	struct in_addr at;
	int length;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	for (;;) {
		if (receive_at(fd, &at, &from, text, sizeof(text), 0) < 0)
			continue;
		if (options->quiet) {
			inet_ntop(AF_INET, &from.sin_addr, source,
				  sizeof(source));
			printf("%s:%u %s\n", source, ntohs(from.sin_port),
			       text);
			continue;
		}
		length = snprintf(answer, sizeof(answer), "%s %s", name, text);
		send_from(fd, at, &from, answer, (size_t)length);
	}
}

static struct in_addr flow_address(const struct options *options,
				   unsigned int flow)
{
	uint32_t first = ntohl(options->first.s_addr);

	return (struct in_addr){ htonl(first + flow / options->ports) };
}

static unsigned int flow_count(const struct options *options)
{
	return options->addresses * options->ports;
}

/* NAMES_MAX where the table is full. */
static unsigned int name_index(struct answers *answers, const char *name)
{
	unsigned int i;

	for (i = 0; i < answers->n_names; i++)
		if (!strcmp(answers->names[i], name))
			return i;
	if (i < NAMES_MAX) {
		snprintf(answers->names[i], NAME_SIZE, "%s", name);
		answers->n_names++;
	}
	return i;
}

/* Right: from where we sent to, to the very flow that it is about. */
static bool take_answer(struct sender *sender, unsigned int port_index,
			const char *text, struct in_addr at,
			const struct sockaddr_in *from)
{
	const struct options *options = sender->options;
	struct answers *answers = &sender->answers;
	unsigned int flow, index;
	char name[NAME_SIZE];

	if (sscanf(text, "%31s %u", name, &flow) != 2 ||
	    flow >= flow_count(options) ||
	    flow % options->ports != port_index ||
	    flow_address(options, flow).s_addr != at.s_addr ||
	    from->sin_addr.s_addr != options->to.sin_addr.s_addr ||
	    from->sin_port != options->to.sin_port)
		return false;
	index = name_index(answers, name);
	if (index == NAMES_MAX)
		return false;
	answers->of_flow[flow] = (uint8_t)(index + 1);
	answers->counts[index]++;
	answers->total++;
	return true;
}

static void drain(struct sender *sender, unsigned int port_index)
{
	struct sockaddr_in from;
	struct in_addr at;
	char text[1024];

	while (receive_at(sender->sockets[port_index], &at, &from, text,
			  sizeof(text), MSG_DONTWAIT) >= 0) {
		if (!take_answer(sender, port_index, text, at, &from))
			sender->answers.strange++;
		else if (sender->unanswered)
			sender->unanswered--;
	}
}

/* False: silence for so long, and no place in the window is kept any more. */
static bool collect(struct sender *sender, int silence_ms)
{
	struct epoll_event events[16];
	int n = epoll_wait(sender->epoll, events, 16, silence_ms);

	if (n < 0 && errno == EINTR)
		return true;
	for (int i = 0; i < n; i++)
		drain(sender, events[i].data.u32);
	if (n <= 0)
		sender->unanswered = 0;
	return n > 0;
}

/*
 * On a busy machine a backend may not run for longer than a silence, and
 * answers then: not lost.
 */
static void collect_rest(struct sender *sender)
{
	if (sender->options->quiet)
		return;
	while (sender->answers.total < sender->sent &&
	       collect(sender, LAST_WAIT_MS))
		;
}

static void send_flow(struct sender *sender, unsigned int flow)
{
	const struct options *options = sender->options;
	char text[32];
	int length = snprintf(text, sizeof(text), "%u", flow);

	send_from(sender->sockets[flow % options->ports],
		  flow_address(options, flow), &options->to, text,
		  (size_t)length);
	sender->sent++;
	if (!options->quiet)
		sender->unanswered++;
	else if (sender->sent % BATCH == 0)
		nanosleep(&(struct timespec){ .tv_nsec = BATCH_PAUSE_NS },
			  NULL);
}

static void open_sockets(struct sender *sender)
{
	const struct options *options = sender->options;
	struct epoll_event event = { .events = EPOLLIN };

	sender->sockets = calloc(options->ports, sizeof(*sender->sockets));
	sender->answers.of_flow = calloc(flow_count(options), 1);
	sender->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!sender->sockets || !sender->answers.of_flow || sender->epoll < 0)
		die("starting");
	for (unsigned int i = 0; i < options->ports; i++) {
		sender->sockets[i] =
			open_socket((uint16_t)(FIRST_PORT + i), options->ttl);
		event.data.u32 = i;
		if (epoll_ctl(sender->epoll, EPOLL_CTL_ADD, sender->sockets[i],
			      &event))
			die("starting");
	}
}

static void on_stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* SIGTERM ends it early, and what was sent is still accounted for. */
static void send_all(struct sender *sender)
{
	const struct options *options = sender->options;
	unsigned int total = flow_count(options) * options->times;
	int64_t deadline = now_ms() + TIME_LIMIT_MS;

	signal(SIGTERM, on_stop);
	for (unsigned int i = 0; i < total && !stopped && now_ms() < deadline;
	     i++) {
		send_flow(sender, i % flow_count(options));
		while (sender->unanswered >= WINDOW)
			collect(sender, SILENCE_MS);
	}
	collect_rest(sender);
}

/* "ADDRESS:PORT NAME" of every flow: what two runs are compared by. */
static void write_flows(const struct sender *sender)
{
	const struct options *options = sender->options;
	const struct answers *answers = &sender->answers;
	FILE *out = fopen(options->output, "w");
	char address[INET_ADDRSTRLEN];

	if (!out)
		die(options->output);
	for (unsigned int flow = 0; flow < flow_count(options); flow++) {
		unsigned int answer = answers->of_flow[flow];
		struct in_addr from = flow_address(options, flow);

		inet_ntop(AF_INET, &from, address, sizeof(address));
		fprintf(out, "%s:%u %s\n", address,
			FIRST_PORT + flow % options->ports,
			answer ? answers->names[answer - 1] : "nobody");
	}
	if (fclose(out))
		die(options->output);
}

static int send_command(const struct options *options)
{
	struct sender sender = { .options = options };
	const struct answers *answers = &sender.answers;

	open_sockets(&sender);
	send_all(&sender);
	printf("sent %u\nanswered %u\nstrange %u\n", sender.sent,
	       answers->total, answers->strange);
	for (unsigned int i = 0; i < answers->n_names; i++)
		printf("backend %s %u\n", answers->names[i],
		       answers->counts[i]);
	if (options->output)
		write_flows(&sender);
	if (answers->strange)
		return EXIT_FAILURE;
	return options->quiet || answers->total == sender.sent ? EXIT_SUCCESS
							       : EXIT_FAILURE;
}

/*
 * One flow, a packet each millisecond, until somebody else answers it: how
 * long its client was without an answer, and how many packets that cost.
 */
static int watch_command(const struct options *options)
{
	struct sender sender = { .options = options };
	const struct answers *answers = &sender.answers;
	int64_t deadline = now_ms() + TIME_LIMIT_MS, last = now_ms();
	unsigned int answered = 0;

	open_sockets(&sender);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (now_ms() < deadline && answers->n_names < 2) {
		send_flow(&sender, 0);
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
		drain(&sender, 0);
		if (answers->total == answered || answers->n_names == 2)
			continue;
		if (!answered)
			printf("from %s\n", answers->names[0]);
		answered = answers->total;
		last = now_ms();
	}
	if (answers->n_names < 2)
		return EXIT_FAILURE;
	printf("to %s\ngap_ms %lld\n", answers->names[1],
	       (long long)(now_ms() - last));
	collect_rest(&sender);
	printf("sent %u\nanswered %u\n", sender.sent, answers->total);
	return EXIT_SUCCESS;
}

static int usage(void)
{
	fprintf(stderr,
		"udpflows serve [-q] NAME PORT        answer each packet\n"
		"udpflows send [OPTIONS] ADDRESS PORT one packet per flow\n"
		"udpflows watch [-a SOURCE] ADDRESS PORT\n"
		"                                     until another backend "
		"answers\n"
		"  -a SOURCE  first source address   -n N  this and those "
		"after it\n"
		"  -m N       source ports           -r N  rounds\n"
		"  -o FILE    flow and backend       -t N  TTL\n"
		"  -q         no answers: serve prints what came, send does "
		"not wait\n");
	return 64;
}

static unsigned int number(const char *text, unsigned int max)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*end || !value || value > max) {
		fprintf(stderr, "udpflows: '%s' is not within 1 ... %u\n", text,
			max);
		exit(64);
	}
	return (unsigned int)value;
}

static void parse_options(struct options *options, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "qa:n:m:r:t:o:")) != -1)
		switch (c) {
		case 'q':
			options->quiet = true;
			break;
		case 'a':
			if (!inet_aton(optarg, &options->first))
				exit(usage());
			break;
		case 'n':
			options->addresses = number(optarg, 65536);
			break;
		case 'm':
			options->ports = number(optarg, 1000);
			break;
		case 'r':
			options->times = number(optarg, 1000000);
			break;
		case 't':
			options->ttl = (int)number(optarg, 255);
			break;
		case 'o':
			options->output = optarg;
			break;
		default:
			exit(usage());
		}
}

int main(int argc, char **argv)
{
	struct options options = { .addresses = 1, .ports = 1, .times = 1 };
	const char *command = argc > 1 ? argv[1] : "";
	const char *name;
	uint16_t port;

	if (argc < 2)
		return usage();
	inet_aton("198.18.0.1", &options.first);
	parse_options(&options, argc - 1, argv + 1);
	if (argc - 1 - optind != 2)
		return usage();
	name = argv[1 + optind];
	port = (uint16_t)number(argv[2 + optind], 65535);
	if (!strcmp(command, "serve"))
		serve(&options, name, port);
	options.to.sin_family = AF_INET;
	options.to.sin_port = htons(port);
	if (!inet_aton(name, &options.to.sin_addr))
		return usage();
	if (!strcmp(command, "send"))
		return send_command(&options);
	if (!strcmp(command, "watch"))
		return watch_command(&options);
	return usage();
}
