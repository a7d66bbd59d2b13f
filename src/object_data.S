/* SPDX-License-Identifier: GPL-2.0-only */
/* The ELF object and its size; object.c hands them out. */
	.section .rodata
	.global object_data
	.global object_size
	.balign 8
object_data:
	.incbin OBJECT_FILE
1:
	.balign 8
object_size:
	.quad 1b - object_data
	.section .note.GNU-stack, "", %progbits
