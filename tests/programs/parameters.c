/* Parameters in every place that the calling convention has. */
#include <stdbool.h>
#include <stdio.h>

enum colour { red, green = 5 };
typedef unsigned long size_type;
struct small { int x; short y; };
struct pair { long first; const char *second; };
struct large { long words[3]; };
struct node { int value; char name[8]; int matrix[2][3]; struct node *next; union { int i; char c[4]; } u; };

#define KEEP __attribute__((noinline, noclone)) void
#define BODY { __asm__ volatile("" ::: "memory"); }

KEEP integers(signed char a, unsigned char b, short c, unsigned short d, int e, unsigned f) BODY
KEEP wide(long a, size_type b, enum colour c, bool d) BODY
KEEP many(int a, int b, int c, int d, int e, int f, int g, long h, short i) BODY
KEEP mixed(double a, int b, float c, long d) BODY
KEEP by_value(struct small s, struct pair p, struct large l, int last) BODY
KEEP no_room(long a, long b, long c, long d, long e, struct pair p, long f) BODY
KEEP pointers(const struct node *n, const char *s, char **v, int (*f)(void)) BODY
__attribute__((noinline, noclone)) struct large hidden(int a, int b) {
  struct large l = {{a, b, 0}};
  __asm__ volatile("" ::: "memory");
  return l;
}

int main(void) {
  static struct node last = {2, "last", {{7, 8, 9}, {10, 11, 12}}, 0, {3}};
  static struct node first = {1, "first", {{1, 2, 3}, {4, 5, 6}}, &last, {'a'}};
  static char *words[] = {"one", "two", 0};
  struct small s = {-7, 8};
  struct pair p = {1L << 40, "pair"};
  struct large l = {{10, 20, 30}};
  integers(-1, 255, -2, 65535, -3, 4000000000u);
  wide(-1L << 40, 1UL << 40, green, true);
  many(1, 2, 3, 4, 5, 6, -7, -8, -9);
  mixed(1.5, -2, 2.5f, -4);
  by_value(s, p, l, 99);
  no_room(1, 2, 3, 4, 5, p, 6);
  pointers(&first, "text", words, 0);
  hidden(11, 22);
  return 0;
}
