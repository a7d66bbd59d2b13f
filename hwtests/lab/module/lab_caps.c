// SPDX-License-Identifier: GPL-2.0-only
/*
 * The defaults are what the only bpf firmware that exists, 2.0.6.124, says in
 * its symbol _abi_bpf_capabilities (Debian's firmware-netronome; all of its bpf
 * files have the same table).  What stands in the vNIC's control BAR is in no
 * file: those numbers are ours.  The tests change them one at a time to see the
 * refusal of each; a test that needs more than there is says so (lib.sh: RICH).
 */
#include <linux/bpf.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "nfp/bpf/fw.h"
#include "nfp/nfp_net.h"
#include "lab_caps.h"
#include "nfp_emu.h"

#define TABLE_SIZE 4096

typedef char *charp;

#define PARAM(type, name, value, text)                                         \
	static type name = value;                                              \
	module_param(name, type, 0444);                                        \
	MODULE_PARM_DESC(name, text)

PARAM(charp, fw, "bpf", "firmware: bpf, or nic (no BPF offload)");
PARAM(charp, fw_name, "", "name that the firmware calls itself");
PARAM(uint, ports, 2, "Ethernet ports of the card, 1 to 4");
PARAM(uint, tx_rings, 8, "TX rings of a port; driver XDP needs more");

PARAM(uint, abi, 2, "BPF ABI that capabilities and BAR agree on");
/* A real card took 8,000 and refused 8,029; udplb asks for far less. */
PARAM(uint, max_len, 8000, "program length, in NFP instructions");
PARAM(uint, start, 512, "where programs are loaded");
PARAM(uint, done, 16, "where programs jump to at their end");
PARAM(uint, stack_sz, 8, "stack, in chunks of 64 bytes");
PARAM(uint, inl_mtu, 32, "packet split offset, in chunks of 64 bytes");
PARAM(bool, relo, true, "a running program can be replaced");

PARAM(uint, map_types, 1 << BPF_MAP_TYPE_HASH | 1 << BPF_MAP_TYPE_ARRAY,
      "bit mask of enum bpf_map_type");
PARAM(uint, max_maps, 128, "maps of the card");
PARAM(uint, max_elems, 3072000, "elements of all maps together");
PARAM(uint, max_key, 56, "bytes of a key");
PARAM(uint, max_val, 56, "bytes of a value");
PARAM(uint, max_elem, 64, "bytes of key and value, each rounded up to 8");
/*
 * The published nic-firmware source gives a bucket 8 overflow entries, by a
 * hash that is not ours: so how many a card refuses, and which, cannot be said
 * here.
 */
PARAM(uint, bucket_entries, 0, "entries a bucket of a HASH takes, 0: any");

/* Ours, as is where programs begin: behind the longest. */
PARAM(uint, fn_lookup, 0x3001, "address of map_lookup_elem, 0: none");
PARAM(uint, fn_update, 0, "address of map_update_elem, 0: none");
PARAM(uint, fn_delete, 0, "address of map_delete_elem, 0: none");
PARAM(uint, fn_event, 0x3004, "address of perf_event_output, 0: none");
PARAM(bool, prandom, true, "get_prandom_u32");
PARAM(bool, qsel, true, "rx_queue_index can be written");
PARAM(bool, adjust_tail, true, "xdp_adjust_tail");
PARAM(bool, multi, false, "several map entries in one control message");
PARAM(uint, adj_min, 44, "adjust_head: smallest packet offset");
PARAM(uint, adj_max, 248, "adjust_head: largest packet offset, 0: no helper");
PARAM(uint, adj_sub, 84, "adjust_head: bytes that can always be prepended");
PARAM(uint, adj_add, 112, "adjust_head: bytes that can always be removed");

static u8 *table;
static size_t table_size;

bool lab_caps_has_bpf(void)
{
	return strcmp(fw, "nic");
}

const char *lab_caps_firmware_name(void)
{
	if (*fw_name)
		return fw_name;
	return lab_caps_has_bpf() ? "bpf-2.0.6.124" : "nic-2.1.16.1";
}

unsigned int lab_caps_ports(void)
{
	return clamp_t(unsigned int, ports, 1, LAB_PORTS_MAX);
}

unsigned int lab_caps_tx_rings(void)
{
	return tx_rings;
}

unsigned int lab_caps_program_max(void)
{
	return max_len;
}

unsigned int lab_caps_bucket_entries(void)
{
	return bucket_entries;
}

static void add(enum bpf_cap_tlv_type type, const u32 *words, size_t count)
{
	__le32 *to = (__le32 *)(table + table_size);
	size_t i;

	*to++ = cpu_to_le32(type);
	*to++ = cpu_to_le32(count * sizeof(*to));
	for (i = 0; i < count; i++)
		*to++ = cpu_to_le32(words[i]);
	table_size = (u8 *)to - table;
}

static void add_flag(enum bpf_cap_tlv_type type, bool present)
{
	if (present)
		add(type, NULL, 0);
}

static void add_helper(u32 id, u32 address)
{
	u32 words[] = { id, address };

	if (address)
		add(NFP_BPF_CAP_TYPE_FUNC, words, ARRAY_SIZE(words));
}

int lab_caps_build(void)
{
	u32 head[] = { NFP_BPF_ADJUST_HEAD_NO_META, adj_min, adj_max, adj_sub,
		       adj_add };
	u32 maps[] = { map_types, max_maps, max_elems,
		       max_key,	  max_val,  max_elem };

	table_size = 0;
	if (!lab_caps_has_bpf())
		return 0;
	table = kzalloc(TABLE_SIZE, GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	add_helper(BPF_FUNC_map_lookup_elem, fn_lookup);
	add_helper(BPF_FUNC_map_update_elem, fn_update);
	add_helper(BPF_FUNC_map_delete_elem, fn_delete);
	add_helper(BPF_FUNC_perf_event_output, fn_event);
	if (adj_max)
		add(NFP_BPF_CAP_TYPE_ADJUST_HEAD, head, ARRAY_SIZE(head));
	/* Without it the driver of 6.1 divides by the size of an entry: zero.
	 */
	add(NFP_BPF_CAP_TYPE_MAPS, maps, ARRAY_SIZE(maps));
	add_flag(NFP_BPF_CAP_TYPE_RANDOM, prandom);
	add_flag(NFP_BPF_CAP_TYPE_QUEUE_SELECT, qsel);
	add_flag(NFP_BPF_CAP_TYPE_ADJUST_TAIL, adjust_tail);
	add(NFP_BPF_CAP_TYPE_ABI_VERSION, &abi, 1);
	add_flag(NFP_BPF_CAP_TYPE_CMSG_MULTI_ENT, multi);
	return 0;
}

const u8 *lab_caps_table(size_t *size)
{
	*size = table_size;
	return table;
}

void lab_caps_free(void)
{
	kfree(table);
	table = NULL;
}

void lab_caps_write_bar(struct nfp_net *nn)
{
	if (!lab_caps_has_bpf())
		return;
	nn->cap |= NFP_NET_CFG_CTRL_BPF;
	nn_writeb(nn, NFP_NET_CFG_BPF_ABI, abi);
	nn_writeb(nn, NFP_NET_CFG_BPF_CAP, relo ? NFP_NET_BPF_CAP_RELO : 0);
	nn_writew(nn, NFP_NET_CFG_BPF_MAX_LEN, max_len);
	nn_writew(nn, NFP_NET_CFG_BPF_START, start);
	nn_writew(nn, NFP_NET_CFG_BPF_DONE, done);
	nn_writeb(nn, NFP_NET_CFG_BPF_STACK_SZ, stack_sz);
	nn_writeb(nn, NFP_NET_CFG_BPF_INL_MTU, inl_mtu);
}

void lab_caps_place(struct nfp_emu_image *image)
{
	image->start = start;
	image->done = done;
	image->helpers[NFP_EMU_LOOKUP] = fn_lookup;
	image->helpers[NFP_EMU_UPDATE] = fn_update;
	image->helpers[NFP_EMU_DELETE] = fn_delete;
	image->helpers[NFP_EMU_EVENT] = fn_event;
}
