/* SPDX-License-Identifier: GPL-2.0-only */
#include "net/tests/watch.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "net/tests/testnet.h"

#define WAIT_S	30
#define POLL_MS 20

static void on_neighbour(void *arg, const struct addr *addr, const uint8_t *mac)
{
	struct watch *watch = arg;
	struct addr hop;

	if (watch->ask_back)
		assert_int_equal(nl_next_hop(watch->nl, addr, &hop), 0);
	if (addr_compare(addr, &watch->address)) {
		watch->others++;
		return;
	}
	watch->reports++;
	watch->known = mac != NULL;
	if (mac)
		mac_format(mac, watch->mac);
}

static void on_routes_changed(void *arg)
{
	struct watch *watch = arg;

	watch->routes++;
}

static void on_addresses_changed(void *arg)
{
	struct watch *watch = arg;

	watch->addresses++;
}

static void on_link(void *arg, const struct nl_link_state *link)
{
	struct watch *watch = arg;

	if (link) {
		watch->links++;
		watch->link = *link;
	} else {
		watch->removals++;
	}
}

static void on_overrun(void *arg)
{
	struct watch *watch = arg;

	watch->overruns++;
	watch->others_at_overrun = watch->others;
}

int watch_set_up(void **state)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	const struct nl_handler handler = {
		.neighbour = on_neighbour,
		.routes_changed = on_routes_changed,
		.addresses_changed = on_addresses_changed,
		.link = on_link,
		.overrun = on_overrun,
		.arg = watch,
	};

	testnet_open();
	testnet_up();
	testnet_run("sysctl -qw net.ipv4.neigh.lb0.retrans_time_ms=20");
	*state = watch;
	return watch ? nl_open(&watch->nl, (int)if_nametoindex("lb0"), &handler)
		     : -1;
}

int watch_tear_down(void **state)
{
	struct watch *watch = *state;

	nl_free(watch->nl);
	free(watch);
	testnet_close();
	return 0;
}

void watch_address(struct watch *watch, const char *address)
{
	assert_int_equal(addr_parse(address, &watch->address), 0);
	watch->reports = 0;
	watch->others = 0;
	watch->known = false;
}

void watch_until(struct watch *watch, bool (*done)(struct watch *watch))
{
	const time_t deadline = time(NULL) + WAIT_S;
	struct pollfd fd = { .fd = nl_fd(watch->nl), .events = POLLIN };

	while (!done(watch)) {
		if (time(NULL) > deadline)
			fail_msg("not within %d s", WAIT_S);
		assert_return_code(poll(&fd, 1, POLL_MS), errno);
		assert_int_equal(nl_dispatch(watch->nl), 0);
	}
}

void watch_drain(struct watch *watch)
{
	struct pollfd fd = { .fd = nl_fd(watch->nl), .events = POLLIN };

	while (poll(&fd, 1, 0) > 0)
		assert_int_equal(nl_dispatch(watch->nl), 0);
}
