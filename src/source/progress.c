/*
 * progress.c - see progress.h.
 */
#include "source/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"

#define EVERY_US  100000
#define BAR       20
#define TEXT_MAX  256
#define NAME_MAX_ 40

void progress_init(struct progress *progress, int fd, const char *name, int64_t done)
{
	const char *slash = strrchr(name, '/');

	*progress = (struct progress){ .fd = fd >= 0 && isatty(fd) ? fd : -1,
				       .name = slash ? slash + 1 : name,
				       .start_us = clock_mono_us(),
				       .start_bytes = done };
}

int progress_format(const struct progress *progress, int64_t done, int64_t total,
		    int64_t elapsed_us, char *out, int capacity)
{
	double seconds = (double)(elapsed_us > 0 ? elapsed_us : 1) / 1e6;
	double rate = (double)(done - progress->start_bytes) / seconds;
	char bar[BAR + 1];
	int64_t left_s;
	int filled;

	if (total <= 0)
		return snprintf(out, (size_t)capacity, "%.*s  %.1f MB  %.1f MB/s", NAME_MAX_,
				progress->name, (double)done / 1e6, rate / 1e6);
	if (done > total)
		done = total;
	filled = (int)((double)done / (double)total * BAR);
	for (int i = 0; i < BAR; i++)
		bar[i] = (char)(i < filled ? '=' : i == filled ? '>' : ' ');
	bar[BAR] = '\0';
	left_s = rate > 0 ? (int64_t)((double)(total - done) / rate + 0.5) : 0;
	return snprintf(out, (size_t)capacity,
			"%.*s  [%s]  %5.1f %%  %.1f MB/s  %" PRId64 ":%02d left", NAME_MAX_,
			progress->name, bar, 100.0 * (double)done / (double)total, rate / 1e6,
			left_s / 60, (int)(left_s % 60));
}

static void draw(struct progress *progress, int64_t done, int64_t total, const char *end)
{
	char text[TEXT_MAX];
	char line[TEXT_MAX + 16];
	int len;

	(void)progress_format(progress, done, total, clock_mono_us() - progress->start_us, text,
			      TEXT_MAX);
	len = snprintf(line, sizeof(line), "\r%s\x1b[K%s", text, end);
	/* a terminal that is gone is no reason to stop */
	if (write(progress->fd, line, (size_t)len) < 0)
		progress->fd = -1;
	progress->shown = true;
}

void progress_update(struct progress *progress, int64_t done, int64_t total)
{
	int64_t now_us;

	if (progress->fd < 0)
		return;
	now_us = clock_mono_us();
	if (progress->shown && now_us - progress->shown_us < EVERY_US)
		return;
	progress->shown_us = now_us;
	draw(progress, done, total, "");
}

void progress_end(struct progress *progress, int64_t done, int64_t total)
{
	if (progress->fd >= 0 && progress->shown)
		draw(progress, done, total, "\n");
	progress->fd = -1;
}
