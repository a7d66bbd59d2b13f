// SPDX-License-Identifier: GPL-2.0-only
#include <linux/device.h>
#include <linux/err.h>
#include <linux/ethtool.h>

#include "nfp/nfpcore/nfp.h"
#include "nfp/nfpcore/nfp_cpp.h"
#include "nfp/nfpcore/nfp_nffw.h"
#include "nfp/nfpcore/nfp_nsp.h"
#include "nfp/nfp_main.h"
#include "nfp/nfp_net.h"
#include "nfp/nfp_net_repr.h"
#include "nfp/nfp_port.h"
#include "lab_caps.h"
#include "lab_chip.h"

/* Of the NSP: what `ethtool -i` shows between vNIC and firmware name. */
#define NSP_MAJOR 0
#define NSP_MINOR 25

static struct device cpp_device;

void lab_chip_start(struct device *parent)
{
	cpp_device.parent = parent;
}

struct device *nfp_cpp_device(struct nfp_cpp *cpp)
{
	return &cpp_device;
}

/* The Netronome OUI and a number: one chip, whatever port it is asked about. */
int nfp_cpp_serial(struct nfp_cpp *cpp, const u8 **serial)
{
	static const u8 number[] = { 0x00, 0x15, 0x4d, 0x4c, 0x41, 0x42 };

	*serial = number;
	return sizeof(number);
}

/* The only symbol that is ever asked for: _abi_bpf_capabilities. */
u8 __iomem *nfp_rtsym_map(struct nfp_rtsym_table *rtbl, const char *name,
			  const char *id, unsigned int min_size,
			  struct nfp_cpp_area **area)
{
	size_t size;
	const u8 *table = lab_caps_table(&size);

	if (strcmp(name, "_abi_bpf_capabilities") || !size)
		return IOMEM_ERR_PTR(-ENOENT);
	*area = NULL;
	return (u8 __iomem __force *)table;
}

size_t nfp_cpp_area_size(struct nfp_cpp_area *area)
{
	size_t size;

	lab_caps_table(&size);
	return size;
}

void nfp_cpp_area_release_free(struct nfp_cpp_area *area)
{
}

const char *nfp_mip_name(const struct nfp_mip *mip)
{
	return lab_caps_firmware_name();
}

/* A handle that is only passed on to the functions below. */
struct nfp_nsp *nfp_nsp_open(struct nfp_cpp *cpp)
{
	return (struct nfp_nsp *)&cpp_device;
}

void nfp_nsp_close(struct nfp_nsp *state)
{
}

u16 nfp_nsp_get_abi_ver_major(struct nfp_nsp *state)
{
	return NSP_MAJOR;
}

u16 nfp_nsp_get_abi_ver_minor(struct nfp_nsp *state)
{
	return NSP_MINOR;
}

/* As in nfp_net_main.c: the port table knows the address. */
void nfp_net_get_mac_addr(struct nfp_pf *pf, struct net_device *netdev,
			  struct nfp_port *port)
{
	eth_hw_addr_set(netdev, __nfp_port_get_eth_port(port)->mac_addr);
	ether_addr_copy(netdev->perm_addr, netdev->dev_addr);
}
