/* SPDX-License-Identifier: GPL-2.0-only */
/* The ELF objects and their sizes; object.c hands them out. */
	.section .rodata
	.macro object name, file
	.global object_\name
	.global object_\name\()_size
	.balign 8
object_\name:
	.incbin "\file"
object_\name\()_end:
	.balign 8
object_\name\()_size:
	.quad object_\name\()_end - object_\name
	.endm

	object all OBJECT_DIR/udplb.bpf.o
	object nat4 OBJECT_DIR/udplb_nat4.bpf.o
	object snat4 OBJECT_DIR/udplb_snat4.bpf.o
	object ipv4 OBJECT_DIR/udplb_ipv4.bpf.o
	object nat OBJECT_DIR/udplb_nat.bpf.o
	object snat OBJECT_DIR/udplb_snat.bpf.o
	object dsr OBJECT_DIR/udplb_dsr.bpf.o
	object tunnel4 OBJECT_DIR/udplb_tunnel4.bpf.o
	.section .note.GNU-stack, "", %progbits
