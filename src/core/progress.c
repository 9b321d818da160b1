/*
 * progress.c - the live line. The mutex is held from a note's start to its end, so that nobody
 * draws in between; note.c's own lock is always taken first.
 */
#include "core/progress.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/note.h"
#include "core/width.h"

#define LINE_BYTES 4096
#define CLEAR      "\r\033[K"

struct progress {
	int fd;
	pthread_mutex_t lock;
	char line[LINE_BYTES];
	bool drawn;
};

bool progress_possible(int fd)
{
	const char *term = getenv("TERM");

	return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

static void write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, data, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return; /* the terminal is gone; the work goes on */
		data += written;
		len -= (size_t)written;
	}
}

static void clear(struct progress *progress)
{
	if (progress->drawn)
		write_all(progress->fd, CLEAR, sizeof(CLEAR) - 1);
	progress->drawn = false;
}

/* One write: a terminal does not show the moment between clearing and drawing. */
static void draw(struct progress *progress)
{
	char out[LINE_BYTES + sizeof(CLEAR)];
	struct winsize size;
	size_t cells = 79, len;

	if (!progress->line[0]) {
		clear(progress);
		return;
	}
	if (ioctl(progress->fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
		cells = size.ws_col - 1;
	len = text_fit(span_of(progress->line), cells);
	memcpy(out, CLEAR, sizeof(CLEAR) - 1);
	memcpy(out + sizeof(CLEAR) - 1, progress->line, len);
	write_all(progress->fd, out, sizeof(CLEAR) - 1 + len);
	progress->drawn = true;
}

static void before_note(void *user)
{
	struct progress *progress = user;

	pthread_mutex_lock(&progress->lock);
	clear(progress);
}

static void after_note(void *user)
{
	struct progress *progress = user;

	draw(progress);
	pthread_mutex_unlock(&progress->lock);
}

enum status progress_start(struct progress **out, int fd, struct err *err)
{
	struct progress *progress = mem_calloc(1, sizeof(*progress));

	if (!progress)
		return err_no_memory(err, "starting the status line");
	progress->fd = fd;
	pthread_mutex_init(&progress->lock, NULL);
	note_set_hooks(before_note, after_note, progress);
	*out = progress;
	return US_OK;
}

void progress_show(struct progress *progress, const char *line)
{
	size_t len = strnlen(line, LINE_BYTES - 1);

	pthread_mutex_lock(&progress->lock);
	memcpy(progress->line, line, len);
	progress->line[len] = '\0';
	draw(progress);
	pthread_mutex_unlock(&progress->lock);
}

void progress_stop(struct progress *progress)
{
	if (!progress)
		return;
	note_set_hooks(NULL, NULL, NULL); /* waits for a note that is being written */
	clear(progress);
	pthread_mutex_destroy(&progress->lock);
	mem_free(progress);
}
