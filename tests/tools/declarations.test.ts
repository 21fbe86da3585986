/** What holds of every tool: its texts are there, its letters mean what they mean elsewhere, its programs compile. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { render } from '../../src/compiler/messages/render.ts';
import { HostTarget } from '../../src/host/target.ts';
import { nativeKernel } from '../../src/kernel/native.ts';
import { completionScripts } from '../../src/tools/describe/completion.ts';
import { helpText } from '../../src/tools/describe/help.ts';
import { manText } from '../../src/tools/describe/man.ts';
import { schemaOf } from '../../src/tools/describe/schema.ts';
import * as standard from '../../src/tools/options/standard.ts';
import { allOptions, parseToolOptions } from '../../src/tools/options/tool-options.ts';
import { hasNeed } from '../../src/tools/run/needs.ts';
import type { Shape } from '../../src/tools/shape/shape.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { tools } from '../../tools/index.ts';

const target = new HostTarget(nativeKernel());
const named = tools.map((tool) => [tool.name, tool] as const);

/** Words that a tool cannot do without, from its first example. */
function exampleWords(tool: Tool): readonly string[] {
  const [example] = tool.examples;
  return splitWords(example?.command ?? '').slice(1);
}

function splitWords(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map((word) => word[1] ?? word[2] ?? '');
}

function needsWords(tool: Tool): boolean {
  return Object.values(tool.options).some((option) => option.kind === 'value' && option.required === true);
}

describe('all tools', () => {
  it('have names of their own', () => {
    const names = tools.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(names).toEqual([...new Set(names)]);
  });

  it('can be completed', () => {
    for (const script of completionScripts.values()) {
      const text = script(tools);
      for (const { name } of tools) expect(text).toContain(name);
    }
  });
});

/** Letters of the shared vocabulary, and the one option that each stands for. */
const letters = new Map(
  Object.values(standard).flatMap((option) =>
    typeof option === 'object' && 'short' in option && typeof option.short === 'string'
      ? [[option.short, option.long] as const]
      : [],
  ),
);

function fieldsOf(shape: Shape): readonly string[] {
  switch (shape.kind) {
    case 'events':
      return shape.columns.map(({ field }) => field);
    case 'table':
      return [...shape.keys, ...shape.values].map(({ field }) => field);
    case 'histogram':
      return (shape.keys ?? []).map(({ field }) => field);
    case 'stacks':
      return [
        ...shape.key.flatMap((part) => (typeof part === 'string' ? [] : [part.field])),
        shape.value.field,
      ];
    case 'text':
      return [];
  }
}

describe.each(named)('%s', (_, tool) => {
  it('has all its texts', () => {
    expect(tool.summary).toMatch(/^[A-Z0-9].*[^.]$/);
    expect(tool.description.length).toBeGreaterThan(40);
    expect(tool.overhead.length).toBeGreaterThan(40);
    expect(tool.examples.length).toBeGreaterThan(0);
    for (const { command, output, reading } of tool.examples) {
      expect(command.split(' ')[0]).toBe(tool.name);
      expect(output.trim()).not.toBe('');
      expect(reading.length).toBeGreaterThan(30);
    }
    expect(helpText(tool)).toContain(`kscope ${tool.name}`);
    expect(manText(tool)).toContain('.SH OVERHEAD');
  });

  it('uses letters as all tools do', () => {
    const seen = new Map<string, string>();
    for (const { short, long } of Object.values(allOptions(tool))) {
      if (short === undefined) continue;
      expect(seen.get(short), `-${short} twice`).toBeUndefined();
      seen.set(short, long);
      const meaning = letters.get(short);
      if (meaning !== undefined) expect(`-${short} --${long}`).toBe(`-${short} --${meaning}`);
    }
  });

  it('has no column in the place of what every JSON line has', () => {
    for (const { command } of tool.examples) {
      const shapes = tool.shapes(parseToolOptions(tool, splitWords(command).slice(1)));
      expect(shapes.flatMap(fieldsOf)).not.toContain('type');
    }
  });

  it('understands the command lines of its examples', () => {
    for (const { command } of tool.examples) {
      const values = parseToolOptions(tool, splitWords(command).slice(1));
      expect(tool.shapes(values).length).toBeGreaterThan(0);
      expect(schemaOf(tool, values)).toMatchObject({ title: `kscope ${tool.name} --json` });
    }
  });

  for (const { by, needs, program } of tool.variants) {
    const served = needs.every((need) => hasNeed(need, target));
    it.skipIf(!served)(`has a program by ${by} that compiles`, () => {
      const commands = [
        needsWords(tool) ? exampleWords(tool) : [],
        ...tool.examples.map((one) => splitWords(one.command).slice(1)),
      ];
      for (const words of commands) {
        const text = program(parseToolOptions(tool, words));
        const { diagnostics } = compile(Buffer.from(text), target, { name: tool.name });
        const said = diagnostics.map((diagnostic) => render(diagnostic, { color: false }));
        expect(said, text).toEqual([]);
      }
    });
  }
});
