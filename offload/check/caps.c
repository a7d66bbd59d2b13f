/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <jansson.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "caps.h"

/*
 * Maps, helpers and adjust_head: the symbol _abi_bpf_capabilities of firmware
 * 2.0.6.124, the only bpf firmware there is (Debian's firmware-netronome; all
 * of its bpf files have the same table).  Length, stack and split are in no
 * file, but in a register of the vNIC: the length is what a user met
 * (CentaurusInfra/mizar, issue 658), the others are typical.
 */
const struct nfp_caps nfp_caps_default = {
	.max_insns = NFP_CAPS_INSNS_REPORTED,
	.stack_bytes = 512,
	.inline_mtu = 32,
	.map_types = 1U << BPF_MAP_TYPE_HASH | 1U << BPF_MAP_TYPE_ARRAY,
	.max_maps = 128,
	.max_entries = 3072000,
	.max_key_bytes = 56,
	.max_value_bytes = 56,
	.max_element_bytes = 64,
	.adjust_head_sub = 84,
	.adjust_head_add = 112,
	.adjust_head = true,
	.adjust_tail = true,
	.random = true,
	.queue_select = true,
	.map_lookup = true,
	.map_update = false,
	.map_delete = false,
	.event_output = true,
};

#define NUMBER(name)                                                           \
	{                                                                      \
#name, offsetof(struct nfp_caps, name), false                  \
	}
#define FLAG(name)                                                             \
	{                                                                      \
#name, offsetof(struct nfp_caps, name), true                   \
	}
static const struct field {
	const char *name;
	size_t offset;
	bool flag;
} fields[] = {
	NUMBER(max_insns),	   NUMBER(stack_bytes),
	NUMBER(inline_mtu),	   NUMBER(map_types),
	NUMBER(max_maps),	   NUMBER(max_entries),
	NUMBER(max_key_bytes),	   NUMBER(max_value_bytes),
	NUMBER(max_element_bytes), NUMBER(adjust_head_sub),
	NUMBER(adjust_head_add),   FLAG(adjust_head),
	FLAG(adjust_tail),	   FLAG(random),
	FLAG(queue_select),	   FLAG(map_lookup),
	FLAG(map_update),	   FLAG(map_delete),
	FLAG(event_output),
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static const struct field *field_find(const char *name)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	return NULL;
}

static int field_set(struct nfp_caps *caps, const struct field *field,
		     const json_t *value)
{
	char *at = (char *)caps + field->offset;
	json_int_t number = json_integer_value(value);

	if (field->flag && json_is_boolean(value)) {
		*(bool *)at = json_is_true(value);
		return 0;
	}
	if (field->flag || !json_is_integer(value) || number < 0 ||
	    number > UINT32_MAX)
		return -EINVAL;
	*(uint32_t *)at = (uint32_t)number;
	return 0;
}

static int caps_set(struct nfp_caps *caps, json_t *root, char *why,
		    size_t why_size)
{
	const struct field *field;
	const char *name;
	json_t *value;

	if (!json_is_object(root)) {
		snprintf(why, why_size, "expected a JSON object");
		return -EINVAL;
	}
	json_object_foreach(root, name, value)
	{
		field = field_find(name);
		if (!field) {
			snprintf(why, why_size, "unknown capability \"%s\"",
				 name);
			return -EINVAL;
		}
		if (field_set(caps, field, value)) {
			snprintf(why, why_size, "\"%s\": expected %s", name,
				 field->flag ? "true or false"
					     : "a number of 32 bits");
			return -EINVAL;
		}
	}
	return 0;
}

int nfp_caps_read(struct nfp_caps *caps, const char *path, char *why,
		  size_t why_size)
{
	struct nfp_caps new = nfp_caps_default;
	json_error_t error;
	json_t *root;
	int err;

	root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!root) {
		snprintf(why, why_size, "%s:%d: %s", path, error.line,
			 error.text);
		return json_error_code(&error) == json_error_cannot_open_file
			       ? -ENOENT
			       : -EINVAL;
	}
	err = caps_set(&new, root, why, why_size);
	if (!err)
		*caps = new;
	json_decref(root);
	return err;
}

int nfp_caps_write(const struct nfp_caps *caps, const char *path)
{
	json_t *root = json_object();
	const char *at;
	int err = 0;

	if (!root)
		return -ENOMEM;
	for (size_t i = 0; i < FIELDS && !err; i++) {
		at = (const char *)caps + fields[i].offset;
		err = json_object_set_new(
			root, fields[i].name,
			fields[i].flag ? json_boolean(*(const bool *)at)
				       : json_integer(*(const uint32_t *)at));
	}
	if (err)
		err = -ENOMEM;
	else if (json_dump_file(root, path, JSON_INDENT(2)))
		err = -EIO;
	json_decref(root);
	return err;
}

/* nfp_bpf_offload_check_mtu() in offload.c. */
uint32_t nfp_caps_packet_limit(const struct nfp_caps *caps)
{
	return caps->inline_mtu ? caps->inline_mtu * 64 - 32 : 0;
}
