/** Compiling for the command: its diagnostics shown. */
import { compile } from '../compiler/compile.ts';
import { isCDefinitionError } from '../compiler/messages/catalogue/c-definitions.ts';
import { passes } from '../compiler/passes.ts';
import type { Program, SelfTestMode } from '../program/program.ts';
import type { Target } from '../program/target.ts';
import { type RunSettings, runSettings } from '../runtime/settings.ts';
import { showDiagnostics } from './diagnostics.ts';
import { dumpStage } from './dumps.ts';
import { readImport } from './import-reader.ts';
import { includeReader } from './includes.ts';
import type { CommonOptions, Invocation } from './invocation.ts';
import { exitStatus, UserError } from './mistakes.ts';
import type { ProgramText } from './program-text.ts';

export interface Compiled {
  readonly program: Program;
  readonly settings: RunSettings;
}

/** The program, or the status to end with. */
export function compileText(
  { name, bytes }: ProgramText,
  target: Target,
  { source, common, mode }: Extract<Invocation, { kind: 'run' }>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Compiled | number {
  const { debugStages, isa, withoutPasses } = common;
  checkPasses(common);
  const { program, diagnostics, config, testsLeftOut } = compile(bytes, target, {
    name,
    positionals: source.positionals,
    named: source.named,
    environment,
    headers: common.includeFiles,
    readInclude: includeReader(common.includeDirectories),
    readImport,
    unsafe: common.unsafe,
    warnings: common.warnings,
    ...(mode === 'test' || mode === 'bench' ? { selfTests: new Set([mode]) } : {}),
    ...(common.probeFilter === undefined ? {} : { probeFilter: common.probeFilter }),
    ...(isa === undefined ? {} : { isa }),
    ...(withoutPasses.size === 0 ? {} : { disabledPasses: withoutPasses }),
    ...(debugStages.size === 0 ? {} : { onStage: (stage) => dumpStage(stage, debugStages) }),
  });
  const settingsMistake = diagnostics.find(
    (one) => one.span === undefined && one.severity === 'error' && one.code.startsWith('config-'),
  );
  if (settingsMistake !== undefined) {
    // A setting of the environment has no place in the program.
    process.stderr.write(`${settingsMistake.message}\n`);
    return exitStatus.badDefinitions;
  }
  if (showDiagnostics(diagnostics, common))
    return diagnostics.some(isCDefinitionError) ? exitStatus.badDefinitions : exitStatus.mistake;
  if (program === undefined) {
    sayTestsLeftOut(testsLeftOut);
    return nothingToAttach(common.quiet);
  }
  return { program, settings: runSettings(config) };
}

/** Here and not with the other words: knowing the passes takes the compiler. @throws UserError */
function checkPasses({ withoutPasses, debugStages }: CommonOptions): void {
  const after = [...debugStages].flatMap((stage) => (stage.startsWith('after:') ? stage.slice(6) : []));
  const wrong = [...withoutPasses, ...after].find((name) => !passes.some((pass) => pass.name === name));
  if (wrong === undefined) return;
  const list = passes.map(({ name, does }) => `  ${name.padEnd(20)} ${does}`).join('\n');
  const problem = wrong === 'help' ? 'The passes' : `There is no pass '${wrong}' of the optimiser. They are`;
  throw new UserError(`${problem}, in their order:\n${list}`);
}

const testsNeed: Readonly<Record<SelfTestMode, string>> = {
  test: '--test to run test probes',
  bench: '--bench to run benchmark probes',
};

function sayTestsLeftOut(modes: ReadonlySet<SelfTestMode>): void {
  const [mode] = modes;
  if (mode === undefined) return;
  throw new UserError(`No probes attached; use ${testsNeed[mode]}.`, { status: exitStatus.refused });
}

export function nothingToAttach(quiet: boolean): number {
  if (!quiet) process.stdout.write('No probes to attach\n');
  return exitStatus.mistake;
}
