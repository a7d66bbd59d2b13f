/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "net/tests/watch.h"
#include "net/tests/testnet.h"

static bool is_known(struct watch *watch)
{
	return watch->reports && watch->known;
}

static bool is_lost(struct watch *watch)
{
	return watch->reports && !watch->known;
}

static bool is_lost_while_probed(struct watch *watch)
{
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	return is_lost(watch);
}

static bool is_known_while_probed(struct watch *watch)
{
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	return is_known(watch);
}

static void test_probe_resolves(void **state)
{
	struct watch *watch = *state;

	watch_address(watch, "192.0.2.2");
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	watch_until(watch, is_known);
	assert_string_equal(watch->mac, "02:00:00:00:00:02");
}

static void quick_ipv6(void)
{
	testnet_up_ipv6();
	testnet_run("sysctl -qw net.ipv6.neigh.lb0.retrans_time_ms=20");
}

static void test_probe_resolves_ipv6(void **state)
{
	struct watch *watch = *state;

	quick_ipv6();
	watch_address(watch, "2001:db8::2");
	watch_until(watch, is_known_while_probed);
	assert_string_equal(watch->mac, "02:00:00:00:00:02");
}

static void test_nobody_there_ipv6(void **state)
{
	struct watch *watch = *state;

	quick_ipv6();
	watch_address(watch, "2001:db8::99");
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	watch_until(watch, is_lost);
}

static void test_dies_and_returns_ipv6(void **state)
{
	struct watch *watch = *state;

	quick_ipv6();
	watch_address(watch, "2001:db8::2");
	watch_until(watch, is_known_while_probed);
	testnet_peer("ip addr del 2001:db8::2/64 dev peer0");
	watch_until(watch, is_lost_while_probed);
	testnet_peer("ip addr add 2001:db8::2/64 dev peer0 nodad");
	watch_until(watch, is_known_while_probed);
}

/* A STALE entry's address is asked at once, not after a packet and a delay. */
static void test_stale_is_verified_ipv6(void **state)
{
	struct watch *watch = *state;

	quick_ipv6();
	testnet_run("ip neigh add 2001:db8::3 lladdr 02:00:00:00:00:77"
		    " nud stale dev lb0;"
		    "sysctl -qw net.ipv6.neigh.lb0.delay_first_probe_time=999");
	watch_address(watch, "2001:db8::3");
	watch_drain(watch);
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	watch_until(watch, is_lost);
}

static void test_removed_while_known_ipv6(void **state)
{
	struct watch *watch = *state;

	quick_ipv6();
	watch_address(watch, "2001:db8::2");
	watch_until(watch, is_known_while_probed);
	testnet_run("ip link set lb0 down");
	watch_drain(watch);
	assert_true(is_lost(watch));
}

static void test_nobody_there(void **state)
{
	struct watch *watch = *state;

	watch_address(watch, "192.0.2.99");
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	watch_until(watch, is_lost);
	assert_int_equal(watch->others, 0);
}

/* Probed much more often than the kernel asks: the entry still has to fail. */
static void test_dies_and_returns(void **state)
{
	struct watch *watch = *state;

	watch_address(watch, "192.0.2.2");
	watch_until(watch, is_known_while_probed);
	testnet_peer("ip addr del 192.0.2.2/24 dev peer0");
	watch_until(watch, is_lost_while_probed);
	testnet_peer("ip addr add 192.0.2.2/24 dev peer0");
	watch_until(watch, is_known_while_probed);
}

/* A STALE entry's address is asked at once, not after a packet and a delay. */
static void test_stale_is_verified(void **state)
{
	struct watch *watch = *state;

	testnet_run("ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:77"
		    " nud stale dev lb0;"
		    "sysctl -qw net.ipv4.neigh.lb0.delay_first_probe_time=999");
	watch_address(watch, "192.0.2.3");
	watch_drain(watch);
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	watch_until(watch, is_lost);
}

static void test_delay_is_verified(void **state)
{
	struct watch *watch = *state;

	testnet_run("sysctl -qw net.ipv4.neigh.lb0.delay_first_probe_time=999;"
		    "ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:77"
		    " nud delay dev lb0");
	watch_address(watch, "192.0.2.3");
	watch_drain(watch);
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	watch_until(watch, is_lost);
}

static void test_permanent_is_left_alone(void **state)
{
	struct watch *watch = *state;

	testnet_run("ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:77"
		    " nud permanent dev lb0;"
		    "ip neigh add 192.0.2.4 lladdr 02:00:00:00:00:78"
		    " nud noarp dev lb0");
	watch_address(watch, "192.0.2.4");
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	watch_address(watch, "192.0.2.3");
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	testnet_run("ip neigh show dev lb0 nud permanent | grep -q 192.0.2.3;"
		    "ip neigh show dev lb0 nud noarp | grep -q 192.0.2.4");
	watch_drain(watch);
	assert_true(is_known(watch));
	assert_string_equal(watch->mac, "02:00:00:00:00:77");
}

static void test_deleted_and_probed(void **state)
{
	struct watch *watch = *state;

	watch_address(watch, "192.0.2.2");
	watch_until(watch, is_known_while_probed);
	testnet_run("ip neigh del 192.0.2.2 dev lb0");
	watch_until(watch, is_lost);
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	watch_until(watch, is_known);
}

/* Entries that go with their interface were never said to be wrong. */
static void test_removed_while_known(void **state)
{
	struct watch *watch = *state;

	testnet_run("ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:77"
		    " nud stale dev lb0");
	watch_address(watch, "192.0.2.3");
	watch_drain(watch);
	assert_true(is_known(watch));
	testnet_run("ip link set lb0 down");
	watch_drain(watch);
	assert_true(is_lost(watch));
}

/* A neighbour of another interface is none of ours. */
static void test_other_interface(void **state)
{
	struct watch *watch = *state;

	watch_address(watch, "198.51.100.9");
	testnet_run("ip neigh add 198.51.100.9 lladdr 02:00:00:00:00:77"
		    " nud permanent dev lb1");
	watch_drain(watch);
	assert_int_equal(watch->reports, 0);
}

static bool has_new_mac(struct watch *watch)
{
	return is_known(watch) && !strcmp(watch->mac, "02:00:00:00:00:22");
}

static void test_mac_changes(void **state)
{
	struct watch *watch = *state;

	watch_address(watch, "192.0.2.2");
	watch_until(watch, is_known_while_probed);
	assert_string_equal(watch->mac, "02:00:00:00:00:02");
	testnet_peer("sysctl -qw net.ipv4.conf.peer0.arp_notify=1;"
		     "ip link set peer0 address 02:00:00:00:00:22");
	watch_until(watch, has_new_mac);
}

/* Without an announcement: the old one does not answer, the new one does. */
static bool has_new_mac_while_probed(struct watch *watch)
{
	assert_int_equal(nl_probe(watch->nl, &watch->address), 0);
	return has_new_mac(watch);
}

static void test_mac_changes_silently(void **state)
{
	struct watch *watch = *state;

	watch_address(watch, "192.0.2.2");
	watch_until(watch, is_known_while_probed);
	testnet_peer("ip link set peer0 address 02:00:00:00:00:22");
	watch_until(watch, has_new_mac_while_probed);
}

static void test_mac_changes_silently_ipv6(void **state)
{
	struct watch *watch = *state;

	quick_ipv6();
	watch_address(watch, "2001:db8::2");
	watch_until(watch, is_known_while_probed);
	testnet_peer("ip link set peer0 address 02:00:00:00:00:22");
	watch_until(watch, has_new_mac_while_probed);
}

static void test_probe_refused(void **state)
{
	struct watch *watch = *state;
	const struct addr none = { 0 };

	watch_address(watch, "192.0.2.2");
	assert_int_equal(nl_probe(watch->nl, &none), -EAFNOSUPPORT);
	testnet_run("ip link del lb0");
	assert_int_equal(nl_probe(watch->nl, &watch->address), -ENODEV);
}

/* The kernel's own errno, not what libnl makes of it. */
static void test_probe_unprivileged(void **state)
{
	struct watch *watch = *state;
	int status;
	pid_t pid;

	watch_address(watch, "192.0.2.2");
	pid = fork();
	assert_return_code(pid, errno);
	if (!pid)
		_exit(setuid(65534) ? 1
				    : -nl_probe(watch->nl, &watch->address));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EPERM);
}

static void test_neighbours(void **state)
{
	static const struct {
		const char *address;
		int reports;
		bool known;
	} table[] = {
		{ "192.0.2.10", 1, true },    { "192.0.2.11", 1, true },
		{ "192.0.2.12", 1, true },    { "192.0.2.13", 1, true },
		{ "192.0.2.14", 1, false },   { "192.0.2.15", 0, false },
		{ "198.51.100.9", 0, false },
	};
	struct watch *watch = *state;

	testnet_run("set -- lladdr 02:00:00:00:00:77 dev lb0 nud;"
		    "ip neigh add 192.0.2.10 $@ permanent;"
		    "ip neigh add 192.0.2.11 $@ stale;"
		    "ip neigh add 192.0.2.12 $@ reachable;"
		    "ip neigh add 192.0.2.13 $@ noarp;"
		    "ip neigh add 192.0.2.14 dev lb0 nud failed;"
		    "ip neigh add proxy 192.0.2.15 dev lb0;"
		    "ip neigh add 198.51.100.9 lladdr 02:00:00:00:00:77"
		    " dev lb1 nud permanent");
	watch_drain(watch);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		watch_address(watch, table[i].address);
		assert_int_equal(nl_neighbours(watch->nl), 0);
		assert_int_equal(watch->reports, table[i].reports);
		assert_int_equal(watch->known, table[i].known);
	}
}

/* So many that they come in several parts, and the handler asks in between. */
static void test_many_neighbours(void **state)
{
	struct watch *watch = *state;

	testnet_run("i=0; while [ $i -lt 1000 ]; do"
		    " echo neigh add 192.0.$((9 + i / 250)).$((1 + i %% 250))"
		    " lladdr 02:00:00:00:00:77 nud permanent dev lb0;"
		    " i=$((i + 1)); done | ip -batch -;"
		    "ip addr add 192.0.3.1/16 dev lb0");
	watch_drain(watch);
	watch_address(watch, "192.0.10.1");
	watch->ask_back = true;
	assert_int_equal(nl_neighbours(watch->nl), 0);
	assert_int_equal(watch->reports, 1);
	assert_int_equal(watch->others, 999);
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, watch_set_up, watch_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_probe_resolves),
		TEST(test_probe_resolves_ipv6),
		TEST(test_nobody_there_ipv6),
		TEST(test_dies_and_returns_ipv6),
		TEST(test_stale_is_verified_ipv6),
		TEST(test_removed_while_known_ipv6),
		TEST(test_mac_changes_silently_ipv6),
		TEST(test_nobody_there),
		TEST(test_dies_and_returns),
		TEST(test_stale_is_verified),
		TEST(test_delay_is_verified),
		TEST(test_permanent_is_left_alone),
		TEST(test_deleted_and_probed),
		TEST(test_removed_while_known),
		TEST(test_other_interface),
		TEST(test_mac_changes),
		TEST(test_mac_changes_silently),
		TEST(test_probe_refused),
		TEST(test_probe_unprivileged),
		TEST(test_neighbours),
		TEST(test_many_neighbours),
	};

	if (!testnet_allowed())
		return 0;
	return cmocka_run_group_tests_name("nl_neigh", tests, NULL, NULL);
}
