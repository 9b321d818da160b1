/*
 * private_mounts.h - small disks for tests: what this program mounts is seen by it alone, and gone
 * with it. As root, or in a user namespace where the system allows that.
 */
#ifndef TESTS_PRIVATE_MOUNTS_H
#define TESTS_PRIVATE_MOUNTS_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static inline bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool written = fd >= 0 && write(fd, text, strlen(text)) >= 0;
	if (!written)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return written;
}

/* Be root in the user namespace that this program has just entered. */
static inline bool map_ids(unsigned uid, unsigned gid)
{
	char uids[64], gids[64];
	snprintf(uids, sizeof(uids), "0 %u 1", uid);
	snprintf(gids, sizeof(gids), "0 %u 1", gid);
	return write_text("/proc/self/uid_map", uids) &&
	       write_text("/proc/self/setgroups", "deny") && write_text("/proc/self/gid_map", gids);
}

/* Once, before there are threads. False: nothing can be mounted here, and why is printed. */
static inline bool private_mounts(void)
{
	unsigned uid = geteuid(), gid = getegid();
	if (unshare(uid == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER) != 0) {
		fprintf(stderr, "no mount namespace: %s\n", strerror(errno));
		return false;
	}
	if (uid != 0 && !map_ids(uid, gid))
		return false;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		return true;
	fprintf(stderr, "no private mounts: %s\n", strerror(errno));
	return false;
}

#endif
