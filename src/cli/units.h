/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers as people read them; each returns buf. */
#ifndef CLI_UNITS_H
#define CLI_UNITS_H

#define CLI_UNITS_SIZE 32

/* "0", "0.4", "999", "1.23k", "45.6M" */
const char *cli_units_count(double value, char buf[CLI_UNITS_SIZE]);

/* "12s", "5m 10s", "4h 5m", "3d 4h" */
const char *cli_units_duration(double seconds, char buf[CLI_UNITS_SIZE]);

/* "850ns", "1.2us", "34ms", "1.5s" */
const char *cli_units_time(double seconds, char buf[CLI_UNITS_SIZE]);

#endif
