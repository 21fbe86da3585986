/** Compiling for the command: its diagnostics shown. */
import { writeFileSync } from 'node:fs';
import { type CompileOptions, type CompileStage, compile } from '../compiler/compile.ts';
import { printIr } from '../compiler/ir/print.ts';
import { isCDefinitionError } from '../compiler/messages/catalogue/c-definitions.ts';
import { passes } from '../compiler/passes.ts';
import { reasonOf } from '../kernel/strerror.ts';
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

type Environment = Readonly<Record<string, string | undefined>>;

/** The program, or the status to end with. */
export function compileText(
  text: ProgramText,
  target: Target,
  { source, common, mode }: Extract<Invocation, { kind: 'run' }>,
  environment: Environment = process.env,
): Compiled | number {
  const { debugStages, isa, withoutPasses } = common;
  checkPasses(common);
  const kept: CompileStage[] = [];
  const onStage = (stage: CompileStage) => {
    dumpStage(stage, debugStages);
    if (common.emitIr !== undefined) kept.push(stage);
  };
  const { program, diagnostics, config, testsLeftOut } = compile(text.bytes, target, {
    ...compileOptions(text, common, environment),
    positionals: source.positionals,
    named: source.named,
    ...(mode === 'test' || mode === 'bench' ? { selfTests: new Set([mode]) } : {}),
    ...(isa === undefined ? {} : { isa }),
    ...(withoutPasses.size === 0 ? {} : { disabledPasses: withoutPasses }),
    ...(debugStages.size === 0 && common.emitIr === undefined ? {} : { onStage }),
  });
  const help = diagnostics.find(({ code }) => code === 'program-help');
  if (help !== undefined) {
    process.stderr.write(`HINT: ${help.message}\n`);
    return exitStatus.mistake;
  }
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
  if (common.emitIr !== undefined) writeIr(common.emitIr, kept);
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

/** What the options of the command say to the compiler, whatever is to be done with the program. */
export function compileOptions(
  { name }: ProgramText,
  common: CommonOptions,
  environment: Environment,
): CompileOptions {
  return {
    ...{ name, environment, readImport },
    headers: common.includeFiles,
    readInclude: includeReader(common.includeDirectories),
    unsafe: common.unsafe,
    warnings: common.warnings,
    ...(common.probeFilter === undefined ? {} : { probeFilter: common.probeFilter }),
  };
}

/** In place of the code of LLVM, which there is none of. */
function writeIr(prefix: string, stages: readonly CompileStage[]): void {
  const files = [
    ['lower', `${prefix}.original.ll`],
    ['optimise', `${prefix}.optimized.ll`],
  ] as const;
  for (const [after, path] of files) {
    const modules = stages.flatMap((one) => (one.kind === 'ir' && one.after === after ? one : []));
    const text = modules.map(({ name, module }) => `; ${name}\n${printIr(module)}\n`).join('\n');
    try {
      writeFileSync(path, `; intermediate form of kscope\n${text}`);
    } catch (error) {
      throw new UserError(`Failed to write the intermediate form: "${path}": ${reasonOf(error)}`);
    }
  }
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
