// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests wait in a queue and are answered from a work item: the driver sends
 * under the very spinlock that it takes again to receive the reply.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/skbuff.h>
#include <linux/workqueue.h>

#include "nfp/ccm.h"
#include "nfp/nfp_app.h"
#include "nfp/nfp_net.h"
#include "nfp/bpf/fw.h"
#include "nfp/bpf/main.h"
#include "lab_cmsg.h"
#include "lab_maps.h"
#include "nfp_fw.h"

#define EVENTS_MAX 4096 /* that wait */

static const char *const type_names[] = {
	[NFP_CCM_TYPE_BPF_MAP_ALLOC] = "alloc",
	[NFP_CCM_TYPE_BPF_MAP_FREE] = "free",
	[NFP_CCM_TYPE_BPF_MAP_LOOKUP] = "lookup",
	[NFP_CCM_TYPE_BPF_MAP_UPDATE] = "update",
	[NFP_CCM_TYPE_BPF_MAP_DELETE] = "delete",
	[NFP_CCM_TYPE_BPF_MAP_GETNEXT] = "getnext",
	[NFP_CCM_TYPE_BPF_MAP_GETFIRST] = "getfirst",
	[NFP_CCM_TYPE_BPF_BPF_EVENT] = "event",
};

static struct nfp_app *app;
static struct sk_buff_head queue, events;
static u32 counts[ARRAY_SIZE(type_names)];
static void serve(struct work_struct *unused);
static DECLARE_WORK(serve_work, serve);

static int cmsgs_show(struct seq_file *file, void *unused)
{
	u8 type;

	for (type = 1; type < ARRAY_SIZE(type_names); type++)
		if (type_names[type])
			seq_printf(file, "%s %u\n", type_names[type],
				   READ_ONCE(counts[type]));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(cmsgs);

static void *reply_alloc(struct sk_buff **skb, size_t size)
{
	*skb = alloc_skb(size, GFP_KERNEL | __GFP_NOFAIL);
	return skb_put_zero(*skb, size);
}

static struct sk_buff *answer_alloc(const struct cmsg_req_map_alloc_tbl *req)
{
	struct lab_map_spec spec = {
		.type = be32_to_cpu(req->map_type),
		.key_size = be32_to_cpu(req->key_size),
		.value_size = be32_to_cpu(req->value_size),
		.max_entries = be32_to_cpu(req->max_entries),
	};
	struct cmsg_reply_map_alloc_tbl *reply;
	struct sk_buff *skb;
	u32 id = 0;

	reply = reply_alloc(&skb, sizeof(*reply));
	reply->reply_hdr.rc = cpu_to_be32(lab_maps_create(&spec, &id));
	reply->tid = cpu_to_be32(id);
	return skb;
}

static struct sk_buff *answer_free(const struct cmsg_req_map_free_tbl *req)
{
	struct cmsg_reply_map_free_tbl *reply;
	struct sk_buff *skb;

	reply = reply_alloc(&skb, sizeof(*reply));
	reply->reply_hdr.rc =
		cpu_to_be32(lab_maps_destroy(be32_to_cpu(req->tid)));
	reply->count = cpu_to_be32(1);
	return skb;
}

/* Writes up to want entries behind key; *count of them, and a status. */
static int walk(const struct lab_map *map, const u8 *key, u8 *out, u32 want,
		u32 *count)
{
	struct nfp_app_bpf *bpf = app->priv;
	int slot;

	for (*count = 0; *count < want; (*count)++) {
		slot = lab_map_next(map, key);
		if (slot < 0)
			return CMSG_RC_ERR_MAP_NOENT;
		lab_map_key(map, slot, out);
		memcpy(out + bpf->cmsg_key_sz, lab_map_value(map, slot),
		       lab_map_spec(map)->value_size);
		key = out;
		out += bpf->cmsg_key_sz + bpf->cmsg_val_sz;
	}
	return CMSG_RC_SUCCESS;
}

static int look_up(const struct lab_map *map, const u8 *key, u8 *out)
{
	struct nfp_app_bpf *bpf = app->priv;
	int slot = lab_map_slot(map, key);

	if (slot < 0)
		return CMSG_RC_ERR_MAP_NOENT;
	memcpy(out, key, lab_map_spec(map)->key_size);
	memcpy(out + bpf->cmsg_key_sz, lab_map_value(map, slot),
	       lab_map_spec(map)->value_size);
	return CMSG_RC_SUCCESS;
}

static int map_op(const struct cmsg_req_map_op *req, u8 *out, u32 want,
		  u32 *count)
{
	struct lab_map *map = lab_maps_find(be32_to_cpu(req->tid));
	struct nfp_app_bpf *bpf = app->priv;
	const u8 *key = req->data, *value = key + bpf->cmsg_key_sz;
	int status;

	if (!map)
		return CMSG_RC_ERR_MAP_FD;
	switch (req->hdr.type) {
	case NFP_CCM_TYPE_BPF_MAP_GETFIRST:
		return walk(map, NULL, out, want, count);
	case NFP_CCM_TYPE_BPF_MAP_GETNEXT:
		return walk(map, key, out, want, count);
	case NFP_CCM_TYPE_BPF_MAP_LOOKUP:
		status = look_up(map, key, out);
		break;
	case NFP_CCM_TYPE_BPF_MAP_UPDATE:
		status = lab_map_update(map, key, value,
					be32_to_cpu(req->flags));
		break;
	case NFP_CCM_TYPE_BPF_MAP_DELETE:
		status = lab_map_delete(map, key);
		break;
	default:
		return CMSG_RC_ERR_MAP_PARSE;
	}
	*count = !status;
	return status;
}

/*
 * nfp_bpf_ctrl_entry_op() expects room for the good entries and for one more
 * if there was an error.
 */
static struct sk_buff *answer_op(const struct cmsg_req_map_op *req)
{
	struct nfp_app_bpf *bpf = app->priv;
	u32 entry = bpf->cmsg_key_sz + bpf->cmsg_val_sz, count = 0;
	u32 want =
		clamp_t(u32, be32_to_cpu(req->count), 1, NFP_BPF_MAP_CACHE_CNT);
	struct cmsg_reply_map_op *reply;
	struct sk_buff *skb;
	int status;

	reply = reply_alloc(&skb, sizeof(*reply) + entry * (want + 1));
	lab_maps_lock();
	status = map_op(req, reply->data, want, &count);
	lab_maps_unlock();
	reply->reply_hdr.rc = cpu_to_be32(status);
	reply->count = cpu_to_be32(count);
	skb_trim(skb, sizeof(*reply) + entry * (count + !!status));
	return skb;
}

static struct sk_buff *answer(const struct sk_buff *request)
{
	const struct nfp_ccm_hdr *from = (const void *)request->data;
	struct nfp_ccm_hdr *to;
	struct sk_buff *skb;

	if (from->type < ARRAY_SIZE(counts))
		WRITE_ONCE(counts[from->type], counts[from->type] + 1);
	switch (from->type) {
	case NFP_CCM_TYPE_BPF_MAP_ALLOC:
		skb = answer_alloc((const void *)from);
		break;
	case NFP_CCM_TYPE_BPF_MAP_FREE:
		skb = answer_free((const void *)from);
		break;
	default:
		skb = answer_op((const void *)from);
	}
	to = (void *)skb->data;
	to->type = __NFP_CCM_REPLY(from->type);
	to->ver = NFP_CCM_ABI_VERSION;
	to->tag = from->tag;
	return skb;
}

/* nfp_bpf_event_output(): the packet's part comes first, as whole words. */
void lab_cmsg_event(const struct nfp_fw_event *event)
{
	u32 padded = NFP_FW_EVENT_PAD(event->packet_size);
	size_t size = sizeof(struct cmsg_bpf_event) + padded + event->data_size;
	struct sk_buff *skb = NULL;
	struct cmsg_bpf_event *to;

	if (skb_queue_len(&events) < EVENTS_MAX)
		skb = alloc_skb(size, GFP_ATOMIC);
	if (!skb)
		return;
	to = skb_put_zero(skb, size);
	to->hdr.type = NFP_CCM_TYPE_BPF_BPF_EVENT;
	to->hdr.ver = NFP_CCM_ABI_VERSION;
	to->cpu_id = cpu_to_be32(event->cpu);
	to->map_ptr = cpu_to_be64(event->map);
	to->data_size = cpu_to_be32(event->data_size);
	to->pkt_size = cpu_to_be32(event->packet_size);
	memcpy(to->data, event->packet, event->packet_size);
	memcpy(to->data + padded, event->data, event->data_size);
	skb_queue_tail(&events, skb);
	schedule_work(&serve_work);
}

static void serve_events(void)
{
	u32 *count = &counts[NFP_CCM_TYPE_BPF_BPF_EVENT];
	struct sk_buff *skb;

	while ((skb = skb_dequeue(&events))) {
		WRITE_ONCE(*count, *count + 1);
		nfp_app_ctrl_rx(app, skb);
	}
}

static void serve(struct work_struct *unused)
{
	struct sk_buff *request, *reply;

	serve_events();
	while ((request = skb_dequeue(&queue))) {
		reply = answer(request);
		dev_consume_skb_any(request);
		nfp_app_ctrl_rx(app, reply);
	}
}

/* What the driver calls to send; false: the ring was not full. */
bool __nfp_ctrl_tx(struct nfp_net *nn, struct sk_buff *skb)
{
	skb_queue_tail(&queue, skb);
	schedule_work(&serve_work);
	return false;
}

bool nfp_ctrl_tx(struct nfp_net *nn, struct sk_buff *skb)
{
	return __nfp_ctrl_tx(nn, skb);
}

void lab_cmsg_start(struct nfp_app *card_app, struct dentry *dir)
{
	app = card_app;
	skb_queue_head_init(&queue);
	skb_queue_head_init(&events);
	memset(counts, 0, sizeof(counts));
	debugfs_create_file("cmsgs", 0444, dir, NULL, &cmsgs_fops);
}

void lab_cmsg_stop(void)
{
	flush_work(&serve_work);
}
