/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known at one point of one path through the program: registers and
 * stack of every function that is active.
 */
#ifndef NFP_STATE_H
#define NFP_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scalar.h"
#include "use.h"

#define NFP_REGS       11
#define NFP_STACK      512
#define NFP_FRAMES_MAX 8

enum nfp_kind {
	NFP_UNSET, /* never written */
	NFP_SCALAR,
	NFP_CTX,
	NFP_PACKET,
	NFP_PACKET_END,
	NFP_STACK_PTR,
	NFP_MAP_PTR,	   /* the map itself, a helper's argument */
	NFP_VALUE_OR_NULL, /* result of a look-up, not checked yet */
	NFP_VALUE,
	/* After something was refused: everything goes, nothing is judged. */
	NFP_ANYTHING,
};

struct nfp_reg {
	enum nfp_kind kind;
	uint8_t frame;	/* STACK_PTR: whose stack */
	uint16_t range; /* PACKET: bytes checked against data_end */
	int32_t off;	/* pointers: the constant part */
	uint32_t map;
	/*
	 * PACKET: same variable part; VALUE_OR_NULL: same look-up; SCALAR: same
	 * number (0: of none).
	 */
	uint32_t id;
	struct nfp_scalar s; /* the number; of pointers the variable part */
	struct nfp_use *use;
};

enum nfp_byte { NFP_BYTE_UNSET, NFP_BYTE_SET, NFP_BYTE_ZERO, NFP_BYTE_SPILL };

struct nfp_frame {
	struct nfp_reg reg[NFP_REGS];
	size_t function;
	size_t return_to;
	/*
	 * Byte 0 is the lowest; a register is spilled to 8 aligned bytes.  The
	 * use of spill[] is that of the 8 bytes, whatever they hold.
	 */
	uint8_t byte[NFP_STACK];
	struct nfp_reg spill[NFP_STACK / 8];
};

struct nfp_state {
	size_t pc;
	size_t checkpoint; /* the last one passed, NFP_NO_CHECKPOINT */
	unsigned int frames;
	struct nfp_frame *frame[NFP_FRAMES_MAX];
};
#define NFP_NO_CHECKPOINT SIZE_MAX

struct nfp_reg nfp_reg_scalar(struct nfp_scalar s);
struct nfp_reg nfp_reg_anything(void);
bool nfp_reg_is_pointer(const struct nfp_reg *reg);

struct nfp_state *nfp_state_new(void);
struct nfp_state *nfp_state_copy(const struct nfp_state *state);
void nfp_state_free(struct nfp_state *state);
/* Returns the new frame, its stack empty, or NULL. */
struct nfp_frame *nfp_state_push(struct nfp_state *state);
void nfp_state_pop(struct nfp_state *state);
struct nfp_frame *nfp_state_top(const struct nfp_state *state);

/* Calls `visit` for every register, spilled ones included. */
void nfp_state_each(struct nfp_state *state,
		    void (*visit)(struct nfp_reg *reg, void *arg), void *arg);

/*
 * From here on, what is needed of the state is noted anew; so far it is
 * nothing. Returns 0 or -ENOMEM.
 */
int nfp_state_renew_uses(struct nfp_state *state, struct nfp_uses *uses);
/* Needs of `state` what was needed of `seen`, which covers it. */
void nfp_state_need_alike(struct nfp_state *state,
			  const struct nfp_state *seen);
/* Forgets what was not needed, so that more is covered. */
void nfp_state_forget_unneeded(struct nfp_state *state);

/* Whether whatever can follow `b` can also follow `a`. */
bool nfp_state_covers(const struct nfp_state *a, const struct nfp_state *b);

#endif
