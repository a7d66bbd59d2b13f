/* SPDX-License-Identifier: GPL-2.0-only */
/* The half that is about the interface, its NIC and the kernel. */
#include "doctor/rules.h"

#include <stdio.h>
#include <string.h>

static const char *interface(const struct doctor_facts *f)
{
	return f->model->interface;
}

static void judge_link(struct doctor_report *r, const struct doctor_facts *f)
{
	if (!f->link.up)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("%s is down", interface(f)),
			doctor_text("nothing comes in"),
			doctor_text("ip link set dev %s up", interface(f)));
	else if (!f->link.carrier)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("%s has no carrier", interface(f)),
			doctor_text("nothing comes in: is the cable "
				    "in, is the switch's port on?"),
			doctor_text("ethtool %s", interface(f)));
}

static void judge_modes(struct doctor_report *r, const struct doctor_facts *f)
{
	const bool wants_hw = f->model->mode == MODE_HW;
	const struct doctor_mode *mode = wants_hw ? &f->hw : &f->host;

	if (!mode->loads)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("the XDP program does not load %s: %s",
				    wants_hw ? "on the card" : "here",
				    mode->why),
			doctor_text("udplb cannot start"),
			doctor_text("udplb probe %s", interface(f)));
}

/* The card runs it, or says itself that it does not: no more to say. */
static void judge_fit(struct doctor_report *r, const struct doctor_facts *f)
{
	const bool wants_hw = f->model->mode == MODE_HW;

	if ((wants_hw && f->hw.loads) || !(f->card.refused || f->card.tight))
		return;
	doctor_report_add(
		r, wants_hw && f->card.refused ? DOCTOR_PROBLEM : DOCTOR_HINT,
		doctor_text(f->card.refused ? "no card takes this "
					      "configuration"
					    : "not every card may take this "
					      "configuration"),
		doctor_text("%s", f->card.why), doctor_text("udplb check"));
}

/* "0.0.3.5 0.25 bpf-2.0.6.124 ebpf": the last but one is the firmware's name.
 */
static void judge_firmware(struct doctor_report *r,
			   const struct doctor_facts *f)
{
	const char *way = "apt install firmware-netronome    # of Debian's "
			  "non-free-firmware; then again";
	char link[512];

	if (*f->card.damaged)
		doctor_report_add(r, DOCTOR_HINT,
				  doctor_text("a firmware file cannot be read: "
					      "%s",
					      f->card.damaged),
				  doctor_text("what it offers is not known "
					      "here"),
				  doctor_text("%s", way));
	if (strcmp(f->driver, "nfp") != 0 || f->model->mode == MODE_DRV ||
	    f->model->mode == MODE_SKB || strstr(f->firmware, "bpf"))
		return;
	snprintf(link, sizeof(link),
		 "# have the driver load it, then reload the driver:\n"
		 "ln -sf %s /lib/firmware/netronome/    # your card's",
		 f->card.file);
	doctor_report_add(
		r, f->model->mode == MODE_HW ? DOCTOR_PROBLEM : DOCTOR_HINT,
		doctor_text("the card runs a firmware without BPF: %s",
			    f->firmware),
		doctor_text("only the bpf firmware runs XDP programs on it"),
		doctor_text("%s", f->card.installed ? link : way));
}

/* A merged packet is longer than any that was sent, and is not one of them. */
static void judge_merging(struct doctor_report *r, const struct doctor_facts *f)
{
	const struct {
		bool on;
		const char *name, *option;
	} features[] = {
		{ f->nic.lro, "large receive offload", "lro" },
		{ f->nic.gro_hw, "receive merging in the card", "rx-gro-hw" },
	};

	for (size_t i = 0; i < 2; i++)
		if (features[i].on)
			doctor_report_add(
				r, DOCTOR_PROBLEM,
				doctor_text("%s: %s is on", interface(f),
					    features[i].name),
				doctor_text("packets arrive merged; many "
					    "drivers take no XDP program then"),
				doctor_text("ethtool -K %s %s off",
					    interface(f), features[i].option));
}

/*
 * The driver puts the tag beside the frame, where a native program cannot see
 * it, and what is sent back has none; the kernel gives it back in mode skb. And
 * many NICs drop what is of a VLAN that no device stands for: both are in
 * vmware-archive/p4c-xdp#38.
 */
static void judge_vlan(struct doctor_report *r, const struct doctor_facts *f)
{
	if (!f->nic.rx_vlan || f->model->mode == MODE_SKB ||
	    f->model->mode == MODE_HW)
		return;
	doctor_report_add(
		r, DOCTOR_PROBLEM,
		doctor_text("%s takes VLAN tags off", interface(f)),
		doctor_text("in mode drv a tagged frame is sent back without "
			    "its tag%s",
			    f->vlans ? "" : "; of no account without VLANs"),
		doctor_text("ethtool -K %s rxvlan off%s", interface(f),
			    f->nic.rx_vlan_filter ? " rx-vlan-filter off"
						  : ""));
}

/* Partial checksums cross a veth pair as they are, and XDP sends them on. */
static void judge_veth(struct doctor_report *r, const struct doctor_facts *f)
{
	if (!strcmp(f->driver, "veth"))
		doctor_report_add(
			r, DOCTOR_HINT,
			doctor_text("%s is a veth interface", interface(f)),
			doctor_text("senders on this machine leave checksums "
				    "unfinished, which only a NIC would "
				    "finish; and in mode drv the other end "
				    "needs an XDP program, too, to receive"),
			doctor_text("# in the other end's namespace, for "
				    "each veth interface there:\n"
				    "ethtool -K IFACE tx off"));
}

/*
 * The same between guests of one machine: ellanetworks/core#1511,
 * xdp-project/xdp-tutorial#160.  dsr and tunnels leave them as they are.
 */
static void judge_guest(struct doctor_report *r, const struct doctor_facts *f)
{
	static const char *const drivers[] = { "tun", "virtio_net", "vif",
					       "hv_netvsc", "vmxnet3" };

	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (!strcmp(f->driver, drivers[i]) &&
		    (model_has_forward(f->model, LB_FORWARD_NAT, AF_UNSPEC) ||
		     model_has_forward(f->model, LB_FORWARD_SNAT, AF_UNSPEC)))
			doctor_report_add(
				r, DOCTOR_HINT,
				doctor_text("%s is a virtual interface (%s)",
					    interface(f), f->driver),
				doctor_text("guests of the same machine may "
					    "leave checksums unfinished, and "
					    "what is translated then arrives "
					    "with a wrong one, in drv and skb"),
				doctor_text("# on each sender and backend that "
					    "is such a guest:\n"
					    "ethtool -K IFACE tx off"));
}

static void judge_queues(struct doctor_report *r, const struct doctor_facts *f)
{
	uint32_t best = f->nic.channels_max;

	if (best > f->cpus)
		best = f->cpus;
	if (f->nic.channels < best)
		doctor_report_add(
			r, DOCTOR_HINT,
			doctor_text("%s uses %u of %u channels, with %u CPUs",
				    interface(f), f->nic.channels,
				    f->nic.channels_max, f->cpus),
			doctor_text("a channel is worked on by one CPU"),
			doctor_text("ethtool -L %s combined %u", interface(f),
				    best));
	if (f->irqs > 1 && f->irq_cpus == 1 && f->cpus > 1)
		doctor_report_add(
			r, DOCTOR_HINT,
			doctor_text("all %u interrupts of %s go to one CPU",
				    f->irqs, interface(f)),
			doctor_text("the other CPUs have nothing to do"),
			doctor_text("systemctl enable --now irqbalance"));
}

static void judge_steering(struct doctor_report *r,
			   const struct doctor_facts *f)
{
	if (f->link.rx_queues >= f->cpus || f->rps ||
	    f->model->mode == MODE_HW || f->cpus > 32 || f->nic.channels_max)
		return;
	doctor_report_add(
		r, DOCTOR_HINT,
		doctor_text("%s has %u receive queues for %u CPUs",
			    interface(f), f->link.rx_queues, f->cpus),
		doctor_text("in mode skb the kernel can spread packets over "
			    "CPUs itself, before XDP; in mode drv it cannot"),
		doctor_text("for q in /sys/class/net/%s/queues/rx-*; do "
			    "echo %x > $q/rps_cpus; done",
			    interface(f),
			    (unsigned int)((1ULL << f->cpus) - 1)));
}

static void judge_ring(struct doctor_report *r, const struct doctor_facts *f)
{
	if (f->nic.rx_ring < f->nic.rx_ring_max)
		doctor_report_add(
			r, DOCTOR_HINT,
			doctor_text("%s: the receive ring has %u of %u entries",
				    interface(f), f->nic.rx_ring,
				    f->nic.rx_ring_max),
			doctor_text("a burst that a CPU is late for is lost "
				    "(rx_missed_errors, rx_dropped)"),
			doctor_text("ethtool -G %s rx %u", interface(f),
				    f->nic.rx_ring_max));
}

static void judge_memory(struct doctor_report *r, const struct doctor_facts *f)
{
	if (f->memlock_counts && f->memlock_bytes < f->table_bytes)
		doctor_report_add(
			r, DOCTOR_PROBLEM,
			doctor_text("%llu bytes may be locked, the tables "
				    "take about %llu",
				    (unsigned long long)f->memlock_bytes,
				    (unsigned long long)f->table_bytes),
			doctor_text("kernels before 5.11 count BPF maps as "
				    "locked memory; creating them fails"),
			doctor_text("ulimit -l unlimited    # under systemd: "
				    "LimitMEMLOCK=infinity"));
}

void doctor_judge(struct doctor_report *report,
		  const struct doctor_facts *facts)
{
	judge_link(report, facts);
	judge_modes(report, facts);
	judge_fit(report, facts);
	judge_firmware(report, facts);
	judge_merging(report, facts);
	judge_vlan(report, facts);
	judge_veth(report, facts);
	judge_guest(report, facts);
	doctor_judge_network(report, facts);
	judge_memory(report, facts);
	judge_queues(report, facts);
	judge_steering(report, facts);
	judge_ring(report, facts);
}
