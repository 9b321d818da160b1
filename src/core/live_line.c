/*
 * live_line.c - the line. The mutex is held from a note's start to its end, so that nobody
 * draws in between; note.c's own lock is always taken first.
 */
#include "core/live_line.h"

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

struct live_line {
	int fd;
	pthread_mutex_t lock;
	char line[LINE_BYTES];
	bool drawn;
};

bool live_line_possible(int fd)
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

static void clear(struct live_line *live)
{
	if (live->drawn)
		write_all(live->fd, CLEAR, sizeof(CLEAR) - 1);
	live->drawn = false;
}

/* One write: a terminal does not show the moment between clearing and drawing. */
static void draw(struct live_line *live)
{
	char out[LINE_BYTES + sizeof(CLEAR)];
	struct winsize size;
	size_t cells = 79, len;

	if (!live->line[0]) {
		clear(live);
		return;
	}
	if (ioctl(live->fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
		cells = size.ws_col - 1;
	len = text_fit(span_of(live->line), cells);
	memcpy(out, CLEAR, sizeof(CLEAR) - 1);
	memcpy(out + sizeof(CLEAR) - 1, live->line, len);
	write_all(live->fd, out, sizeof(CLEAR) - 1 + len);
	live->drawn = true;
}

static void before_note(void *user)
{
	struct live_line *live = user;

	pthread_mutex_lock(&live->lock);
	clear(live);
}

static void after_note(void *user)
{
	struct live_line *live = user;

	draw(live);
	pthread_mutex_unlock(&live->lock);
}

enum status live_line_start(struct live_line **out, int fd, struct err *err)
{
	struct live_line *live = mem_calloc(1, sizeof(*live));

	if (!live)
		return err_no_memory(err, "starting the status line");
	live->fd = fd;
	pthread_mutex_init(&live->lock, NULL);
	note_set_hooks(before_note, after_note, live);
	*out = live;
	return US_OK;
}

void live_line_show(struct live_line *live, const char *line)
{
	size_t len = strnlen(line, LINE_BYTES - 1);

	pthread_mutex_lock(&live->lock);
	memcpy(live->line, line, len);
	live->line[len] = '\0';
	draw(live);
	pthread_mutex_unlock(&live->lock);
}

void live_line_stop(struct live_line *live)
{
	if (!live)
		return;
	note_set_hooks(NULL, NULL, NULL); /* waits for a note that is being written */
	clear(live);
	pthread_mutex_destroy(&live->lock);
	mem_free(live);
}
