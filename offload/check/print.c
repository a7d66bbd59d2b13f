/* SPDX-License-Identifier: GPL-2.0-only */
#include "print.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

static json_t *findings_json(const struct nfp_report *report)
{
	json_t *list = json_array();

	for (size_t i = 0; i < report->count; i++) {
		const struct nfp_finding *f = &report->findings[i];

		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s?, s:i, s:s}", "rule",
					nfp_rule_name(f->rule), "verdict",
					nfp_verdict_name(f->verdict), "file",
					f->where.file, "line",
					(int)f->where.line, "text", f->text));
	}
	return list;
}

static json_t *rules_json(const struct nfp_report *report)
{
	json_t *rules = json_object();

	for (int rule = 0; rule < NFP_RULE_COUNT; rule++)
		json_object_set_new(
			rules, nfp_rule_name((enum nfp_rule)rule),
			json_string(nfp_verdict_name(
				nfp_report_rule(report, (enum nfp_rule)rule))));
	return rules;
}

int nfp_print_json(const struct nfp_check_result *r, const char *object,
		   const char *program)
{
	json_t *root = json_pack(
		"{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:I, s:o, s:o}",
		"object", object, "program", program, "verdict",
		nfp_verdict_name(nfp_report_verdict(&r->report)),
		"bpf_instructions", (int)r->bpf_insns, "nfp_instructions",
		(int)r->nfp_insns, "stack_bytes", (int)r->stack_bytes,
		"packet_bytes", (int)r->packet_bytes, "maps", (int)r->maps,
		"entries", (json_int_t)r->entries, "rules",
		rules_json(&r->report), "findings", findings_json(&r->report));
	int err;

	if (!root)
		return -ENOMEM;
	err = json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
	return err ? -EIO : 0;
}

void nfp_print_rules(const struct nfp_check_result *r)
{
	for (int rule = 0; rule < NFP_RULE_COUNT; rule++)
		printf("%-14s %-14s %s\n", nfp_rule_name((enum nfp_rule)rule),
		       nfp_verdict_name(nfp_report_rule(&r->report,
							(enum nfp_rule)rule)),
		       nfp_rule_text((enum nfp_rule)rule));
}

void nfp_print_text(const struct nfp_check_result *r, const char *object,
		    const char *program, const struct nfp_caps *caps)
{
	nfp_report_print(&r->report, stdout);
	printf("%s: %s: %s; %u BPF, %s %u NFP instructions of %u, stack %u "
	       "of %u bytes, %u maps with %llu entries of %u\n",
	       object, program,
	       nfp_verdict_name(nfp_report_verdict(&r->report)), r->bpf_insns,
	       r->complete ? "about" : "at least", r->nfp_insns,
	       caps->max_insns, r->stack_bytes, caps->stack_bytes, r->maps,
	       (unsigned long long)r->entries, caps->max_entries);
}
