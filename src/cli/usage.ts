/** The usage text, from the table of options. */
import { type OptionEntry, optionTable } from './option-table.ts';

const sections: readonly OptionEntry['section'][] = ['Program', 'Output', 'Processes', 'Debugging', 'About'];
const column = 26;

export function usage(command: string): string {
  const forms = [
    `${command} [options] FILE [parameters]`,
    `${command} [options] - [parameters]`,
    `${command} [options] -e 'PROGRAM' [parameters]`,
    `${command} -l [PATTERN | FILE]`,
    `${command} run [options] PROGRAM`,
    `${command} asm [--compare] [options] -e 'PROGRAM'`,
    `${command} run FILE [options] [parameters]`,
    `${command} TOOL [options]              ${command} tools lists them, ${command} help TOOL explains one`,
    `${command} checklist [SECONDS]         the first look at a machine`,
  ];
  const blocks = sections.map((section) => {
    const entries = optionTable.filter((entry) => entry.section === section);
    return `${section.toUpperCase()}:\n${entries.map(line).join('')}`;
  });
  const examples = [
    `${command} -e 't:syscalls:sys_enter_openat { printf("%s %s\\n", comm, str(args.filename)); }'`,
    `${command} -e 't:syscalls:sys_exit_read { @[comm] = hist(args.ret); }'`,
    `${command} -e 'profile:hz:99 { @[kstack] = count(); }'`,
    `${command} -l 'tracepoint:sched:*'`,
    `${command} opensnoop -x`,
  ];
  return `USAGE:\n${indent(forms)}\n${blocks.join('\n')}\nEXAMPLES:\n${indent(examples)}`;
}

function line({ short, long, argument, help }: OptionEntry): string {
  const spellings = [short && `-${short}`, long && `--${long}`].filter((text) => text !== undefined);
  const head = `    ${spellings.join(', ')}${argument === undefined ? '' : ` ${argument}`}`;
  return head.length > column
    ? `${head}\n${' '.repeat(column)} ${help}\n`
    : `${head.padEnd(column)} ${help}\n`;
}

function indent(lines: readonly string[]): string {
  return lines.map((text) => `    ${text}\n`).join('');
}
