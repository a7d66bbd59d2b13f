/* SPDX-License-Identifier: GPL-2.0-only */
/* The classic format, in the byte order of the machine (pcap-savefile(5)). */
#include <errno.h>

#include "pcap.h"

#define MAGIC_MICROSECONDS 0xa1b2c3d4
#define LINKTYPE_ETHERNET  1
#define SNAPSHOT_LENGTH	   65535

struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy;
	uint32_t snapshot_length;
	uint32_t link_type;
};

struct record_header {
	uint32_t seconds, microseconds;
	uint32_t captured, length;
};

int pcap_begin(FILE *file)
{
	struct file_header h = {
		.magic = MAGIC_MICROSECONDS,
		.major = 2,
		.minor = 4,
		.snapshot_length = SNAPSHOT_LENGTH,
		.link_type = LINKTYPE_ETHERNET,
	};

	return fwrite(&h, sizeof(h), 1, file) == 1 ? 0 : -EIO;
}

int pcap_write(FILE *file, uint32_t seconds, const uint8_t *frame,
	       size_t length)
{
	struct record_header h = {
		.seconds = seconds,
		.captured = (uint32_t)length,
		.length = (uint32_t)length,
	};

	if (fwrite(&h, sizeof(h), 1, file) != 1 ||
	    fwrite(frame, 1, length, file) != length)
		return -EIO;
	return 0;
}
