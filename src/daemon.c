/* SPDX-License-Identifier: GPL-2.0-only */
#include "daemon.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <bpf/libbpf.h>

#include "admin/admin.h"
#include "config/config.h"
#include "model/copy.h"
#include "control/private.h"
#include "watch/backends.h"
#include "watch/flows.h"
#include "watch/link.h"
#include "watch/presence.h"
#include "watch/served.h"
#include "watch/too_big.h"
#include "watch/urgent.h"
#include "http/http.h"
#include "base/breathe.h"
#include "base/fds.h"
#include "base/log.h"
#include "base/monotime.h"
#include "base/priority.h"
#include "descriptors.h"
#include "listener.h"
#include "metrics/turns.h"
#include "presence/loops.h"
#include "scrape.h"

#define TICK_USEC 1000000ULL

struct daemon {
	sd_event *event;
	struct urgent *urgent; /* what does not wait for the rest of it */
	bool working;	       /* the rest breathes; control is not to change */
	bool stopping;
	double tick_after; /* while it works, monotonic */
	sd_event_source *netlink;
	struct control *control;
	struct control_health *health;
	struct listener *listener;
	struct admin *admin;
	struct model *presence_model; /* that presence was opened for, ... */
	int ifindex;		      /* ... and the interface */
	struct daemon_presence *presence;
	struct daemon_too_big *too_big;
	struct daemon_flows *flows;
	struct served *served;
	struct turns turns;
	struct scrape *scrape;
};

static int on_netlink(sd_event_source *source, int fd, uint32_t revents,
		      void *arg)
{
	struct daemon *d = arg;

	(void)source, (void)fd, (void)revents;
	if (d->working)
		instance_netlink(d->control->in); /* and a tick does the rest */
	else
		control_netlink(d->control);
	control_health_update(d->health);
	return 0;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *arg)
{
	struct daemon *d = arg;

	d->tick_after = monotime_now() + TICK_USEC / 1e6;
	log_tick();
	control_tick(d->control);
	control_health_neighbours(d->health);
	admin_look(d->admin);
	scrape_gather(d->scrape);
	served_look(d->served);
	sd_event_source_set_time(source, usec + TICK_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void tell_systemd_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
		   (unsigned long long)now.tv_sec * 1000000 +
			   (unsigned long long)now.tv_nsec / 1000);
}

static int on_hangup(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *arg)
{
	struct daemon *d = arg;
	struct config_errors *errors = NULL;

	(void)source, (void)info;
	if (!d->control) {
		log_warn("Nothing to reload while udplb waits for its "
			 "interface: restart it, and it reads the file again");
		return 0;
	}
	tell_systemd_reloading();
	/* Logged there, and a daemon that runs has nobody else to tell. */
	control_reload(d->control, NULL, &errors);
	config_errors_free(errors);
	sd_notify(0, "READY=1");
	return 0;
}

static int leave(struct daemon *d)
{
	sd_notify(0, "STOPPING=1");
	urgent_end(d->urgent);
	return sd_event_exit(d->event, 0);
}

static int on_signal(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *arg)
{
	struct daemon *d = arg;

	(void)source;
	log_info("Shutting down (%s)", strsignal((int)info->ssi_signo));
	d->stopping = true;
	return leave(d);
}

/* What of a tick does not wait for long work: neighbours, the log's sums. */
static void tick_meanwhile(struct daemon *d)
{
	const double now = monotime_now();

	if (!d->control || now < d->tick_after)
		return;
	d->tick_after = now + TICK_USEC / 1e6;
	log_tick();
	instance_tick(d->control->in);
	control_health_update(d->health);
}

/* Between two pieces of long work, which may not be wanted any more. */
static int on_breath(void *arg)
{
	struct daemon *d = arg;

	d->working = true;
	urgent_run(d->urgent);
	tick_meanwhile(d);
	d->working = false;
	return d->stopping ? -EINTR : 0;
}

static int reply_index(struct http_reply *reply)
{
	static const char page[] =
		"<!doctype html>\n<html lang=\"en\">\n"
		"<meta charset=\"utf-8\">\n<title>udplb</title>\n"
		"<h1>udplb " UDPLB_VERSION "</h1>\n"
		"<p><a href=\"/metrics\">Metrics</a> for Prometheus, \n"
		"<a href=\"/v1/status\">status</a>, \n"
		"<a href=\"/v1/services\">services</a></p>\n"
		"</html>\n";

	reply->type = "text/html; charset=utf-8";
	reply->length = sizeof(page) - 1;
	reply->body = strdup(page);
	return reply->body ? 0 : -ENOMEM;
}

/* Only GET and HEAD come here. */
static int on_get(void *arg, const struct http_request *request,
		  struct http_reply *reply)
{
	const char *path = request->path;
	struct daemon *d = arg;

	if (!strncmp(path, "/v1/", 4) && d->control->model->metrics_api)
		return admin_answer(d->control, request, reply);
	if (!strcmp(path, "/metrics"))
		return scrape_answer(d->scrape, request, reply);
	if (!strcmp(path, "/"))
		return reply_index(reply);
	return 0;
}

static int watch_signal(struct daemon *d, int number,
			sd_event_signal_handler_t handler, bool urgent)
{
	sd_event *event = urgent ? urgent_event(d->urgent) : d->event;
	sd_event_source *source;
	int err = sd_event_add_signal(event, &source, number, handler, d);

	if (err < 0)
		return err;
	err = sd_event_source_set_priority(source, PRIORITY_SIGNAL);
	if (err >= 0)
		err = sd_event_source_set_floating(source, true);
	sd_event_source_unref(source);
	return err;
}

static int watch_signals(struct daemon *d)
{
	/* Whoever wants us to end does not wait for thousands of checks. */
	static const struct {
		int number;
		sd_event_signal_handler_t handler;
		bool urgent;
	} signals[] = {
		{ SIGTERM, on_signal, true },
		{ SIGINT, on_signal, true },
		{ SIGHUP, on_hangup, false },
	};
	const size_t n = sizeof(signals) / sizeof(*signals);
	sigset_t blocked;
	int err = 0;

	sigemptyset(&blocked);
	for (size_t i = 0; i < n; i++)
		sigaddset(&blocked, signals[i].number);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; err >= 0 && i < n; i++)
		err = watch_signal(d, signals[i].number, signals[i].handler,
				   signals[i].urgent);
	return err < 0 ? err : 0;
}

static int watch_netlink(struct daemon *d, const uint32_t *from)
{
	int err;

	(void)from;
	d->netlink = sd_event_source_disable_unref(d->netlink);
	err = sd_event_add_io(urgent_event(d->urgent), &d->netlink,
			      nl_fd(d->control->in->nl), EPOLLIN, on_netlink,
			      d);
	if (err >= 0)
		err = sd_event_source_set_priority(d->netlink,
						   PRIORITY_NETWORK);
	return err < 0 ? err : 0;
}

static int watch_ticks(struct daemon *d)
{
	uint64_t now;
	int err;

	sd_event_now(d->event, CLOCK_MONOTONIC, &now);
	err = sd_event_add_time(d->event, NULL, CLOCK_MONOTONIC,
				now + TICK_USEC, 0, on_tick, d);
	return err < 0 ? err : 0;
}

static int watch_health(struct daemon *d, const uint32_t *from)
{
	int err = control_health_follow(d->health, d->control->in, from);

	gather_follow_health(d->control->gather);
	return err;
}

static int watch_flows(struct daemon *d, const uint32_t *from)
{
	(void)from;
	return daemon_flows_watch(&d->flows, d->event, d->control->in);
}

static int watch_served(struct daemon *d, const uint32_t *from)
{
	return served_follow(&d->served, d->control->in, from);
}

static int watch_too_big(struct daemon *d, const uint32_t *from)
{
	(void)from;
	daemon_too_big_close(d->too_big);
	return daemon_too_big_open(&d->too_big, d->event, d->control->in);
}

/* Anew only for other VIPs: what is assigned would be away for a moment. */
static int watch_presence(struct daemon *d, const uint32_t *from)
{
	const struct instance *in = d->control->in;
	struct model *model, *before = d->presence_model;
	int err;

	(void)from;
	if (d->presence_model && d->ifindex == in->link.ifindex &&
	    daemon_presence_same(d->presence_model, in->model))
		return 0;
	model = model_copy(in->model);
	if (!model)
		return -ENOMEM;
	d->presence_model = model;
	d->ifindex = in->link.ifindex;
	err = daemon_presence_open(&d->presence, d->event, model,
				   in->link.ifindex, d->presence);
	model_free(before);
	presence_warn_of_loops(in->nl, model);
	return err;
}

/*
 * Who watches an instance.  from: by backend, its number in the one so far;
 * NULL where there was none.  Those that stay follow it as well when backends
 * come and go in place; the others only know the interface, the maps or the
 * VIPs.
 */
static const struct watcher {
	const char *what;
	bool follows_backends;
	int (*watch)(struct daemon *d, const uint32_t *from);
} watchers[] = {
	{ "following the interface", false, watch_netlink },
	{ "checking health", true, watch_health },
	{ "telling what is too big", false, watch_too_big },
	{ "forgetting idle flows", true, watch_flows },
	{ "telling who serves", true, watch_served },
	{ "announcing or assigning VIPs", false, watch_presence },
};

/* 0, or the first one's negative errno, logged. */
static int watch_instance(struct daemon *d, const uint32_t *from,
			  bool only_backends)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(watchers) / sizeof(*watchers); i++) {
		const struct watcher *w = &watchers[i];
		int outcome = only_backends && !w->follows_backends
				      ? 0
				      : w->watch(d, from);

		if (outcome)
			log_error("%s: %s: %s", d->control->in->name, w->what,
				  strerror(-outcome));
		err = err ? err : outcome;
	}
	return err;
}

/*
 * From now on the loop calls; VIPs are claimed when they are served, and nobody
 * finds the admin API before there is something to administer.
 */
static int watch(struct daemon *d)
{
	int err = watch_ticks(d);

	gather_health(d->control->gather, d->health);
	gather_turns(d->control->gather, &d->turns);
	if (!err)
		err = turns_watch(&d->turns, d->event);
	if (!err)
		err = admin_start(d->admin, d->event, d->control);
	return err ? err : watch_instance(d, NULL, false);
}

static void on_opened(void *arg, struct instance *in, const uint32_t *from)
{
	struct daemon *d = arg;

	control_health_prepare(d->health, in, from);
	instance_set_tell_too_big(in, daemon_too_big_at_first(in->model));
}

static void on_moved(void *arg, const uint32_t *from)
{
	watch_instance(arg, from, false);
}

static void on_followed(void *arg, const uint32_t *from)
{
	struct daemon *d = arg;

	control_health_prepare(d->health, d->control->in, from);
	watch_instance(d, from, true);
}

/* To end is what lets the other one have the listeners. */
static void on_replaced(void *arg)
{
	leave(arg);
}

static void log_ports(const struct addr *address,
		      const struct model_ports *ports)
{
	char where[ENDPOINT_STRLEN];

	addr_format_endpoint(address, ports->first, where);
	if (ports->first == ports->last)
		log_info("Filter destination: %s", where);
	else
		log_info("Filter destination: %s-%u", where, ports->last);
}

static void log_destinations(const struct model *model)
{
	const struct model_service *service;
	char where[ENDPOINT_STRLEN];

	for (size_t i = 0; i < model->n_services; i++) {
		service = &model->services[i];
		if (service->all_ports)
			log_info("Filter destination: %s, all ports",
				 addr_format(&service->address, where));
		for (size_t p = 0; p < service->n_ports; p++)
			log_ports(&service->address, &service->ports[p]);
	}
}

static void log_started(void *arg)
{
	const struct daemon *d = arg;
	const struct model *model = d->control->model;
	char where[ENDPOINT_STRLEN];

	log_info("Max CPUs: %d", libbpf_num_possible_cpus());
	log_destinations(model);
	log_info("Listening on %s ...", model->interface);
	if (listener_port(d->listener))
		log_info("Metrics on http://%s/metrics",
			 addr_format_endpoint(&model->metrics_address,
					      listener_port(d->listener),
					      where));
	log_info("Application startup complete.");
	sd_notify(0, "READY=1");
}

/* 0; or negative errno where our program may still be attached. */
static int daemon_close(struct daemon *d)
{
	int err;

	fds_lend();
	daemon_presence_close(d->presence);
	daemon_too_big_close(d->too_big);
	daemon_flows_close(d->flows);
	served_free(d->served);
	breathe_with(NULL, NULL);
	sd_event_source_disable_unref(d->netlink);
	scrape_close(d->scrape);
	err = control_close(d->control);
	control_health_close(d->health);
	listener_close(d->listener);
	admin_close(d->admin);
	model_free(d->presence_model);
	urgent_close(d->urgent);
	sd_event_unref(d->event);
	fds_keep();
	return err;
}

/* Before anything of it is used up. */
static void open_descriptors(const struct model *model)
{
	const unsigned long limit = fds_raise();
	const unsigned long needed = descriptors_needed(model);

	if (limit < needed)
		log_warn("this configuration may need %lu file descriptors, "
			 "and there may be %lu: health checks would be skipped "
			 "for want of them; raise the hard limit ('ulimit -Hn "
			 "%lu', or LimitNOFILE= of the unit)",
			 needed, limit, needed);
	fds_keep();
}

static int start(struct daemon *d, const struct model *model, const char *path,
		 bool replace)
{
	const struct control_hooks hooks = {
		.opened = on_opened,
		.moved = on_moved,
		.followed = on_followed,
		.replaced = on_replaced,
		.arg = d,
	};
	/* What can fail without touching the interface comes first. */
	int err = urgent_open(&d->urgent, d->event);

	if (!err)
		err = watch_signals(d);
	if (!err)
		err = watch_link_wait(d->event, model);
	if (!err)
		err = listener_open(&d->listener, d->event, model, replace,
				    on_get, d);
	if (!err)
		err = admin_open(&d->admin, model, replace);
	if (!err)
		err = control_health_open(&d->health, urgent_event(d->urgent));
	breathe_with(on_breath, d);
	fds_lend();
	if (!err)
		err = control_open(&d->control, model, path, replace, &hooks);
	fds_keep();
	if (!err)
		err = scrape_open(&d->scrape, d->event, d->control,
				  d->listener);
	return err ? err : watch(d);
}

int daemon_run(const struct model *model, const char *path, bool replace)
{
	struct daemon d = { .event = NULL };
	int closing, err;

	log_run_calmly();
	open_descriptors(model);
	err = sd_event_new(&d.event);
	if (err < 0)
		return err;
	err = start(&d, model, path, replace);
	if (!err) {
		control_run(d.control);
		daemon_presence_settle(d.presence);
		sd_event_set_watchdog(d.event, true);
		err = listener_start(d.listener, d.control, log_started, &d);
	}
	if (!err)
		err = sd_event_loop(d.event);
	closing = daemon_close(&d);
	if (err == -ECANCELED || d.stopping)
		err = 0;
	err = err < 0 ? err : closing;
	log_info(err < 0 ? "Stopped after an error." : "Shutdown complete.");
	log_tick();
	return err < 0 ? err : 0;
}
