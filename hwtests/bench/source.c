/* SPDX-License-Identifier: GPL-2.0-only */
#include "source.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

static int program_fd(const struct source *source, const char *name)
{
	return bpf_program__fd(
		bpf_object__find_program_by_name(source->object, name));
}

int source_open(struct source *source, const char *file)
{
	int err;

	source->object = bpf_object__open_file(file, NULL);
	if (!source->object)
		return -errno;
	err = bpf_object__load(source->object);
	if (err)
		return err;
	source->harness = program_fd(source, "harness");
	source->generate = program_fd(source, "generate");
	source->sink = program_fd(source, "sink");
	source->under_test =
		bpf_object__find_map_fd_by_name(source->object, "under_test");
	source->counts =
		bpf_object__find_map_fd_by_name(source->object, "counts");
	return 0;
}

void source_close(struct source *source)
{
	bpf_object__close(source->object);
	source->object = NULL;
}

int source_set(const struct source *source, const struct traffic *traffic)
{
	int fd = bpf_object__find_map_fd_by_name(source->object, ".bss");
	uint32_t zero = 0;

	return bpf_map_update_elem(fd, &zero, traffic, BPF_ANY);
}

void source_header(struct traffic *traffic, const uint8_t *bytes, size_t length)
{
	memset(&traffic->header, 0, sizeof(traffic->header));
	memcpy(&traffic->header, bytes,
	       length < TRAFFIC_HEADER ? length : TRAFFIC_HEADER);
	traffic->length = (uint32_t)length;
	traffic->restore = TRAFFIC_SHORT;
}
