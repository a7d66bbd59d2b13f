/* SPDX-License-Identifier: GPL-2.0-only */
/* expect: refused map-budget
 * caps: rich
 * 33 maps. */
#include "corpus.h"

MAP(m0, ARRAY, __u32, __u32, 1);
MAP(m1, ARRAY, __u32, __u32, 1);
MAP(m2, ARRAY, __u32, __u32, 1);
MAP(m3, ARRAY, __u32, __u32, 1);
MAP(m4, ARRAY, __u32, __u32, 1);
MAP(m5, ARRAY, __u32, __u32, 1);
MAP(m6, ARRAY, __u32, __u32, 1);
MAP(m7, ARRAY, __u32, __u32, 1);
MAP(m8, ARRAY, __u32, __u32, 1);
MAP(m9, ARRAY, __u32, __u32, 1);
MAP(m10, ARRAY, __u32, __u32, 1);
MAP(m11, ARRAY, __u32, __u32, 1);
MAP(m12, ARRAY, __u32, __u32, 1);
MAP(m13, ARRAY, __u32, __u32, 1);
MAP(m14, ARRAY, __u32, __u32, 1);
MAP(m15, ARRAY, __u32, __u32, 1);
MAP(m16, ARRAY, __u32, __u32, 1);
MAP(m17, ARRAY, __u32, __u32, 1);
MAP(m18, ARRAY, __u32, __u32, 1);
MAP(m19, ARRAY, __u32, __u32, 1);
MAP(m20, ARRAY, __u32, __u32, 1);
MAP(m21, ARRAY, __u32, __u32, 1);
MAP(m22, ARRAY, __u32, __u32, 1);
MAP(m23, ARRAY, __u32, __u32, 1);
MAP(m24, ARRAY, __u32, __u32, 1);
MAP(m25, ARRAY, __u32, __u32, 1);
MAP(m26, ARRAY, __u32, __u32, 1);
MAP(m27, ARRAY, __u32, __u32, 1);
MAP(m28, ARRAY, __u32, __u32, 1);
MAP(m29, ARRAY, __u32, __u32, 1);
MAP(m30, ARRAY, __u32, __u32, 1);
MAP(m31, ARRAY, __u32, __u32, 1);
MAP(m32, ARRAY, __u32, __u32, 1);

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	__u32 key = 0, n = 0;

	n += !!bpf_map_lookup_elem(&m0, &key);
	n += !!bpf_map_lookup_elem(&m1, &key);
	n += !!bpf_map_lookup_elem(&m2, &key);
	n += !!bpf_map_lookup_elem(&m3, &key);
	n += !!bpf_map_lookup_elem(&m4, &key);
	n += !!bpf_map_lookup_elem(&m5, &key);
	n += !!bpf_map_lookup_elem(&m6, &key);
	n += !!bpf_map_lookup_elem(&m7, &key);
	n += !!bpf_map_lookup_elem(&m8, &key);
	n += !!bpf_map_lookup_elem(&m9, &key);
	n += !!bpf_map_lookup_elem(&m10, &key);
	n += !!bpf_map_lookup_elem(&m11, &key);
	n += !!bpf_map_lookup_elem(&m12, &key);
	n += !!bpf_map_lookup_elem(&m13, &key);
	n += !!bpf_map_lookup_elem(&m14, &key);
	n += !!bpf_map_lookup_elem(&m15, &key);
	n += !!bpf_map_lookup_elem(&m16, &key);
	n += !!bpf_map_lookup_elem(&m17, &key);
	n += !!bpf_map_lookup_elem(&m18, &key);
	n += !!bpf_map_lookup_elem(&m19, &key);
	n += !!bpf_map_lookup_elem(&m20, &key);
	n += !!bpf_map_lookup_elem(&m21, &key);
	n += !!bpf_map_lookup_elem(&m22, &key);
	n += !!bpf_map_lookup_elem(&m23, &key);
	n += !!bpf_map_lookup_elem(&m24, &key);
	n += !!bpf_map_lookup_elem(&m25, &key);
	n += !!bpf_map_lookup_elem(&m26, &key);
	n += !!bpf_map_lookup_elem(&m27, &key);
	n += !!bpf_map_lookup_elem(&m28, &key);
	n += !!bpf_map_lookup_elem(&m29, &key);
	n += !!bpf_map_lookup_elem(&m30, &key);
	n += !!bpf_map_lookup_elem(&m31, &key);
	n += !!bpf_map_lookup_elem(&m32, &key);
	return n > 3 ? XDP_PASS : XDP_DROP;
}
