#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A page that a test says is to be answered, for health checks.

    page.py PORT FILE [CERT]  FILE: the status, a newline, the body

FILE is read with every question.
"""
import http.server
import ssl
import sys


class Page(http.server.BaseHTTPRequestHandler):
    path_of_answer = None

    def do_GET(self):
        with open(self.path_of_answer, "rb") as file:
            status, body = file.read().split(b"\n", 1)
        self.send_response(int(status))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def main():
    port, Page.path_of_answer = int(sys.argv[1]), sys.argv[2]
    server = http.server.ThreadingHTTPServer(("", port), Page)
    if len(sys.argv) > 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print("ready", flush=True)
    server.serve_forever()


main()
