/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * damage SECONDS SEED OUT OBJECT...: damages object files and judges each, as
 * nfp_check does.  It may be refused, but nothing may end by it; if something
 * does, the damaged file is left at OUT.  The same damage for the same seed.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "offload/check/check.h"
#include "offload/check/guard.h"

#define OBJECT_MAX (1U << 20)

static uint64_t state;

/* splitmix64, https://prng.di.unimi.it/splitmix64.c */
static uint64_t draw(uint64_t below)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return below ? (z ^ z >> 31) % below : 0;
}

static uint64_t odd_number(size_t size)
{
	const uint64_t numbers[] = { 0,		 1,	     size,
				     size - 1,	 size + 1,   0x7fffffff,
				     0x80000000, 0xffffffff, ~0ULL,
				     1ULL << 63, draw(64),   draw(~0ULL) };

	return numbers[draw(sizeof(numbers) / sizeof(*numbers))];
}

/* The ELF header, the section headers at the end, or anywhere. */
static size_t place(size_t size)
{
	switch (draw(4)) {
	case 0:
		return draw(64 < size ? 64 : size);
	case 1:
		return size - 1 - draw(size < 2048 ? size : 2048);
	default:
		return draw(size);
	}
}

static void damage(uint8_t *bytes, size_t *size)
{
	const size_t at = place(*size), width = 1U << draw(4);
	const uint64_t number = odd_number(*size);

	if (!draw(16)) {
		*size = at + 1;
	} else if (!draw(3)) {
		bytes[at] ^= 1U << draw(8);
	} else if (at + width <= *size) {
		memcpy(bytes + at, &number, width);
	}
}

static bool write_file(const char *path, const uint8_t *bytes, size_t size)
{
	FILE *file = fopen(path, "we");
	bool ok = file && fwrite(bytes, 1, size, file) == size;

	return file && !fclose(file) && ok;
}

/* Damaged by the seed, to OUT. */
static bool make(const char *object, uint64_t seed, const char *out)
{
	static uint8_t bytes[OBJECT_MAX];
	FILE *file = fopen(object, "re");
	size_t size = file ? fread(bytes, 1, sizeof(bytes), file) : 0;

	if (file)
		fclose(file);
	if (!size)
		return false;
	state = seed;
	for (uint64_t n = 1 + draw(6); n; n--)
		damage(bytes, &size);
	return write_file(out, bytes, size);
}

/* Which of the two it is does not matter here. */
static int judge(void *arg)
{
	const struct nfp_check_plan plan = { .mtu = 1500 };
	struct nfp_check_result result;
	char why[256];
	int err = nfp_check_object(&result, arg, "prog", &nfp_caps_default,
				   &plan, why, sizeof(why));

	nfp_check_free(&result);
	return err ? 2 : 0;
}

struct counts {
	unsigned long judged, refused, crashed;
};

/* False: not by a crash of libbpf, which is caught, but of ours. */
static bool try(char *path, struct counts *counts)
{
	char why[256] = "";
	int status = nfp_guard(judge, path, why, sizeof(why));

	counts->judged++;
	counts->refused += status == 2;
	counts->crashed += status < 0;
	if (status == 0 || status == 2 || strstr(why, "damaged: libbpf"))
		return true;
	printf("not ok 1 - %s: status %d %s\n", path, status, why);
	return false;
}

int main(int argc, char **argv)
{
	struct counts counts = { 0 };
	const time_t end = time(NULL) + (argc > 4 ? atoi(argv[1]) : 0);
	uint64_t seed = argc > 4 ? strtoull(argv[2], NULL, 10) : 0;

	if (argc < 5)
		return 2;
	for (; time(NULL) < end; seed++)
		if (!make(argv[4 + seed % (uint64_t)(argc - 4)], seed,
			  argv[3]) ||
		    !try(argv[3], &counts))
			return 1;
	printf("ok 1 - of %lu damaged objects %lu are refused, and in %lu "
	       "libbpf crashes without consequence\n",
	       counts.judged, counts.refused, counts.crashed);
	return 0;
}
