/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/utf8.h"

/*
 * RFC 3629 section 4.  The range of the second byte keeps out overlong forms,
 * surrogates, and what is beyond U+10FFFF.
 */
size_t utf8_length(const char *s)
{
	static const struct {
		unsigned char first, last, second_min, second_max, length;
	} forms[] = {
		{ 0x00, 0x7f, 0x00, 0xff, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	const unsigned char *u = (const unsigned char *)s;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (u[0] < forms[i].first || u[0] > forms[i].last)
			continue;
		for (size_t k = 1; k < forms[i].length; k++) {
			if ((u[k] & 0xc0) != 0x80)
				return 0;
			if (k == 1 && (u[1] < forms[i].second_min ||
				       u[1] > forms[i].second_max))
				return 0;
		}
		return forms[i].length;
	}
	return 0;
}

bool utf8_is_valid(const char *s)
{
	while (*s) {
		size_t length = utf8_length(s);

		if (!length)
			return false;
		s += length;
	}
	return true;
}
