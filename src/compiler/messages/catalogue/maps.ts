/** Maps: with and without keys, aggregates and where they may stand. */
import { message } from '../define.ts';

export const mapMessages = {
  keyedAfterScalar: message(
    'keyed-after-scalar',
    (map: string) =>
      `${map} used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)`,
    { cause: '`@x` and `@x[key]` are different kinds of map; one name can only be one of them.' },
  ),
  scalarAfterKeyed: message(
    'scalar-after-keyed',
    (map: string) =>
      `${map} used as a map without an explicit key (scalar map), previously used with an explicit key (non-scalar map)`,
    { cause: '`@x` and `@x[key]` are different kinds of map; one name can only be one of them.' },
  ),
  notIterable: message(
    'scalar-not-iterable',
    (map: string) => `${map} has no explicit keys (scalar map), and cannot be used for iteration`,
  ),
  loopType: message('loop-type', (type: string) => `Loop expression does not support type: ${type}`),
  copyAggregate: message(
    'copy-aggregate',
    (
      type: string,
      example: string,
      castable: { readonly target: string; readonly source: string } | undefined,
    ) => ({
      text: `Map value '${type}' cannot be assigned from one map to another. The function that returns this type must be called directly e.g. \`${example}\`.`,
      hint:
        castable &&
        `Add a cast to integer if you want the value of the aggregate, e.g. \`${castable.target} = (int64)${castable.source};\`.`,
    }),
  ),
  assignToVariable: message(
    'value-not-for-variable',
    (type: string) => `Value '${type}' cannot be assigned to a scratch variable.`,
  ),
  assignToMap: message('value-not-for-map', (type: string) => `Value '${type}' cannot be assigned to a map.`),
  insideTuple: message(
    'aggregate-inside-tuple',
    (type: string) => `Map type ${type} cannot exist inside a tuple.`,
  ),
  invalidKeyType: message('invalid-key-type', (type: string) => `Invalid map key type: ${type}`),
  cannotBeKey: message('cannot-be-key', (type: string) => `${type} cannot be part of a map key`),
  wholeMapOnly: message(
    'whole-map-only',
    (type: string) =>
      `Map type ${type} cannot print the value of individual keys. You must print the whole map.`,
  ),
  histogramBits: message('histogram-bits', () => 'Different bits in a single hist unsupported'),
  linearBounds: message('linear-bounds', () => 'Different lhist bounds in a single map unsupported'),
  seriesBounds: message('series-bounds', () => 'Different tseries bounds in a single map unsupported'),
  mustAssignToMap: message(
    'must-assign-to-map',
    (name: string) => `${name}() must be assigned directly to a map`,
    { remedy: 'Write `@name = function(…);` or `@name[key] = function(…);`.' },
  ),
  expectsMapFirst: message(
    'expects-map-first',
    (name: string) => `${name}() expects a map for the first argument`,
  ),
  expectsMap: message('expects-map', (name: string) => `${name}() expects a map argument`),
  expectsKeyed: message(
    'expects-keyed-map',
    (name: string) => `call to ${name}() expects a map with explicit keys (non-scalar map)`,
  ),
  expectsScalar: message(
    'expects-scalar-map',
    (name: string) =>
      `call to ${name}() with a single argument expects a map without explicit keys (scalar map)`,
  ),
  lenArgument: message('len-argument', () => 'call to len() expects a map, ustack, or kstack'),
} as const;
