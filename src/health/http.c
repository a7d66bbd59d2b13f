/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libcurl's multi interface on our loop: it says which sockets it waits for and
 * when it wants to be called, we call it then.  Time is up when health_track
 * says so; curl has no timeout of its own.
 *
 * Every probe is a new connection, because an old one would tell nothing of who
 * accepts now.  It goes to the check's address, whatever the host's name is,
 * with no proxy of the environment and no look-up.
 */
#include "health/private.h"

#include <curl/curl.h>
#include <errno.h>
#include <linux/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define BODY_MAX      16384U
#define HEADER_MAX    65536U  /* lines together, of 1xx answers as well */
#define LINE_MAX_     102400U /* what curl takes of one */
#define ALL_MAX	      262144U /* with TLS and whatever */
#define NO_TIMEOUT_MS (2L * HEALTH_INTERVAL_MAX_MS)
#define BUFFER_SIZE   4096L /* of curl, per running probe */
#define URL_MAX	      (HEALTH_PATH_MAX + HEALTH_HOST_MAX + 64)

struct health_http_loop {
	struct health *health;
	CURLM *multi;
	sd_event_source *timer;
};

struct health_http {
	struct health_entry *entry;
	CURL *curl;
	struct curl_slist *connect_to;
	bool running;	  /* curl has it */
	int fd;		  /* last opened; may be closed by now */
	int socket_error; /* negative errno; 0: none */
	uint8_t *body;	  /* NULL before its first byte */
	size_t length;	  /* received, kept or not */
	size_t headers;	  /* bytes */
	bool too_much;	  /* came in all */
	char error[CURL_ERROR_SIZE];
};

/* Only with a wish for the body is it kept; too much of it ends the transfer.
 */
static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
	struct health_http *http = arg;
	const size_t room = BODY_MAX - http->length;
	const size_t take = n < room ? n : room;

	(void)size; /* is 1 */
	if (http->entry->match) {
		if (!http->body)
			http->body = malloc(BODY_MAX);
		if (!http->body) {
			http->socket_error = -ENOMEM;
			return 0;
		}
		memcpy(http->body + http->length, data, take);
	}
	http->length += take;
	return take;
}

static size_t on_header(char *data, size_t size, size_t n, void *arg)
{
	struct health_http *http = arg;

	(void)data, (void)size; /* is 1 */
	http->headers += n;
	return http->headers <= HEADER_MAX ? n : 0;
}

/*
 * Called whenever something came or went.  What is neither header nor body, as
 * the extensions of chunks, comes without end as well.
 */
static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c,
		       curl_off_t d)
{
	struct health_http *http = arg;
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);
	int unread = 0;

	(void)a, (void)b, (void)c, (void)d;
	if (http->fd < 0 ||
	    getsockopt(http->fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		return 0;
	ioctl(http->fd, FIONREAD, &unread);
	http->too_much =
		info.tcpi_bytes_received > ALL_MAX + (unsigned int)unread;
	return http->too_much;
}

static curl_socket_t on_open_socket(void *arg, curlsocktype purpose,
				    struct curl_sockaddr *address)
{
	struct health_http *http = arg;
	const int fd = health_socket(http->entry->health, address->family,
				     address->socktype, address->protocol);

	(void)purpose;
	http->fd = fd;
	if (fd >= 0)
		return fd;
	http->socket_error = fd;
	return CURL_SOCKET_BAD;
}

static void judge(struct health_http *http)
{
	struct health_entry *entry = http->entry;
	const struct model_health_http *check = &entry->check.http;
	const void *body = http->body ? http->body : (const void *)"";
	long status = 0;

	curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status < check->status_first || status > check->status_last)
		health_bad(entry, "status %ld, expected %u-%u", status,
			   check->status_first, check->status_last);
	else if (entry->match &&
		 !health_match_test(entry->match, body, http->length))
		health_bad(entry, "answer does not match");
	else
		health_good(entry, "answered");
}

/*
 * curl calls it memory as well when a line of the answer is longer than it
 * takes.  That is so if the answer has begun, and there is as much memory.
 */
static bool is_long_line(const struct health_http *http)
{
	curl_off_t begun_us = 0;
	void *memory = malloc(LINE_MAX_);
	const bool is = memory;

	free(memory);
	curl_easy_getinfo(http->curl, CURLINFO_STARTTRANSFER_TIME_T, &begun_us);
	return is && begun_us > 0;
}

static void finish_failed(struct health_http *http, CURLcode result)
{
	long err = 0;

	curl_easy_getinfo(http->curl, CURLINFO_OS_ERRNO, &err);
	if (result == CURLE_WRITE_ERROR && http->headers > HEADER_MAX)
		health_bad(http->entry, "header of more than %u bytes",
			   HEADER_MAX);
	else if (http->too_much)
		health_bad(http->entry, "answer of more than %u bytes",
			   ALL_MAX);
	else if (result == CURLE_OUT_OF_MEMORY && is_long_line(http))
		health_bad(http->entry, "header line of more than %u bytes",
			   LINE_MAX_);
	else if (result == CURLE_OUT_OF_MEMORY)
		health_errno(http->entry, -ENOMEM);
	else if (result == CURLE_COULDNT_CONNECT && err)
		health_errno(http->entry, (int)-err);
	else if (*http->error)
		health_bad(http->entry, "%s", http->error);
	else
		health_bad(http->entry, "%s", curl_easy_strerror(result));
}

static void finish(struct health_http *http, CURLcode result)
{
	if (http->socket_error)
		health_errno(http->entry, http->socket_error);
	else if (result == CURLE_OK ||
		 (result == CURLE_WRITE_ERROR && http->length == BODY_MAX))
		judge(http);
	else
		finish_failed(http, result);
}

/* The end of a probe frees the message, and may free others' as well. */
static void take_finished(const struct health_http_loop *loop)
{
	const CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(loop->multi, &left))) {
		const CURLcode result = message->data.result;
		char *http = NULL;

		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
				  &http);
		if (http && message->msg == CURLMSG_DONE)
			finish((void *)http, result);
	}
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *arg)
{
	const struct health_http_loop *loop = arg;
	int running, events = 0;

	(void)source;
	if (revents & (EPOLLIN | EPOLLHUP))
		events |= CURL_CSELECT_IN;
	if (revents & EPOLLOUT)
		events |= CURL_CSELECT_OUT;
	if (revents & EPOLLERR)
		events |= CURL_CSELECT_ERR;
	curl_multi_socket_action(loop->multi, fd, events, &running);
	take_finished(loop);
	return 0;
}

static int on_time(sd_event_source *source, uint64_t usec, void *arg)
{
	const struct health_http_loop *loop = arg;
	int running;

	(void)source, (void)usec;
	curl_multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	take_finished(loop);
	return 0;
}

static uint32_t to_epoll(int what)
{
	return (what & CURL_POLL_IN ? EPOLLIN : 0U) |
	       (what & CURL_POLL_OUT ? EPOLLOUT : 0U);
}

/* curl: wait for what on the socket; source is what we keep for it, if any. */
static int on_socket(CURL *curl, curl_socket_t fd, int what, void *arg,
		     void *source)
{
	struct health_http_loop *loop = arg;
	sd_event_source *io = source;
	int err;

	(void)curl;
	if (what == CURL_POLL_REMOVE) {
		sd_event_source_disable_unref(io);
		curl_multi_assign(loop->multi, fd, NULL);
		return 0;
	}
	if (io)
		return sd_event_source_set_io_events(io, to_epoll(what)) < 0
			       ? -1
			       : 0;
	err = sd_event_add_io(loop->health->event, &io, fd, to_epoll(what),
			      on_io, loop);
	if (err >= 0)
		err = health_first(io);
	if (err < 0) {
		sd_event_source_disable_unref(io);
		return -1;
	}
	curl_multi_assign(loop->multi, fd, io);
	return 0;
}

/* curl: call in so many milliseconds, or not at all. */
static int on_curl_timer(CURLM *multi, long timeout_ms, void *arg)
{
	const struct health_http_loop *loop = arg;

	(void)multi;
	if (timeout_ms < 0)
		return sd_event_source_set_enabled(loop->timer, SD_EVENT_OFF) <
				       0
			       ? -1
			       : 0;
	if (sd_event_source_set_time_relative(loop->timer,
					      (uint64_t)timeout_ms * 1000) < 0)
		return -1;
	return sd_event_source_set_enabled(loop->timer, SD_EVENT_ONESHOT) < 0
		       ? -1
		       : 0;
}

void health_http_close(struct health_http_loop *loop)
{
	if (!loop)
		return;
	if (loop->multi)
		curl_multi_cleanup(loop->multi);
	sd_event_source_disable_unref(loop->timer);
	free(loop);
	curl_global_cleanup();
}

static int open_loop(struct health *health)
{
	struct health_http_loop *loop;
	int err;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -ENOMEM;
	loop = calloc(1, sizeof(*loop));
	if (!loop) {
		curl_global_cleanup();
		return -ENOMEM;
	}
	loop->health = health;
	loop->multi = curl_multi_init();
	err = loop->multi ? sd_event_add_time(health->event, &loop->timer,
					      CLOCK_MONOTONIC, UINT64_MAX, 1000,
					      on_time, loop)
			  : -ENOMEM;
	if (err >= 0)
		err = health_first(loop->timer);
	if (err < 0) {
		health_http_close(loop);
		return err;
	}
	curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
	curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
	curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
	health->http = loop;
	return 0;
}

/* Options that want memory of their own; the others cannot fail. */
static int set_target(struct health_http *http)
{
	const struct model_health *check = &http->entry->check;
	const struct model_health_http *wanted = &check->http;
	const char *scheme = model_health_name(check->type);
	char endpoint[ENDPOINT_STRLEN], target[ENDPOINT_STRLEN + 2];
	char url[URL_MAX];

	addr_format_endpoint(&check->address, check->port, endpoint);
	if (*wanted->host)
		snprintf(url, sizeof(url), "%s://%s:%u%s", scheme, wanted->host,
			 check->port, wanted->path);
	else
		snprintf(url, sizeof(url), "%s://%s%s", scheme, endpoint,
			 wanted->path);
	/* For every host and port of the URL: this address and port. */
	snprintf(target, sizeof(target), "::%s", endpoint);
	http->connect_to = curl_slist_append(NULL, target);
	if (!http->connect_to ||
	    curl_easy_setopt(http->curl, CURLOPT_URL, url) != CURLE_OK ||
	    curl_easy_setopt(http->curl, CURLOPT_PROXY, "") != CURLE_OK ||
	    curl_easy_setopt(http->curl, CURLOPT_USERAGENT, "udplb-health") !=
		    CURLE_OK)
		return -ENOMEM;
	return 0;
}

static void set_options(struct health_http *http)
{
	const long verify = http->entry->check.http.verify;
	CURL *curl = http->curl;

	curl_easy_setopt(curl, CURLOPT_CONNECT_TO, http->connect_to);
	curl_easy_setopt(curl, CURLOPT_PRIVATE, http);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->error);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, http);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, http);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, http);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, NO_TIMEOUT_MS);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, http);
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, BUFFER_SIZE);
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
			 (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, verify);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, verify * 2);
}

static int open_handle(struct health_entry *entry)
{
	struct health_http *http = calloc(1, sizeof(*http));

	if (!http)
		return -ENOMEM;
	entry->http = http;
	http->entry = entry;
	http->curl = curl_easy_init();
	if (!http->curl || set_target(http))
		return -ENOMEM;
	set_options(http);
	return 0;
}

static int http_open(struct health_entry *entry, char *why, size_t why_size)
{
	int err = 0;

	if (entry->check.http.expect.kind != HEALTH_EXPECT_ANYTHING)
		err = health_match_open(&entry->match,
					&entry->check.http.expect, why,
					why_size);
	if (err)
		return err;
	if (!entry->health->http)
		err = open_loop(entry->health);
	if (!err)
		err = open_handle(entry);
	if (err)
		snprintf(why, why_size, "preparing HTTP: %s", strerror(-err));
	return err;
}

static void http_stop(struct health_entry *entry)
{
	struct health_http *http = entry->http;

	if (!http)
		return;
	if (http->running) {
		curl_multi_remove_handle(entry->health->http->multi,
					 http->curl);
		entry->health->patient--;
	}
	http->running = false;
	free(http->body);
	http->body = NULL;
}

static void http_close(struct health_entry *entry)
{
	struct health_http *http = entry->http;

	if (!http)
		return;
	curl_easy_cleanup(http->curl);
	curl_slist_free_all(http->connect_to);
	free(http);
	entry->http = NULL;
}

static int http_start(struct health_entry *entry)
{
	struct health_http *http = entry->http;

	http->fd = -1;
	http->socket_error = 0;
	http->too_much = false;
	http->length = http->headers = 0;
	*http->error = '\0';
	if (curl_multi_add_handle(entry->health->http->multi, http->curl) !=
	    CURLM_OK)
		return -ENOMEM;
	http->running = true;
	entry->health->patient++;
	return 0;
}

/* curl ignores a descriptor that is no longer its own. */
static void http_look(struct health_entry *entry)
{
	const struct health_http_loop *loop = entry->health->http;
	struct pollfd poll_fd = { .fd = entry->http->fd,
				  .events = POLLIN | POLLOUT };
	int running, events = 0;

	if (poll(&poll_fd, 1, 0) != 1)
		return;
	if (poll_fd.revents & (POLLIN | POLLHUP))
		events |= CURL_CSELECT_IN;
	if (poll_fd.revents & POLLOUT)
		events |= CURL_CSELECT_OUT;
	if (poll_fd.revents & POLLERR)
		events |= CURL_CSELECT_ERR;
	curl_multi_socket_action(loop->multi, poll_fd.fd, events, &running);
	take_finished(loop);
}

const struct health_kind health_kind_http = {
	.patient = true,
	.open = http_open,
	.start = http_start,
	.look = http_look,
	.stop = http_stop,
	.close = http_close,
};
