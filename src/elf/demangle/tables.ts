/** What letters stand for in mangled names (Itanium C++ ABI, section 5.1). */

export const builtinTypes: ReadonlyMap<string, string> = new Map([
  ['v', 'void'],
  ['w', 'wchar_t'],
  ['b', 'bool'],
  ['c', 'char'],
  ['a', 'signed char'],
  ['h', 'unsigned char'],
  ['s', 'short'],
  ['t', 'unsigned short'],
  ['i', 'int'],
  ['j', 'unsigned int'],
  ['l', 'long'],
  ['m', 'unsigned long'],
  ['x', 'long long'],
  ['y', 'unsigned long long'],
  ['n', '__int128'],
  ['o', 'unsigned __int128'],
  ['f', 'float'],
  ['d', 'double'],
  ['e', 'long double'],
  ['g', '__float128'],
  ['z', '...'],
]);

/** After D. */
export const moreBuiltinTypes: ReadonlyMap<string, string> = new Map([
  ['d', 'decimal64'],
  ['e', 'decimal128'],
  ['f', 'decimal32'],
  ['h', '_Float16'],
  ['i', 'char32_t'],
  ['s', 'char16_t'],
  ['u', 'char8_t'],
  ['a', 'auto'],
  ['c', 'decltype(auto)'],
  ['n', 'decltype(nullptr)'],
]);

/** How integers of a type are written; of others the type stands in front. */
export const literalSuffixes: ReadonlyMap<string, string> = new Map([
  ['int', ''],
  ['unsigned int', 'u'],
  ['long', 'l'],
  ['unsigned long', 'ul'],
  ['long long', 'll'],
  ['unsigned long long', 'ull'],
]);

export interface Operator {
  /** As it is written. */
  readonly symbol: string;
  /** Operands it has in an expression. */
  readonly operands: 1 | 2 | 3;
}

const operator = (symbol: string, operands: Operator['operands'] = 2): Operator => ({ symbol, operands });

export const operators: ReadonlyMap<string, Operator> = new Map([
  ['nw', operator('new', 3)],
  ['na', operator('new[]', 3)],
  ['dl', operator('delete', 1)],
  ['da', operator('delete[]', 1)],
  ['aw', operator('co_await', 1)],
  ['ps', operator('+', 1)],
  ['ng', operator('-', 1)],
  ['ad', operator('&', 1)],
  ['de', operator('*', 1)],
  ['co', operator('~', 1)],
  ['pl', operator('+')],
  ['mi', operator('-')],
  ['ml', operator('*')],
  ['dv', operator('/')],
  ['rm', operator('%')],
  ['an', operator('&')],
  ['or', operator('|')],
  ['eo', operator('^')],
  ['aS', operator('=')],
  ['pL', operator('+=')],
  ['mI', operator('-=')],
  ['mL', operator('*=')],
  ['dV', operator('/=')],
  ['rM', operator('%=')],
  ['aN', operator('&=')],
  ['oR', operator('|=')],
  ['eO', operator('^=')],
  ['ls', operator('<<')],
  ['rs', operator('>>')],
  ['lS', operator('<<=')],
  ['rS', operator('>>=')],
  ['eq', operator('==')],
  ['ne', operator('!=')],
  ['lt', operator('<')],
  ['gt', operator('>')],
  ['le', operator('<=')],
  ['ge', operator('>=')],
  ['ss', operator('<=>')],
  ['nt', operator('!', 1)],
  ['aa', operator('&&')],
  ['oo', operator('||')],
  ['pp', operator('++', 1)],
  ['mm', operator('--', 1)],
  ['cm', operator(',')],
  ['pm', operator('->*')],
  ['pt', operator('->')],
  ['cl', operator('()')],
  ['ix', operator('[]')],
  ['qu', operator('?', 3)],
]);

/** Names of the library with a letter of their own: short, and in full before a constructor. */
export const standardNames: ReadonlyMap<string, { readonly short: string; readonly full: string }> = new Map([
  ['a', { short: 'std::allocator', full: 'std::allocator' }],
  ['b', { short: 'std::basic_string', full: 'std::basic_string' }],
  [
    's',
    {
      short: 'std::string',
      full: 'std::basic_string<char, std::char_traits<char>, std::allocator<char> >',
    },
  ],
  ['i', { short: 'std::istream', full: 'std::basic_istream<char, std::char_traits<char> >' }],
  ['o', { short: 'std::ostream', full: 'std::basic_ostream<char, std::char_traits<char> >' }],
  ['d', { short: 'std::iostream', full: 'std::basic_iostream<char, std::char_traits<char> >' }],
]);

/** After T or G: what stands in front of a name or type. */
export const specialNames: ReadonlyMap<string, { readonly prefix: string; readonly of: 'type' | 'name' }> =
  new Map([
    ['TV', { prefix: 'vtable for ', of: 'type' }],
    ['TT', { prefix: 'VTT for ', of: 'type' }],
    ['TI', { prefix: 'typeinfo for ', of: 'type' }],
    ['TS', { prefix: 'typeinfo name for ', of: 'type' }],
    ['TW', { prefix: 'TLS wrapper function for ', of: 'name' }],
    ['TH', { prefix: 'TLS init function for ', of: 'name' }],
    ['GV', { prefix: 'guard variable for ', of: 'name' }],
  ]);
