/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What this configuration needs.  The loader knows, and writes it into the
 * program; a global would be a map that the card does not have.
 */
#ifndef LB_FEATURES_H
#define LB_FEATURES_H

/* The Makefile says which variant this is. */
#ifndef LB_VARIANT
#define LB_VARIANT LB_VARIANT_all
#endif

/* Where there is room for a second pipeline, see plain.h. */
#define LB_HAS_PLAIN                                                           \
	(LB_VARIANT == LB_VARIANT_nat4 || LB_VARIANT == LB_VARIANT_snat4 ||    \
	 LB_VARIANT == LB_VARIANT_all)

#define feature(name)                                                          \
	({                                                                     \
		__u32 on_ = 0;                                                 \
		if (LB_VARIANT & 1U << LB_FEATURE_##name)                      \
			asm volatile(                                          \
				"%0 = %1"                                      \
				: "=w"(on_)                                    \
				: "i"(LB_FEATURE_MAGIC + LB_FEATURE_##name));  \
		on_;                                                           \
	})

#endif
