/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A QUIC server and a client that changes its address, made of ngtcp2 and
 * GnuTLS.  The server's connection ids name it, as QUIC-LB has it in plain
 * text: a byte whose upper three bits are the configuration, here 0, the server
 * id, then anything.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_gnutls.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CID_LENGTH    12
#define SERVER_ID_MAX 8
#define PACKET_MAX    1452
#define OUT_MAX	      4096
#define ANSWER_MS     2000
#define FIRST_PORT    30000 /* of a client; the next with each migration */
#define PRIORITIES                                                             \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:"              \
	"+AES-256-GCM:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:"              \
	"%DISABLE_TLS13_COMPAT_MODE"

struct peer {
	const char *name; /* of a server; NULL: a client */
	uint8_t id[SERVER_ID_MAX];
	size_t id_length;
	int fd;
	struct sockaddr_in local, remote;
	gnutls_certificate_credentials_t credentials;
	gnutls_session_t tls;
	ngtcp2_crypto_conn_ref ref;
	ngtcp2_conn *conn;
	int64_t stream;	      /* -1: none yet */
	uint8_t out[OUT_MAX]; /* kept for retransmission */
	size_t out_length, out_sent;
	char in[OUT_MAX];
	size_t in_length;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "quic: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NGTCP2_SECONDS + (uint64_t)ts.tv_nsec;
}

static void random_bytes(uint8_t *to, size_t length,
			 const ngtcp2_rand_ctx *context)
{
	(void)context;
	gnutls_rnd(GNUTLS_RND_RANDOM, to, length);
}

/* A client's ids are nobody's business, a server's name it. */
static void make_cid(const struct peer *p, ngtcp2_cid *cid, size_t length)
{
	cid->datalen = length;
	random_bytes(cid->data, length, NULL);
	cid->data[0] &= 0x1f;
	memcpy(cid->data + 1, p->id, p->id_length);
}

static int new_cid(ngtcp2_conn *conn, ngtcp2_cid *cid, uint8_t *token,
		   size_t length, void *arg)
{
	(void)conn;
	make_cid(arg, cid, length);
	random_bytes(token, NGTCP2_STATELESS_RESET_TOKENLEN, NULL);
	return 0;
}

static void say(struct peer *p, const char *text)
{
	size_t length = strlen(text);

	if (p->out_length + length > sizeof(p->out))
		die("sending", "too much");
	memcpy(p->out + p->out_length, text, length);
	p->out_length += length;
}

/* A server answers each "?" with its name. */
static int take_data(ngtcp2_conn *conn, uint32_t flags, int64_t stream,
		     uint64_t offset, const uint8_t *data, size_t length,
		     void *arg, void *stream_arg)
{
	struct peer *p = arg;

	(void)flags, (void)offset, (void)stream_arg;
	ngtcp2_conn_extend_max_stream_offset(conn, stream, length);
	ngtcp2_conn_extend_max_offset(conn, length);
	p->stream = stream;
	for (size_t i = 0; i < length; i++) {
		if (p->name && data[i] == '?')
			say(p, p->name), say(p, "\n");
		else if (!p->name && p->in_length < sizeof(p->in) - 1)
			p->in[p->in_length++] = (char)data[i];
	}
	return 0;
}

static ngtcp2_conn *conn_of(ngtcp2_crypto_conn_ref *ref)
{
	return ((struct peer *)ref->user_data)->conn;
}

static const ngtcp2_callbacks callbacks = {
	.client_initial = ngtcp2_crypto_client_initial_cb,
	.recv_client_initial = ngtcp2_crypto_recv_client_initial_cb,
	.recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb,
	.encrypt = ngtcp2_crypto_encrypt_cb,
	.decrypt = ngtcp2_crypto_decrypt_cb,
	.hp_mask = ngtcp2_crypto_hp_mask_cb,
	.recv_retry = ngtcp2_crypto_recv_retry_cb,
	.recv_stream_data = take_data,
	.rand = random_bytes,
	.get_new_connection_id = new_cid,
	.update_key = ngtcp2_crypto_update_key_cb,
	.delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb,
	.delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb,
	.get_path_challenge_data = ngtcp2_crypto_get_path_challenge_data_cb,
	.version_negotiation = ngtcp2_crypto_version_negotiation_cb,
};

static ngtcp2_path path_of(struct peer *p)
{
	return (ngtcp2_path){
		.local = { (struct sockaddr *)&p->local, sizeof(p->local) },
		.remote = { (struct sockaddr *)&p->remote, sizeof(p->remote) },
	};
}

static void parameters(ngtcp2_settings *settings, ngtcp2_transport_params *t)
{
	ngtcp2_settings_default(settings);
	settings->initial_ts = now();
	ngtcp2_transport_params_default(t);
	t->initial_max_streams_bidi = 3;
	t->initial_max_stream_data_bidi_local = 65536;
	t->initial_max_stream_data_bidi_remote = 65536;
	t->initial_max_data = 262144;
	t->active_connection_id_limit = 7;
}

static void open_tls(struct peer *p)
{
	static const gnutls_datum_t protocol = { (unsigned char *)"who", 3 };
	unsigned int flags = p->name ? GNUTLS_SERVER : GNUTLS_CLIENT;
	int err = gnutls_init(&p->tls, flags | GNUTLS_ENABLE_EARLY_DATA |
					       GNUTLS_NO_END_OF_EARLY_DATA);

	if (!err)
		err = gnutls_priority_set_direct(p->tls, PRIORITIES, NULL);
	if (!err)
		err = gnutls_credentials_set(p->tls, GNUTLS_CRD_CERTIFICATE,
					     p->credentials);
	if (!err)
		err = gnutls_alpn_set_protocols(p->tls, &protocol, 1,
						GNUTLS_ALPN_MANDATORY);
	if (err)
		die("TLS", gnutls_strerror(err));
	if (p->name ? ngtcp2_crypto_gnutls_configure_server_session(p->tls)
		    : ngtcp2_crypto_gnutls_configure_client_session(p->tls))
		die("TLS", "cannot be set up for QUIC");
	p->ref = (ngtcp2_crypto_conn_ref){ conn_of, p };
	gnutls_session_set_ptr(p->tls, &p->ref);
	ngtcp2_conn_set_tls_native_handle(p->conn, p->tls);
}

static void forget(struct peer *p)
{
	ngtcp2_conn_del(p->conn);
	if (p->tls)
		gnutls_deinit(p->tls);
	p->conn = NULL;
	p->tls = NULL;
	p->stream = -1;
	p->out_length = p->out_sent = 0;
}

/* Of one packet; 0: there is nothing to send. */
static bool send_one(struct peer *p)
{
	uint8_t packet[PACKET_MAX];
	ngtcp2_path_storage path;
	ngtcp2_pkt_info info;
	ngtcp2_vec data = { p->out + p->out_sent, p->out_length - p->out_sent };
	ngtcp2_ssize taken = -1, length;
	bool has_data = p->stream >= 0 && data.len;

	ngtcp2_path_storage_zero(&path);
	length = ngtcp2_conn_writev_stream(
		p->conn, &path.path, &info, packet, sizeof(packet), &taken, 0,
		has_data ? p->stream : -1, &data, has_data, now());
	if (length <= 0)
		return false;
	if (taken > 0)
		p->out_sent += (size_t)taken;
	sendto(p->fd, packet, (size_t)length, 0, path.path.remote.addr,
	       path.path.remote.addrlen);
	return true;
}

static void send_all(struct peer *p)
{
	while (p->conn && send_one(p))
		;
}

/* Waits for a packet, not longer than ms; its length, or -1. */
static ssize_t wait_packet(struct peer *p, uint8_t *packet, size_t size, int ms)
{
	struct pollfd fd = { .fd = p->fd, .events = POLLIN };
	socklen_t length = sizeof(p->remote);
	uint64_t expiry =
		p->conn ? ngtcp2_conn_get_expiry(p->conn) : UINT64_MAX;
	uint64_t at = now();

	if (expiry <= at)
		ms = 0;
	else if (expiry != UINT64_MAX &&
		 expiry - at < (uint64_t)ms * NGTCP2_MILLISECONDS)
		ms = (int)((expiry - at) / NGTCP2_MILLISECONDS) + 1;
	if (poll(&fd, 1, ms) > 0)
		return recvfrom(p->fd, packet, size, 0,
				(struct sockaddr *)&p->remote, &length);
	if (p->conn && ngtcp2_conn_get_expiry(p->conn) <= now())
		ngtcp2_conn_handle_expiry(p->conn, now());
	return -1;
}

static void take_packet(struct peer *p, const uint8_t *packet, size_t length)
{
	ngtcp2_path path = path_of(p);
	ngtcp2_pkt_info info = { 0 };

	if (p->conn &&
	    ngtcp2_conn_read_pkt(p->conn, &path, &info, packet, length, now()))
		forget(p);
}

/* Is it the first packet of a client?  Then that is who we serve. */
static void accept_client(struct peer *p, const uint8_t *packet, size_t length)
{
	ngtcp2_path path = path_of(p);
	ngtcp2_transport_params params;
	ngtcp2_settings settings;
	ngtcp2_pkt_hd header;
	ngtcp2_cid scid;

	if (ngtcp2_accept(&header, packet, length))
		return;
	forget(p);
	parameters(&settings, &params);
	params.original_dcid = header.dcid;
	make_cid(p, &scid, CID_LENGTH);
	if (ngtcp2_conn_server_new(&p->conn, &header.scid, &scid, &path,
				   header.version, &callbacks, &settings,
				   &params, NULL, p))
		die("serving", "no connection");
	open_tls(p);
}

/* Ours are the connection ids that name us; one client at a time. */
static bool is_ours(const struct peer *p, const uint8_t *packet, size_t length)
{
	ngtcp2_version_cid header;

	if (!p->conn ||
	    ngtcp2_pkt_decode_version_cid(&header, packet, length, CID_LENGTH))
		return false;
	return header.dcidlen == CID_LENGTH &&
	       !memcmp(header.dcid + 1, p->id, p->id_length);
}

static void serve(struct peer *p)
{
	uint8_t packet[65536];
	ssize_t length;

	puts("ready");
	fflush(stdout);
	for (;;) {
		length = wait_packet(p, packet, sizeof(packet), 1000);
		if (length > 0 && !is_ours(p, packet, (size_t)length) &&
		    !(p->conn && !ngtcp2_conn_get_handshake_completed(p->conn)))
			accept_client(p, packet, (size_t)length);
		if (length > 0)
			take_packet(p, packet, (size_t)length);
		send_all(p);
	}
}

static int bound(const struct sockaddr_in *at)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		die("socket", strerror(errno));
	setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &one, sizeof(one));
	if (bind(fd, (const struct sockaddr *)at, sizeof(*at)))
		die("bind", strerror(errno));
	return fd;
}

/* Until done(), or no answer came for so long. */
static bool run_client(struct peer *p, bool (*done)(const struct peer *p))
{
	const uint64_t end = now() + (uint64_t)ANSWER_MS * NGTCP2_MILLISECONDS;
	uint8_t packet[65536];
	ssize_t length;

	for (send_all(p); p->conn && !done(p) && now() < end; send_all(p)) {
		length = wait_packet(p, packet, sizeof(packet), 50);
		if (length > 0)
			take_packet(p, packet, (size_t)length);
	}
	return p->conn && done(p);
}

static bool is_confirmed(const struct peer *p)
{
	return ngtcp2_conn_get_handshake_completed(p->conn);
}

static bool is_answered(const struct peer *p)
{
	return memchr(p->in, '\n', p->in_length) != NULL;
}

/* Prints who answered, or "silence". */
static void ask(struct peer *p)
{
	p->in_length = 0;
	if (p->stream < 0 &&
	    ngtcp2_conn_open_bidi_stream(p->conn, &p->stream, NULL))
		die("stream", "cannot be opened");
	say(p, "?");
	if (run_client(p, is_answered))
		printf("%.*s", (int)p->in_length, p->in);
	else
		puts("silence");
	fflush(stdout);
}

static void connect_to(struct peer *p)
{
	ngtcp2_path path = path_of(p);
	ngtcp2_transport_params params;
	ngtcp2_settings settings;
	ngtcp2_cid dcid, scid;

	parameters(&settings, &params);
	make_cid(p, &dcid, NGTCP2_MIN_INITIAL_DCIDLEN + 8);
	dcid.data[0] |= 0xe0; /* the configuration without servers */
	make_cid(p, &scid, CID_LENGTH);
	if (ngtcp2_conn_client_new(&p->conn, &dcid, &scid, &path,
				   NGTCP2_PROTO_VER_V1, &callbacks, &settings,
				   &params, NULL, p))
		die("connecting", "no connection");
	open_tls(p);
	if (!run_client(p, is_confirmed))
		die("connecting", "no handshake");
}

/* From another address and port of ours, at once. */
static void migrate(struct peer *p, const struct sockaddr_in *to)
{
	ngtcp2_path path;
	int err;

	close(p->fd);
	p->local = *to;
	p->fd = bound(to);
	path = path_of(p);
	err = ngtcp2_conn_initiate_immediate_migration(p->conn, &path, now());
	if (err)
		die("migrating", ngtcp2_strerror(err));
}

static struct sockaddr_in address(const char *text, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	a.sin_port = htons((uint16_t)port);
	if (inet_pton(AF_INET, text, &a.sin_addr) != 1)
		die(text, "no IPv4 address");
	return a;
}

static void main_server(struct peer *p, char **argv)
{
	size_t digits = strlen(argv[1]);
	int err;

	p->name = argv[0];
	if (digits % 2 || digits > 2 * SERVER_ID_MAX)
		die(argv[1], "no server id");
	for (p->id_length = 0; p->id_length < digits / 2; p->id_length++)
		sscanf(argv[1] + 2 * p->id_length, "%2hhx",
		       &p->id[p->id_length]);
	p->local = address(argv[2], atoi(argv[3]));
	err = gnutls_certificate_set_x509_key_file(
		p->credentials, argv[4], argv[5], GNUTLS_X509_FMT_PEM);
	if (err < 0)
		die(argv[4], gnutls_strerror(err));
	p->fd = bound(&p->local);
	serve(p);
}

static void main_client(struct peer *p, char **argv)
{
	struct sockaddr_in source;
	int port = FIRST_PORT;

	p->remote = address(argv[0], atoi(argv[1]));
	for (argv += 2; *argv; argv++, port++) {
		source = address(*argv, port);
		if (p->conn) {
			migrate(p, &source);
		} else {
			p->local = source;
			p->fd = bound(&source);
			connect_to(p);
		}
		ask(p);
	}
}

int main(int argc, char **argv)
{
	static struct peer p = { .stream = -1 };

	if (gnutls_certificate_allocate_credentials(&p.credentials))
		die("TLS", "no memory");
	if (argc == 8 && !strcmp(argv[1], "serve"))
		main_server(&p, argv + 2);
	else if (argc > 4 && !strcmp(argv[1], "ask"))
		main_client(&p, argv + 2);
	else
		die("usage", "serve NAME SERVER-ID ADDRESS PORT CERT KEY | "
			     "ask ADDRESS PORT SOURCE...");
	return 0;
}
