/*
 * What is traced: loops of one system call or one function, so that every event of a loop is alike and their number
 * is known. Prints nanoseconds a call.
 *
 *   workload read|lseek|open|mixed|call N     N calls (mixed: reads of changing sizes)
 *   workload pace RATE SECONDS                lseek at a steady rate, its offset the number of the call
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 16];

__attribute__((noinline)) void traced_function(long number)
{
	__asm__ volatile("" : : "r"(number) : "memory");
}

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void pace(long rate, long seconds, int fd)
{
	long begin = now(), end = begin + seconds * 1000000000L, done = 0;

	for (long at = begin; at < end; at = now()) {
		long due = (long)((double)(at - begin) * rate / 1e9);
		struct timespec rest = { 0, 200000 };

		for (; done < due; done++)
			syscall(SYS_lseek, fd, done, SEEK_SET);
		clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, NULL);
	}
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	long n = argc > 2 ? atol(argv[2]) : 0;
	int fd = open("/dev/zero", O_RDONLY);
	unsigned int random = 1;
	long begin = now();

	if (!strcmp(mode, "read"))
		for (long i = 0; i < n; i++)
			syscall(SYS_read, fd, buffer, 1);
	else if (!strcmp(mode, "lseek"))
		for (long i = 0; i < n; i++)
			syscall(SYS_lseek, fd, i, SEEK_SET);
	else if (!strcmp(mode, "open"))
		for (long i = 0; i < n; i++)
			syscall(SYS_openat, AT_FDCWD, "/no/such/file", O_RDONLY);
	else if (!strcmp(mode, "mixed"))
		for (long i = 0; i < n; i++) {
			random = random * 1664525 + 1013904223;
			syscall(SYS_read, fd, buffer, 1 + (random >> 16) % (1u << (random >> 29)));
		}
	else if (!strcmp(mode, "call"))
		for (long i = 0; i < n; i++)
			traced_function(i);
	else if (!strcmp(mode, "pace"))
		pace(n, argc > 3 ? atol(argv[3]) : 1, fd);
	else
		return 2;
	if (n > 0)
		printf("%.1f\n", (double)(now() - begin) / n);
	return 0;
}
