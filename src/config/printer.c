/* SPDX-License-Identifier: GPL-2.0-only */
#include "config/printer.h"

FILE *config_printer_key(struct config_printer *printer, const char *key)
{
	fprintf(printer->out, "%s%s: ", printer->any ? printer->between : "",
		key);
	printer->any = true;
	return printer->out;
}

/* The code point that starts here and its bytes; 0 bytes: none does. */
static unsigned int decode(const unsigned char *text, uint32_t *point)
{
	static const struct {
		uint8_t mask, lead;
	} forms[] = {
		{ 0x80, 0 }, { 0xe0, 0xc0 }, { 0xf0, 0xe0 }, { 0xf8, 0xf0 }
	};
	unsigned int n = 0;

	while (n < 4 && (text[0] & forms[n].mask) != forms[n].lead)
		n++;
	if (n == 4)
		return 0;
	*point = text[0] & ~forms[n].mask & 0xffU;
	for (unsigned int i = 1; i <= n; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (text[i] & 0x3fU);
	}
	return n + 1;
}

void config_print_text(FILE *out, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	unsigned int n;
	uint32_t point;

	fputc('"', out);
	for (; *at; at += n ? n : 1) {
		n = decode(at, &point);
		if (!n)
			continue;
		if (n > 1 || point < ' ' || point == 0x7f)
			fprintf(out, "\\U%08x", point);
		else if (point == '"' || point == '\\')
			fprintf(out, "\\%c", (char)point);
		else
			fputc((int)point, out);
	}
	fputc('"', out);
}

void config_print_duration(FILE *out, uint32_t ms)
{
	if (ms % 60000 == 0)
		fprintf(out, "%um", ms / 60000);
	else if (ms % 1000 == 0)
		fprintf(out, "%us", ms / 1000);
	else
		fprintf(out, "%ums", ms);
}
