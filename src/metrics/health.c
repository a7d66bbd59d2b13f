/* SPDX-License-Identifier: GPL-2.0-only */
#include "metrics/health.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum figure {
	CHECKS,
	FAILURES,
	SKIPPED,
	LATENCY,
	STATE,
};

static void write_figure(struct expo *expo, enum figure figure,
			 const struct backend_health *health,
			 const struct expo_label labels[2])
{
	switch (figure) {
	case CHECKS:
		expo_sample_u64(expo, health->checks, labels, 2);
		break;
	case FAILURES:
		expo_sample_u64(expo, health->failed, labels, 2);
		break;
	case SKIPPED:
		expo_sample_u64(expo, health->skipped, labels, 2);
		break;
	case LATENCY:
		if (health->latency_seconds > 0)
			expo_sample(expo, health->latency_seconds, labels, 2);
		break;
	case STATE:
		expo_sample(expo, health->since_seconds, labels, 2);
		break;
	}
}

static void write_service(struct expo *expo, const struct snapshot *s,
			  const struct plan_service *service,
			  enum figure figure)
{
	const struct model_service *config = service->config;
	char endpoint[ENDPOINT_STRLEN];
	const struct expo_label labels[] = {
		{ "service", config->name },
		{ "backend", endpoint },
	};

	for (size_t k = 0; k < config->n_backends; k++) {
		const struct backend_health *health =
			&s->backends[service->first_backend + k].health;

		if (health->type == HEALTH_NONE)
			continue;
		model_backend_name(&config->backends[k], endpoint);
		write_figure(expo, figure, health, labels);
	}
}

static void write_skipped(struct expo *expo, const struct snapshot *s)
{
	expo_family(expo, "udplb_health_skipped_total", EXPO_COUNTER,
		    "Health checks that could not be made, or not judged, by "
		    "what this host lacked");
	for (int i = 1; i < HEALTH_LACKS; i++) {
		const struct expo_label lack = {
			"lack", health_lack_name((enum health_lack)i)
		};

		expo_sample_u64(expo, s->skipped[i], &lack, 1);
	}
}

void metrics_health_write(struct expo *expo, const struct snapshot *s)
{
	static const struct {
		const char *name;
		enum expo_type type;
		enum figure figure;
		const char *help;
	} families[] = {
		{ "udplb_backend_health_checks_total", EXPO_COUNTER, CHECKS,
		  "Health checks of the backend that came to an end" },
		{ "udplb_backend_health_failures_total", EXPO_COUNTER, FAILURES,
		  "Health checks of the backend without a good answer" },
		{ "udplb_backend_health_skipped_total", EXPO_COUNTER, SKIPPED,
		  "Health checks that could not be made for want of something "
		  "on this host; they say nothing of the backend" },
		{ "udplb_backend_health_latency_seconds", EXPO_GAUGE, LATENCY,
		  "Time that the backend's last good answer took" },
		{ "udplb_backend_health_state_seconds", EXPO_GAUGE, STATE,
		  "Time since health checks last changed their mind about the "
		  "backend" },
	};

	write_skipped(expo, s);
	for (size_t i = 0; i < COUNT(families); i++) {
		expo_family(expo, families[i].name, families[i].type,
			    families[i].help);
		for (size_t k = 0; k < s->plan->n_services; k++)
			write_service(expo, s, &s->plan->services[k],
				      families[i].figure);
	}
}
