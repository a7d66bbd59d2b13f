/* SPDX-License-Identifier: GPL-2.0-only */
/* Passes everything, and is not udplb's. */
__attribute__((section("xdp"))) int somebody_else(void *ctx);

int somebody_else(void *ctx)
{
	(void)ctx;
	return 2; /* XDP_PASS */
}
