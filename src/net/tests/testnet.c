/* SPDX-License-Identifier: GPL-2.0-only */
#include "net/tests/testnet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

#define COMMAND_SIZE 1024

static pid_t peer = -1;

bool testnet_allowed(void)
{
	if (!unshare(CLONE_NEWNET))
		return true;
	printf("1..0 # SKIP no network namespace: %s; run as root\n",
	       strerror(errno));
	return false;
}

static void run(const char *prefix, const char *command)
{
	char line[2 * COMMAND_SIZE];

	assert_true(strlen(command) < COMMAND_SIZE - 1);
	snprintf(line, sizeof(line), "%s sh -ec '%s'", prefix, command);
	if (system(line))
		fail_msg("failed: %s", line);
}

void testnet_run(const char *format, ...)
{
	char command[COMMAND_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	run("", command);
}

void testnet_peer(const char *format, ...)
{
	char prefix[64], command[COMMAND_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	snprintf(prefix, sizeof(prefix), "nsenter -n -t %d", (int)peer);
	run(prefix, command);
}

static int open_namespace(const char *process)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/ns/net", process);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_return_code(fd, errno);
	return fd;
}

/* Returns our namespace, for leave_peer(). */
static int enter_peer(void)
{
	char process[16];
	int ours, theirs;

	snprintf(process, sizeof(process), "%d", (int)peer);
	ours = open_namespace("self");
	theirs = open_namespace(process);
	assert_return_code(setns(theirs, CLONE_NEWNET), errno);
	close(theirs);
	return ours;
}

static void leave_peer(int ours)
{
	assert_return_code(setns(ours, CLONE_NEWNET), errno);
	close(ours);
}

/* A socket stays in the namespace that it was opened in. */
int testnet_peer_socket(int family, int type)
{
	const int ours = enter_peer();
	const int fd = socket(family, type | SOCK_CLOEXEC, 0);

	leave_peer(ours);
	assert_return_code(fd, errno);
	return fd;
}

int testnet_peer_packets(const char *interface)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
	};
	const int fd = testnet_peer_socket(AF_PACKET, SOCK_RAW);
	const int ours = enter_peer();

	address.sll_ifindex = (int)if_nametoindex(interface);
	leave_peer(ours);
	assert_return_code(
		bind(fd, (struct sockaddr *)&address, sizeof(address)), errno);
	return fd;
}

bool testnet_try(const char *command)
{
	char line[COMMAND_SIZE];

	snprintf(line, sizeof(line), "{ %s; } >/dev/null 2>&1", command);
	return !system(line);
}

/* Holds the peer's namespace until it is killed, or its parent dies. */
static _Noreturn void hold(int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET) || write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void start_peer(void)
{
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	fflush(NULL);
	peer = fork();
	assert_return_code(peer, errno);
	if (!peer)
		hold(ready[1]);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
}

void testnet_open(void)
{
	assert_return_code(unshare(CLONE_NEWNET), errno);
	start_peer();
	testnet_run("ip link add lb0 address 02:00:00:00:00:01 "
		    "numtxqueues 3 numrxqueues 2 type veth "
		    "peer name peer0 address 02:00:00:00:00:02 netns %d",
		    (int)peer);
	testnet_run("ip link add lb1 type veth peer name peer1 netns %d",
		    (int)peer);
	/* No router solicitations and the like in what the tests count. */
	testnet_run("sysctl -qw net.ipv6.conf.lb0.disable_ipv6=1 "
		    "net.ipv6.conf.lb1.disable_ipv6=1");
	testnet_peer("sysctl -qw net.ipv6.conf.peer0.disable_ipv6=1 "
		     "net.ipv6.conf.peer1.disable_ipv6=1");
}

void testnet_up(void)
{
	testnet_peer("ip link set peer0 up; ip link set peer1 up;"
		     "ip addr add 192.0.2.2/24 dev peer0;"
		     "ip addr add 198.51.100.2/24 dev peer1");
	testnet_run("ip link set lo up; ip link set lb0 up; ip link set lb1 up;"
		    "ip addr add 192.0.2.1/24 dev lb0;"
		    "ip addr add 198.51.100.1/24 dev lb1");
}

void testnet_up_ipv6(void)
{
	static const char quiet[] =
		"for i in $links; do cd /proc/sys/net/ipv6/conf/$i;"
		" echo 0 >accept_dad; echo 0 >router_solicitations;"
		" echo 0 >accept_ra; echo 0 >disable_ipv6; done";

	testnet_peer("links=\"peer0 peer1\"; %s;"
		     "ip addr add 2001:db8::2/64 dev peer0 nodad;"
		     "ip addr add 2001:db8:1::2/64 dev peer1 nodad",
		     quiet);
	testnet_run("links=\"lb0 lb1\"; %s;"
		    "ip addr add 2001:db8::1/64 dev lb0 nodad;"
		    "ip addr add 2001:db8:1::1/64 dev lb1 nodad",
		    quiet);
}

void testnet_close(void)
{
	if (peer <= 0)
		return;
	kill(peer, SIGKILL);
	waitpid(peer, NULL, 0);
	peer = -1;
}
