/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "health/tests/probing.h"
#include "net/tests/testnet.h"

#define LIMIT_S 20 /* for what takes a fraction of a second */

static void on_change(void *arg, uint32_t index,
		      const struct health_result *result)
{
	struct world *w = arg;

	assert_int_equal(index, INDEX);
	w->changes++;
	w->up = result->up;
	snprintf(w->reason, sizeof(w->reason), "%s", result->reason);
	if (w->remove)
		health_remove(w->health, index);
}

int probing_open(void **state)
{
	static struct world w;
	const struct health_handler handler = { on_change, NULL, &w };

	w = (struct world){ .server = -1 };
	testnet_open();
	testnet_up();
	testnet_up_ipv6();
	assert_true(sd_event_new(&w.event) >= 0);
	assert_int_equal(health_open(&w.health, w.event, NULL, &handler), 0);
	*state = &w;
	return 0;
}

void probing_stop_serving(struct world *w)
{
	w->serving = sd_event_source_disable_unref(w->serving);
	if (w->server >= 0)
		close(w->server);
	w->server = -1;
}

int probing_close(void **state)
{
	struct world *w = *state;

	health_close(w->health);
	probing_stop_serving(w);
	sd_event_unref(w->event);
	testnet_close();
	return 0;
}

void probing_serve(struct world *w, int type, sd_event_io_handler_t serve)
{
	union addr_sockaddr at;
	struct addr address;
	socklen_t size;
	const int on = 1;

	assert_int_equal(addr_parse(PEER, &address), 0);
	size = addr_to_sockaddr(&address, PORT, &at);
	w->server = testnet_peer_socket(AF_INET, type);
	setsockopt(w->server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_return_code(bind(w->server, &at.any, size), errno);
	if (type == SOCK_STREAM)
		assert_return_code(listen(w->server, 64), errno);
	assert_true(sd_event_add_io(w->event, &w->serving, w->server, EPOLLIN,
				    serve, w) >= 0);
}

void probing_say(struct world *w, const char *answer)
{
	w->answer = answer;
	w->answer_size = answer ? strlen(answer) : 0;
}

struct model_health probing_check(enum health_type type, const char *address)
{
	struct model_health check = { .type = type,
				      .port = PORT,
				      .interval_ms = 100,
				      .timeout_ms = 40,
				      .rise = 2,
				      .fall = 2 };

	assert_int_equal(addr_parse(address, &check.address), 0);
	return check;
}

void probing_add(struct world *w, const struct model_health *check, bool up)
{
	char why[256];

	w->up = up;
	if (health_add(w->health, INDEX, check, up, why, sizeof(why)))
		fail_msg("health_add: %s", why);
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Until it is up, or down for a reason that contains this. */
void probing_wait_for(struct world *w, bool up, const char *reason)
{
	const time_t end = seconds() + LIMIT_S;

	while (w->up != up && seconds() < end)
		assert_true(sd_event_run(w->event, 100000) >= 0);
	if (w->up != up)
		fail_msg("not %s in %d s", up ? "up" : "down", LIMIT_S);
	if (!strstr(w->reason, reason))
		fail_msg("\"%s\" does not say \"%s\"", w->reason, reason);
}

void probing_wait_for_probes(struct world *w, uint64_t n)
{
	const time_t end = seconds() + LIMIT_S;
	struct health_status status = { .checks = 0 };
	uint64_t before;

	assert_int_equal(health_status(w->health, INDEX, &status), 0);
	before = status.checks + status.skipped;
	while (status.checks + status.skipped < before + n && seconds() < end) {
		assert_true(sd_event_run(w->event, 100000) >= 0);
		assert_int_equal(health_status(w->health, INDEX, &status), 0);
	}
	assert_true(status.checks + status.skipped >= before + n);
}
