// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "lab_wire.h"

#define MTU_MAX 9216

struct lab_wire {
	struct net_device *port;
	lab_wire_deliver deliver;
};

static netdev_tx_t wire_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct lab_wire *wire = netdev_priv(netdev);

	if (skb_linearize(skb)) {
		netdev->stats.tx_dropped++;
		dev_kfree_skb_any(skb);
		return NETDEV_TX_OK;
	}
	netdev->stats.tx_packets++;
	netdev->stats.tx_bytes += skb->len;
	wire->deliver(wire->port, skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops wire_ops = {
	.ndo_start_xmit = wire_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static void wire_drvinfo(struct net_device *netdev,
			 struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "nfplab", sizeof(info->driver));
}

static const struct ethtool_ops wire_ethtool_ops = {
	.get_drvinfo = wire_drvinfo,
	.get_link = ethtool_op_get_link,
};

void lab_wire_receive(struct net_device *netdev, struct sk_buff *skb)
{
	if (!netif_running(netdev)) {
		dev_kfree_skb_any(skb);
		return;
	}
	skb_scrub_packet(skb, true);
	skb->protocol = eth_type_trans(skb, netdev);
	netdev->stats.rx_packets++;
	netdev->stats.rx_bytes += skb->len + ETH_HLEN;
	netif_rx(skb);
}

void lab_wire_link(struct net_device *netdev, bool up)
{
	if (up)
		netif_carrier_on(netdev);
	else
		netif_carrier_off(netdev);
}

struct net_device *lab_wire_create(struct net_device *port, unsigned int index,
				   lab_wire_deliver deliver)
{
	struct net_device *netdev = alloc_etherdev(sizeof(struct lab_wire));
	struct lab_wire *wire;
	int err;

	if (!netdev)
		return ERR_PTR(-ENOMEM);
	wire = netdev_priv(netdev);
	wire->port = port;
	wire->deliver = deliver;
	snprintf(netdev->name, IFNAMSIZ, "wire%u", index);
	netdev->netdev_ops = &wire_ops;
	netdev->ethtool_ops = &wire_ethtool_ops;
	netdev->max_mtu = MTU_MAX;
	eth_hw_addr_random(netdev);
	netif_carrier_off(netdev);
	err = register_netdev(netdev);
	if (!err)
		return netdev;
	free_netdev(netdev);
	return ERR_PTR(err);
}

void lab_wire_destroy(struct net_device *netdev)
{
	unregister_netdev(netdev);
	free_netdev(netdev);
}
