/* SPDX-License-Identifier: GPL-2.0-only */
/* A result of nfp_check on standard output. */
#ifndef NFP_PRINT_H
#define NFP_PRINT_H

#include "check.h"

/* The findings, each with its source line, then one line of figures. */
void nfp_print_text(const struct nfp_check_result *result, const char *object,
		    const char *program, const struct nfp_caps *caps);

/* Every rule with its verdict, also those without a finding. */
void nfp_print_rules(const struct nfp_check_result *result);

/* All of it as one JSON object.  0 or negative errno. */
int nfp_print_json(const struct nfp_check_result *result, const char *object,
		   const char *program);

#endif
