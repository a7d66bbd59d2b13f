/* SPDX-License-Identifier: GPL-2.0-only */
/* A port of the card: a vNIC of the driver, with its control BAR and netdev. */
#ifndef LAB_PORT_H
#define LAB_PORT_H

struct dentry;
struct device;
struct net_device;
struct nfp_app;
struct pci_dev;

/* The port and its netdev, registered; or an error pointer. */
struct net_device *lab_port_create(struct nfp_app *app, unsigned int index,
				   struct device *parent, struct pci_dev *pci,
				   struct dentry *dir);
void lab_port_destroy(struct net_device *netdev);

#endif
