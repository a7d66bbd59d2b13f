/* SPDX-License-Identifier: GPL-2.0-only */
/* The firmware's end of the control channel: it answers what the driver asks.
 */
#ifndef LAB_CMSG_H
#define LAB_CMSG_H

struct dentry;
struct nfp_app;
struct nfp_fw_event;

/*
 * From here on nfp_ctrl_tx() reaches us; counters of messages per type appear
 * as the file "cmsgs" in dir.
 */
void lab_cmsg_start(struct nfp_app *app, struct dentry *dir);
/*
 * A program's event, to the driver; from any context.  As on a card nobody
 * waits for it, and it is lost where there is no room.
 */
void lab_cmsg_event(const struct nfp_fw_event *event);
/* Answers what is still queued; nobody may send any more. */
void lab_cmsg_stop(void);

#endif
