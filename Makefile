# SPDX-License-Identifier: GPL-2.0-only
#
# make            build/udplb and build/bpf/udplb.bpf.o
# make deps       install the Debian packages that everything here needs (root)
# make demo       deps, build, and balance real packets between namespaces
# make lab        deps, build, and the card's driver without a card; build/lab.json
# make card       the card's machine code, and what it costs; build/lab-card.json
# make bench      deps, build, and the benchmarks; build/bench.json
# make test       deps, build, and all tests; last line "N passed, N failed"
# make install    DESTDIR= PREFIX=
# V=1 shows the commands, SAN=1 builds with ASan and UBSan under build/san.

PREFIX ?= /usr/local
CC ?= gcc
BPF_CC ?= clang
B := build$(if $(SAN),/san)
MAKEFLAGS += --no-print-directory
Q := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1)	$(2)")

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
LIBS := libbpf libelf libxdp libnl-3.0 libnl-route-3.0 libmicrohttpd libcyaml \
	yaml-0.1 jansson libsystemd libcurl zlib
GOALS := $(or $(MAKECMDGOALS),all)
ifneq ($(filter-out deps demo test lab bench clean print-levels,$(GOALS)),)
MISSING := $(shell scripts/deps --missing)
ifneq ($(MISSING),)
$(error Debian packages are missing: $(MISSING). Run 'make deps' as root)
endif
endif

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wvla -Wformat=2 -Wundef \
	-Wimplicit-fallthrough $(if $(CI),-Werror)
SAN_FLAGS := $(if $(SAN),-fsanitize=address -fsanitize=undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer)
CFLAGS ?= -O2 -g
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DUDPLB_VERSION='"$(VERSION)"' \
	$(WARN) $(CFLAGS) $(SAN_FLAGS) -MMD -MP \
	$(shell pkg-config --cflags $(LIBS))
ALL_LDFLAGS = $(LDFLAGS) $(SAN_FLAGS)
ALL_LIBS = $(shell pkg-config --libs $(LIBS)) -lm
# Linux 6.1 takes a loop only if its back edge is a jump: clang may not move the
# loop's head behind its body.
BPF_CFLAGS = -mllvm -disable-block-placement \
	-mllvm -simplifycfg-sink-common=false -O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Wshadow -Wundef \
	$(if $(CI),-Werror) -MMD -MP \
	-I/usr/include/$(shell gcc -print-multiarch)

# One line per level; scripts/check-layers holds every include against them.
SRC_WORDS := log bpf_log bpf_pin monotime addr model
SRC_CONFIG := config config_address config_backend config_changes config_check \
	config_claims config_copy config_emit config_errors config_filter \
	config_health config_health_ask config_keys config_lookup config_peers \
	config_presence \
	config_print config_print_health config_print_text config_prune \
	config_quic config_raw config_rules config_service config_tunnel \
	config_value config_vips config_yaml
SRC_HEALTH := health_check health_dns health_match health_track
SRC_METRICS := metrics metrics_health metrics_nic metrics_udplb
SRC_PLAN := layout places plan plan_features
SRC_TABLES := tables tables_fill tables_view tables_diff
SRC_DOCTOR := doctor_report doctor_rules doctor_rules_hosts \
	doctor_rules_network doctor_setup
SRC_BODIES := admin_body admin_error admin_path admin_yaml
SRC_PURE := $(SRC_CONFIG) $(SRC_BODIES) $(SRC_HEALTH) ring flows $(SRC_PLAN) \
	$(SRC_TABLES) latency expo limit carry $(SRC_METRICS) presence_frame \
	$(SRC_DOCTOR)
SRC_HTTP := http http_clients http_listen http_reply
SRC_PROBES := health health_http health_icmp health_socket health_tcp health_udp
SRC_EFFECTS := object maps maps_flows maps_found xdp xdp_list xdp_occupant nl \
	nl_address nl_ask nl_link nl_neigh nl_route nic doctor_host \
	doctor_nic $(SRC_HTTP) $(SRC_PROBES) admin_socket run_path
SRC_CONTROL := control control_check control_edit control_health \
	control_json control_linger \
	control_lock control_open \
	control_reload control_saved control_status
SRC_CLI := cli cli_client cli_show cli_socket cli_table cli_top cli_units \
	cli_view
SRC_TOP := hops own presence presence_vips instance instance_events attach gather $(SRC_CONTROL) \
	admin admin_routes daemon daemon_flows daemon_http \
	daemon_presence daemon_too_big $(SRC_CLI) main check probe doctor doctor_facts \
	doctor_network
SRC := $(SRC_WORDS) $(SRC_PURE) $(SRC_EFFECTS) $(SRC_TOP)
OBJ := $(SRC:%=$(B)/src/%.o) $(B)/src/object_data.o
NFP_CHECK_SRC := alu branch call caps check control cost cost_alu cost_stack \
	depth flow fuse lines link live maps memory object opcode print report \
	scalar shape stack state
NFP_CHECK_OBJ := $(NFP_CHECK_SRC:%=$(B)/offload/nfp_%.o)

all: $(B)/udplb $(B)/bpf/udplb.bpf.o

$(B)/udplb: $(OBJ) $(NFP_CHECK_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)

$(B)/src/%.o: src/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The program travels inside the binary; see src/object.h.
BPF_VARIANTS := nat4 ipv4 nat tunnel4 sticky4 sticky
BPF_OBJECTS := $(B)/bpf/udplb.bpf.o $(BPF_VARIANTS:%=$(B)/bpf/udplb_%.bpf.o)
$(B)/src/object_data.o: src/object_data.S $(BPF_OBJECTS)
	$(call say,AS,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -DOBJECT_DIR=$(B)/bpf -c -o $@ $<

$(B)/bpf/udplb_%.bpf.o: bpf/udplb.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(BPF_CC) $(BPF_CFLAGS) -DLB_VARIANT=LB_VARIANT_$* -c -o $@ $<

$(B)/bpf/%.bpf.o: bpf/%.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(BPF_CC) $(BPF_CFLAGS) -c -o $@ $<

# The offline judge of what a card takes; every build asks it.
all: $(B)/bpf/udplb.checked

$(B)/offload/%.o: offload/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/nfp_check: $(B)/offload/nfp_check_main.o $(NFP_CHECK_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)

$(B)/bpf/udplb.checked: $(BPF_VARIANTS:%=$(B)/bpf/udplb_%.bpf.o) $(B)/nfp_check
	$(call say,NFP,$(BPF_VARIANTS))
	$(Q)for v in $(BPF_VARIANTS); do \
		$(B)/nfp_check $(B)/bpf/udplb_$$v.bpf.o || exit 1; done
	@touch $@

$(B)/offload/nfp_check_test: $(B)/offload/nfp_check_test.o $(NFP_CHECK_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) -lcmocka

$(B)/offload/nfp_model_test: $(addprefix $(B)/offload/,nfp_model_test.o nfp_model.o)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka

# Tests: each is linked with the files it names, and nothing else.
UNIT_TESTS := addr log ring plan tables tables_fill tables_own tables_diff object latency expo \
	carry control_saved flows places metrics metrics_udplb config config_model config_limits config_print http nl nl_link nl_route nl_neigh nic \
	nl_address hops limit presence presence_frame presence_vips \
	doctor_rules doctor_setup admin_body admin_path admin_socket cli_table \
	http_unix health_check health_dns health_match health_track health own
UNIT_BIN := $(UNIT_TESTS:%=$(B)/src/%_test)
test_objs = $(addprefix $(B)/src/,$(addsuffix .o,$(1)))
$(B)/src/addr_test: $(call test_objs,addr)
$(B)/src/log_test: $(call test_objs,log)
$(B)/src/ring_test: $(call test_objs,ring)
$(B)/src/plan_test: $(call test_objs,$(SRC_PLAN) addr model)
$(patsubst %,$(B)/src/%_test,tables tables_fill tables_own tables_diff): $(call test_objs,\
	tables_test_world $(SRC_TABLES) $(SRC_PLAN) ring addr model)
$(B)/src/tables_diff_test: $(call test_objs,tables_test_maps tables_test_look)
$(B)/src/object_test: $(call test_objs,object object_data)
$(B)/src/latency_test: $(call test_objs,latency)
$(B)/src/expo_test: $(call test_objs,expo)
$(B)/src/metrics_test $(B)/src/metrics_udplb_test: $(call test_objs,\
	$(SRC_METRICS) metrics_test_fixture metrics_test_page expo addr model)
$(B)/src/carry_test: $(call test_objs,carry $(SRC_PLAN) addr model)
$(B)/src/flows_test: $(call test_objs,flows ring $(SRC_PLAN) addr model)
$(B)/src/places_test: $(call test_objs,$(SRC_PLAN) addr model)
$(B)/src/control_saved_test: $(call test_objs,control_saved carry $(SRC_PLAN) \
	addr model)
$(B)/src/http_test $(B)/src/http_unix_test: $(call test_objs,$(SRC_HTTP) addr \
	monotime)
$(B)/src/admin_body_test: $(call test_objs,$(SRC_CONFIG) $(SRC_BODIES) \
	$(SRC_HEALTH) addr \
	model)
$(B)/src/admin_path_test: $(call test_objs,$(SRC_BODIES:admin_body=))
$(B)/src/admin_socket_test: $(call test_objs,admin_socket)
$(B)/src/cli_table_test: $(call test_objs,cli_table cli_units)
NL_TEST := $(filter nl%,$(SRC_EFFECTS)) addr testnet testnet_nl
$(B)/src/nl_test $(B)/src/nl_neigh_test: $(call test_objs,$(NL_TEST) nl_watch)
$(B)/src/nl_link_test $(B)/src/nl_route_test $(B)/src/nl_address_test: \
	$(call test_objs,$(NL_TEST))
$(B)/src/hops_test: $(call test_objs,$(NL_TEST) hops $(SRC_PLAN) model log)
$(B)/src/limit_test: $(call test_objs,limit)
$(B)/src/presence_frame_test: $(call test_objs,presence_frame addr)
$(B)/src/presence_test $(B)/src/presence_vips_test: $(call test_objs,\
	$(NL_TEST) presence presence_frame presence_vips presence_test_net log)
$(B)/src/doctor_rules_test $(B)/src/doctor_setup_test: $(call test_objs,\
	$(SRC_DOCTOR) addr model)
$(B)/src/health_check_test: $(call test_objs,health_check health_dns \
	health_match addr)
$(B)/src/health_dns_test: $(call test_objs,health_dns)
$(B)/src/health_match_test: $(call test_objs,health_match)
$(B)/src/health_track_test: $(call test_objs,health_track health_check \
	health_dns health_match addr)
$(B)/src/health_test: $(call test_objs,$(SRC_PROBES) $(SRC_HEALTH) addr \
	model testnet)
$(B)/src/own_test: $(call test_objs,$(NL_TEST) own)
$(B)/src/nic_test: $(call test_objs,nic testnet)
$(B)/src/config_print_test $(B)/src/config_test $(B)/src/config_model_test \
$(B)/src/config_limits_test: \
	$(call test_objs,$(SRC_CONFIG) $(SRC_HEALTH) config_test_text addr \
	model)

$(UNIT_BIN): $(B)/src/%_test: $(B)/src/%_test.o
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) -lcmocka

PACKET_CASES := bucket checksum checksum6 echo extension feature filter \
	forward fragment icmp icmp6 ip6 parse quic reply sticky strict too_big \
	tunnel
PACKET_TEST_SRC := packet_test packet packet_sum pcap fixture fixture_rows engine \
	engine_object engine_kernel engine_card engine_wire card harness reference \
	reference_flow reference_icmp reference_parse reference_rewrite reference_select \
	reference_sum reference_table reference_tunnel cases \
	$(PACKET_CASES:%=cases_%) balance counters latency world world_mutate \
	world_packet world_pool trial random fuzz cost
EMU_SRC := nfp_emu nfp_emu_regs nfp_emu_alu nfp_emu_shift nfp_emu_memory \
	nfp_emu_branch nfp_fw
$(B)/bpf/tests/%.o: bpf/tests/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(B)/bpf/tests/packet_test: $(PACKET_TEST_SRC:%=$(B)/bpf/tests/%.o) \
		$(EMU_SRC:%=$(B)/offload/%.o) $(B)/offload/nfp_model.o \
		$(B)/src/object.o $(B)/src/object_data.o
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) -lcmocka

$(B)/bpf/tests/defects: $(patsubst %,$(B)/bpf/tests/%.o,defects card packet packet_sum) \
		$(EMU_SRC:%=$(B)/offload/%.o)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)

# The packet tests against an emulator that is wrong in one thing at a time.
MUTANTS_SRC := $(filter-out packet_test latency random fuzz cost pcap,\
	$(PACKET_TEST_SRC)) mutants
$(B)/mutants/%.o: offload/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DNFP_EMU_MUTATE -c -o $@ $<
$(B)/bpf/tests/mutants.o: ALL_CFLAGS += -DNFP_EMU_MUTATE
$(B)/bpf/tests/mutants: $(MUTANTS_SRC:%=$(B)/bpf/tests/%.o) \
		$(EMU_SRC:%=$(B)/mutants/%.o) \
		$(B)/src/object.o $(B)/src/object_data.o
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) -lcmocka

unit: $(UNIT_BIN) $(addprefix $(B)/offload/,nfp_check_test nfp_model_test)
packet: $(addprefix $(B)/bpf/tests/,packet_test mutants defects) \
		$(B)/bpf/udplb.bpf.o

# The card's machine code for this very object, as the driver makes it.
CARD := build/lab/card/udplb_nat4.nfp
card: $(CARD) build/lab-card.json
build/lab-card.json: $(CARD) $(B)/bpf/tests/packet_test hwtests/lab/lab-cost
	$(call say,COST,$@)
	$(Q)hwtests/lab/lab-cost
$(CARD): $(BPF_OBJECTS) hwtests/lab/tests/80-image.sh \
		$(wildcard hwtests/lab/defects/* hwtests/lab/module/*)
	$(call say,CARD,$@)
	@mkdir -p build/lab
	$(Q)hwtests/lab/lab-vm -n card 80-image >build/lab/card.out 2>&1 || \
		{ cat build/lab/card.out >&2; false; }
	$(Q)touch $@

# Small tools of the end-to-end tests.
HW_TOOLS := $(patsubst hwtests/%.c,$(B)/hwtests/%,$(wildcard hwtests/*.c))
$(B)/hwtests/%: hwtests/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE $(WARN) $(CFLAGS) -o $@ $< $(HW_LIBS)
$(B)/hwtests/quic: HW_LIBS = -lngtcp2_crypto_gnutls -lngtcp2 -lgnutls

# Numbered frames; see hwtests/lossless.bats.
LOSSLESS := $(B)/hwtests/lossless
LOSSLESS_TOOLS := $(LOSSLESS)/flowseq $(LOSSLESS)/flowseq.bpf.o
$(LOSSLESS)/flowseq: $(LOSSLESS)/flowseq.o $(B)/hwtests/bench/frame.o
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) -lpthread
$(LOSSLESS)/%.bpf.o: hwtests/lossless/%.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(BPF_CC) $(BPF_CFLAGS) -c -o $@ $<
$(LOSSLESS)/%.o: hwtests/lossless/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

FUZZ_SRC := $(addprefix src/,$(addsuffix .c,config_fuzz $(SRC_CONFIG) \
	$(SRC_HEALTH) addr model))
build/fuzz/config_fuzz: $(FUZZ_SRC) $(wildcard src/*.h)
	$(call say,FUZZ,$@)
	@mkdir -p $(@D)
	$(Q)clang -std=gnu11 -D_GNU_SOURCE -g -O1 \
		-fsanitize=fuzzer,address,undefined \
		$(shell pkg-config --cflags $(LIBS)) -o $@ $(FUZZ_SRC) \
		$(shell pkg-config --libs libcyaml yaml-0.1)

# The benchmarks' tools.
BENCH := $(B)/hwtests/bench
BENCH_BPF := $(BENCH)/traffic.bpf.o $(BENCH)/bounce.bpf.o
BENCH_BIN := $(addprefix $(BENCH)/,bench-packet bench-send bench-control)
bench_objs = $(patsubst %,$(BENCH)/%.o,$(1))
BENCH_TABLES := $(call test_objs,ring $(SRC_PLAN) $(SRC_TABLES) maps maps_flows object \
	object_data addr model bpf_log log)
$(BENCH)/bench-packet: $(call bench_objs,bench_packet matrix packets target \
	trace trace_alu source sample) $(BENCH_TABLES) \
	$(patsubst %,$(B)/bpf/tests/%.o,packet packet_sum)
$(BENCH)/bench-send: $(call bench_objs,bench_send cpu source frame)
$(BENCH)/bench-control: $(call bench_objs,bench_control sample) $(BENCH_TABLES)

$(BENCH_BIN):
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) -lpthread
$(BENCH)/%.bpf.o: hwtests/bench/%.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(BPF_CC) $(BPF_CFLAGS) -c -o $@ $<
$(BENCH)/%.o: hwtests/bench/%.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

bench-tools: $(BENCH_BIN) $(BENCH_BPF)

deps:
	$(Q)scripts/deps

demo: deps
	$(Q)$(MAKE) all hw-tools
	$(Q)hwtests/demo

hw-tools: $(HW_TOOLS) $(LOSSLESS_TOOLS)

test: deps
	$(Q)$(MAKE) CI=1 all packet card hw-tools
	$(Q)$(MAKE) CI=1 SAN=1 unit packet
	$(Q)scripts/run-tests

lab: deps
	$(Q)$(MAKE) all
	$(Q)hwtests/lab/lab-run
	$(Q)$(MAKE) card

bench: deps
	$(Q)$(MAKE) all bench-tools
	$(Q)hwtests/bench/bench

install: all
	install -D -m 755 $(B)/udplb $(DESTDIR)$(PREFIX)/sbin/udplb
	install -D -m 644 $(B)/bpf/udplb.bpf.o \
		$(DESTDIR)$(PREFIX)/lib/udplb/udplb.bpf.o
	install -D -m 644 docs/udplb.8 \
		$(DESTDIR)$(PREFIX)/share/man/man8/udplb.8
	install -D -m 644 docs/udplb.yaml.5 \
		$(DESTDIR)$(PREFIX)/share/man/man5/udplb.yaml.5
	install -D -m 644 conf/udplb.bash-completion \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/udplb
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@PREFIX@|$(PREFIX)|' conf/udplb.service.in \
		> $(DESTDIR)$(PREFIX)/lib/systemd/system/udplb.service
	install -D -m 644 conf/udplb.sysusers \
		$(DESTDIR)$(PREFIX)/lib/sysusers.d/udplb.conf
	[ -e $(DESTDIR)/etc/udplb/udplb.yaml ] || \
		install -D -m 644 conf/udplb.yaml \
			$(DESTDIR)/etc/udplb/udplb.yaml

print-levels:
	@echo "words $(SRC_WORDS)"
	@echo "pure $(SRC_PURE)"
	@echo "effects $(SRC_EFFECTS)"
	@echo "top $(SRC_TOP)"

clean:
	rm -rf build

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d)
.PHONY: all unit packet card hw-tools bench-tools deps demo test bench lab install clean \
	print-levels
