// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory commands.  Target and token of each are cmd_tgt_act[] in the driver's
 * nfp_asm.c, what they do follows from who emits them in jit.c: READ32_SWAP
 * gives words as a little-endian host reads them (data_ld_host_order()), READ8
 * as they stand on the wire (data_ld()), the WRITE*_SWAP write such words.
 * Bytes that a read does not fill are shifted or masked away by the JIT.
 *
 * A 32-bit address is the sum of both operands.  A 40-bit one (maps) is made
 * of two words, one shifted left by 8 and added to the other; that the upper
 * word is the one shifted is binutils' reading of the mode names and agrees
 * with addr40_offset(), which adds offsets to the lower word with carry.
 *
 * The atomic engine is big-endian and takes a 64-bit number as two words, the
 * less significant first: nfp_map_bpf_byte_swap() in offload.c undoes this for
 * user space, word by word.
 *
 * A command reads its transfer registers when the thread goes to sleep, not
 * when it is issued: the JIT fills them in the slots between (mem_xadd()).
 */
#include "nfp_emu_core.h"
#include "nfp_emu_word.h"

/* PREV_ALU with CMD_INDIRECT; names as in nfp_asm.h. */
#define OVE_DATA(r) nfp_field(r, 3, 3)
#define OVE_LEN(r)  nfp_field(r, 7, 1)
#define OV_LEN(r)   nfp_field(r, 8, 5)
#define OV_DATA(r)  nfp_field(r, 16, 16)
enum { OVE_DATA_16_BIT = 2 };

/* Target (7 bits) and token (2 bits) in one. */
#define ACTION(target, token) ((target) << 2 | (token))

static int command_of(u64 word)
{
	switch (ACTION(CMD_TARGET(word), CMD_TOKEN(word))) {
	case ACTION(0x5c, 2):
		return NFP_EMU_READ;
	case ACTION(0x43, 1):
		return NFP_EMU_READ_BYTES;
	case ACTION(0x42, 2):
		return NFP_EMU_WRITE_BYTES;
	case ACTION(0x5f, 2):
		return NFP_EMU_WRITE;
	case ACTION(0x47, 0):
		return NFP_EMU_ADD;
	case ACTION(0x47, 2):
		return NFP_EMU_ADD_IMMEDIATE;
	default:
		return -1;
	}
}

void nfp_emu_issue(struct nfp_emu_thread *t, u64 word,
		   struct nfp_emu_issued *issued)
{
	u32 a = nfp_emu_re_read(t, RE_A(word), NFP_EMU_A, false, false);
	u32 b = nfp_emu_re_read(t, RE_B(word), NFP_EMU_B, false, false);
	bool swaps = CMD_SWAP(word) != CMD_NO_SWAP;

	if (word & ~CMD_BITS || CMD_SIGNAL(word) != swaps)
		nfp_emu_fail(t, NFP_EMU_E_WORD);
	issued->word = word;
	issued->override = t->result;
	switch (CMD_MODE(word)) {
	case CMD_40_BA:
		issued->address =
			FLIP(ADDRESS_40, ((u64)b << 8) + a, ((u64)a << 8) + b);
		break;
	case CMD_32:
		issued->address = FLIP(ADDRESS_32, (u32)(a + b), a);
		break;
	default:
		issued->address = 0;
		nfp_emu_fail(t, NFP_EMU_E_WORD);
	}
}

/* The length field counts words or bytes, or says how wide a number is. */
static u32 length_of(const struct nfp_emu_issued *issued,
		     enum nfp_emu_command command)
{
	u32 length = CMD_LENGTH(issued->word);

	if (CMD_INDIRECT(issued->word) && OVE_LEN(issued->override))
		length =
			FLIP(OVERRIDE_LENGTH, OV_LEN(issued->override), length);
	switch (command) {
	case NFP_EMU_READ:
	case NFP_EMU_WRITE:
		return FLIP(LENGTH_WORDS, 4 * (length + 1), 4);
	case NFP_EMU_ADD:
	case NFP_EMU_ADD_IMMEDIATE:
		return FLIP(ADD_WIDTH, length & 4 ? 8 : 4, 4);
	default:
		return FLIP(LENGTH_BYTES, length + 1, length ? length : 1);
	}
}

static void read_words(struct nfp_emu_thread *t, u32 first, const u8 *p,
		       u32 length)
{
	for (u32 i = 0; i < length; i += 4) {
		u32 to = (first + i / 4) & 0x1f;

		t->in[to] = FLIP(READ_ORDER,
				 p[i] | p[i + 1] << 8 | p[i + 2] << 16 |
					 (u32)p[i + 3] << 24,
				 p[i + 3] | p[i + 2] << 8 | p[i + 1] << 16 |
					 (u32)p[i] << 24);
		t->unknown_in &= ~(1U << to);
	}
}

static void read_bytes(struct nfp_emu_thread *t, u32 first, const u8 *p,
		       u32 length)
{
	for (u32 i = 0; i < length; i += 4) {
		u32 to = (first + i / 4) & 0x1f, word = 0;

		for (u32 j = 0; j < 4; j++)
			word = word << 8 | (i + j < length ? p[i + j] : 0);
		t->in[to] =
			FLIP(READ_BYTES_ORDER, word, __builtin_bswap32(word));
		t->unknown_in &= ~(1U << to);
	}
}

static u32 transfer_out(struct nfp_emu_thread *t, u32 n)
{
	n &= 0x1f;
	if (t->unknown_out >> n & 1)
		nfp_emu_guessed(t, NFP_EMU_GUESS_UNKNOWN_REGISTER);
	return t->out[n];
}

static void write_bytes(struct nfp_emu_thread *t, u32 first, u8 *p, u32 length)
{
	for (u32 i = 0; i < length; i++)
		p[i] = transfer_out(t, first + i / 4) >>
		       FLIP(WRITE_ORDER, 8 * (i & 3), 24 - 8 * (i & 3));
}

static u32 big_endian_word(const u8 *p)
{
	return (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static void put_big_endian_word(u8 *p, u32 value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (u8)(value >> (24 - 8 * i));
}

static void add_to(u8 *p, u64 value, u32 length)
{
	u64 sum = big_endian_word(p);

	if (length == 8)
		sum |= (u64)big_endian_word(p + 4) << 32;
	sum += value;
	put_big_endian_word(
		p, FLIP(ATOMIC_ORDER, (u32)sum, __builtin_bswap32((u32)sum)));
	if (length == 8)
		put_big_endian_word(p + 4, FLIP(ATOMIC_CARRY, sum >> 32, 0));
}

static u64 addend(struct nfp_emu_thread *t, u32 first, u32 length)
{
	u64 value = transfer_out(t, first);

	if (length == 8)
		value |= (u64)transfer_out(t, first + 1) << 32;
	return value;
}

static void add_immediate(struct nfp_emu_thread *t,
			  const struct nfp_emu_issued *issued, u8 *p,
			  u32 length)
{
	/* Bit 3 of the length is set by mem_xadd(), without an explanation. */
	if (!CMD_INDIRECT(issued->word) || !OVE_LEN(issued->override) ||
	    OVE_DATA(issued->override) != OVE_DATA_16_BIT ||
	    !(OV_LEN(issued->override) & 8))
		nfp_emu_fail(t, NFP_EMU_E_WORD);
	add_to(p, FLIP(ADD_IMMEDIATE, OV_DATA(issued->override), 1), length);
}

static void perform(struct nfp_emu_thread *t,
		    const struct nfp_emu_issued *issued,
		    enum nfp_emu_command command, u8 *p, u32 length)
{
	u32 first = CMD_TRANSFER(issued->word);

	switch (command) {
	case NFP_EMU_READ:
		read_words(t, first, p, length);
		break;
	case NFP_EMU_READ_BYTES:
		read_bytes(t, first, p, length);
		break;
	case NFP_EMU_WRITE:
	case NFP_EMU_WRITE_BYTES:
		write_bytes(t, first, p, length);
		break;
	case NFP_EMU_ADD:
		add_to(p, addend(t, first, length), length);
		break;
	default:
		add_immediate(t, issued, p, length);
	}
}

void nfp_emu_complete(struct nfp_emu_thread *t, const struct nfp_emu_card *card,
		      const struct nfp_emu_issued *issued)
{
	int command = command_of(issued->word);
	bool far = CMD_MODE(issued->word) != CMD_32;
	u32 length;
	u8 *p;

	if (command < 0) {
		nfp_emu_fail(t, NFP_EMU_E_WORD);
		return;
	}
	length = length_of(issued, command);
	t->cost.commands[command]++;
	t->cost.words[command] += (length + 3) / 4;
	t->cost.far += far;
	p = card->memory(card->priv, far, issued->address, length, command);
	if (p)
		perform(t, issued, command, p, length);
	else
		nfp_emu_fail(t, NFP_EMU_E_MEMORY);
}
