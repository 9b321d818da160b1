/*
 * transform.c - the engine in a program of your own: a pipeline file and a file of JSON lines in,
 * rows as Arrow arrays out, and the rejected beside them.
 *
 *     cc -o transform transform.c $(pkg-config --cflags --libs userstream)
 *     ./transform pipelines/user_profiles.sql users.jsonl
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <userstream.h>

/* A file, whole, NUL-terminated. */
static char *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	long size;

	if (file && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
		rewind(file);
		text = malloc((size_t)size + 1);
		*length = text ? fread(text, 1, (size_t)size, file) : 0;
		if (text)
			text[*length] = '\0';
	}
	if (file)
		fclose(file);
	if (!text) {
		perror(path);
		exit(74);
	}
	return text;
}

/* A record a line; they point into the text. */
static struct us_record *split_lines(char *text, size_t *count)
{
	struct us_record *records = NULL;
	size_t capacity = 0;

	*count = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (*count == capacity) {
			capacity = capacity ? 2 * capacity : 1024;
			records = realloc(records, capacity * sizeof(*records));
			if (!records)
				abort();
		}
		records[*count] = (struct us_record){ .value = line,
						      .length = strlen(line),
						      .offset = (int64_t)*count };
		++*count;
	}
	return records;
}

/* The columns and how much is in them: any Arrow library takes `schema` and `rows` as they are. */
static void print_rows(const struct ArrowSchema *schema, const struct ArrowArray *rows)
{
	printf("%lld rows\n", (long long)rows->length);
	for (int64_t i = 0; i < schema->n_children; i++)
		printf("  %-16s %-8s %lld nulls\n", schema->children[i]->name,
		       schema->children[i]->format, (long long)rows->children[i]->null_count);
}

int main(int argc, char **argv)
{
	char *diagnostics = NULL, *sql, *lines;
	size_t sql_length, lines_length, count;
	struct us_record *records;
	struct ArrowSchema schema;
	struct ArrowArray rows;
	us_pipeline *pipeline;
	us_worker *worker;

	if (argc != 3) {
		fprintf(stderr, "usage: transform PIPELINE RECORDS\n");
		return 64;
	}
	sql = read_file(argv[1], &sql_length);
	lines = read_file(argv[2], &lines_length);
	pipeline = us_pipeline_compile(sql, sql_length, argv[1], NULL, &diagnostics);
	if (diagnostics)
		fputs(diagnostics, stderr);
	us_text_free(diagnostics);
	if (!pipeline)
		return 78;
	records = split_lines(lines, &count);
	worker = us_worker_new(pipeline);
	if (!worker || us_pipeline_schema(pipeline, 0, &schema) != 0)
		return 70;
	if (us_transform(worker, 0, records, count, &rows) != 0) {
		fprintf(stderr, "%s\n", us_worker_error(worker));
		return 65;
	}
	print_rows(&schema, &rows);
	for (size_t i = 0; i < us_rejected_count(worker); i++)
		printf("record %zu: %s\n", us_rejected_record(worker, i),
		       us_rejected_reason(worker, i));
	rows.release(&rows);
	schema.release(&schema);
	us_worker_free(worker);
	us_pipeline_free(pipeline);
	free(records);
	free(lines);
	free(sql);
	return 0;
}
