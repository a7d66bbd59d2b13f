/* SPDX-License-Identifier: GPL-2.0-only */
#include "card/card.h"

#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#define PATH_SIZE 512

static void note_damaged(struct card_firmware *out, const char *path,
			 const char *why)
{
	if (!*out->damaged)
		snprintf(out->damaged, sizeof(out->damaged), "%.120s: %.120s",
			 path, why);
}

static bool is_compressed(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && strcmp(dot, ".nffw") != 0;
}

static void look_at(struct card_firmware *out, const char *path)
{
	struct nfp_firmware says;
	char why[200];
	int err;

	if (is_compressed(path)) {
		note_damaged(out, path,
			     "compressed; unpack it to have it read");
		return;
	}
	err = nfp_firmware_read(&says, path, why, sizeof(why));
	if (err == -ENODATA) {
		out->others++;
	} else if (err) {
		note_damaged(out, path, why);
	} else if (!out->files++) {
		snprintf(out->path, sizeof(out->path), "%s", path);
		out->says = says;
	}
}

/* That there is no such directory is an answer. */
static int is_error(const char *path, int err)
{
	(void)path;
	return err != ENOENT && err != ENOTDIR;
}

static void look_in(struct card_firmware *out, const char *root,
		    const char *dir, const char *pattern)
{
	char path[PATH_SIZE];
	glob_t found;
	int err;

	snprintf(path, sizeof(path), "%s%s/netronome/%s", root, dir, pattern);
	err = glob(path, 0, is_error, &found);
	/* Else it would pass for a host that has none. */
	if (err && err != GLOB_NOMATCH)
		note_damaged(out, path,
			     err == GLOB_NOSPACE ? strerror(ENOMEM)
						 : strerror(errno));
	if (err)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		look_at(out, found.gl_pathv[i]);
	globfree(&found);
}

/* Set by firmware_class.path; comes first. */
static void read_own_dir(const char *root, char dir[PATH_SIZE])
{
	char path[PATH_SIZE];
	FILE *file;

	dir[0] = '\0';
	snprintf(path, sizeof(path),
		 "%s/sys/module/firmware_class/parameters/path", root);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(dir, PATH_SIZE, file))
		dir[strcspn(dir, "\n")] = '\0';
	fclose(file);
}

/*
 * The driver asks for netronome/NAME.nffw (nfp_net_fw_find() in nfp_main.c),
 * which packages make a link to the file of one kind of firmware; those with
 * BPF are below bpf/.
 */
void card_firmware_find(struct card_firmware *out, const char *root)
{
	char dirs[5][PATH_SIZE] = { "", "", "/lib/firmware/updates", "",
				    "/lib/firmware" };
	struct utsname kernel = { 0 };

	*out = (struct card_firmware){ 0 };
	uname(&kernel);
	read_own_dir(root, dirs[0]);
	snprintf(dirs[1], PATH_SIZE, "/lib/firmware/updates/%s",
		 kernel.release);
	snprintf(dirs[3], PATH_SIZE, "/lib/firmware/%s", kernel.release);
	for (size_t i = 0; i < 5; i++)
		if (*dirs[i])
			look_in(out, root, dirs[i], "*.nffw*");
	for (size_t i = 0; i < 5; i++)
		if (*dirs[i])
			look_in(out, root, dirs[i], "bpf/*.nffw*");
}

const struct nfp_caps *card_caps(const struct card_firmware *firmware)
{
	return firmware->files ? &firmware->says.caps : &nfp_caps_default;
}

const char *card_firmware_source(const struct card_firmware *firmware,
				 char *text, size_t size)
{
	if (firmware->files)
		snprintf(text, size, "%s (%s)",
			 *firmware->says.name ? firmware->says.name : "no name",
			 firmware->path);
	else
		snprintf(text, size,
			 "bpf-2.0.6.124, as published (not installed here)");
	return text;
}

static const struct helper {
	const char *name;
	size_t offset;
} helpers[] = {
	{ "map_lookup", offsetof(struct nfp_caps, map_lookup) },
	{ "map_update", offsetof(struct nfp_caps, map_update) },
	{ "map_delete", offsetof(struct nfp_caps, map_delete) },
	{ "perf_event_output", offsetof(struct nfp_caps, event_output) },
	{ "adjust_head", offsetof(struct nfp_caps, adjust_head) },
	{ "adjust_tail", offsetof(struct nfp_caps, adjust_tail) },
	{ "get_prandom_u32", offsetof(struct nfp_caps, random) },
};
#define HELPERS (sizeof(helpers) / sizeof(helpers[0]))

static bool has(const struct nfp_caps *caps, const struct helper *helper)
{
	return *(const bool *)((const char *)caps + helper->offset);
}

/* The names of the helpers that are there, or that are not. */
static void list_helpers(const struct nfp_caps *caps, bool there, char *text,
			 size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < HELPERS && length < size; i++)
		if (has(caps, &helpers[i]) == there)
			length += (size_t)snprintf(text + length, size - length,
						   "%s%s", length ? ", " : "",
						   helpers[i].name);
	if (!length)
		snprintf(text, size, "none");
}

const char *card_firmware_offers(const struct card_firmware *firmware,
				 char *text, size_t size)
{
	const struct nfp_caps *c = card_caps(firmware);
	char there[160], missing[160];

	list_helpers(c, true, there, sizeof(there));
	list_helpers(c, false, missing, sizeof(missing));
	snprintf(text, size,
		 "helpers: %s; missing: %s; %u maps, %u entries in all, keys "
		 "up to %u bytes, values %u, both %u; room for %u or %u NFP "
		 "instructions (published, reported; in no file)",
		 there, missing, c->max_maps, c->max_entries, c->max_key_bytes,
		 c->max_value_bytes, c->max_element_bytes,
		 NFP_CAPS_INSNS_PUBLISHED, NFP_CAPS_INSNS_REPORTED);
	return text;
}

static json_t *helpers_json(const struct nfp_caps *caps)
{
	json_t *list = json_object();

	for (size_t i = 0; i < HELPERS; i++)
		json_object_set_new(list, helpers[i].name,
				    json_boolean(has(caps, &helpers[i])));
	return list;
}

json_t *card_firmware_json(const struct card_firmware *firmware)
{
	const struct nfp_caps *c = card_caps(firmware);
	char source[320], offers[640];

	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:i, s:s, s:o, s:i, s:I, "
			 "s:i, s:i, s:i, "
			 "s:[ii]}",
			 "files", (int)firmware->files, "file", firmware->path,
			 "name", firmware->says.name, "source",
			 card_firmware_source(firmware, source, sizeof(source)),
			 "offers",
			 card_firmware_offers(firmware, offers, sizeof(offers)),
			 "without_bpf", (int)firmware->others, "damaged",
			 firmware->damaged, "helpers", helpers_json(c), "maps",
			 (int)c->max_maps, "entries",
			 (json_int_t)c->max_entries, "key_bytes",
			 (int)c->max_key_bytes, "value_bytes",
			 (int)c->max_value_bytes, "entry_bytes",
			 (int)c->max_element_bytes, "nfp_instructions",
			 NFP_CAPS_INSNS_PUBLISHED, NFP_CAPS_INSNS_REPORTED);
}
