/* SPDX-License-Identifier: GPL-2.0-only */
#include "http/framing.h"

#include <string.h>
#include <strings.h>

struct framing {
	unsigned int lengths, encodings;
	bool doubtful;
};

/* RFC 9110, 5.6.2: a name has no space before its colon, and no control
 * characters. */
static bool is_name(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name <= ' ' || *name == 0x7f)
			return false;
	return true;
}

static enum MHD_Result look(void *arg, enum MHD_ValueKind kind,
			    const char *name, const char *value)
{
	struct framing *f = arg;

	(void)kind;
	f->doubtful |= !is_name(name);
	if (!strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH)) {
		f->lengths++;
		f->doubtful |= !value || !*value ||
			       value[strspn(value, "0123456789")] != '\0';
	} else if (!strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING)) {
		f->encodings++;
		/* No other one is known here, nor several. */
		f->doubtful |= !value || strcasecmp(value, "chunked") != 0;
	}
	return MHD_YES;
}

bool http_framing_is_plain(struct MHD_Connection *connection,
			   const char *version)
{
	struct framing f = { 0 };

	MHD_get_connection_values(connection, MHD_HEADER_KIND, look, &f);
	if (f.encodings && strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
		return false;
	return !f.doubtful && f.lengths + f.encodings <= 1;
}
