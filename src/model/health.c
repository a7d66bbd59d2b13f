/* SPDX-License-Identifier: GPL-2.0-only */
#include "model/health.h"

#include <stdio.h>
#include <string.h>

static const char hidden[] = "hidden";

static void hide_expect(struct health_expect *expect)
{
	if (!expect->length)
		return;
	memset(expect->bytes, 0, sizeof(expect->bytes));
	memcpy(expect->bytes, hidden, sizeof(hidden) - 1);
	expect->length = sizeof(hidden) - 1;
}

static void hide_udp(struct model_health_udp *udp)
{
	if (udp->length) {
		memset(udp->send, 0, sizeof(udp->send));
		memcpy(udp->send, hidden, sizeof(hidden) - 1);
		udp->length = sizeof(hidden) - 1;
	}
	hide_expect(&udp->expect);
}

static void hide_http(struct model_health_http *http)
{
	if (*http->path)
		snprintf(http->path, sizeof(http->path), "/%s", hidden);
	if (*http->host)
		snprintf(http->host, sizeof(http->host), "%s", hidden);
	hide_expect(&http->expect);
}

void model_health_hide(struct model_health *health)
{
	if (health->type == HEALTH_UDP)
		hide_udp(&health->udp);
	else if (health->type == HEALTH_HTTP || health->type == HEALTH_HTTPS)
		hide_http(&health->http);
}
