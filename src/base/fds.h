/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptors: how many there may be, and some that are kept for what must not
 * fail for want of one, like asking the kernel whether our program is attached.
 * Health checks and clients may use up all others.
 */
#ifndef FDS_H
#define FDS_H

/* What a reload opens beside what is open: measured 59 for two instances. */
#define FDS_KEPT 64

/*
 * The soft limit becomes the hard one, as nothing here asks select(), which
 * ends at 1,024.  How many descriptors there may be then.
 */
unsigned long fds_raise(void);

/* What that would come to. */
unsigned long fds_limit_hard(void);

/*
 * Between these two, calls can open FDS_KEPT descriptors whatever others have;
 * they may be nested.  What is opened and stays is kept for nobody any more,
 * until there are free ones again.
 */
void fds_lend(void);
void fds_keep(void);

#endif
