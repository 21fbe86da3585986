/**
 * Names of users by number: from /etc/passwd, and for those it does not list from `getent`, which knows the
 * directories that the machine is configured for (LDAP and the like). Each number is asked for once.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const lookupTimeoutMs = 500;

export class UserNames {
  readonly #names: Map<number, string>;
  readonly #lookUp: (uid: number) => string | undefined;

  constructor(passwd = readPasswd(), lookUp = askGetent) {
    this.#names = parsePasswd(passwd);
    this.#lookUp = lookUp;
  }

  /** The number itself when the user has no name. */
  name(uid: number): string {
    let name = this.#names.get(uid);
    if (name === undefined) {
      name = this.#lookUp(uid) ?? String(uid);
      this.#names.set(uid, name);
    }
    return name;
  }
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'latin1');
  } catch {
    return '';
  }
}

/** The first name of each number, as getpwuid(3) answers. */
function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', , uid] = line.split(':');
    const number = Number.parseInt(uid ?? '', 10);
    if (name !== '' && Number.isInteger(number) && !names.has(number)) names.set(number, name);
  }
  return names;
}

function askGetent(uid: number): string | undefined {
  const { status, stdout } = spawnSync('getent', ['passwd', String(uid)], {
    timeout: lookupTimeoutMs,
    encoding: 'latin1',
  });
  return status === 0 ? stdout.split(':')[0] : undefined;
}
