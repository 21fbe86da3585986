// @ts-check
/**
 * Which folder may import which: the drawing in docs/architecture.md as data. What is not listed is forbidden, so a
 * new folder has to be entered here first, and with it the decision where it stands.
 */

/**
 * @typedef {object} Layer
 * @property {string} name
 * @property {RegExp} files paths below the repository's root
 * @property {readonly string[]} imports names of other layers
 * @property {boolean} node whether it may use Node's own modules
 * @property {readonly string[]} [packages] packages from npm
 */

const pure = ['base', 'program', 'bpf', 'btf', 'elf'];
const machine = ['base', 'program', 'btf', 'elf', 'kernel'];
const edge = ['features', 'symbols', 'loader', 'host', 'attach'];
const all = [...pure, 'spec', 'compiler', 'kernel', ...edge, 'output', 'runtime'];

/** The first layer whose pattern fits is the file's. @type {readonly Layer[]} */
export const layers = [
  { name: 'base', files: /^src\/base\//, imports: [], node: false },
  { name: 'btf', files: /^src\/btf\//, imports: ['base'], node: false },
  { name: 'elf', files: /^src\/elf\//, imports: ['base'], node: false },
  { name: 'program', files: /^src\/program\//, imports: ['base', 'btf'], node: false },
  { name: 'bpf', files: /^src\/bpf\//, imports: ['base', 'program'], node: false },
  {
    name: 'attach',
    files: /^src\/probes\/(.*\/)?(attach|perf-)[^/]*\.ts$/,
    imports: [...machine, 'spec', 'features', 'loader'],
    node: true,
  },
  { name: 'spec', files: /^src\/probes\//, imports: pure, node: false },
  { name: 'compiler', files: /^src\/compiler\//, imports: [...pure, 'spec'], node: false },
  {
    name: 'kernel',
    files: /^src\/kernel\//,
    imports: ['base', 'program', 'btf'],
    node: true,
    packages: ['koffi'],
  },
  { name: 'features', files: /^src\/features\//, imports: machine, node: true },
  { name: 'symbols', files: /^src\/symbols\//, imports: machine, node: true },
  { name: 'loader', files: /^src\/loader\//, imports: machine, node: true },
  { name: 'host', files: /^src\/host\//, imports: [...machine, 'features', 'symbols'], node: true },
  { name: 'protocol', files: /^src\/output\/protocol\.ts$/, imports: ['program', 'output'], node: false },
  { name: 'output', files: /^src\/output\//, imports: ['base', 'program', 'protocol'], node: true },
  { name: 'runtime', files: /^src\/runtime\//, imports: [...machine, ...edge, 'output'], node: true },
  { name: 'tools', files: /^(src\/)?tools\//, imports: [...all, 'library', 'protocol'], node: true },
  { name: 'library', files: /^src\/(index\.ts$|library\/)/, imports: [...all, 'protocol'], node: true },
  { name: 'server', files: /^src\/server\//, imports: [...all, 'tools', 'library', 'protocol'], node: true },
  { name: 'launcher', files: /^src\/launcher\//, imports: [], node: true },
  { name: 'cli', files: /^src\/cli\//, imports: [...all, 'tools', 'server', 'library'], node: true },
];

/** Tests and what serves only them may reach everywhere. */
export const testFiles = /\.(test|cases)\.ts$|\/testing(\/|\.ts$)/;
