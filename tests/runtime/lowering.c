/*
 * What differs between ways of attaching, if anything does: many calls of few kinds, calls through the 32-bit entry
 * (their numbers mean other calls), calls that do not return, functions of the program itself.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noinline)) long probed_one(long x) { __asm__ volatile("" ::: "memory"); return x + 1; }
__attribute__((noinline)) long probed_two(long x) { __asm__ volatile("" ::: "memory"); return x + 2; }
__attribute__((noinline)) long probed_three(long x) { __asm__ volatile("" ::: "memory"); return x + 3; }

static void through_32_bit_entry(long number)
{
#ifdef __x86_64__
	__asm__ volatile("int $0x80" : "+a"(number) : : "memory");
#endif
}

int main(int argc, char **argv)
{
	char buffer[64];
	int zero = open("/dev/zero", O_RDONLY);
	long sum = 0;

	if (argc > 1 && !strcmp(argv[1], "again"))
		_exit(3);
	for (int i = 0; i < 40; i++)
		syscall(SYS_read, zero, buffer, 1 + i % 7);
	syscall(SYS_read, -1, buffer, 5);
	for (int i = 0; i < 10; i++)
		syscall(SYS_getppid);
	if (argc > 1 && !strcmp(argv[1], "compat"))
		for (int i = 0; i < 5; i++)
			through_32_bit_entry(20 /* getpid there, writev here */);
	for (long i = 0; i < 5; i++)
		sum += probed_one(i) + probed_two(2 * i) + probed_three(i / 2);
	if (fork() == 0)
		execl(argv[0], argv[0], "again", (char *)NULL);
	wait(NULL);
	return sum == 0;
}
