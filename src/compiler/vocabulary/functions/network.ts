/** Addresses of networks: `ntop`, `pton`, `macaddr`. See InetType and MacType for how they lie in memory. */
import { sizeOf } from '../../../program/layout.ts';
import type { Type } from '../../../program/types.ts';
import { convert, integerTypeOf } from '../../3-check/convert.ts';
import { uint8, uint64 } from '../../3-check/type-rules.ts';
import { readHelper } from '../../4-lower/dereference.ts';
import { callReader } from '../../4-lower/failures.ts';
import { copyMemory, storeBytes, zeroMemory } from '../../4-lower/memory.ts';
import { placeAt } from '../../4-lower/place.ts';
import { extend } from '../../4-lower/scalars.ts';
import { messages } from '../../messages/messages.ts';
import { checkArguments, checkArity, failed, kindName, made } from '../call.ts';
import type { FunctionEntry } from '../entry.ts';
import { parseAddress } from '../texts/ip-address.ts';

/** AF_INET, AF_INET6 (linux/socket.h) */
const [familyInet, familyInet6] = [2n, 10n];
const [ipv4Size, ipv6Size] = [4, 16];

const ntop: FunctionEntry = {
  name: 'ntop',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1, 2)) return failed(call);
    const args = checkArguments(checker, call.args);
    if (args === undefined) return failed(call);
    const address = args.at(-1)!;
    const family = args.length === 2 ? args[0]! : undefined;
    if (integerTypeOf(address.type) === undefined && address.type.kind !== 'array')
      return checker.fail(call.span, messages.ntopArgument(kindName(address.type)));
    const size = sizeOf(address.type);
    if (address.type.kind === 'array' && size !== ipv4Size && size !== ipv6Size)
      return checker.fail(call.span, messages.ntopSize());
    if (family !== undefined && integerTypeOf(family.type) === undefined)
      return checker.fail(call.span, messages.onlySupports('ntop', 'int', kindName(family.type)));
    return made(ntop, call, { kind: 'inet' }, [address, ...(family ? [convert(family, uint64)] : [])]);
  },
  lowerInto(l, { args: [address, family] }, to) {
    const integer = integerTypeOf(address!.type);
    const size = integer === undefined ? sizeOf(address!.type) : ipv4Size;
    const implied = size === ipv6Size ? familyInet6 : familyInet;
    l.b.store(8, to.base, to.offset, family === undefined ? implied : l.value(family));
    const bytes = placeAt(to, 8);
    if (integer !== undefined) {
      // A narrower integer is an address whose last bytes are zero.
      zeroMemory(l, bytes, ipv6Size);
      l.b.store(4, bytes.base, bytes.offset, extend(l, l.value(address!), integer.size, false));
      return;
    }
    l.into(address!, bytes);
    zeroMemory(l, placeAt(bytes, size), ipv6Size - size);
  },
};

const pton: FunctionEntry = {
  name: 'pton',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const text = checker.expression(call.args[0]!);
    if (text.op === 'none') return failed(call);
    if (text.op !== 'string') return checker.fail(call.span, messages.ptonLiteral());
    if (!/[.:]/.test(text.value)) return checker.fail(call.span, messages.ptonNotAddress(text.value));
    const bytes = parseAddress(text.value);
    if (bytes === undefined) return checker.fail(call.span, messages.ptonInvalid(text.value));
    const type: Type = { kind: 'array', element: uint8, length: bytes.length };
    return made(pton, call, type, [], String.fromCharCode(...bytes));
  },
  lowerInto: (l, { data, type }, to) => storeBytes(l, data as string, to, sizeOf(type)),
};

const macSize = 6;

const macaddr: FunctionEntry = {
  name: 'macaddr',
  callOnly: true,
  check(checker, call) {
    if (!checkArity(checker, call, 1)) return failed(call);
    const [address] = checkArguments(checker, call.args) ?? [];
    if (address === undefined) return failed(call);
    const { type } = address;
    if (address.op === 'string') return checker.fail(call.span, messages.macaddrLiteral());
    if (type.kind !== 'array' && type.kind !== 'string' && type.kind !== 'pointer')
      return checker.fail(call.span, messages.onlySupports('macaddr', 'array or pointer', kindName(type)));
    if (type.kind !== 'pointer' && sizeOf(type) < macSize)
      return checker.fail(call.span, messages.macaddrSize());
    return made(macaddr, call, { kind: 'mac' }, [address]);
  },
  lowerInto(l, { args: [address] }, to) {
    const { type } = address!;
    if (type.kind === 'pointer')
      callReader(l, readHelper(type.space), [l.address(to), BigInt(macSize), l.value(address!)]);
    else copyMemory(l, l.place(address!), to, macSize);
    zeroMemory(l, placeAt(to, macSize), 2);
  },
};

export const networkFunctions: readonly FunctionEntry[] = [ntop, pton, macaddr];
