#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What health checks ask, and what a test says is to be answered.

    answer.py udp PORT FILE          each datagram with FILE; none: silence
    answer.py http PORT FILE [CERT]  FILE: the status, a newline, the body

FILE is read with every question.
"""
import http.server
import socket
import ssl
import sys


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def serve_udp(port, path):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("", port))
    print("answering", flush=True)
    while True:
        _, client = server.recvfrom(4096)
        answer = read(path)
        if answer is not None:
            server.sendto(answer, client)


class Page(http.server.BaseHTTPRequestHandler):
    path_of_answer = None

    def do_GET(self):
        status, body = read(self.path_of_answer).split(b"\n", 1)
        self.send_response(int(status))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def serve_http(port, path, certificate):
    Page.path_of_answer = path
    server = http.server.ThreadingHTTPServer(("", port), Page)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print("answering", flush=True)
    server.serve_forever()


def main():
    kind, port, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if kind == "udp":
        serve_udp(port, path)
    serve_http(port, path, sys.argv[4] if len(sys.argv) > 4 else None)


main()
