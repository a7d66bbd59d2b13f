// SPDX-License-Identifier: GPL-2.0-only
/*
 * nfplab: a Netronome Agilio CX without the card.
 *
 * The driver's BPF app (verifier, JIT, offload, control messages), its ports
 * and its ethtool are compiled from the kernel's own files, unchanged.  This
 * module gives them what is left: a firmware that advertises capabilities
 * (lab_caps), keeps maps (lab_maps), answers control messages (lab_cmsg) and
 * takes program images (lab_port), and a chip to look at (lab_chip).  So what
 * loads here passes the same code that judges it in front of a card; what the
 * silicon then does with it is another question.
 *
 * Order matters once: the app must be told of its control vNIC before a port
 * exists, and answered until the last map is gone, after the last port.
 */
#include <linux/debugfs.h>
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/version.h>

#include "nfp/nfpcore/nfp_nsp.h"
#include "nfp/nfp_app.h"
#include "nfp/nfp_main.h"
#include "nfp/nfp_net.h"
#include "lab_caps.h"
#include "lab_chip.h"
#include "lab_cmsg.h"
#include "lab_maps.h"
#include "lab_port.h"

#define BUS_NAME   "0000:04:00.0" /* as a card's PCI address looks */
#define PORT_SPEED 25000
#define DMA_BITS   40

/* 0edb555a65d1: what could not fail any more has no result. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
typedef void lab_removed;
#define LAB_REMOVED
#else
typedef int lab_removed;
#define LAB_REMOVED 0
#endif

struct lab_card {
	struct nfp_pf pf;
	struct nfp_net *control;
	struct nfp_app *app;
	struct pci_dev *pci;
	struct net_device *ports[LAB_PORTS_MAX];
	struct dentry *dir;
};

static struct nfp_eth_table *port_table(unsigned int count)
{
	struct nfp_eth_table *table;
	unsigned int i;

	table = kzalloc(struct_size(table, ports, count), GFP_KERNEL);
	if (!table)
		return NULL;
	table->count = count;
	for (i = 0; i < count; i++) {
		const u8 mac[ETH_ALEN] = { 0x00, 0x15, 0x4d, 0, 0, 1 + i };

		table->ports[i].eth_index = i;
		table->ports[i].index = i;
		table->ports[i].label_port = i;
		table->ports[i].speed = PORT_SPEED;
		table->ports[i].port_type = PORT_FIBRE;
		ether_addr_copy(table->ports[i].mac_addr, mac);
	}
	table->max_index = count - 1;
	return table;
}

static int init_pf(struct lab_card *card, struct device *dev)
{
	struct nfp_pf *pf = &card->pf;

	card->pci = kzalloc(sizeof(*card->pci), GFP_KERNEL);
	pf->eth_tbl = port_table(lab_caps_ports());
	if (!card->pci || !pf->eth_tbl)
		return -ENOMEM;
	card->pci->dev.init_name = BUS_NAME;
	card->pci->dev.driver = dev->driver;
	pf->pdev = card->pci;
	pf->max_data_vnics = pf->eth_tbl->count;
	/* Opaque; nfp_mip_name() knows the name without looking at it. */
	pf->mip = (const void *)pf;
	INIT_LIST_HEAD(&pf->vnics);
	INIT_LIST_HEAD(&pf->ports);
	return 0;
}

static int start_app(struct lab_card *card, struct device *dev)
{
	enum nfp_app_id id =
		lab_caps_has_bpf() ? NFP_APP_BPF_NIC : NFP_APP_CORE_NIC;
	int err;

	card->app = nfp_app_alloc(&card->pf, id);
	if (IS_ERR(card->app))
		return PTR_ERR(card->app);
	card->pf.app = card->app;
	err = nfp_app_init(card->app);
	if (err)
		goto err_app;

	card->control->dp.dev = dev;
	card->control->dp.mtu = card->app->ctrl_mtu ?: NFP_NET_DEFAULT_MTU;
	spin_lock_init(&card->control->r_vecs[0].lock);
	lab_cmsg_start(card->app, card->dir);
	lab_maps_show_in(card->dir);
	err = nfp_app_start(card->app, card->control);
	if (err)
		goto err_init;
	return 0;

err_init:
	nfp_app_clean(card->app);
err_app:
	nfp_app_free(card->app);
	return err;
}

static void stop_app(struct lab_card *card)
{
	lab_cmsg_stop();
	nfp_app_stop(card->app);
	nfp_app_clean(card->app);
	nfp_app_free(card->app);
}

static void destroy_ports(struct lab_card *card)
{
	unsigned int i;

	for (i = 0; i < LAB_PORTS_MAX && card->ports[i]; i++)
		lab_port_destroy(card->ports[i]);
}

static int create_ports(struct lab_card *card, struct device *dev)
{
	struct net_device *port;
	unsigned int i;

	for (i = 0; i < card->pf.eth_tbl->count; i++) {
		port = lab_port_create(card->app, i, dev, card->pci, card->dir);
		if (IS_ERR(port)) {
			destroy_ports(card);
			return PTR_ERR(port);
		}
		card->ports[i] = port;
	}
	return 0;
}

static void free_card(struct lab_card *card)
{
	debugfs_remove(card->dir);
	lab_caps_free();
	kvfree(card->control);
	kfree(card->pf.eth_tbl);
	kfree(card->pci);
	kfree(card);
}

static int lab_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct lab_card *card;
	int err = -ENOMEM;

	card = kzalloc(sizeof(*card), GFP_KERNEL);
	if (!card)
		return -ENOMEM;
	platform_set_drvdata(pdev, card);
	card->dir = debugfs_create_dir("nfplab", NULL);
	card->control = kvzalloc(sizeof(*card->control), GFP_KERNEL);
	if (!card->control)
		goto err_card;
	err = dma_coerce_mask_and_coherent(dev, DMA_BIT_MASK(DMA_BITS));
	if (err)
		goto err_card;
	err = lab_caps_build();
	if (err)
		goto err_card;
	lab_chip_start(dev);
	err = init_pf(card, dev);
	if (err)
		goto err_card;
	err = start_app(card, dev);
	if (err)
		goto err_card;
	err = create_ports(card, dev);
	if (err)
		goto err_app;
	return 0;

err_app:
	stop_app(card);
err_card:
	free_card(card);
	return err;
}

static lab_removed lab_remove(struct platform_device *pdev)
{
	struct lab_card *card = platform_get_drvdata(pdev);

	destroy_ports(card);
	stop_app(card);
	free_card(card);
	return LAB_REMOVED;
}

/* Named as the card's, so that every message and ethtool say "nfp". */
static struct platform_driver lab_driver = {
	.driver = { .name = "nfp" },
	.remove = lab_remove,
};
static struct platform_device *lab_device;

static int __init lab_init(void)
{
	lab_device = platform_create_bundle(&lab_driver, lab_probe, NULL, 0,
					    NULL, 0);
	return PTR_ERR_OR_ZERO(lab_device);
}

static void __exit lab_exit(void)
{
	platform_device_unregister(lab_device);
	platform_driver_unregister(&lab_driver);
}

module_init(lab_init);
module_exit(lab_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A Netronome Agilio CX without the card");
