#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Asks for /metrics again and again, and says which counter fell.

    counters.py URL REGEX  until there is standard input, or its end; REGEX: names

A series that was not on the page before has nothing to fall from.  Prints the
number of pages and then a line for each fall; a URL that nobody answers is
asked again.
"""
import http.client
import re
import select
import sys
import urllib.error
import urllib.request


def counters(url, pattern):
    with urllib.request.urlopen(url, timeout=5) as page:
        text = page.read().decode()
    for line in text.splitlines():
        series, _, value = line.rpartition(" ")
        if not line.startswith("#") and pattern.match(series):
            yield series, int(value)


def main():
    url, pattern = sys.argv[1], re.compile(sys.argv[2])
    before, pages, falls = {}, 0, []
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        try:
            now = dict(counters(url, pattern))
        except (urllib.error.URLError, http.client.HTTPException, OSError):
            continue
        pages += 1
        falls += [
            f"{series}: {before[series]}, then {value}"
            for series, value in now.items()
            if value < before.get(series, 0)
        ]
        before = now
    print(pages, "pages")
    for fall in falls:
        print(fall)


main()
