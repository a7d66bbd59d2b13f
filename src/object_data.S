/* SPDX-License-Identifier: GPL-2.0-only */
/* The ELF object between two symbols; object.c hands it out. */
	.section .rodata
	.global object_start
	.global object_end
	.balign 8
object_start:
	.incbin OBJECT_FILE
object_end:
	.section .note.GNU-stack, "", %progbits
