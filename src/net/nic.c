/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The old ioctls, not ethtool's netlink: that one has no driver counters, and
 * they are what we are here for.
 */
#include "net/nic.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Queues come and go between two questions, and their counters with them. */
#define TRIES 5

_Static_assert(sizeof(((struct nic_stat *)0)->name) == ETH_GSTRING_LEN,
	       "a counter's name is ethtool's");

struct device {
	int fd;
	struct ifreq ifreq;
};

static int device_open(struct device *device, const char *interface)
{
	size_t length = strlen(interface);

	memset(device, 0, sizeof(*device));
	if (length >= sizeof(device->ifreq.ifr_name))
		return -ENODEV;
	memcpy(device->ifreq.ifr_name, interface, length);
	device->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return device->fd < 0 ? -errno : 0;
}

static int device_ioctl(struct device *device, void *command)
{
	device->ifreq.ifr_data = command;
	return ioctl(device->fd, SIOCETHTOOL, &device->ifreq) ? -errno : 0;
}

static void copy_text(char *to, const char *from, size_t size)
{
	memcpy(to, from, size);
	to[size - 1] = '\0';
}

static int read_driver(struct device *device, struct nic *out)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	int err = device_ioctl(device, &info);

	/* The loopback has no driver and is an interface all the same. */
	if (err && err != -EOPNOTSUPP)
		return err;
	copy_text(out->driver, info.driver, sizeof(out->driver));
	copy_text(out->firmware, info.fw_version, sizeof(out->firmware));
	copy_text(out->bus, info.bus_info, sizeof(out->bus));
	return 0;
}

static int count_stats(struct device *device, uint32_t *count)
{
	union {
		struct ethtool_sset_info info;
		char room[sizeof(struct ethtool_sset_info) + sizeof(*count)];
	} set = { .info = { .cmd = ETHTOOL_GSSET_INFO,
			    .sset_mask = 1ULL << ETH_SS_STATS } };
	int err = device_ioctl(device, &set);

	*count = 0;
	if (err)
		return err == -EOPNOTSUPP ? 0 : err;
	if (set.info.sset_mask)
		*count = set.info.data[0];
	return 0;
}

/* -EAGAIN where there are no longer as many. */
static int read_names(struct device *device, struct ethtool_gstrings *names,
		      uint32_t count)
{
	int err;

	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_STATS;
	names->len = count;
	err = device_ioctl(device, names);
	if (!err && names->len != count)
		err = -EAGAIN;
	return err;
}

static int read_values(struct device *device, struct ethtool_stats *values,
		       uint32_t count)
{
	int err;

	values->cmd = ETHTOOL_GSTATS;
	values->n_stats = count;
	err = device_ioctl(device, values);
	if (!err && values->n_stats != count)
		err = -EAGAIN;
	return err;
}

static int store_stats(struct nic *out, const struct ethtool_gstrings *names,
		       const struct ethtool_stats *values)
{
	struct nic_stat *stats =
		realloc(out->stats, names->len * sizeof(*stats));

	if (!stats)
		return -ENOMEM;
	for (size_t i = 0; i < names->len; i++) {
		copy_text(stats[i].name,
			  (const char *)names->data + i * ETH_GSTRING_LEN,
			  ETH_GSTRING_LEN);
		stats[i].value = values->data[i];
	}
	out->stats = stats;
	out->n_stats = names->len;
	return 0;
}

static int read_stats(struct device *device, struct nic *out)
{
	struct ethtool_gstrings *names;
	struct ethtool_stats *values;
	uint32_t count;
	size_t room;
	int err;

	err = count_stats(device, &count);
	if (err)
		return err;
	if (!count) {
		out->n_stats = 0;
		return 0;
	}
	/*
	 * An older kernel writes as many as there are by now, however many were
	 * asked for (ethtool_get_stats() in net/ethtool/ioctl.c): leave room.
	 */
	room = 2 * (size_t)count;
	names = calloc(1, sizeof(*names) + room * ETH_GSTRING_LEN);
	values = calloc(1, sizeof(*values) + room * sizeof(values->data[0]));
	err = -ENOMEM;
	if (!names || !values)
		goto out;
	err = read_names(device, names, count);
	if (!err)
		err = read_values(device, values, count);
	if (!err)
		err = store_stats(out, names, values);
out:
	free(names);
	free(values);
	return err;
}

int nic_read(const char *interface, struct nic *out)
{
	struct device device;
	int err;

	err = device_open(&device, interface);
	if (err)
		return err;
	err = read_driver(&device, out);
	if (!err)
		err = read_stats(&device, out);
	for (int i = 1; i < TRIES && err == -EAGAIN; i++)
		err = read_stats(&device, out);
	close(device.fd);
	return err;
}

void nic_free(struct nic *nic)
{
	free(nic->stats);
	nic->stats = NULL;
	nic->n_stats = 0;
}
