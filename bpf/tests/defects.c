/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does the emulator show the JIT's known defects?  Each program of
 * hwtests/lab/defects runs on the host and, as the driver compiled it, on the
 * emulated card, with the same packets: they must differ, and only where the
 * program leaves its result.  One that no longer differs is either a fixed
 * driver or an emulator that has become blind.  An argument is the directory of
 * another kernel's images.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bpf/tests/engine/card.h"
#include "packet.h"

#define PACKETS 4000
#define LENGTH	96

static const char *directory = "build/lab/card";

static const struct defect {
	const char *name, *text;
	size_t result, length; /* where the program leaves it */
} defects[] = {
	{ "shift", "a shift by what one path has", 8, 4 },
	{ "multiply", "a multiplication as narrow as one path needs", 8, 4 },
	{ "add_int_min", "adding INT_MIN", 8, 8 },
	{ "compare_int_min", "comparing with INT_MIN", 8, 4 },
	{ "copy_register", "the register that a fused copy leaves", 48, 4 },
	{ "copy_overlap", "a fused copy onto what it reads", 6, 1 },
	{ "caller_stack", "a byte stored on the caller's stack", 8, 4 },
};

/* Words that have something to say about signs, carries and widths. */
static uint32_t random_word(struct card *c)
{
	static const uint32_t edges[] = { 0,	      1,	  0x7fffffff,
					  0x80000000, 0x80000001, 0xffffffff,
					  0xffff,     0x10000,	  5 };
	uint32_t choice = c->fw.maps.random(c);

	if (choice % 3)
		return c->fw.maps.random(c);
	return edges[choice / 3 % (sizeof(edges) / sizeof(edges[0]))];
}

static int run_host(int fd, const uint8_t *in, uint8_t *out, int *action)
{
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = in,
		.data_size_in = LENGTH,
		.data_out = out,
		.data_size_out = LENGTH,
		.repeat = 1,
	};
	int err = bpf_prog_test_run_opts(fd, &opts);

	*action = (int)opts.retval;
	return err;
}

static void print_bytes(const char *title, const uint8_t *p, size_t length)
{
	printf("# %-8s", title);
	for (size_t i = 0; i < length; i++)
		printf(" %02x", p[i]);
	putchar('\n');
}

/* The first difference, as a report to the driver's authors would have it. */
static void show(const struct defect *d, const uint8_t *in, const uint8_t *host,
		 const uint8_t *card)
{
	print_bytes("packet", in, 16);
	print_bytes("host", host + d->result, d->length);
	print_bytes("card", card + d->result, d->length);
}

/*
 * How many packets differ in the result alone; -1 if they differ elsewhere or
 * one does not run.
 */
static int count_differences(const struct defect *d, struct card *c, int fd)
{
	uint8_t in[LENGTH], host[LENGTH], card[LENGTH];
	int action, differences = 0;

	for (int i = 0; i < PACKETS; i++) {
		for (size_t at = 0; at < LENGTH; at += 4)
			packet_put32(in + at, random_word(c));
		if (run_host(fd, in, host, &action) ||
		    !nfp_fw_run(&c->fw, in, LENGTH) || c->fw.length != LENGTH ||
		    c->fw.verdict != NFP_FW_PASS || action != XDP_PASS)
			return -1;
		memcpy(card, c->fw.frame, LENGTH);
		if (memcmp(host, card, LENGTH) && !differences++)
			show(d, in, host, card);
		memcpy(card + d->result, host + d->result, d->length);
		if (memcmp(host, card, LENGTH))
			return -1;
	}
	return differences;
}

static int load_host(const char *prefix, struct bpf_object **object)
{
	struct bpf_program *program;
	char path[256];
	int err;

	snprintf(path, sizeof(path), "%s.bpf.o", prefix);
	*object = bpf_object__open_file(path, NULL);
	if (!*object)
		return -errno;
	err = bpf_object__load(*object);
	if (err)
		return err;
	program = bpf_object__find_program_by_name(*object, "defect");
	return program ? bpf_program__fd(program) : -ENOENT;
}

static int differences_of(const struct defect *d)
{
	struct bpf_object *object = NULL;
	static struct card card;
	char prefix[200];
	int fd, differences = -1;

	snprintf(prefix, sizeof(prefix), "%s/%s", directory, d->name);
	if (card_load(&card, prefix))
		return -1;
	fd = load_host(prefix, &object);
	if (fd >= 0)
		differences = count_differences(d, &card, fd);
	bpf_object__close(object);
	card_free(&card);
	return differences;
}

int main(int argc, char **argv)
{
	int n = (int)(sizeof(defects) / sizeof(defects[0])), bad = 0;

	if (argc > 1)
		directory = argv[1];
	/* Why a program has no BTF interests nobody. */
	libbpf_set_print(NULL);
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		int differences = differences_of(&defects[i]);

		bad += differences <= 0;
		printf("%sok %d - %s: %s", differences > 0 ? "" : "not ", i + 1,
		       defects[i].name, defects[i].text);
		if (differences >= 0)
			printf(": %d of %d packets differ\n", differences,
			       PACKETS);
		else
			puts(": does not run, or differs elsewhere");
	}
	return bad ? 1 : 0;
}
