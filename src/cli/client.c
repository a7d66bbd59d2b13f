/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/socket.h"

/* A card takes its time to load another program. */
#define ANSWER_SECONDS 120L

struct cli_client {
	CURL *curl;
	char *socket;
	bool json;
	struct curl_slist *headers;
};

static int fail_memory(void)
{
	fprintf(stderr, "udplb: %s\n", strerror(ENOMEM));
	return EXIT_FAILURE;
}

int cli_client_open(struct cli_client **out, const struct cli_options *options)
{
	struct cli_client *client = calloc(1, sizeof(*client));
	int status = EXIT_FAILURE;

	*out = NULL;
	if (!client)
		return fail_memory();
	client->json = options->json;
	status = cli_socket_find(options, &client->socket);
	if (!status) {
		curl_global_init(CURL_GLOBAL_NOTHING);
		client->curl = curl_easy_init();
		client->headers = curl_slist_append(
			NULL, "Content-Type: application/json");
		if (!client->curl || !client->headers)
			status = fail_memory();
	}
	if (!status)
		*out = client;
	else
		cli_client_close(client);
	return status;
}

void cli_client_close(struct cli_client *client)
{
	if (!client)
		return;
	curl_slist_free_all(client->headers);
	curl_easy_cleanup(client->curl);
	free(client->socket);
	free(client);
}

char *cli_client_path(const char *pattern, const char *a, const char *b)
{
	const char *const names[] = { a, b };
	size_t size, n = 0;
	char *path = NULL;
	FILE *out = open_memstream(&path, &size);

	if (!out)
		return NULL;
	for (; *pattern; pattern++) {
		char *name;

		if (*pattern != '?') {
			fputc(*pattern, out);
			continue;
		}
		name = n < 2 ? curl_easy_escape(NULL, names[n++], 0) : NULL;
		fputs(name ? name : "", out);
		curl_free(name);
	}
	fclose(out);
	return path;
}

static int fail_to_reach(const struct cli_client *client, CURLcode code)
{
	long err = 0;

	curl_easy_getinfo(client->curl, CURLINFO_OS_ERRNO, &err);
	if (code != CURLE_COULDNT_CONNECT)
		fprintf(stderr, "udplb: %s: no answer: %s\n", client->socket,
			curl_easy_strerror(code));
	else if (err == EACCES)
		fprintf(stderr,
			"udplb: %s: permission denied; only root and the user "
			"that udplb runs as may ask it\n",
			client->socket);
	else
		fprintf(stderr,
			"udplb: %s: nobody answers there (%s).  Does udplb "
			"run ('systemctl status udplb')?  Another socket is "
			"named with --interface or --socket.\n",
			client->socket,
			err ? strerror((int)err) : "cannot connect");
	return CLI_NO_DAEMON;
}

/* Of a file; or of a command, which names one backend only: its key says where,
 * of "/backends/0/port".
 */
static void tell_error(const json_t *error)
{
	const char *path = json_string_value(json_object_get(error, "path"));
	const char *file = json_string_value(json_object_get(error, "file"));
	const char *key = json_string_value(json_object_get(error, "key"));
	const json_t *line = json_object_get(error, "line");

	if (path && strrchr(path, '/'))
		key = strrchr(path, '/') + 1;
	fprintf(stderr, "udplb: ");
	if (file)
		fprintf(stderr, "%s:", file);
	if (line)
		fprintf(stderr, "%" JSON_INTEGER_FORMAT ":",
			json_integer_value(line));
	fprintf(stderr, "%s%s%s%s\n", file ? " " : "", key ? key : "",
		key ? ": " : "",
		json_string_value(json_object_get(error, "error")));
}

static int fail_refused(const struct cli_client *client, long status,
			const char *text)
{
	json_t *json = json_loads(text, 0, NULL), *list, *error;
	size_t i;

	if (client->json)
		fputs(text, stdout);
	list = json_object_get(json, "errors");
	json_array_foreach(list, i, error) tell_error(error);
	if (!list && json_object_get(json, "error"))
		tell_error(json);
	else if (!list)
		fprintf(stderr, "udplb: %s answers with HTTP status %ld\n",
			client->socket, status);
	json_decref(json);
	return EXIT_FAILURE;
}

static size_t on_data(char *data, size_t size, size_t n, void *arg)
{
	return fwrite(data, size, n, arg);
}

static CURLcode transfer(struct cli_client *client, const char *method,
			 const char *path, const char *body, char **text)
{
	CURL *curl = client->curl;
	size_t size;
	FILE *out = open_memstream(text, &size);
	CURLcode code = CURLE_OUT_OF_MEMORY;
	char *url;

	if (!out)
		return code;
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, client->socket);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, ANSWER_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
	if (body) {
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, client->headers);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	}
	if (asprintf(&url, "http://udplb%s", path) >= 0) {
		curl_easy_setopt(curl, CURLOPT_URL, url);
		code = curl_easy_perform(curl);
		free(url);
	}
	fclose(out);
	return code;
}

int cli_client_ask(struct cli_client *client, const char *method,
		   const char *path, json_t *body, char **text)
{
	char *sent = body ? json_dumps(body, 0) : NULL;
	long status = 0;
	CURLcode code;
	int ret = EXIT_SUCCESS;

	*text = NULL;
	json_decref(body);
	code = path ? transfer(client, method, path, sent, text)
		    : CURLE_OUT_OF_MEMORY;
	free(sent);
	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OUT_OF_MEMORY)
		ret = fail_memory();
	else if (code)
		ret = fail_to_reach(client, code);
	else if (status >= 400)
		ret = fail_refused(client, status, *text);
	if (ret) {
		free(*text);
		*text = NULL;
	}
	return ret;
}

int cli_client_get(struct cli_client *client, const char *path, json_t **json)
{
	char *text;
	int ret = cli_client_ask(client, "GET", path, NULL, &text);

	*json = NULL;
	if (ret)
		return ret;
	*json = json_loads(text, 0, NULL);
	free(text);
	if (*json)
		return 0;
	fprintf(stderr, "udplb: %s: the answer is not JSON\n", client->socket);
	return EXIT_FAILURE;
}
