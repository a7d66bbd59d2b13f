/* SPDX-License-Identifier: GPL-2.0-only */
#include "presence/inquiry.h"

#include <string.h>
#include <unistd.h>

#include "presence/ask.h"

#define ROUNDS	       3
#define ROUND_MS       200
#define LISTEN_MS      300 /* after the last */
#define FRAMES_AT_ONCE 50
#define PAUSE_MS       50 /* so at most 1,000 frames a second */

int presence_inquiry_begin(struct presence_inquiry *inquiry,
			   struct presence_vips *vips, int ifindex,
			   uint64_t now_ms)
{
	const int fd = presence_ask_open(ifindex);

	if (fd < 0)
		return fd;
	for (size_t i = 0; i < vips->n; i++)
		vips->vip[i].claimed = false;
	*inquiry = (struct presence_inquiry){ .fd = fd, .due_ms = now_ms };
	return 0;
}

void presence_inquiry_end(struct presence_inquiry *inquiry)
{
	if (inquiry->fd >= 0)
		close(inquiry->fd);
	inquiry->fd = -1;
}

static void hear(const struct presence_inquiry *inquiry,
		 struct presence_vips *vips, const uint8_t own[MAC_LEN])
{
	uint8_t frame[PRESENCE_FRAME_MAX], mac[MAC_LEN];
	size_t length;

	while ((length = presence_ask_hear(inquiry->fd, frame)))
		for (size_t i = 0; i < vips->n; i++) {
			struct presence_vip *vip = &vips->vip[i];

			if (!vip->wanted ||
			    !presence_frame_claims(frame, length, &vip->address,
						   mac) ||
			    !memcmp(mac, own, MAC_LEN))
				continue;
			vip->told &= !memcmp(mac, vip->mac, MAC_LEN);
			vip->claimed = true;
			memcpy(vip->mac, mac, MAC_LEN);
		}
}

/* True when the round is complete. */
static bool ask_some(struct presence_inquiry *inquiry,
		     const struct presence_vips *vips,
		     const uint8_t mac[MAC_LEN])
{
	unsigned int sent = 0;

	for (; inquiry->next < vips->n && sent < FRAMES_AT_ONCE;
	     inquiry->next++) {
		const struct presence_vip *vip = &vips->vip[inquiry->next];

		/* One that cannot be sent is as one that is lost. */
		if (vip->wanted && !vip->claimed) {
			presence_ask_send(inquiry->fd, mac, &vip->address);
			sent++;
		}
	}
	return inquiry->next == vips->n;
}

bool presence_inquiry_run(struct presence_inquiry *inquiry,
			  struct presence_vips *vips,
			  const uint8_t mac[MAC_LEN], uint64_t now_ms)
{
	hear(inquiry, vips, mac);
	if (inquiry->asked == ROUNDS) {
		presence_inquiry_end(inquiry);
		return true;
	}
	if (!ask_some(inquiry, vips, mac)) {
		inquiry->due_ms = now_ms + PAUSE_MS;
		return false;
	}
	inquiry->next = 0;
	inquiry->asked++;
	inquiry->due_ms =
		now_ms + (inquiry->asked == ROUNDS ? LISTEN_MS : ROUND_MS);
	return false;
}
