/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "use.h"

#define BLOCK_USES 1024

struct nfp_use_block {
	struct nfp_use_block *older;
	struct nfp_use uses[BLOCK_USES];
};

struct nfp_use *nfp_use_new(struct nfp_uses *uses, struct nfp_use *from)
{
	struct nfp_use_block *block = uses->newest;
	struct nfp_use *use;

	if (!block || uses->used == BLOCK_USES) {
		block = malloc(sizeof(*block));
		if (!block)
			return NULL;
		block->older = uses->newest;
		uses->newest = block;
		uses->used = 0;
	}
	use = &block->uses[uses->used++];
	*use = (struct nfp_use){ .from = { from } };
	return use;
}

struct nfp_use *nfp_use_join(struct nfp_uses *uses, struct nfp_use *a,
			     struct nfp_use *b)
{
	struct nfp_use *use;

	if (!a || !b || a == b)
		return a ? a : b;
	use = nfp_use_new(uses, a);
	if (use) {
		use->from[1] = b;
	} else {
		/* Without memory: as if all of both were needed. */
		nfp_use_need(a, NFP_NEED_NUMBER);
		nfp_use_need(b, NFP_NEED_NUMBER);
	}
	return use;
}

static void add_todo(struct nfp_use **todo, struct nfp_use *use,
		     enum nfp_need need)
{
	if (!use || use->need >= need)
		return;
	use->need = need;
	use->todo = *todo;
	*todo = use;
}

void nfp_use_need(struct nfp_use *use, enum nfp_need need)
{
	struct nfp_use *todo = NULL;

	for (add_todo(&todo, use, need); todo;) {
		use = todo;
		todo = use->todo;
		add_todo(&todo, use->from[0], need);
		add_todo(&todo, use->from[1], need);
	}
}

void nfp_uses_free(struct nfp_uses *uses)
{
	struct nfp_use_block *older;

	for (; uses->newest; uses->newest = older) {
		older = uses->newest->older;
		free(uses->newest);
	}
}
