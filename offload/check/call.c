/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls of helpers: nfp_bpf_check_helper_call() of the driver's verifier.c. */
#include <linux/bpf.h>
#include <linux/if_ether.h>

#include "walk.h"

#define ETH_ZLEN_ 60

static const char *helper_name(int id)
{
#define HELPER_NAME(name, ...) [BPF_FUNC_##name] = #name
	static const char *const names[] = { __BPF_FUNC_MAPPER(HELPER_NAME) };
#undef HELPER_NAME

	if (id < 0 || id >= (int)(sizeof(names) / sizeof(names[0])) ||
	    !names[id])
		return "unknown";
	return names[id];
}

/* The map argument; complains and returns NULL if there is none. */
static const struct nfp_map *map_argument(struct nfp_walk *w, unsigned int reg)
{
	const struct nfp_reg *r = nfp_walk_read(w, reg);

	if (r->kind == NFP_MAP_PTR)
		return &w->object->maps[r->map];
	if (r->kind != NFP_ANYTHING)
		nfp_walk_say(w, NFP_RULE_HELPER, NFP_UNDECIDED,
			     "passes a map that cannot be followed");
	return NULL;
}

static void expect_context(struct nfp_walk *w)
{
	const struct nfp_reg *r = nfp_walk_read(w, 1);

	if (r->kind != NFP_CTX && r->kind != NFP_ANYTHING)
		nfp_walk_say(w, NFP_RULE_HELPER, NFP_REFUSED,
			     "passes something other than the context");
}

/* The helper may read it, so the verifier forgets what it held. */
static void forget(struct nfp_walk *w, const struct nfp_reg *reg, uint32_t size)
{
	struct nfp_frame *frame = w->state->frame[reg->frame];
	int at = reg->off + NFP_STACK;

	for (int i = at; i < at + (int)size; i++) {
		if (frame->byte[i] == NFP_BYTE_SPILL)
			for (int j = 0; j < 8; j++)
				frame->byte[i / 8 * 8 + j] = NFP_BYTE_SET;
		frame->byte[i] = NFP_BYTE_SET;
	}
}

static void key_argument(struct nfp_walk *w, const struct nfp_map *map)
{
	const struct nfp_reg *key = nfp_walk_read(w, 2);
	struct nfp_fact *fact = nfp_walk_fact(w);

	if (!nfp_stack_argument(w, key, map->key_bytes, "key"))
		return;
	if (fact->visited_twice && fact->off != key->off)
		fact->off_varies = true;
	fact->off = key->off;
	forget(w, key, map->key_bytes);
}

/*
 * The atomic engine is big-endian: the driver refuses to mix counters with
 * words that an update may have set (nfp_bpf_map_update_value_ok()).
 */
static void value_argument(struct nfp_walk *w, const struct nfp_map *map)
{
	const struct nfp_reg *value = nfp_walk_read(w, 3);
	const struct nfp_frame *frame;
	struct nfp_word *word;

	if (!nfp_stack_argument(w, value, map->value_bytes, "value"))
		return;
	frame = w->state->frame[value->frame];
	for (uint32_t i = 0; i < map->value_bytes; i++) {
		nfp_use_need(
			frame->spill[(value->off + NFP_STACK + (int)i) / 8].use,
			NFP_NEED_NUMBER);
		if (frame->byte[value->off + NFP_STACK + (int)i] ==
		    NFP_BYTE_ZERO)
			continue;
		word = &w->facts->words[map - w->object->maps][i / 4];
		word->written = true;
		word->where_written = nfp_walk_where(w);
	}
	forget(w, value, map->value_bytes);
}

static struct nfp_reg lookup_result(struct nfp_walk *w,
				    const struct nfp_map *map)
{
	return (struct nfp_reg){
		.kind = NFP_VALUE_OR_NULL,
		.map = (uint32_t)(map - w->object->maps),
		.id = ++w->last_id,
		.s = nfp_scalar_const(0),
	};
}

static struct nfp_reg map_helper(struct nfp_walk *w, int id)
{
	const struct nfp_map *map = map_argument(w, 1);

	if (!map)
		return nfp_reg_anything();
	if (map->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY)
		nfp_walk_say(w, NFP_RULE_HELPER, NFP_REFUSED,
			     "bpf_%s() on perf event array %s", helper_name(id),
			     map->name);
	key_argument(w, map);
	if (id == BPF_FUNC_map_update_elem)
		value_argument(w, map);
	if (id == BPF_FUNC_map_lookup_elem)
		return lookup_result(w, map);
	return nfp_reg_scalar(nfp_scalar_unknown());
}

static void drop_packet(struct nfp_reg *reg, void *arg)
{
	struct nfp_reg unknown = nfp_reg_scalar(nfp_scalar_unknown());

	(void)arg;
	unknown.use = reg->use;
	if (reg->kind == NFP_PACKET || reg->kind == NFP_PACKET_END)
		*reg = unknown;
}

/*
 * nfp_record_adjust_head(): one call, one constant that the firmware
 * guarantees and that leaves the shortest frame a header.  On a second path
 * the driver compares 64 bits with 32 sign-extended ones.
 */
static bool is_fast_adjust(const struct nfp_walk *w, const struct nfp_reg *by)
{
	int32_t delta = (int32_t)by->s.value;

	if (by->kind != NFP_SCALAR || !nfp_scalar_is_const(&by->s) ||
	    delta > ETH_ZLEN_ - ETH_HLEN ||
	    delta > (int32_t)w->caps->adjust_head_add ||
	    delta < -(int32_t)w->caps->adjust_head_sub)
		return false;
	if (!w->facts->adjust_head_at)
		return true;
	return w->facts->adjust_head_at == w->state->pc + 1 &&
	       by->s.value == (uint64_t)(int64_t)delta;
}

static struct nfp_reg adjust_head(struct nfp_walk *w)
{
	expect_context(w);
	if (!is_fast_adjust(w, nfp_walk_number(w, 2)))
		w->facts->adjust_head_slow = true;
	if (w->facts->adjust_head_slow)
		nfp_walk_say(w, NFP_RULE_ADJUST_HEAD, NFP_HINT,
			     "bpf_xdp_adjust_head() takes its slow form: call "
			     "it once, by a constant from -%u to %u, declared "
			     "as (void *, long)",
			     w->caps->adjust_head_sub,
			     w->caps->adjust_head_add);
	w->facts->adjust_head_at = w->state->pc + 1;
	nfp_state_each(w->state, drop_packet, NULL);
	return nfp_reg_scalar(nfp_scalar_unknown());
}

static struct nfp_reg adjust_tail(struct nfp_walk *w)
{
	expect_context(w);
	nfp_walk_read(w, 2);
	nfp_state_each(w->state, drop_packet, NULL);
	return nfp_reg_scalar(nfp_scalar_unknown());
}

static void check_event_data(struct nfp_walk *w)
{
	const struct nfp_reg *data = nfp_walk_read(w, 4);
	const struct nfp_reg *size = nfp_walk_number(w, 5);

	if (data->kind == NFP_STACK_PTR && nfp_scalar_is_const(&size->s) &&
	    size->s.value <= NFP_STACK) {
		if (nfp_stack_argument(w, data, (uint32_t)size->s.value,
				       "event"))
			forget(w, data, (uint32_t)size->s.value);
	} else if (data->kind != NFP_ANYTHING) {
		nfp_walk_say(w, NFP_RULE_HELPER, NFP_UNDECIDED,
			     "bpf_perf_event_output() of data that is not of "
			     "constant size on the stack");
	}
	nfp_walk_note(w, data);
}

static struct nfp_reg event_output(struct nfp_walk *w)
{
	const struct nfp_map *map = map_argument(w, 2);
	const struct nfp_reg *flags = nfp_walk_number(w, 3);
	const char *fault = NULL;

	expect_context(w);
	if (map && map->type != BPF_MAP_TYPE_PERF_EVENT_ARRAY)
		fault = "bpf_perf_event_output() needs a perf event array";
	else if ((flags->s.mask & BPF_F_INDEX_MASK) ||
		 (flags->s.value & BPF_F_INDEX_MASK) != BPF_F_CURRENT_CPU)
		fault = "bpf_perf_event_output() without BPF_F_CURRENT_CPU";
	else if (!w->object->is_gpl)
		fault = "bpf_perf_event_output() needs a GPL-compatible "
			"license";
	if (fault)
		nfp_walk_say(w, NFP_RULE_HELPER, NFP_REFUSED, "%s", fault);
	check_event_data(w);
	nfp_walk_say(w, NFP_RULE_HELPER, NFP_HINT,
		     "bpf_perf_event_output() on the card is asynchronous: it "
		     "returns 0 even if the event is lost");
	return nfp_reg_scalar(nfp_scalar_unknown());
}

static bool is_offered(const struct nfp_caps *caps, int id, bool *known)
{
	*known = true;
	switch (id) {
	case BPF_FUNC_map_lookup_elem:
		return caps->map_lookup;
	case BPF_FUNC_map_update_elem:
		return caps->map_update;
	case BPF_FUNC_map_delete_elem:
		return caps->map_delete;
	case BPF_FUNC_xdp_adjust_head:
		return caps->adjust_head;
	case BPF_FUNC_xdp_adjust_tail:
		return caps->adjust_tail;
	case BPF_FUNC_get_prandom_u32:
		return caps->random;
	case BPF_FUNC_perf_event_output:
		return caps->event_output;
	default:
		*known = false;
		return false;
	}
}

static struct nfp_reg call(struct nfp_walk *w, int id)
{
	bool known;

	if (!is_offered(w->caps, id, &known)) {
		nfp_walk_say(w, NFP_RULE_HELPER, NFP_REFUSED,
			     known ? "bpf_%s(): this firmware does not "
				     "offer it"
				   : "bpf_%s(): the card has no such helper; "
				     "keep it out of this program",
			     helper_name(id));
		return nfp_reg_anything();
	}
	switch (id) {
	case BPF_FUNC_xdp_adjust_head:
		return adjust_head(w);
	case BPF_FUNC_xdp_adjust_tail:
		return adjust_tail(w);
	case BPF_FUNC_get_prandom_u32:
		return nfp_reg_scalar(nfp_scalar_unknown());
	case BPF_FUNC_perf_event_output:
		return event_output(w);
	default:
		return map_helper(w, id);
	}
}

void nfp_call_helper(struct nfp_walk *w)
{
	struct nfp_reg result = call(w, nfp_walk_insn(w)->imm);

	for (unsigned int reg = 1; reg <= 5; reg++)
		nfp_walk_reg(w, reg)->kind = NFP_UNSET;
	*nfp_walk_reg(w, 0) = result;
}
