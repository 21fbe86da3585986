// Classes as a debugger sees them: inheritance, references, what is passed by its address.
#include <string>

namespace shop {
struct Base {
  int id;
};
class Item : public Base {
 public:
  Item(int number, long cost) : price(cost) { id = number; }
  __attribute__((noinline)) long total(int count, const Item &other) const {
    __asm__ volatile("" ::: "memory");
    return price * count + other.price;
  }
  static int made;

 private:
  long price;
};
int Item::made = 0;
struct Owned {
  ~Owned() { }
  int number;
};
__attribute__((noinline)) void consume(Owned owned, int after) { __asm__ volatile("" ::"r"(&owned), "r"(after) : "memory"); }
}  // namespace shop

int main() {
  shop::Item first(1, 100), second(2, 7);
  shop::Owned owned{42};
  shop::consume(owned, 5);
  return first.total(3, second) == 0;
}
