/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes written in hexadecimal, any case. */
#ifndef HEX_H
#define HEX_H

/* 0 to 15; -1 where c is no hexadecimal digit. */
int hex_digit(char c);

/* The byte of two digits, 0 to 255; -1 where they are not. */
int hex_byte(const char *text);

#endif
