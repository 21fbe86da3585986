/**
 * How long a fresh process needs until it knows the layout of task_struct: the part of every start that BTF
 * costs. Bundle it first, so that no transpiling is timed:
 *   npx esbuild --bundle --platform=node --format=esm bench/btf-cold.ts --outfile=/tmp/btf-cold.mjs
 *   node /tmp/btf-cold.mjs
 */
import { readFileSync } from 'node:fs';
import { Btf } from '../src/btf/btf.ts';

const bytes = readFileSync('/sys/kernel/btf/vmlinux');
const begin = performance.now();
const btf = Btf.parse(bytes, { name: 'vmlinux' });
const parsed = performance.now();
const id = btf.find('task_struct', 'struct');
const members = id === undefined ? 0 : btf.layout(id).members.length;
const laidOut = performance.now();
btf.enumConstant('BPF_MAP_TYPE_RINGBUF');
btf.enumConstant('NO_SUCH_CONSTANT');
const searched = performance.now();

const ms = (from: number, to: number) => `${(to - from).toFixed(2)} ms`;
console.log(`parse ${ms(begin, parsed)}; find and layout (${members} members) ${ms(parsed, laidOut)}`);
console.log(`two enumerators, one of them missing ${ms(laidOut, searched)}`);
