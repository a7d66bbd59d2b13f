// SPDX-License-Identifier: GPL-2.0-only
/*
 * A card runs 200 packets at a time, this one a single one per port: the lock
 * of the maps is held over a packet, so that control messages come before or
 * after it.  What concurrency does to a program is not shown here.
 */
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/random.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "nfp/bpf/fw.h"
#include "lab_caps.h"
#include "lab_cmsg.h"
#include "lab_firmware.h"
#include "lab_maps.h"

struct lab_firmware {
	spinlock_t lock; /* before the one of the maps */
	struct debugfs_blob_wrapper image;
	struct nfp_fw fw;
	u64 instructions, failed, guessed;
	u64 passed, dropped, sent, aborted;
};

static bool find_map(void *priv, u32 id, struct nfp_fw_map *map)
{
	struct lab_map *found = lab_maps_find(id);
	const struct lab_map_spec *spec;

	if (!found)
		return false;
	spec = lab_map_spec(found);
	map->key_size = spec->key_size;
	map->value_size = spec->value_size;
	map->entries = spec->max_entries;
	map->values = lab_map_value(found, 0);
	map->stride = (u8 *)lab_map_value(found, 1) - map->values;
	map->handle = found;
	return true;
}

static int slot(void *priv, const struct nfp_fw_map *map, const void *key)
{
	return lab_map_slot(map->handle, key);
}

static int to_errno(int status)
{
	static const int errors[] = {
		[CMSG_RC_SUCCESS] = 0,
		[CMSG_RC_ERR_MAP_FD] = -EBADFD,
		[CMSG_RC_ERR_MAP_NOENT] = -ENOENT,
		[CMSG_RC_ERR_MAP_ERR] = -EINVAL,
		[CMSG_RC_ERR_MAP_PARSE] = -EIO,
		[CMSG_RC_ERR_MAP_EXIST] = -EEXIST,
		[CMSG_RC_ERR_MAP_NOMEM] = -ENOMEM,
		[CMSG_RC_ERR_MAP_E2BIG] = -E2BIG,
	};

	return errors[status];
}

static int update(void *priv, const struct nfp_fw_map *map, const void *key,
		  const void *value, u64 flags)
{
	return to_errno(lab_map_update(map->handle, key, value, flags));
}

static int remove(void *priv, const struct nfp_fw_map *map, const void *key)
{
	return to_errno(lab_map_delete(map->handle, key));
}

static u32 random_number(void *priv)
{
	return get_random_u32();
}

static void event(void *priv, const struct nfp_fw_event *event)
{
	lab_cmsg_event(event);
}

static const struct nfp_fw_maps maps = {
	.find = find_map,
	.slot = slot,
	.update = update,
	.remove = remove,
	.random = random_number,
	.event = event,
};

struct lab_firmware *lab_firmware_create(void)
{
	struct lab_firmware *firmware;

	firmware = kvzalloc(sizeof(*firmware), GFP_KERNEL);
	if (!firmware)
		return NULL;
	spin_lock_init(&firmware->lock);
	firmware->image.data =
		kvcalloc(lab_caps_program_max(), sizeof(u64), GFP_KERNEL);
	if (firmware->image.data)
		return firmware;
	kvfree(firmware);
	return NULL;
}

void lab_firmware_destroy(struct lab_firmware *firmware)
{
	kvfree(firmware->image.data);
	kvfree(firmware);
}

static int packets_show(struct seq_file *file, void *unused)
{
	struct lab_firmware *firmware = file->private;

	spin_lock_bh(&firmware->lock);
	seq_printf(file,
		   "packets %llu\ninstructions %llu\nfailed %llu\n"
		   "guessed %llu\npass %llu\ndrop %llu\ntx %llu\n"
		   "aborted %llu\n",
		   firmware->fw.packets, firmware->instructions,
		   firmware->failed, firmware->guessed, firmware->passed,
		   firmware->dropped, firmware->sent, firmware->aborted);
	spin_unlock_bh(&firmware->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(packets);

void lab_firmware_show_in(struct lab_firmware *firmware, struct dentry *dir)
{
	debugfs_create_blob("image", 0444, dir, &firmware->image);
	debugfs_create_file("packets", 0444, dir, firmware, &packets_fops);
}

int lab_firmware_load(struct lab_firmware *firmware, const u64 *words,
		      u32 count)
{
	struct nfp_emu_image image = { .count = count };
	u64 packets;

	if (count > lab_caps_program_max())
		return -EIO;
	spin_lock_bh(&firmware->lock);
	memcpy(firmware->image.data, words, count * sizeof(*words));
	firmware->image.size = count * sizeof(*words);
	image.words = firmware->image.data;
	lab_caps_place(&image);
	packets = firmware->fw.packets;
	nfp_fw_init(&firmware->fw, &image, &maps);
	firmware->fw.packets = packets;
	spin_unlock_bh(&firmware->lock);
	return 0;
}

static void complain(struct lab_firmware *firmware)
{
	const struct nfp_emu_thread *t = &firmware->fw.thread;

	firmware->failed++;
	net_warn_ratelimited("nfplab: emulator: %s: instruction %u, %012llx\n",
			     nfp_emu_end_text(t->end),
			     t->end_at - firmware->fw.image.start, t->end_word);
}

static struct sk_buff *frame_of(const struct nfp_fw *fw)
{
	struct sk_buff *skb = alloc_skb(fw->length + NET_IP_ALIGN, GFP_ATOMIC);

	if (!skb)
		return NULL;
	skb_reserve(skb, NET_IP_ALIGN);
	skb_put_data(skb, fw->frame, fw->length);
	return skb;
}

static void count(struct lab_firmware *firmware, enum nfp_fw_verdict verdict)
{
	const struct nfp_emu_thread *t = &firmware->fw.thread;

	firmware->instructions += t->cost.instructions;
	firmware->guessed += t->guesses != 0;
	firmware->passed += verdict == NFP_FW_PASS;
	firmware->dropped += verdict == NFP_FW_DROP;
	firmware->sent += verdict == NFP_FW_TX;
	firmware->aborted += verdict == NFP_FW_ABORTED;
}

enum nfp_fw_verdict lab_firmware_run(struct lab_firmware *firmware,
				     const struct sk_buff *in,
				     struct sk_buff **out)
{
	struct nfp_fw *fw = &firmware->fw;
	enum nfp_fw_verdict verdict = NFP_FW_ABORTED;

	*out = NULL;
	spin_lock_bh(&firmware->lock);
	lab_maps_lock();
	if (nfp_fw_run(fw, in->data, in->len))
		verdict = fw->verdict;
	else
		complain(firmware);
	lab_maps_unlock();
	count(firmware, verdict);
	if (verdict == NFP_FW_PASS || verdict == NFP_FW_TX)
		*out = frame_of(fw);
	spin_unlock_bh(&firmware->lock);
	return verdict;
}
