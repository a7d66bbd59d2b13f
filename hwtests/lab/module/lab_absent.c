// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver's files, of any kernel, can call and this card has not:
 * self-tests, module EEPROMs, port reconfiguration, debug dumps, other
 * firmwares' apps.  Each says so.  No header is included, because these are not
 * their prototypes: on x86-64 a caller passes its arguments in registers and
 * takes an int back.
 */
#define EOPNOTSUPP 95

#define ABSENT(function)                                                       \
	int function(void);                                                    \
	int function(void)                                                     \
	{                                                                      \
		return -EOPNOTSUPP;                                            \
	}

ABSENT(nfp_cpp_model)
ABSENT(nfp_cpp_model_autodetect)
ABSENT(nfp_cpp_read)
ABSENT(nfp_eth_config_cleanup_end)
ABSENT(nfp_eth_config_commit_end)
ABSENT(__nfp_eth_set_aneg)
ABSENT(__nfp_eth_set_speed)
ABSENT(nfp_eth_read_media)
ABSENT(nfp_eth_set_configured)
ABSENT(nfp_eth_set_fec)
ABSENT(nfp_eth_set_idmode)
ABSENT(nfp_eth_set_pauseparam)
ABSENT(nfp_net_coalesce_write_cfg)
ABSENT(nfp_net_dump_calculate_size)
ABSENT(nfp_net_dump_populate_buffer)
ABSENT(nfp_net_fs_add_hw)
ABSENT(nfp_net_fs_del_hw)
ABSENT(nfp_net_refresh_eth_port)
ABSENT(nfp_net_refresh_port_table)
ABSENT(nfp_net_ring_reconfig)
ABSENT(nfp_net_rss_key_sz)
ABSENT(nfp_net_rss_write_itbl)
ABSENT(nfp_net_rss_write_key)
ABSENT(nfp_nsp_hwinfo_lookup)
ABSENT(nfp_nsp_hwinfo_set)
ABSENT(nfp_nsp_read_identify)
ABSENT(nfp_nsp_read_module_eeprom)
ABSENT(nfp_repr_transfer_features)
ABSENT(nfp_resource_address)
ABSENT(nfp_resource_cpp_id)
ABSENT(nfp_resource_release)
ABSENT(nfp_resource_size)

/* Since 6.4 the core NIC app sets up DCB if there is any: there is nothing to
 * do. */
int nfp_nic_dcb_init(void *nn);
int nfp_nic_dcb_init(void *nn)
{
	return 0;
}

void nfp_nic_dcb_clean(void *nn);
void nfp_nic_dcb_clean(void *nn)
{
}

/* Speed in Mb/s of a port that is in no port table: there is none. */
unsigned int nfp_net_lr2speed(unsigned int rate);
unsigned int nfp_net_lr2speed(unsigned int rate)
{
	return 0;
}

/* These return pointers: an error pointer, or NULL for out of memory. */
#define ABSENT_POINTER(function, value)                                        \
	void *function(void);                                                  \
	void *function(void)                                                   \
	{                                                                      \
		return (void *)(value);                                        \
	}

ABSENT_POINTER(nfp_eth_config_start, -EOPNOTSUPP)
ABSENT_POINTER(nfp_resource_acquire, -EOPNOTSUPP)
ABSENT_POINTER(nfp_net_clone_dp, 0L)

/* Only their addresses are compared: no netdev and no app is one of these. */
const long nfp_nfdk_netdev_ops, nfp_repr_netdev_ops;
const long app_flower, app_abm;
