import { expect, it } from 'vitest';
import { nameParts } from './name-parts.ts';

it.each([
  ['ns::A::f(int)', 'ns::A::f', '(int)'],
  ['int ns::A::g<int>(int)', 'ns::A::g<int>', '(int)'],
  ['std::vector<int, std::allocator<int> > f<int>(int) const', 'f<int>', '(int) const'],
  ['ns::A::operator()(int)', 'ns::A::operator()', '(int)'],
  ['ns::A::operator int()', 'ns::A::operator int', '()'],
  ['operator<<(std::ostream&, A const&)', 'operator<<', '(std::ostream&, A const&)'],
  ['(anonymous namespace)::f()', '(anonymous namespace)::f', '()'],
  ['void (anonymous namespace)::f<int>()', '(anonymous namespace)::f<int>', '()'],
  ['vtable', 'vtable', ''],
  ['f(void (*)(int))', 'f', '(void (*)(int))'],
  ['main::x', 'main::x', ''],
])('%s', (demangled, name, parameters) => {
  expect(nameParts(demangled)).toEqual({ name, parameters });
});
