/* SPDX-License-Identifier: GPL-2.0-only */
#include "net/ethtool.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct asking {
	int fd;
	struct ifreq ifreq;
};

static int ask(struct asking *asking, void *command)
{
	asking->ifreq.ifr_data = command;
	return ioctl(asking->fd, SIOCETHTOOL, &asking->ifreq) ? -errno : 0;
}

static void read_rings(struct asking *asking, struct ethtool_settings *out)
{
	struct ethtool_ringparam rings = { .cmd = ETHTOOL_GRINGPARAM };

	if (ask(asking, &rings))
		return;
	out->rx_ring = rings.rx_pending;
	out->rx_ring_max = rings.rx_max_pending;
}

/* Some drivers have channels that receive and send, some have both kinds. */
static void read_channels(struct asking *asking, struct ethtool_settings *out)
{
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };

	if (ask(asking, &channels) || !channels.max_combined)
		return;
	out->channels = channels.combined_count;
	out->channels_max = channels.max_combined;
}

static uint32_t count_features(struct asking *asking)
{
	union {
		struct ethtool_sset_info info;
		char room[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)];
	} set = { .info = { .cmd = ETHTOOL_GSSET_INFO,
			    .sset_mask = 1ULL << ETH_SS_FEATURES } };

	if (ask(asking, &set) || !set.info.sset_mask)
		return 0;
	return set.info.data[0];
}

static bool is_active(const struct ethtool_gstrings *names,
		      const struct ethtool_gfeatures *features,
		      const char *name)
{
	for (uint32_t i = 0; i < names->len; i++)
		if (!strncmp((const char *)names->data +
				     (size_t)i * ETH_GSTRING_LEN,
			     name, ETH_GSTRING_LEN))
			return features->features[i / 32].active >> i % 32 & 1;
	return false;
}

/* Features have names only; their numbers differ from kernel to kernel. */
static void read_features(struct asking *asking, struct ethtool_settings *out)
{
	const uint32_t n = count_features(asking), blocks = (n + 31) / 32;
	struct ethtool_gfeatures *features;
	struct ethtool_gstrings *names;

	names = calloc(1, sizeof(*names) + (size_t)n * ETH_GSTRING_LEN);
	features = calloc(1, sizeof(*features) +
				     blocks * sizeof(features->features[0]));
	if (!names || !features || !n)
		goto out;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = n;
	features->cmd = ETHTOOL_GFEATURES;
	features->size = blocks;
	if (ask(asking, names) || ask(asking, features) || names->len > n)
		goto out;
	out->lro = is_active(names, features, "rx-lro");
	out->gro_hw = is_active(names, features, "rx-gro-hw");
	out->rx_vlan = is_active(names, features, "rx-vlan-hw-parse");
	out->rx_vlan_filter = is_active(names, features, "rx-vlan-filter");
out:
	free(features);
	free(names);
}

static int open_asking(struct asking *asking, const char *interface)
{
	*asking = (struct asking){
		.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
	};
	snprintf(asking->ifreq.ifr_name, sizeof(asking->ifreq.ifr_name), "%s",
		 interface);
	return asking->fd < 0 ? -errno : 0;
}

int ethtool_read_features(const char *interface, struct ethtool_settings *out)
{
	struct asking asking;
	int err = open_asking(&asking, interface);

	memset(out, 0, sizeof(*out));
	if (err)
		return err;
	read_features(&asking, out);
	close(asking.fd);
	return 0;
}

int ethtool_read(const char *interface, struct ethtool_settings *out)
{
	struct asking asking;
	int err = open_asking(&asking, interface);

	memset(out, 0, sizeof(*out));
	if (err)
		return err;
	read_rings(&asking, out);
	read_channels(&asking, out);
	read_features(&asking, out);
	close(asking.fd);
	return 0;
}
