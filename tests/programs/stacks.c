/*
 * Known stacks for unwinders: `leaf` is called through a chain of frames of all sizes, through recursion, from
 * qsort's call back, from a signal handler, and from a function that aligns its stack. Then, for samplers, `spin`
 * runs below `left` and `right`.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define KEEP __attribute__((noinline, noclone))

volatile unsigned long sink;

KEEP void leaf(int why) { sink += why; }
KEEP int chain_c(int n) {
  char buffer[64];
  memset(buffer, n, sizeof buffer);
  leaf(1);
  return buffer[3] + (int)sink;
}
KEEP int chain_b(int n) {
  volatile long padding[40];
  padding[3] = n;
  return chain_c(n + 1) + (int)padding[3];
}
KEEP int chain_a(int n) { return chain_b(n * 2) * 3; }
KEEP int recurse(int n) { return n == 0 ? chain_a(5) + 1 : recurse(n - 1) + 2; }
KEEP int compare(const void *a, const void *b) {
  leaf(2);
  return *(const int *)a - *(const int *)b;
}
KEEP void handler(int number) { leaf(3 + 0 * number); }
KEEP int aligned(int n) {
  volatile int wide[16] __attribute__((aligned(128)));
  wide[n & 15] = n;
  leaf(4);
  return wide[3];
}
KEEP unsigned long spin(unsigned long rounds) {
  unsigned long sum = 0;
  for (unsigned long i = 0; i < rounds; i++) sink = sum += i * i;
  return sum;
}
KEEP unsigned long below(int n) {
  char buffer[100];
  memset(buffer, n, sizeof buffer);
  return spin(20000) + buffer[n & 63];
}
KEEP unsigned long left(int n) { return below(n) + 1; }
KEEP unsigned long right(int n) {
  volatile char padding[300];
  padding[n & 255] = 1;
  return below(n) * 2 + padding[3];
}

int main(int argc, char **argv) {
  int numbers[2] = {3, 1};
  recurse(3);
  qsort(numbers, 2, sizeof(int), compare);
  signal(SIGUSR1, handler);
  raise(SIGUSR1);
  aligned(7);
  double seconds = argc > 1 ? atof(argv[1]) : 0;
  clock_t end = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
  for (int i = 0; clock() < end; i++) sink += i & 1 ? left(i) : right(i);
  return 0;
}
