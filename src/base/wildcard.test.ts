import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileWildcard } from './wildcard.ts';

it('matches what the regular expression with .* matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
  fc.assert(
    fc.property(text, name, (pattern, candidate) => {
      const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
      expect(compileWildcard(pattern)(candidate)).toBe(expression.test(candidate));
    }),
    { numRuns: 2000 },
  );
});
