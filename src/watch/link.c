/* SPDX-License-Identifier: GPL-2.0-only */
#include "watch/link.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "base/log.h"
#include "instance/instance.h"

#define LOOK_USEC 200000

static void say(const struct model *model)
{
	const bool exists = if_nametoindex(model->interface) || errno != ENODEV;

	if (exists)
		log_warn("interface %s is down; waiting for it ('ip link set "
			 "%s up' if nobody else does that)",
			 model->interface, model->interface);
	else
		log_warn("interface %s does not exist; waiting for it ('ip "
			 "-br link' lists what this host has)",
			 model->interface);
	sd_notifyf(0, "STATUS=waiting for the interface %s to be %s",
		   model->interface, exists ? "up" : "there");
}

int watch_link_wait(sd_event *event, const struct model *model)
{
	int ret = instance_can_open(model);

	if (ret < 0)
		log_error("asking the kernel about %s: %s", model->interface,
			  strerror(-ret));
	if (ret)
		return ret < 0 ? ret : 0;
	say(model);
	while (instance_can_open(model) <= 0) {
		/* Not ready, but alive: systemd goes on waiting (sd_notify). */
		sd_notify(0, "EXTEND_TIMEOUT_USEC=30000000");
		ret = sd_event_run(event, LOOK_USEC);
		if (ret < 0)
			return ret;
		if (sd_event_get_state(event) == SD_EVENT_FINISHED)
			return -ECANCELED;
	}
	log_info("interface %s is up", model->interface);
	sd_notify(0, "STATUS=");
	return 0;
}
