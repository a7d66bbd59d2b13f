// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's netdev operations live in nfp_net_common.c, which cannot be had
 * without rings, interrupts and DMA; those that matter to XDP are rewritten
 * here and name what they stand for.  Everything behind them (the BPF app, the
 * port, ethtool) is the driver's.
 *
 * A packet from the cable meets the card's program first, if there is one, then
 * the driver's, then the host; what the host sends meets none, and is discarded
 * if the cable's far end is down.  All is counted where the card counts it, in
 * the control BAR.
 */
#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/version.h>

#include "nfp/nfp_app.h"
#include "nfp/nfp_main.h"
#include "nfp/nfp_net.h"
#include "nfp/nfp_port.h"
#include "nfp/bpf/main.h"
#include "lab_caps.h"
#include "lab_firmware.h"
#include "lab_port.h"
#include "lab_wire.h"

#define RINGS	2 /* of each direction, before XDP asks for more */
#define MTU_MAX 9216

struct lab_port {
	struct nfp_net nn; /* first: netdev_priv() is the driver's */
	u8 bar[NFP_NET_CFG_BAR_SZ] __aligned(8);
	u8 mac_stats[NFP_MAC_STATS_SIZE] __aligned(8);
	struct lab_firmware *firmware;
	struct net_device *wire;
	u32 loads;
	struct dentry *dir;
};

static struct lab_port *port_of(struct nfp_net *nn)
{
	return container_of(nn, struct lab_port, nn);
}

static void bar_count(struct nfp_net *nn, int offset, u64 add)
{
	nn_writeq(nn, offset, nn_readq(nn, offset) + add);
}

/* The driver has written the BAR and rings: do what it says. */
int nfp_net_reconfig(struct nfp_net *nn, u32 update)
{
	struct lab_port *port = port_of(nn);
	u32 count = nn_readw(nn, NFP_NET_CFG_BPF_SIZE);
	u64 address = nn_readq(nn, NFP_NET_CFG_BPF_ADDR);
	int err;

	if (!(update & NFP_NET_CFG_UPDATE_BPF))
		return 0;
	err = lab_firmware_load(port->firmware, phys_to_virt(address), count);
	if (!err)
		port->loads++;
	return err;
}

/* nfp_net_check_config(): the frame, its headroom and tail, in one page. */
static int check_driver_xdp(struct nfp_net *nn, unsigned int mtu,
			    struct netlink_ext_ack *extack)
{
	unsigned int size = NFP_NET_RX_BUF_HEADROOM + XDP_PACKET_HEADROOM +
			    ETH_HLEN + VLAN_HLEN * 2 + mtu;

	size = SKB_DATA_ALIGN(size) +
	       SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	if (size > PAGE_SIZE) {
		NL_SET_ERR_MSG_MOD(extack, "MTU too large w/ XDP enabled");
		return -EINVAL;
	}
	if (RINGS + nn->dp.num_rx_rings > nn->max_tx_rings) {
		NL_SET_ERR_MSG_MOD(
			extack,
			"Insufficient number of TX rings w/ XDP enabled");
		return -EINVAL;
	}
	return 0;
}

/* nfp_net_xdp_setup_drv() */
static int setup_driver_xdp(struct nfp_net *nn, struct netdev_bpf *bpf)
{
	int err;

	if (bpf->prog && !nn->dp.xdp_prog) {
		err = check_driver_xdp(nn, nn->dp.mtu, bpf->extack);
		if (err)
			return err;
	}
	WRITE_ONCE(nn->dp.xdp_prog, bpf->prog);
	nn->dp.num_tx_rings = RINGS + (bpf->prog ? nn->dp.num_rx_rings : 0);
	xdp_attachment_setup(&nn->xdp, bpf);
	return 0;
}

/* nfp_net_xdp_setup_hw() */
static int setup_hardware_xdp(struct nfp_net *nn, struct netdev_bpf *bpf)
{
	int err = nfp_app_xdp_offload(nn->app, nn, bpf->prog, bpf->extack);

	if (err)
		return err;
	xdp_attachment_setup(&nn->xdp_hw, bpf);
	return 0;
}

/* nfp_net_xdp() */
static int port_bpf(struct net_device *netdev, struct netdev_bpf *bpf)
{
	struct nfp_net *nn = netdev_priv(netdev);

	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return setup_driver_xdp(nn, bpf);
	case XDP_SETUP_PROG_HW:
		return setup_hardware_xdp(nn, bpf);
	default:
		return nfp_app_bpf(nn->app, nn, bpf);
	}
}

/* nfp_net_change_mtu() */
static int port_change_mtu(struct net_device *netdev, int mtu)
{
	struct nfp_net *nn = netdev_priv(netdev);
	int err = nfp_app_check_mtu(nn->app, netdev, mtu);

	if (!err && nn->dp.xdp_prog)
		err = check_driver_xdp(nn, mtu, NULL);
	if (err)
		return err;
	netdev->mtu = mtu;
	nn->dp.mtu = mtu;
	return 0;
}

static int port_open(struct net_device *netdev)
{
	struct lab_port *port = netdev_priv(netdev);

	netif_carrier_on(netdev);
	netif_tx_start_all_queues(netdev);
	lab_wire_link(port->wire, true);
	return 0;
}

static int port_stop(struct net_device *netdev)
{
	struct lab_port *port = netdev_priv(netdev);

	lab_wire_link(port->wire, false);
	netif_tx_stop_all_queues(netdev);
	netif_carrier_off(netdev);
	return 0;
}

/* The card's counters of the frame, as the driver knows them. */
static void count_frame(struct nfp_net *nn, int frames, int bytes, u32 length)
{
	bar_count(nn, frames, 1);
	bar_count(nn, bytes, length);
}

static void count_verdict(struct nfp_net *nn, enum nfp_fw_verdict verdict,
			  u32 length)
{
	switch (verdict) {
	case NFP_FW_PASS:
		count_frame(nn, NFP_NET_CFG_STATS_APP0_FRAMES,
			    NFP_NET_CFG_STATS_APP0_BYTES, length);
		break;
	case NFP_FW_DROP:
		count_frame(nn, NFP_NET_CFG_STATS_APP1_FRAMES,
			    NFP_NET_CFG_STATS_APP1_BYTES, length);
		break;
	case NFP_FW_TX:
		count_frame(nn, NFP_NET_CFG_STATS_APP2_FRAMES,
			    NFP_NET_CFG_STATS_APP2_BYTES, length);
		break;
	case NFP_FW_ABORTED:
		count_frame(nn, NFP_NET_CFG_STATS_APP3_FRAMES,
			    NFP_NET_CFG_STATS_APP3_BYTES, length);
		break;
	}
}

/* To the wire, from the program or the host. */
static void send(struct lab_port *port, struct sk_buff *skb)
{
	count_frame(&port->nn, NFP_NET_CFG_STATS_TX_FRAMES,
		    NFP_NET_CFG_STATS_TX_OCTETS, skb->len);
	lab_wire_receive(port->wire, skb);
}

static netdev_tx_t port_xmit(struct sk_buff *skb, struct net_device *netdev)
{
	struct lab_port *port = netdev_priv(netdev);

	if (!netif_running(port->wire) || skb_linearize(skb)) {
		bar_count(&port->nn, NFP_NET_CFG_STATS_TX_DISCARDS, 1);
		netdev->stats.tx_dropped++;
		dev_kfree_skb_any(skb);
		return NETDEV_TX_OK;
	}
	netdev->stats.tx_packets++;
	netdev->stats.tx_bytes += skb->len;
	send(port, skb);
	return NETDEV_TX_OK;
}

/* Since 6.9 (e6d5dbdd20aa) the generic hook may put another skb in its place.
 */
static u32 run_generic(struct bpf_prog *program, struct sk_buff **skb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	return do_xdp_generic(program, skb);
#else
	return do_xdp_generic(program, *skb);
#endif
}

/* To the host; a program in driver mode runs as the generic hook would. */
static void pass(struct net_device *netdev, struct sk_buff *skb)
{
	struct lab_port *port = netdev_priv(netdev);
	struct bpf_prog *program;

	netdev->stats.rx_packets++;
	netdev->stats.rx_bytes += skb->len;
	skb_scrub_packet(skb, true);
	skb->protocol = eth_type_trans(skb, netdev);
	program = READ_ONCE(port->nn.dp.xdp_prog);
	if (!program || run_generic(program, &skb) == XDP_PASS)
		netif_rx(skb);
}

/*
 * What is sent is counted as the program has made it, what is not as it came:
 * so does Netronome's published nic-firmware.
 */
static struct sk_buff *run_program(struct lab_port *port, struct sk_buff *skb,
				   enum nfp_fw_verdict *verdict)
{
	struct sk_buff *out;

	*verdict = lab_firmware_run(port->firmware, skb, &out);
	count_verdict(&port->nn, *verdict,
		      *verdict == NFP_FW_TX && out ? out->len : skb->len);
	dev_kfree_skb_any(skb);
	return out;
}

/* From the cable; it is taken. */
static void receive(struct net_device *netdev, struct sk_buff *skb)
{
	struct lab_port *port = netdev_priv(netdev);
	enum nfp_fw_verdict verdict = NFP_FW_PASS;

	if (!netif_running(netdev) ||
	    skb->len > netdev->mtu + ETH_HLEN + 2 * VLAN_HLEN) {
		bar_count(&port->nn, NFP_NET_CFG_STATS_RX_DISCARDS, 1);
		dev_kfree_skb_any(skb);
		return;
	}
	count_frame(&port->nn, NFP_NET_CFG_STATS_RX_FRAMES,
		    NFP_NET_CFG_STATS_RX_OCTETS, skb->len);
	if (port->nn.dp.ctrl & NFP_NET_CFG_CTRL_BPF)
		skb = run_program(port, skb, &verdict);
	if (!skb)
		return;
	if (verdict == NFP_FW_TX)
		send(port, skb);
	else
		pass(netdev, skb);
}

/* By this name the driver tells its vNICs from other netdevs. */
const struct net_device_ops nfp_nfd3_netdev_ops = {
	.ndo_init = nfp_app_ndo_init,
	.ndo_uninit = nfp_app_ndo_uninit,
	.ndo_open = port_open,
	.ndo_stop = port_stop,
	.ndo_start_xmit = port_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_change_mtu = port_change_mtu,
	.ndo_bpf = port_bpf,
	.ndo_get_phys_port_name = nfp_port_get_phys_port_name,
	.ndo_get_port_parent_id = nfp_port_get_port_parent_id,
};

/*
 * Where in the image the code of each BPF instruction begins: lines of
 * "BPF-index NFP-index", the last one "end" and the image's length.  Only the
 * driver's private data knows, while the program is attached.
 */
static int jit_map_show(struct seq_file *file, void *unused)
{
	struct nfp_net *nn = file->private;
	struct nfp_insn_meta *meta;
	struct nfp_prog *prog;

	rtnl_lock();
	if (nn->xdp_hw.prog) {
		prog = nn->xdp_hw.prog->aux->offload->dev_priv;
		list_for_each_entry(meta, &prog->insns, l)
			seq_printf(file, "%u %u\n", meta->n, meta->off);
		seq_printf(file, "end %u\n", prog->prog_len);
	}
	rtnl_unlock();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(jit_map);

static void create_debugfs(struct lab_port *port, struct dentry *parent)
{
	port->dir = debugfs_create_dir(port->nn.dp.netdev->name, parent);
	lab_firmware_show_in(port->firmware, port->dir);
	debugfs_create_u32("loads", 0444, port->dir, &port->loads);
	debugfs_create_file("jit_map", 0444, port->dir, &port->nn,
			    &jit_map_fops);
}

static void init_netdev(struct net_device *netdev, struct device *parent)
{
	SET_NETDEV_DEV(netdev, parent);
	strscpy(netdev->name, "nfp%d", IFNAMSIZ);
	netdev->netdev_ops = &nfp_nfd3_netdev_ops;
	netdev->max_mtu = MTU_MAX;
	nfp_net_set_ethtool_ops(netdev);
	netif_carrier_off(netdev);
}

static void init_vnic(struct lab_port *port, struct net_device *netdev,
		      struct nfp_app *app, unsigned int index)
{
	struct nfp_net *nn = &port->nn;

	nn->app = app;
	nn->id = index;
	nn->dp.netdev = netdev;
	nn->dp.ctrl_bar = (u8 __iomem __force *)port->bar;
	nn->dp.mtu = netdev->mtu;
	nn->dp.num_rx_rings = RINGS;
	nn->dp.num_tx_rings = RINGS;
	nn->max_rx_rings = lab_caps_tx_rings();
	nn->max_tx_rings = lab_caps_tx_rings();
	nn->max_r_vecs = RINGS;
	nn->fw_ver = (struct nfp_net_fw_version){ .major = 3, .minor = 5 };
	lab_caps_write_bar(nn);
}

struct net_device *lab_port_create(struct nfp_app *app, unsigned int index,
				   struct device *parent, struct pci_dev *pci,
				   struct dentry *dir)
{
	struct net_device *netdev = alloc_etherdev(sizeof(struct lab_port));
	struct lab_port *port;
	int err = -ENOMEM;

	if (!netdev)
		return ERR_PTR(-ENOMEM);
	port = netdev_priv(netdev);
	port->firmware = lab_firmware_create();
	if (!port->firmware)
		goto err_netdev;
	init_netdev(netdev, parent);
	init_vnic(port, netdev, app, index);
	port->nn.dp.dev = parent;
	port->nn.pdev = pci;
	err = nfp_app_vnic_alloc(app, &port->nn, index);
	if (err)
		goto err_firmware;
	port->nn.port->eth_stats = (u8 __iomem __force *)port->mac_stats;
	port->wire = lab_wire_create(netdev, index, receive);
	err = PTR_ERR_OR_ZERO(port->wire);
	if (err)
		goto err_vnic;
	err = register_netdev(netdev);
	if (err)
		goto err_wire;
	create_debugfs(port, dir);
	return netdev;

err_wire:
	lab_wire_destroy(port->wire);
err_vnic:
	nfp_port_free(port->nn.port);
	nfp_app_vnic_free(app, &port->nn);
err_firmware:
	lab_firmware_destroy(port->firmware);
err_netdev:
	free_netdev(netdev);
	return ERR_PTR(err);
}

static void close_wire(struct net_device *wire)
{
	rtnl_lock();
	dev_close(wire);
	rtnl_unlock();
}

void lab_port_destroy(struct net_device *netdev)
{
	struct lab_port *port = netdev_priv(netdev);

	debugfs_remove(port->dir);
	/* No packet comes in any more when the port goes. */
	close_wire(port->wire);
	unregister_netdev(netdev);
	lab_wire_destroy(port->wire);
	nfp_port_free(port->nn.port);
	nfp_app_vnic_free(port->nn.app, &port->nn);
	lab_firmware_destroy(port->firmware);
	free_netdev(netdev);
}
