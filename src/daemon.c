/* SPDX-License-Identifier: GPL-2.0-only */
#include "daemon.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <bpf/libbpf.h>

#include "attach.h"
#include "gather.h"
#include "http.h"
#include "instance.h"
#include "log.h"
#include "metrics.h"

#define TICK_USEC 1000000ULL

struct daemon {
	const struct model *model;
	sd_event *event;
	struct instance instance;
	struct gather *gather;
	struct http *http;
};

static int on_netlink(sd_event_source *source, int fd, uint32_t revents,
		      void *arg)
{
	struct daemon *d = arg;
	int err = instance_netlink(&d->instance);

	(void)source, (void)fd, (void)revents;
	if (err)
		sd_event_exit(d->event, err);
	return 0;
}

static int on_tick(sd_event_source *source, uint64_t usec, void *arg)
{
	struct daemon *d = arg;

	instance_tick(&d->instance);
	gather_tick(d->gather);
	sd_event_source_set_time(source, usec + TICK_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_signal(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *arg)
{
	struct daemon *d = arg;

	(void)source;
	log_info("Shutting down (%s)", strsignal((int)info->ssi_signo));
	sd_notify(0, "STOPPING=1");
	return sd_event_exit(d->event, 0);
}

static int on_http(sd_event_source *source, int fd, uint32_t revents, void *arg)
{
	struct daemon *d = arg;

	(void)source, (void)fd, (void)revents;
	http_run(d->http);
	return 0;
}

static int on_http_time(sd_event_source *source, uint64_t usec, void *arg)
{
	struct daemon *d = arg;

	(void)source, (void)usec;
	http_run(d->http);
	return 0;
}

/* Before each wait: libmicrohttpd tells when it wants to be called again. */
static int on_http_prepare(sd_event_source *source, void *arg)
{
	struct daemon *d = arg;
	int timeout_ms = http_timeout_ms(d->http);
	uint64_t now;

	if (timeout_ms < 0)
		return sd_event_source_set_enabled(source, SD_EVENT_OFF);
	sd_event_now(d->event, CLOCK_MONOTONIC, &now);
	sd_event_source_set_time(source, now + (uint64_t)timeout_ms * 1000);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int reply_metrics(struct daemon *d, struct http_reply *reply)
{
	const struct snapshot *snapshot = gather_snapshot(d->gather);

	if (!snapshot)
		return -EIO;
	reply->type = "text/plain; version=0.0.4; charset=utf-8";
	return metrics_render(snapshot, &reply->body, &reply->length);
}

static int reply_index(struct http_reply *reply)
{
	static const char page[] =
		"<!doctype html>\n<html lang=\"en\">\n"
		"<meta charset=\"utf-8\">\n<title>udplb</title>\n"
		"<h1>udplb " UDPLB_VERSION "</h1>\n"
		"<p><a href=\"/metrics\">Metrics</a> for Prometheus</p>\n"
		"</html>\n";

	reply->type = "text/html; charset=utf-8";
	reply->length = sizeof(page) - 1;
	reply->body = strdup(page);
	return reply->body ? 0 : -ENOMEM;
}

static int on_get(void *arg, const char *path, struct http_reply *reply)
{
	struct daemon *d = arg;

	if (!strcmp(path, "/metrics"))
		return reply_metrics(d, reply);
	if (!strcmp(path, "/"))
		return reply_index(reply);
	return 0;
}

static int open_http(struct daemon *d)
{
	const struct model *model = d->model;
	char why[256];
	int err;

	err = http_open(&d->http, &model->metrics_address, model->metrics_port,
			on_get, d, why, sizeof(why));
	if (err)
		log_error("metrics.listen: %s", why);
	return err;
}

static int watch_http(struct daemon *d)
{
	sd_event_source *timer = NULL;
	int err;

	err = sd_event_add_io(d->event, NULL, http_fd(d->http), EPOLLIN,
			      on_http, d);
	if (err >= 0)
		err = sd_event_add_time(d->event, &timer, CLOCK_MONOTONIC, 0, 0,
					on_http_time, d);
	if (err >= 0)
		err = sd_event_source_set_prepare(timer, on_http_prepare);
	if (err >= 0)	/* from now on the loop owns it */
		err = sd_event_source_set_floating(timer, true);
	sd_event_source_unref(timer);
	return err < 0 ? err : 0;
}

static int watch_signals(struct daemon *d)
{
	static const int signals[] = { SIGTERM, SIGINT };
	sigset_t blocked;
	int err = 0;

	sigemptyset(&blocked);
	for (size_t i = 0; i < 2; i++)
		sigaddset(&blocked, signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; err >= 0 && i < 2; i++)
		err = sd_event_add_signal(d->event, NULL, signals[i],
					  on_signal, d);
	return err < 0 ? err : 0;
}

static int watch_instance(struct daemon *d)
{
	uint64_t now;
	int err;

	err = sd_event_add_io(d->event, NULL, nl_fd(d->instance.nl),
			      EPOLLIN, on_netlink, d);
	if (err < 0)
		return err;
	sd_event_now(d->event, CLOCK_MONOTONIC, &now);
	err = sd_event_add_time(d->event, NULL, CLOCK_MONOTONIC,
				now + TICK_USEC, 0, on_tick, d);
	return err < 0 ? err : 0;
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
			for (uint32_t port = service->ports[p].first;
			     port <= service->ports[p].last; port++)
				log_info("Filter destination: %s",
					 addr_format_endpoint(
						 &service->address,
						 (uint16_t)port, where));
	}
}

static void log_started(const struct daemon *d)
{
	char where[ENDPOINT_STRLEN];

	log_info("Max CPUs: %d", libbpf_num_possible_cpus());
	log_destinations(d->model);
	log_info("Listening on %s ...", d->model->interface);
	log_info("Metrics on http://%s/metrics",
		 addr_format_endpoint(&d->model->metrics_address,
				      http_port(d->http), where));
	log_info("Application startup complete.");
	sd_notify(0, "READY=1");
}

int daemon_run(const struct model *model, bool replace)
{
	struct daemon d = { .model = model };
	int err;

	err = sd_event_new(&d.event);
	if (err < 0)
		return err;
	/* What can fail without touching the interface comes first. */
	err = watch_signals(&d);
	if (!err)
		err = open_http(&d);
	if (!err)
		err = instance_open(&d.instance, model);
	d.instance.replace = replace;
	if (!err)
		err = attach_instance(&d.instance);
	if (!err)
		err = gather_open(&d.gather, &d.instance);
	if (!err)
		err = watch_instance(&d);
	if (!err)
		err = watch_http(&d);
	if (!err) {
		log_started(&d);
		err = sd_event_loop(d.event);
	}
	gather_close(d.gather);
	if (d.instance.nl)
		instance_close(&d.instance);
	http_close(d.http);
	sd_event_unref(d.event);
	log_info(err < 0 ? "Stopped after an error." : "Shutdown complete.");
	return err < 0 ? err : 0;
}
