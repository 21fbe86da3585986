/** What keeps the virtual machine from running, said with the remedy; printed without a stack. */
export class VmError extends Error {
  /** @param {string} message @param {string} remedy @param {string} [detail] output of the program that failed */
  constructor(message, remedy, detail = '') {
    super([message, ...(detail === '' ? [] : [detail.trimEnd().replace(/^/gm, '  ')]), remedy].join('\n'));
    this.name = 'VmError';
  }
}
