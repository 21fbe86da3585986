/* Prints the addresses that the tests ask names for, then waits until its standard input is closed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

__attribute__((noinline)) int leaf(int value) { return value + 1; }
static __attribute__((noinline)) int hidden(int value) { return value - leaf(value); }

int main(void) {
  void *anonymous = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  void *vdso = dlopen("linux-vdso.so.1", RTLD_NOW | RTLD_NOLOAD);
  printf("leaf %lx\nhidden %lx\nwrite %lx\nanonymous %lx\nvdso %lx\n", (long)leaf, (long)hidden,
         (long)dlsym(RTLD_DEFAULT, "write"), (long)anonymous, (long)dlsym(vdso, "__vdso_clock_gettime"));
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) hidden(byte);
  return 0;
}
