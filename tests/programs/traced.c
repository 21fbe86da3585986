/* Calls functions of known names, arguments and results, as often as it is told. */
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) int work(int n) { return n * 2; }

__attribute__((noinline)) int worn(int n) { return n + 1; }

__attribute__((noinline)) void say(const char *text, int length) { fprintf(stderr, "%.*s", length, text); }

int main(int argc, char **argv) {
  int times = argc > 1 ? atoi(argv[1]) : 1;
  int sum = 0;
  for (int i = 0; i < times; i++) sum += work(i) + worn(i);
  say("traced text", 0);
  return sum < 0;
}
