/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A configuration, and how the messages about it begin: all of them, in their
 * order.  The file is called "f".  Configurations are put together from these.
 */
#ifndef CONFIG_CASES_H
#define CONFIG_CASES_H

#include <stddef.h>

#define CASE_MESSAGES 5

struct config_case {
	const char *name;
	const char *text;
	size_t length;
	const char *messages[CASE_MESSAGES];
};

#define CASE(name, text, ...)                                                  \
	{                                                                      \
		name, text, sizeof(text) - 1,                                  \
		{                                                              \
			__VA_ARGS__                                            \
		}                                                              \
	}
#define SOUND(name, text) CASE(name, text, NULL)

/* Line 1 and 2; the first service begins in line 3. */
#define TOP "interface: eth0\nservices:\n"
#define SERVICE(address, ports)                                                \
	"  - address: " address "\n    ports: " ports "\n"
#define BACKEND	       "    backends: [{address: 10.0.0.2}]\n"
#define BACKENDS(list) "    backends: " list "\n"
#define PLAIN	       SERVICE("10.0.0.1", "53") BACKEND
/* A key of the top in line 1, in front of a sound configuration. */
#define TOP_KEY(key) key "\n" TOP PLAIN
/* A key of the service in line 6. */
#define SERVICE_KEY(key) TOP PLAIN "    " key "\n"
/* A backend in line 5. */
#define ONE_BACKEND(keys) TOP SERVICE("10.0.0.1", "53") BACKENDS("[{" keys "}]")
/* The same for an IPv6 service. */
#define SERVICE6	  SERVICE("\"2001:db8::1\"", "53")
#define BACKEND6	  BACKENDS("[{address: \"2001:db8::2\"}]")
#define PLAIN6		  SERVICE6 BACKEND6
#define SERVICE6_KEY(key) TOP PLAIN6 "    " key "\n"

#endif
