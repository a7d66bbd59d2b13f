/* SPDX-License-Identifier: GPL-2.0-only */
/* What was found: one sentence each, with its rule, its verdict, its line. */
#ifndef NFP_REPORT_H
#define NFP_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Ordered: the worst finding of a rule is the rule's verdict. */
enum nfp_verdict {
	NFP_FINE,
	NFP_HINT, /* loads; slow, or a known defect of the driver is near */
	NFP_UNDECIDED, /* the card's driver has to say */
	NFP_REFUSED,
};

/* Every rule: X(identifier, name, what it demands). */
#define NFP_RULES(X)                                                           \
	X(PROGRAM, "program", "an XDP program without fragments or CO-RE")     \
	X(MAP_TYPE, "map-type", "plain HASH and ARRAY maps, no flags")         \
	X(MAP_SIZE, "map-size", "keys and values fit an element")              \
	X(MAP_BUDGET, "map-budget", "number of maps and of entries")           \
	X(GLOBAL, "global", "no global variables, constants or externs")       \
	X(HELPER, "helper", "only helpers that the card has")                  \
	X(INSTRUCTION, "instruction", "only instructions of -mcpu=v3")         \
	X(ACTION, "action", "ABORTED, DROP, PASS or TX")                       \
	X(CONTEXT, "context", "data and data_end of the context")              \
	X(PACKET, "packet", "packet accesses checked against data_end")        \
	X(PACKET_OFFSET, "packet-offset", "packet accesses before the split")  \
	X(STACK, "stack", "stack accesses at constant offsets, its size")      \
	X(MAP_VALUE, "map-value", "map values: constant offsets, no stores")   \
	X(MAP_WORD, "map-word", "a word of a map is read or counted")          \
	X(ATOMIC, "atomic", "atomic adds to map values only")                  \
	X(KEY, "key", "keys and values on the stack, aligned to 4")            \
	X(MULTIPLY, "multiply", "factors that are known to fit 32 bits")       \
	X(DIVIDE, "divide", "by constants, within 32 bits, no modulo")         \
	X(POINTER, "pointer", "pointers that the verifier can follow")         \
	X(FUNCTION, "function", "static functions, no recursion")              \
	X(LOOP, "loop", "loops and branches that can be followed")             \
	X(LENGTH, "length", "NFP instructions")                                \
	X(ADJUST_HEAD, "adjust-head", "one call with a small constant")        \
	X(JIT, "jit", "clear of the known defects of the driver's JIT")

#define NFP_RULE_ENUM_(id, name, text) NFP_RULE_##id,
enum nfp_rule { NFP_RULES(NFP_RULE_ENUM_) NFP_RULE_COUNT };
#undef NFP_RULE_ENUM_

struct nfp_where {
	const char *file; /* NULL: not a line of source */
	unsigned int line;
};

struct nfp_finding {
	enum nfp_rule rule;
	enum nfp_verdict verdict;
	struct nfp_where where;
	char *text;
};

struct nfp_report {
	struct nfp_finding *findings;
	size_t count;
	bool out_of_memory; /* a finding was lost: the report is void */
};

const char *nfp_rule_name(enum nfp_rule rule);
const char *nfp_rule_text(enum nfp_rule rule);
const char *nfp_verdict_name(enum nfp_verdict verdict);

/* Adds a finding, unless it is there already.  `where.file` is not copied. */
void nfp_report_add(struct nfp_report *report, enum nfp_rule rule,
		    enum nfp_verdict verdict, struct nfp_where where,
		    const char *format, ...)
	__attribute__((format(printf, 5, 6)));
enum nfp_verdict nfp_report_rule(const struct nfp_report *report,
				 enum nfp_rule rule);
/* The worst of all rules. */
enum nfp_verdict nfp_report_verdict(const struct nfp_report *report);
/* "file:line: verdict: text [rule]", one line each, worst first. */
void nfp_report_print(const struct nfp_report *report, FILE *out);
void nfp_report_free(struct nfp_report *report);

#endif
