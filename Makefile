# SPDX-License-Identifier: GPL-2.0-only
#
# make            build/udplb and build/bpf/udplb.bpf.o
# make deps[-build]   install the Debian packages that all (building) needs (root)
# make demo       deps, build, and balance real packets between namespaces
# make lab        deps, build, and the card's driver without a card; build/lab.json
# make card       the card's machine code, and what it costs; build/lab-card.json
# make test-kernels   the tests of other kernels, on all that there are; takes long
# make bench      deps, build, and the benchmarks; build/bench.json
# make test[-all] deps, build, and all tests (also what takes hours); last line
#                 "N passed, N failed"
# make install    DESTDIR= PREFIX=
# V=1 shows the commands, SAN=1 builds with ASan and UBSan under build/san.

PREFIX ?= /usr/local
CC ?= gcc
BPF_CC ?= clang
B := build$(if $(SAN),/san)
MAKEFLAGS += --no-print-directory
Q := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1)	$(2)")
define begin
	$(call say,$(1),$@)
	@mkdir -p $(@D)
endef

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
PKG_CONFIG ?= pkg-config
LIBS := $(shell scripts/deps --libs)
GOALS := $(or $(MAKECMDGOALS),all)
ifneq ($(filter-out deps deps-build demo test test-all test-kernels lab bench clean,$(GOALS)),)
MISSING := $(shell CC='$(CC)' BPF_CC='$(BPF_CC)' PKG_CONFIG='$(PKG_CONFIG)' \
	scripts/deps --missing)
ifneq ($(MISSING),)
$(error Building lacks: $(MISSING)On Debian, run 'make deps-build' as root; \
	elsewhere, dnf and zypper know a library as 'pkgconfig(NAME)')
endif
endif

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wvla -Wformat=2 -Wundef \
	-Wimplicit-fallthrough $(if $(CI),-Werror)
SAN_FLAGS := $(if $(SAN),-fsanitize=address -fsanitize=undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer)
CFLAGS ?= -O2 -g
ALL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -DUDPLB_VERSION='"$(VERSION)"' \
	-iquote src -iquote . $(WARN) $(CFLAGS) $(SAN_FLAGS) -MMD -MP \
	$(shell $(PKG_CONFIG) --cflags $(LIBS))
ALL_LDFLAGS = $(LDFLAGS) $(SAN_FLAGS)
ALL_LIBS := $(shell $(PKG_CONFIG) --libs $(LIBS)) -lm -lpthread
# Linux 6.1 takes a loop only if its back edge is a jump: clang may not move the
# loop's head behind its body.
BPF_CFLAGS := -mllvm -disable-block-placement \
	-mllvm -simplifycfg-sink-common=false -O2 -g -target bpf -mcpu=v3 \
	-Wall -Wextra -Wshadow -Wundef $(if $(CI),-Werror) -MMD -MP \
	-I/usr/include/$(shell $(CC) -print-multiarch 2>/dev/null)
# Clang 16 and later, but not 14, put more on the card's slow stack for what they
# move ahead of a branch: up to 340 NFP instructions.
OLD_BPF_CC := $(filter 14.% 15.%,$(shell $(BPF_CC) -dumpversion 2>/dev/null))
CARD_CFLAGS := $(if $(OLD_BPF_CC),,-mllvm -hoist-common-insts=false)
# clang keeps for later what may never have been written, and the verifier refuses
# to read it.  Where there is room, all is written: 3 % more instructions.
HOST_CFLAGS := -ftrivial-auto-var-init=zero $(if $(OLD_BPF_CC),-enable-trivial-$\
	auto-var-init-zero-knowing-it-will-be-removed-from-clang)

# What is in a folder, as objects.  What each room of src/ stands on: src/ROOMS.
objs = $(patsubst %.c,$(B)/%.o,$(filter-out %.bpf.c,$(wildcard $(1)/*.c)))
HELP := $(filter-out %_test.o %/fuzz.o,$(call objs,src/*/tests))
TESTS := $(patsubst %.c,$(B)/%,$(wildcard src/*/tests/*_test.c offload/*/tests/*_test.c))
BPF_VARIANTS := nat4 snat4 ipv4 nat snat dsr tunnel4
BPF_OBJECTS := $(B)/bpf/udplb.bpf.o $(BPF_VARIANTS:%=$(B)/bpf/udplb_%.bpf.o)
# Of variants that are no more: the tests take what is there.
$(shell rm -f $(filter-out $(BPF_OBJECTS),$(wildcard $(B)/bpf/udplb*.bpf.o)))

all: $(B)/udplb $(B)/bpf/udplb.bpf.o $(B)/bpf/udplb.checked

$(B)/udplb: $(B)/src/main.o $(B)/udplb.a
$(B)/nfp_check: $(B)/offload/check/main.o $(B)/udplb.a
$(TESTS): %: %.o $(B)/test.a $(B)/udplb.a $(B)/emu.a
$(B)/udplb.a: $(filter-out %/main.o,$(call objs,src) $(call objs,src/*) \
	$(call objs,offload/check)) $(B)/src/xdp/object_data.o
$(B)/emu.a: $(call objs,offload/emu)
$(B)/test.a: $(HELP)

# The program travels inside the binary; see src/xdp/object.h.
$(B)/src/xdp/object_data.o: src/xdp/object_data.S $(BPF_OBJECTS)
	$(call begin,AS)
	$(Q)$(CC) -DOBJECT_DIR=$(B)/bpf -c -o $@ $<

# The offline judge of what a card takes; every build asks it.
NFP_CHECK ?= $(B)/nfp_check
JUDGED := $(BPF_VARIANTS:%=$(B)/bpf/udplb_%.bpf.o)
$(B)/bpf/udplb.checked: $(JUDGED) $(B)/nfp_check
	$(call say,NFP,$(JUDGED:$(B)/bpf/udplb_%.bpf.o=%))
	$(Q)BPF_CC='$(BPF_CC)' offload/judge $(NFP_CHECK) $(JUDGED)
	@touch $@

# The packet tests; and against an emulator that is wrong in one thing at a time.
PACKET := $(B)/bpf/tests
PACKET_BIN := $(addprefix $(PACKET)/,packet_test mutants defects silicon loads)
$(B)/packet.a: $(filter-out $(PACKET_BIN:%=%.o),$(call objs,bpf/tests) $(call objs,bpf/tests/*))
$(filter-out %/mutants,$(PACKET_BIN)): %: %.o $(B)/packet.a $(B)/emu.a $(B)/udplb.a
$(PACKET)/mutants: $(PACKET)/mutants.o $(B)/packet.a $(B)/mutants.a $(B)/udplb.a
$(B)/mutants.a: $(patsubst $(B)/%,$(B)/mutants/%,$(call objs,offload/emu))
$(B)/mutants/%.o $(PACKET)/mutants.o: ALL_CFLAGS += -DNFP_EMU_MUTATE
$(B)/mutants/%.o: %.c
	$(cc)
unit: $(TESTS)
bpf: $(BPF_OBJECTS)
packet: $(PACKET_BIN) $(B)/bpf/udplb.bpf.o

# The card's machine code for this very object, as the driver makes it.
CARD := build/lab/card/udplb_nat4.nfp
card: $(CARD) build/lab-card.json
build/lab-card.json: $(CARD) $(PACKET)/packet_test hwtests/lab/lab-cost
	$(call say,COST,$@)
	$(Q)hwtests/lab/lab-cost
$(CARD): $(BPF_OBJECTS) hwtests/lab/tests/80-image.sh \
		$(wildcard hwtests/lab/defects/* hwtests/lab/facts/* hwtests/lab/module/*)
	$(call say,CARD,$@)
	@mkdir -p build/lab
	$(Q)hwtests/lab/lab-vm -n card -T 550 80-image >build/lab/card.out 2>&1 || \
		{ cat build/lab/card.out >&2; rm -f $@; false; }
	$(Q)touch $@

# Small tools of the end-to-end tests; numbered frames; the benchmarks' tools.
HW_TOOLS := $(patsubst hwtests/tools/%.c,$(B)/hwtests/%,$(wildcard hwtests/tools/*.c))
$(HW_TOOLS): $(B)/hwtests/%: $(B)/hwtests/tools/%.o
$(B)/hwtests/quic: ALL_LIBS += -lngtcp2_crypto_gnutls -lngtcp2 -lgnutls
FAULT := $(B)/hwtests/fault.so
$(FAULT): hwtests/faults/fault.c
	$(call begin,SO)
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE $(WARN) -O2 -g -fPIC -shared -o $@ $< -ldl
LOSSLESS := $(B)/hwtests/lossless/flowseq
$(LOSSLESS): $(LOSSLESS).o $(B)/hwtests/bench/frame.o
BENCH := $(B)/hwtests/bench
BENCH_BIN := $(addprefix $(BENCH)/bench_,packet send control)
$(BENCH_BIN): %: %.o $(B)/bench.a $(B)/packet.a $(B)/udplb.a
$(B)/bench.a: $(filter-out $(BENCH_BIN:%=%.o),$(call objs,hwtests/bench))
hw-tools: $(HW_TOOLS) $(FAULT) $(LOSSLESS) $(LOSSLESS).bpf.o \
	$(B)/hwtests/pass.bpf.o
bench-tools: $(BENCH_BIN) $(BENCH)/traffic.bpf.o $(BENCH)/bounce.bpf.o

# What is fuzzed is compiled for it; what that needs besides is not.
FUZZ_config := $(wildcard src/config/*.c src/yaml/*.c src/health/check.c \
	src/health/dns.c src/health/match.c src/health/regex.c \
	src/model/*.c $(addprefix src/base/,addr.c breathe.c hex.c monotime.c))
FUZZ_admin := $(addprefix src/admin/,body.c error.c path.c yaml.c) $(FUZZ_config)
FUZZ_control := $(addprefix src/control/,counted.c saved.c saved_write.c)
FUZZ_health := src/health/dns.c
FUZZ_http :=
FUZZ_xdp := src/xdp/object.c
build/fuzz/%_fuzz: src/%/tests/fuzz.c build/udplb.a $(wildcard src/*/*.h)
	$(call begin,FUZZ)
	$(Q)clang -std=gnu11 -D_GNU_SOURCE -g -O1 -iquote src -iquote . \
		-fsanitize=fuzzer,address,undefined \
		$(shell $(PKG_CONFIG) --cflags $(LIBS)) -o $@ $< $(FUZZ_$*) \
		build/udplb.a $(ALL_LIBS)

build/fuzz/damage: offload/check/tests/damage.c build/udplb.a
	$(call begin,FUZZ)
	$(Q)$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -o $@ $^ $(ALL_LIBS)

# How anything here is made.
define cc
	$(call begin,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<
endef
$(B)/%.o: %.c
	$(cc)
$(B)/%.a:
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^
$(B)/udplb $(B)/nfp_check $(TESTS) $(PACKET_BIN) $(HW_TOOLS) $(LOSSLESS) \
		$(BENCH_BIN):
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) $(if $(findstring test,$@),-lcmocka)
$(B)/bpf/udplb_%.bpf.o: bpf/udplb.bpf.c
	$(call begin,BPF)
	$(Q)$(BPF_CC) $(BPF_CFLAGS) $(CARD_CFLAGS) -DLB_VARIANT=LB_VARIANT_$* -c -o $@ $<
$(B)/%.bpf.o: %.bpf.c
	$(call begin,BPF)
	$(Q)$(BPF_CC) $(BPF_CFLAGS) -c -o $@ $<
$(B)/bpf/udplb.bpf.o: BPF_CFLAGS += $(HOST_CFLAGS)

deps deps-build:
	$(Q)scripts/deps $(if $(filter deps-build,$@),--build)

demo: deps
	$(Q)$(MAKE) all hw-tools
	$(Q)hwtests/demo

test test-all: deps
	$(Q)$(MAKE) CI=1 all packet card hw-tools
	$(Q)$(MAKE) CI=1 SAN=1 unit packet \
		$(if $(filter test-all,$@),build/san/udplb)
	$(Q)scripts/run-tests $(if $(filter test-all,$@),--all)

test-kernels: deps
	$(Q)$(MAKE) CI=1 all packet card hw-tools
	$(Q)hwtests/lab/lab-kernels

lab: deps
	$(Q)$(MAKE) all
	$(Q)hwtests/lab/lab-run
	$(Q)$(MAKE) card

bench: deps
	$(Q)$(MAKE) all bench-tools
	$(Q)hwtests/bench/bench

install: all
	$(Q)scripts/install $(B) "$(DESTDIR)" "$(PREFIX)"

clean:
	rm -rf build

-include $(shell find $(B) -path '*/lab/*' -prune -o -type f -name '*.d' -print 2>/dev/null)
.PHONY: all unit bpf packet card hw-tools bench-tools deps deps-build demo test \
	test-all test-kernels bench lab install clean
