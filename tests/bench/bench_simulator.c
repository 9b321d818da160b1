/*
 * The simulator on one core: users generated into memory, and generated and served over loopback
 * HTTP, with the process pinned to one processor, client included. Processor time is what counts,
 * so that other work on the machine does not. Target: 300,000 users/s. The
 * reference is memcpy of the same bytes.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "simulator/api_answer.h"
#include "simulator/simulator.h"

#define TARGET 300000.0
#define PAGE   5000
#define PAGES  100

static const char *parameter(const void *source, const char *name)
{
	if (strcmp(name, "results") == 0)
		return "5000";
	if (strcmp(name, "seed") == 0)
		return "bench";
	return strcmp(name, "page") == 0 ? source : NULL;
}

static void must(enum status status, const struct err *err)
{
	if (status) {
		fprintf(stderr, "%s\n", err->text);
		exit(EXIT_FAILURE);
	}
}

/* Of all threads, in the kernel too. */
static int64_t cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void pin_to_one_core(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		perror("sched_setaffinity");
}

static double report(const char *what, int64_t ns, double users, double bytes)
{
	double seconds = (double)ns / 1e9;

	printf("%-42s %10.0f users/s  %6.0f MB/s\n", what, users / seconds, bytes / seconds / 1e6);
	return users / seconds;
}

static double bench_memory(struct buf *out)
{
	struct people *people = NULL;
	struct err err = ERR_INIT;
	struct api_scratch scratch;
	double bytes = 0;
	double rate;
	char *copy;
	int64_t begin;

	must(people_new(&people, false, &err), &err);
	buf_init(&scratch.compact, 1);
	begin = cpu_ns();
	for (int page = 1; page <= PAGES; page++) {
		struct api_query query;
		char text[16];

		snprintf(text, sizeof(text), "%d", page);
		api_query_read(&query, parameter, text, "1.4", 1764000000000);
		buf_reset(out);
		api_answer_write(out, &scratch, people, &query, PAGE, NULL);
		bytes += (double)out->len;
	}
	rate = report("generated into memory", cpu_ns() - begin, PAGE * PAGES, bytes);
	copy = malloc(out->len);
	if (!copy)
		abort();
	begin = cpu_ns();
	for (int page = 1; page <= PAGES; page++) {
		memcpy(copy, out->data, out->len);
		__asm__ volatile("" : : "r"(copy) : "memory");
	}
	report("  reference: memcpy of the same bytes", cpu_ns() - begin, PAGE * PAGES,
	       (double)out->len * PAGES);
	free(copy);
	people_free(people);
	return rate;
}

static size_t swallow(char *data, size_t size, size_t count, void *total)
{
	(void)data;
	*(double *)total += (double)(size * count);
	return size * count;
}

static double bench_http(void)
{
	struct simulator_config config = { .listen = "127.0.0.1:0", .threads = 1 };
	struct simulator *simulator = NULL;
	struct err err = ERR_INIT;
	CURL *curl = curl_easy_init();
	double bytes = 0;
	double rate;
	int64_t begin;

	must(simulator_start(&simulator, &config, &err), &err);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &bytes);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 512L << 10);
	begin = cpu_ns();
	for (int page = 1; page <= PAGES; page++) {
		char url[200];

		snprintf(url, sizeof(url), "%s?seed=bench&results=%d&page=%d",
			 simulator_url(simulator), PAGE, page);
		curl_easy_setopt(curl, CURLOPT_URL, url);
		if (curl_easy_perform(curl) != CURLE_OK)
			abort();
	}
	rate = report("generated, served and received over HTTP", cpu_ns() - begin, PAGE * PAGES,
		      bytes);
	curl_easy_cleanup(curl);
	simulator_stop(simulator);
	return rate;
}

int main(void)
{
	struct buf out;
	double memory;
	double http;

	buf_init(&out, (size_t)64 << 20);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	pin_to_one_core();
	printf("%d pages of %d users, one core\n", PAGES, PAGE);
	memory = bench_memory(&out);
	http = bench_http();
	buf_release(&out);
	curl_global_cleanup();
	printf("target %.0f users/s: %s\n", TARGET,
	       memory >= TARGET && http >= TARGET ? "met" : "MISSED");
	return memory >= TARGET && http >= TARGET ? EXIT_SUCCESS : EXIT_FAILURE;
}
