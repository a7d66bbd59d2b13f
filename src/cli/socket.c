/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/socket.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/run_path.h"

#define SUFFIX ".sock"

/* What a killed udplb left is there, but nobody answers. */
static bool answers(const char *directory, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool yes;

	snprintf(address.sun_path, sizeof(address.sun_path), "%.60s/%.46s",
		 directory, name);
	yes = fd >= 0 &&
	      !connect(fd, (struct sockaddr *)&address, sizeof(address));
	if (fd >= 0)
		close(fd);
	return yes;
}

static int is_socket(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return *entry->d_name != '.' && n > strlen(SUFFIX) &&
	       !strcmp(entry->d_name + n - strlen(SUFFIX), SUFFIX);
}

/* Keeps those for which it is so, unless that is nobody. */
static int keep(struct dirent **list, int n, const bool *wanted)
{
	int kept = 0;

	for (int i = 0; i < n; i++)
		kept += wanted[i];
	if (!kept)
		return n;
	kept = 0;
	for (int i = 0; i < n; i++) {
		if (wanted[i])
			list[kept++] = list[i];
		else
			free(list[i]);
	}
	return kept;
}

/* Of this network namespace, if there is one; that answer, if one does. */
static int narrow(const char *directory, struct dirent **list, int n)
{
	bool *wanted = calloc((size_t)n + 1, sizeof(*wanted));

	if (!wanted)
		return n;
	for (int i = 0; i < n; i++)
		wanted[i] = run_path_is_here(list[i]->d_name, SUFFIX);
	n = keep(list, n, wanted);
	for (int i = 0; n > 1 && i < n; i++)
		wanted[i] = answers(directory, list[i]->d_name);
	if (n > 1)
		n = keep(list, n, wanted);
	free(wanted);
	return n;
}

static int fail_none(const char *directory)
{
	fprintf(stderr,
		"udplb: no udplb runs here: %s has no socket of one.  Start "
		"it ('systemctl start udplb'), or name its admin.socket with "
		"--socket.\n",
		directory);
	return CLI_NO_DAEMON;
}

/* A name of another network namespace says nothing in this one. */
static int fail_several(const char *directory, struct dirent **list, int n)
{
	fprintf(stderr,
		"udplb: several udplb run here; repeat the command with one "
		"of these:\n");
	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name, *at = strrchr(name, '@');

		if (at && run_path_is_here(name, SUFFIX))
			fprintf(stderr, "  --interface '%.*s'\n",
				(int)(at - name), name);
		else
			fprintf(stderr, "  --socket '%s/%s'\n", directory,
				name);
	}
	return CLI_USAGE;
}

static int find_only(char **path)
{
	char *directory = run_path_directory();
	struct dirent **list = NULL;
	int status = 0, n;

	n = directory ? scandir(directory, &list, is_socket, alphasort) : 0;
	n = n > 0 ? narrow(directory, list, n) : 0;
	if (!n)
		status = fail_none(directory);
	else if (n > 1)
		status = fail_several(directory, list, n);
	else if (asprintf(path, "%s/%s", directory, list[0]->d_name) < 0)
		*path = NULL;
	for (int i = 0; i < n; i++)
		free(list[i]);
	free(list);
	free(directory);
	return status;
}

int cli_socket_find(const struct cli_options *options, char **path)
{
	int status = 0;

	*path = NULL;
	if (options->socket)
		*path = strdup(options->socket);
	else if (options->interface)
		*path = run_path(options->interface, SUFFIX);
	else
		status = find_only(path);
	if (!status && !*path) {
		fprintf(stderr, "udplb: no memory\n");
		status = EXIT_FAILURE;
	}
	return status;
}
