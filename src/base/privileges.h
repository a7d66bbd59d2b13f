/* SPDX-License-Identifier: GPL-2.0-only */
/* What this process may do. */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

/* 0, or -EPERM with the capabilities that are missing logged. */
int privileges_check(void);

#endif
