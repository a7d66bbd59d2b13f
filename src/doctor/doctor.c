/* SPDX-License-Identifier: GPL-2.0-only */
#include "doctor/doctor.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "doctor/facts.h"
#include "doctor/network.h"
#include "doctor/setup.h"
#include "base/log.h"
#include "base/privileges.h"
#include "net/nl.h"

static const char *level_name(enum doctor_level level)
{
	return level == DOCTOR_PROBLEM ? "problem" : "hint";
}

static json_t *describe_findings(const struct doctor_report *report)
{
	json_t *findings = json_array();

	for (size_t i = 0; i < report->n; i++) {
		const struct doctor_finding *f = &report->finding[i];

		json_array_append_new(findings,
				      json_pack("{s:s, s:s, s:s, s:s}", "level",
						level_name(f->level), "what",
						f->what, "why", f->why, "mend",
						f->mend));
	}
	return findings;
}

static json_t *describe_service(const struct model_service *service,
				const struct addr own[2])
{
	struct doctor_lines lines = { 0 };
	json_t *commands = json_array();
	char vip[ADDR_STRLEN];

	doctor_setup(&lines, service, own);
	for (size_t i = 0; i < lines.n; i++)
		json_array_append_new(commands, json_string(lines.line[i]));
	doctor_lines_free(&lines);
	return json_pack("{s:s, s:s, s:s, s:o}", "name", service->name,
			 "address", addr_format(&service->address, vip),
			 "forward", model_forward_name(service->forward),
			 "on_backends", commands);
}

static json_t *describe(const struct doctor_report *report,
			const struct doctor_facts *facts)
{
	const struct model *model = facts->model;
	json_t *services = json_array();

	for (size_t i = 0; i < model->n_services; i++)
		json_array_append_new(
			services,
			describe_service(&model->services[i], facts->own));
	return json_pack("{s:s, s:o, s:o}", "interface", model->interface,
			 "findings", describe_findings(report), "services",
			 services);
}

/* Each line of text, indented. */
static void print_lines(const char *indent, const char *text)
{
	size_t length;

	for (; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		printf("%s%.*s\n", indent, (int)length, text);
	}
}

static void print_text(const json_t *facts)
{
	const char *level, *what, *why, *mend, *name, *address, *forward;
	json_t *finding, *service, *commands, *command;
	size_t i, k;

	json_array_foreach(json_object_get(facts, "findings"), i, finding)
	{
		json_unpack(finding, "{s:s, s:s, s:s, s:s}", "level", &level,
			    "what", &what, "why", &why, "mend", &mend);
		printf("%s: %s:\n  %s\n", level, what, why);
		print_lines("    ", mend);
	}
	if (!i)
		printf("%s: nothing to mend\n",
		       json_string_value(json_object_get(facts, "interface")));
	json_array_foreach(json_object_get(facts, "services"), i, service)
	{
		json_unpack(service, "{s:s, s:s, s:s, s:o}", "name", &name,
			    "address", &address, "forward", &forward,
			    "on_backends", &commands);
		printf("\nservice %s (%s, forward: %s), on its backends:\n",
		       name, address, forward);
		json_array_foreach(commands, k, command)
			printf("    %s\n", json_string_value(command));
	}
}

static enum doctor_verdict print(const struct doctor_report *report,
				 const struct doctor_facts *facts, bool json)
{
	json_t *all = describe(report, facts);

	if (!all || report->failed) {
		json_decref(all);
		log_error("out of memory");
		return DOCTOR_CANNOT_TELL;
	}
	if (json) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_text(all);
	}
	json_decref(all);
	return doctor_report_problems(report) ? DOCTOR_FOUND : DOCTOR_HEALTHY;
}

enum doctor_verdict doctor_run(const struct model *model, bool json,
			       bool ask_network)
{
	enum doctor_verdict verdict = DOCTOR_CANNOT_TELL;
	struct doctor_report report = { 0 };
	struct doctor_facts facts;

	if (nl_link_index(model->interface) < 0 || privileges_check() ||
	    doctor_facts_read(&facts, model))
		return DOCTOR_CANNOT_TELL;
	if (!ask_network || !doctor_network_ask(&facts)) {
		doctor_judge(&report, &facts);
		verdict = print(&report, &facts, json);
	}
	doctor_report_free(&report);
	doctor_facts_free(&facts);
	return verdict;
}
