/** `str_concat(a, b)`: both in one string, cut at max_strlen. */
import { sizeOf } from '../../../../program/layout.ts';
import { text } from '../../../3-check/expressions/fold.ts';
import { writeTail } from '../../../4-lower/events.ts';
import { copyMemory, zeroMemory } from '../../../4-lower/memory.ts';
import { checkArguments, checkArity, failed, made } from '../../call.ts';
import type { FunctionEntry } from '../../entry.ts';
import { literalText } from './length.ts';
import { asString } from './string-like.ts';

export const strConcat: FunctionEntry = {
  name: 'str_concat',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 2)) return failed(call);
    const strings = checkArguments(checker, call.args)?.map((arg) => asString(checker, call, arg)) ?? [];
    const [a, b] = strings;
    if (a === undefined || b === undefined) return failed(call);
    const limit = checker.program.config.max_strlen;
    if (a.op === 'string' && b.op === 'string')
      return text((literalText(a) + literalText(b)).slice(0, limit - 1), call.span);
    const size = Math.min(limit, sizeOf(a.type) + sizeOf(b.type) - 1);
    return made(strConcat, call, { kind: 'string', size }, [a, b]);
  },
  lowerInto(l, { args: [a, b], type }, to) {
    l.withTemporaries(() => {
      const whole = sizeOf(a!.type) + sizeOf(b!.type);
      const place = l.scratch(whole);
      zeroMemory(l, place, whole);
      const start = l.address(place);
      const length = writeTail(l, a!, start);
      writeTail(l, b!, l.b.binary('add', start, length));
      copyMemory(l, place, to, sizeOf(type));
    });
  },
};
