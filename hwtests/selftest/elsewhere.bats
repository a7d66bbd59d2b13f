#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# A checkout may lie anywhere: here it is a copy below /tmp, which the VMs mount
# over, in a directory whose name has a space.  Needs `make all packet hw-tools`.

bats_require_minimum_version 1.5.0

setup_file() {
	local here

	here=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	COPY=$(mktemp -d /tmp/udplb-XXXXXX)/"a copy"
	export COPY
	mkdir "$COPY"
	tar -C "$here" -cf - --exclude=./.git --exclude=./build/san \
		--exclude=./build/mutants --exclude=./build/fuzz \
		--exclude=./build/test --exclude=./build/lab/kernel \
		--exclude='./build/lab/*.log' . | tar -C "$COPY" -xf -
	# What must be made anew: C, BPF, and the lab's module.
	rm -f "$COPY"/build/{udplb,bpf/udplb_nat4.bpf.o,src/main.o} \
		"$COPY"/build/lab/{nfplab.ko,hwload,base.cpio}
}

teardown_file() {
	[ -z "${COPY:-}" ] || rm -rf "${COPY%/*}"
}

setup() { cd "$COPY" || return; }

@test "make" {
	env -u MAKEFLAGS -u MAKELEVEL make all
	[ -x build/udplb ]
	[ -e build/bpf/udplb_nat4.bpf.o ]
}

@test "the packet tests" {
	build/bpf/tests/packet_test --cases --engine kernel \
		--object build/bpf/udplb_nat4.bpf.o
}

@test "the end-to-end tests" {
	NET_PREFIX=udplbel$$ MODE=drv bats -t -f 'SIGTERM' \
		hwtests/suites/start.bats
}

@test "the lab builds its module, and a VM sees the checkout" {
	hwtests/lab/lab-build
	[ -s build/lab/nfplab.ko ]
	hwtests/lab/host-vm -n here "$(printf 'cd %q && ' "$COPY")"'
		build/udplb --version >/tmp/report/version &&
		pwd >/tmp/report/pwd'
	[ "$(cat build/lab/here/version)" = "$(build/udplb --version)" ]
	[ "$(cat build/lab/here/pwd)" = "$COPY" ]
}

@test "so does one with systemd, and what make install has put there" {
	make DESTDIR="$COPY/build/lab/there/root" install
	LAB_HOST_SECONDS=900 hwtests/lab/host-vm -n there -s \
		"$(printf 'cd %q && ' "$COPY")"'
		udplb --version >/tmp/report/version &&
		hwtests/lab/lab-build --version >/tmp/report/make'
	[ "$(cat build/lab/there/version)" = "$(build/udplb --version)" ]
	grep -q 'GNU Make' build/lab/there/make
}
