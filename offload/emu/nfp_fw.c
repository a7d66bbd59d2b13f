// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver expects of the firmware, from its bpf/jit.c and main.h:
 *
 *  - pointer 0 is the start of the stack, and so is register A22 (stack_reg);
 *  - pointer 1 is the packet's vector: word 0 has the length in bits 0-13,
 *    word 2 the packet's address (enum pkt_vec, nfp_intro());
 *  - adjust_head may change the low 16 bits of that address alone;
 *  - a helper gets the map in A0, the key at pointer 0, the value at pointer
 *    2, flags in the fourth BPF argument, and returns R0 in registers 0 and 1
 *    of both banks (map_call_stack_common());
 *  - an event's map id is in the second BPF argument, flags, data and size in
 *    the following ones, and the data's kind in A1 (nfp_perf_event_output());
 *  - word 4 of the vector, bit 4, and the low byte of word 6 are the queue that
 *    the program chose, if it exists (nfp_queue_select());
 *  - at the end bits 16-23 of A0 are the verdict (nfp_outro_xdp()).
 *
 * Ours, as the driver does not care: where the packet vector lies in local
 * memory, what upper bits a packet's address has, and that a value's address is
 * the map's id in its upper 12 bits, then the offset among the values.
 *
 * What the driver does not promise to survive is made unusable: R1-R5 and the
 * scratch registers after a helper call, all registers before a packet.
 */
#ifdef __KERNEL__
#include <linux/errno.h>
#else
#include <errno.h>
#endif

#include "nfp_fw.h"

#define VECTOR_WORD   192 /* behind a stack of 512 bytes */
#define VECTOR_LENGTH (VECTOR_WORD + 0)
#define VECTOR_PACKET (VECTOR_WORD + 2)
#define VECTOR_CHOSEN (VECTOR_WORD + 4)
#define VECTOR_QUEUE  (VECTOR_WORD + 6)
#define CHOSEN	      (1U << 4)
#define QUEUES	      64 /* NFP_NET_RXR_MAX: the JIT puts it for "none" */
#define LENGTH_MASK   0x3fff
#define STACK_REG     22
/*
 * R1 at the start, the context.  A program may keep it for its calls, but no
 * number comes of it: the verifier allows nothing else, and mem_ldx_xdp() in
 * jit.c reads the packet's vector wherever it is.
 */
#define CONTEXT_REGS (3U << 2)
#define MAP_SHIFT    28
/*
 * A read begins in the packet but may end after it: of words, and where the
 * JIT fetches at once what several instructions read, some of which come after
 * a test for the packet's end (nfp_bpf_opt_pkt_cache()).  No command is longer.
 */
#define OVERREAD 128

#define EVENT_VALUE	4
#define EVENT_STACK	6
#define EVENT_PACKET	8
#define EVENT_STACK_MAX 512

/* R6-R9, stack and length: registers 12-19 of both banks, 22. */
#define SURVIVES_CALL (0xffU << 12 | 1U << STACK_REG)

static u8 *packet_memory(struct nfp_fw *fw, u64 address, u32 length, bool write)
{
	u32 start = fw->thread.local[VECTOR_PACKET] - fw->base;
	u32 end = start + (fw->thread.local[VECTOR_LENGTH] & LENGTH_MASK);
	u32 at = (u32)address - fw->base;
	u32 limit = write ? end : end + OVERREAD;

	if (end > sizeof(fw->buffer) - OVERREAD || start > end)
		return NULL;
	if (at < start || at >= end || at + length > limit)
		return NULL;
	fw->overread |= at + length > end;
	return fw->buffer + at;
}

static u8 *value_memory(struct nfp_fw *fw, u64 address, u32 length, u32 slack)
{
	struct nfp_fw_map map;
	u32 offset = (u32)address & ((1U << MAP_SHIFT) - 1);
	u32 id = (u32)(address >> MAP_SHIFT);
	u64 size;

	if (!fw->maps.find(fw->maps.priv, id, &map))
		return NULL;
	size = (u64)map.entries * map.stride;
	if (offset >= size || offset + (u64)length > size + slack)
		return NULL;
	fw->map_beyond |= offset + (u64)length > size;
	return map.values + offset;
}

/*
 * Programs read values and add to them, and never store (driver's verifier).
 * Of a byte in a map's last word the JIT reads the word that begins there
 * (data_ld_host_order_addr40()), and cards have returned it (Netronome's
 * atomic_read7 and atomic_read11).
 */
static u8 *map_memory(struct nfp_fw *fw, u64 address, u32 length,
		      enum nfp_emu_command command)
{
	switch (command) {
	case NFP_EMU_READ:
	case NFP_EMU_READ_BYTES:
		return value_memory(fw, address, length, NFP_FW_MAP_SLACK);
	case NFP_EMU_ADD:
	case NFP_EMU_ADD_IMMEDIATE:
		return value_memory(fw, address, length, 0);
	default:
		return NULL;
	}
}

static u8 *memory(void *priv, bool far, u64 address, u32 length,
		  enum nfp_emu_command command)
{
	struct nfp_fw *fw = priv;

	if (far)
		return map_memory(fw, address, length, command);
	switch (command) {
	case NFP_EMU_READ:
	case NFP_EMU_READ_BYTES:
		return packet_memory(fw, address, length, false);
	case NFP_EMU_WRITE:
	case NFP_EMU_WRITE_BYTES:
		return packet_memory(fw, address, length, true);
	default:
		return NULL;
	}
}

static u32 random_number(void *priv)
{
	struct nfp_fw *fw = priv;

	return fw->maps.random(fw->maps.priv);
}

static bool get_local(const struct nfp_emu_thread *t, u32 at, u8 *to, u32 size)
{
	if (at + (u64)size > NFP_EMU_LOCAL_WORDS * sizeof(u32))
		return false;
	for (u32 i = 0; i < size; i++)
		to[i] = (u8)(t->local[(at + i) / 4] >> 8 * ((at + i) & 3));
	return true;
}

static u64 look_up(struct nfp_fw *fw, const struct nfp_fw_map *map,
		   const u8 *key)
{
	int slot = fw->maps.slot(fw->maps.priv, map, key);
	/* The upper word of an address counts for 2^8, the lower is added. */
	u64 high = fw->thread.a[0] << (MAP_SHIFT - 8);

	return slot < 0 ? 0 : high << 32 | (u64)slot * map->stride;
}

static bool call(struct nfp_fw *fw, enum nfp_emu_helper which,
		 const struct nfp_fw_map *map, const u8 *key, u64 *result)
{
	struct nfp_emu_thread *t = &fw->thread;
	const struct nfp_fw_maps *maps = &fw->maps;
	u64 flags = t->a[8] | (u64)t->a[9] << 32;
	u8 value[NFP_FW_KEY_MAX];

	switch (which) {
	case NFP_EMU_LOOKUP:
		*result = look_up(fw, map, key);
		return true;
	case NFP_EMU_UPDATE:
		if (!maps->update ||
		    !get_local(t, t->pointer[2], value, map->value_size))
			return false;
		*result = (s64)maps->update(maps->priv, map, key, value, flags);
		return true;
	case NFP_EMU_DELETE:
		if (!maps->remove)
			return false;
		*result = (s64)maps->remove(maps->priv, map, key);
		return true;
	default:
		return false;
	}
}

/*
 * The data of an event, from where its kind says (enum bpf_reg_type of the
 * driver's kernel, NFP_BPF_* in its fw.h).
 */
static const u8 *event_data(struct nfp_fw *fw, u32 size, u8 *copy)
{
	const struct nfp_emu_thread *t = &fw->thread;

	switch (t->a[1]) {
	case EVENT_STACK:
		return get_local(t, t->a[8], copy, size) ? copy : NULL;
	case EVENT_VALUE:
		return value_memory(fw, ((u64)t->a[9] << 8) + t->a[8], size, 0);
	case EVENT_PACKET:
		return packet_memory(fw, t->a[8], size, true);
	default:
		return NULL;
	}
}

/*
 * What the helper returns.  Only what is too long for the channel is lost
 * without a word; the other errors are those of the host's helper.
 */
static s64 output_event(struct nfp_fw *fw)
{
	const struct nfp_emu_thread *t = &fw->thread;
	u8 copy[EVENT_STACK_MAX];
	struct nfp_fw_event event = {
		.map = t->a[4] | (u64)t->a[5] << 32,
		.cpu = t->a[6],
		.packet_size = t->a[7],
		.data_size = t->a[10],
	};
	u32 size = NFP_FW_EVENT_HEAD + NFP_FW_EVENT_PAD(event.packet_size);

	if (event.packet_size > LENGTH_MASK)
		return -EINVAL;
	if (event.packet_size)
		event.packet = packet_memory(fw, t->local[VECTOR_PACKET],
					     event.packet_size, true);
	if (event.data_size && event.data_size <= sizeof(copy))
		event.data = event_data(fw, event.data_size, copy);
	if (!event.packet != !event.packet_size ||
	    !event.data != !event.data_size)
		return -EFAULT;
	if (fw->maps.event && size + event.data_size <= NFP_FW_EVENT_MAX)
		fw->maps.event(fw->maps.priv, &event);
	return 0;
}

static u32 garbage(u32 value, u32 salt)
{
	return value * 0x9e3779b1 + salt;
}

static void clobber(struct nfp_emu_thread *t)
{
	for (u32 i = 0; i < NFP_EMU_REGISTERS; i++) {
		t->in[i] = garbage(t->in[i], i);
		t->out[i] = garbage(t->out[i], i);
		if (SURVIVES_CALL >> i & 1)
			continue;
		t->a[i] = garbage(t->a[i], i);
		t->b[i] = garbage(t->b[i], i);
	}
	t->unknown_a = t->unknown_b = ~SURVIVES_CALL;
	t->unknown_in = t->unknown_out = ~0U;
	t->pointer[2] = t->pointer[3] = 0x3c0;
}

static bool map_helper(struct nfp_fw *fw, enum nfp_emu_helper which,
		       u64 *result)
{
	const struct nfp_emu_thread *t = &fw->thread;
	struct nfp_fw_map map;
	u8 key[NFP_FW_KEY_MAX];

	return fw->maps.find(fw->maps.priv, t->a[0], &map) &&
	       map.key_size <= sizeof(key) &&
	       map.value_size <= NFP_FW_KEY_MAX &&
	       get_local(t, t->pointer[0], key, map.key_size) &&
	       call(fw, which, &map, key, result);
}

static bool helper(void *priv, struct nfp_emu_thread *t,
		   enum nfp_emu_helper which)
{
	struct nfp_fw *fw = priv;
	u64 result;

	if (which == NFP_EMU_EVENT)
		result = (u64)output_event(fw);
	else if (!map_helper(fw, which, &result))
		return false;
	clobber(t);
	t->a[0] = t->b[0] = (u32)result;
	t->a[1] = t->b[1] = (u32)(result >> 32);
	t->unknown_a &= ~3U;
	t->unknown_b &= ~3U;
	return true;
}

void nfp_fw_init(struct nfp_fw *fw, const struct nfp_emu_image *image,
		 const struct nfp_fw_maps *maps)
{
	fw->image = *image;
	fw->maps = *maps;
	fw->packets = 0;
	for (u32 i = 0; i < sizeof(fw->buffer); i++)
		fw->buffer[i] = (u8)(i * 7 + 1);
	for (u32 i = 0; i < NFP_EMU_LOCAL_WORDS; i++)
		fw->thread.local[i] = 0xdead0000 + i;
	for (u32 i = 0; i < NFP_EMU_REGISTERS; i++) {
		fw->thread.in[i] = fw->thread.out[i] = 0xbeef0000 + i;
		fw->thread.a[i] = fw->thread.b[i] = 0xfeed0000 + i;
	}
	for (u32 i = 0; i < NFP_EMU_POINTERS; i++)
		fw->thread.pointer[i] = 0;
}

/* Nothing depends on where a packet lies, so it lies elsewhere each time. */
static u32 next_place(const struct nfp_fw *fw)
{
	return fw->packets & 1 ? NFP_FW_PLACE_MAX : NFP_FW_PLACE_MIN;
}

static void place(struct nfp_fw *fw, const u8 *frame, u32 length)
{
	struct nfp_emu_thread *t = &fw->thread;

	fw->place = next_place(fw);
	fw->base = 0x80000000U | (u32)(fw->packets & 0xff) << 16;
	clobber(t);
	t->unknown_a = ~(1U << STACK_REG | CONTEXT_REGS);
	t->unknown_b = ~CONTEXT_REGS;
	t->a[STACK_REG] = 0;
	t->pointer[0] = 0;
	t->pointer[1] = VECTOR_WORD * sizeof(u32);
	t->local[VECTOR_LENGTH] = length | (u32)fw->packets << 14;
	t->local[VECTOR_PACKET] = fw->base | fw->place;
	t->local[VECTOR_CHOSEN] &= ~CHOSEN;
	for (u32 i = 0; i < length; i++)
		fw->buffer[fw->place + i] = frame[i];
	/* So that nobody gets what would have been right before. */
	for (u32 i = 0; i < OVERREAD; i++)
		fw->buffer[fw->place + length + i] =
			(u8)garbage((u32)fw->packets, i);
	fw->overread = fw->map_beyond = false;
}

/* Of one that there cannot be, the card chooses as if nobody had. */
static int queue_of(const struct nfp_emu_thread *t)
{
	u32 queue = t->local[VECTOR_QUEUE] & 0xff;

	return t->local[VECTOR_CHOSEN] & CHOSEN && queue < QUEUES ? (int)queue
								  : -1;
}

/* The verdict and the frame as the program left them, if that makes sense. */
static bool collect(struct nfp_fw *fw)
{
	const struct nfp_emu_thread *t = &fw->thread;
	u32 start = t->local[VECTOR_PACKET] - fw->base;

	fw->verdict = t->a[0] >> 16;
	fw->frame = fw->buffer + start;
	fw->length = t->local[VECTOR_LENGTH] & LENGTH_MASK;
	fw->queue = queue_of(t);
	if (start > sizeof(fw->buffer) ||
	    fw->length > sizeof(fw->buffer) - start || t->a[0] & 0xffff)
		return false;
	switch (fw->verdict) {
	case NFP_FW_PASS:
	case NFP_FW_DROP:
	case NFP_FW_TX:
	case NFP_FW_ABORTED:
		return true;
	default:
		return false;
	}
}

bool nfp_fw_run(struct nfp_fw *fw, const u8 *frame, u32 length)
{
	struct nfp_emu_card card = {
		.priv = fw,
		.memory = memory,
		.helper = helper,
		.random = random_number,
	};

	if (length > NFP_FW_FRAME_MAX)
		return false;
	place(fw, frame, length);
	fw->packets++;
	return nfp_emu_run(&fw->thread, &fw->image, &card) == NFP_EMU_DONE &&
	       collect(fw);
}
