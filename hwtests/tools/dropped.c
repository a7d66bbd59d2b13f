/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dropped NETNS...: how many packets the kernel has dropped so far in queues
 * that were full: of this machine's CPUs (softnet), and of the interfaces and
 * UDP sockets of these namespaces (files).
 */
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE    1024
#define COLUMNS_MAX  32
#define RX_DROP	     3 /* of /proc/net/dev */
#define TX_DROP	     11
#define SOFTNET_DROP 1

static FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	return file;
}

/* The words of a line, which is cut up. */
static int split(char *line, char *words[COLUMNS_MAX])
{
	int n = 0;

	for (char *word = strtok(line, " \n"); word && n < COLUMNS_MAX;
	     word = strtok(NULL, " \n"))
		words[n++] = word;
	return n;
}

static uint64_t of_cpus(void)
{
	FILE *file = open_file("/proc/net/softnet_stat");
	char line[LINE_SIZE], *words[COLUMNS_MAX];
	uint64_t sum = 0;

	while (fgets(line, sizeof(line), file))
		if (split(line, words) > SOFTNET_DROP)
			sum += strtoull(words[SOFTNET_DROP], NULL, 16);
	fclose(file);
	return sum;
}

static uint64_t of_interfaces(void)
{
	FILE *file = open_file("/proc/thread-self/net/dev");
	char line[LINE_SIZE], *words[COLUMNS_MAX], *colon;
	uint64_t sum = 0;

	while (fgets(line, sizeof(line), file)) {
		colon = strchr(line, ':');
		if (colon && split(colon + 1, words) > TX_DROP)
			sum += strtoull(words[RX_DROP], NULL, 10) +
			       strtoull(words[TX_DROP], NULL, 10);
	}
	fclose(file);
	return sum;
}

/* Lines in pairs: names, and numbers. */
static uint64_t of_sockets(void)
{
	FILE *file = open_file("/proc/thread-self/net/snmp");
	char names[LINE_SIZE], line[LINE_SIZE];
	char *name[COLUMNS_MAX], *value[COLUMNS_MAX];
	uint64_t sum = 0;
	int n;

	while (fgets(names, sizeof(names), file) &&
	       fgets(line, sizeof(line), file)) {
		n = split(names, name);
		if (split(line, value) != n || strcmp(name[0], "Udp:") != 0)
			continue;
		for (int i = 1; i < n; i++)
			if (strstr(name[i], "bufErrors"))
				sum += strtoull(value[i], NULL, 10);
	}
	fclose(file);
	return sum;
}

static void enter(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET)) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	close(fd);
}

int main(int argc, char **argv)
{
	uint64_t sum = of_cpus();

	for (int i = 1; i < argc; i++) {
		enter(argv[i]);
		sum += of_interfaces() + of_sockets();
	}
	printf("%" PRIu64 "\n", sum);
	return 0;
}
