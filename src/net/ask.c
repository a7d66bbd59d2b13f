/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asking the kernel: one message out, its answer in, one outcome.
 *
 * libnl's own error numbers fold many errnos into one (ENETUNREACH and
 * EHOSTUNREACH become "unspecific failure"), so the callbacks below take the
 * errno out of the kernel's message themselves.
 *
 * The kernel works on a request inside sendmsg(2): the answer is there when
 * the sending returns, and waiting for it costs nothing.  Only a lost answer
 * would make us wait, and then the timeout ends it.  It may still come later;
 * its sequence number gives it away and it is skipped.
 *
 * A dump gets a socket of its own, so that whoever is told of an entry can
 * ask about it while the rest is still to be read.
 */
#include "net/private.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/passing.h"

#define TIMEOUT_S  2
#define DUMP_TRIES 5

/* More than the kernel puts into one datagram (netlink_dump()). */
#define ANSWER_MAX 65536

struct exchange {
	uint32_t sequence;
	nl_answer_fn answer;
	void *arg;
	int outcome;
	bool one; /* answer, after which comes nothing */
	bool done, interrupted;
};

size_t nl_addr_size(int family)
{
	switch (family) {
	case AF_INET:
		return sizeof(struct in_addr);
	case AF_INET6:
		return sizeof(struct in6_addr);
	default:
		return 0;
	}
}

bool nl_read_addr(int family, struct nlattr *attr, struct addr *out)
{
	size_t size = nl_addr_size(family);

	if (!size || !attr || nla_len(attr) != (int)size)
		return false;
	memset(out, 0, sizeof(*out));
	out->family = (sa_family_t)family;
	memcpy(out->bytes, nla_data(attr), size);
	return true;
}

struct nl_msg *nl_message(int type, int flags, const void *head, size_t size)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	/* nlmsg_append() only reads it. */
	if (msg && nlmsg_append(msg, (void *)head, size, NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

static struct nl_msg *put(struct nl_msg *msg, int attribute, const void *data,
			  size_t size)
{
	if (msg && nla_put(msg, attribute, (int)size, data)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

struct nl_msg *nl_put_u32(struct nl_msg *msg, int attribute, uint32_t value)
{
	return put(msg, attribute, &value, sizeof(value));
}

struct nl_msg *nl_put_addr(struct nl_msg *msg, int attribute,
			   const struct addr *addr)
{
	return put(msg, attribute, addr->bytes, nl_addr_size(addr->family));
}

static int on_sequence(struct nl_msg *msg, void *arg)
{
	const struct exchange *exchange = arg;

	return nlmsg_hdr(msg)->nlmsg_seq == exchange->sequence ? NL_OK
							       : NL_SKIP;
}

static int on_answer(struct nl_msg *msg, void *arg)
{
	struct exchange *exchange = arg;

	if (exchange->answer && !exchange->outcome)
		exchange->outcome =
			exchange->answer(nlmsg_hdr(msg), exchange->arg);
	exchange->done |= exchange->one;
	return NL_OK;
}

static int on_interrupted(struct nl_msg *msg, void *arg)
{
	struct exchange *exchange = arg;

	(void)msg;
	exchange->interrupted = true;
	return NL_OK;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	struct exchange *exchange = arg;

	(void)from;
	exchange->outcome = error->error;
	exchange->done = true;
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct exchange *exchange = arg;

	(void)msg;
	exchange->done = true;
	return NL_STOP;
}

/* A dump that fails on its way says so here (netlink_dump_done()). */
static int on_dump_end(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *header = nlmsg_hdr(msg);
	struct exchange *exchange = arg;
	int error = 0;

	if (nlmsg_datalen(header) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(header), sizeof(error));
	if (!exchange->outcome && error < 0)
		exchange->outcome = error;
	exchange->done = true;
	return NL_STOP;
}

static struct nl_cb *callbacks(struct exchange *exchange)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	if (!cb)
		return NULL;
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, exchange);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_answer, exchange);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, exchange);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, exchange);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_dump_end, exchange);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, exchange);
	return cb;
}

/* Of the socket itself, not of what the kernel answered. */
static int socket_errno(int nl_error)
{
	switch (-nl_error) {
	case NLE_AGAIN:
		return -ETIMEDOUT;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	default:
		return -EIO;
	}
}

bool nl_is_unanswered(int err)
{
	return passing(err) || err == -EIO || err == -ETIMEDOUT ||
	       err == -EPERM;
}

static int run(struct nl_sock *socket, struct nl_msg *msg,
	       struct exchange *exchange)
{
	struct nl_cb *cb = callbacks(exchange);
	int err = 0;

	if (!cb)
		return -ENOMEM;
	exchange->one =
		exchange->answer && !(nlmsg_hdr(msg)->nlmsg_flags & NLM_F_DUMP);
	if (!exchange->answer)
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK;
	/* Zero makes libnl choose the next one; a repeated dump needs it. */
	nlmsg_hdr(msg)->nlmsg_seq = NL_AUTO_SEQ;
	err = nl_send_auto(socket, msg);
	exchange->sequence = nlmsg_hdr(msg)->nlmsg_seq;
	while (err >= 0 && !exchange->done)
		err = nl_recvmsgs(socket, cb);
	nl_cb_put(cb);
	return exchange->done ? exchange->outcome : socket_errno(err);
}

int nl_new_socket(struct nl_sock **out)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT_S };
	struct nl_sock *socket = nl_socket_alloc();
	const int on = 1;
	int err, fd;

	if (!socket)
		return -ENOMEM;
	err = nl_connect(socket, NETLINK_ROUTE);
	if (err) {
		nl_socket_free(socket);
		return socket_errno(err);
	}
	/* What is asked for each of 100,000 backends takes two system calls. */
	nl_socket_disable_auto_ack(socket);
	nl_socket_disable_msg_peek(socket);
	if (nl_socket_set_msg_buf_size(socket, ANSWER_MAX)) {
		nl_socket_free(socket);
		return -ENOMEM;
	}
	fd = nl_socket_get_fd(socket);
	/* Strict: the kernel filters a dump by what the request says. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout,
		       sizeof(timeout)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
		       sizeof(on))) {
		err = -errno;
		nl_socket_free(socket);
		return err;
	}
	*out = socket;
	return 0;
}

int nl_ask(struct nl *nl, struct nl_msg *msg, nl_answer_fn answer, void *arg)
{
	struct exchange exchange = { .answer = answer, .arg = arg };
	int err = -ENOMEM;

	if (msg)
		err = run(nl->requests, msg, &exchange);
	nlmsg_free(msg);
	return err;
}

int nl_ask_all(struct nl_msg *msg, nl_answer_fn answer, void *arg)
{
	struct exchange exchange;
	struct nl_sock *socket = NULL;
	int err = -ENOMEM, tries = DUMP_TRIES;

	if (!msg)
		return err;
	err = nl_new_socket(&socket);
	if (err)
		goto out;
	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_DUMP;
	do {
		exchange = (struct exchange){ .answer = answer, .arg = arg };
		err = run(socket, msg, &exchange);
	} while (!err && exchange.interrupted && --tries);
	if (!err && exchange.interrupted)
		err = -EAGAIN;
out:
	nl_socket_free(socket);
	nlmsg_free(msg);
	return err;
}
