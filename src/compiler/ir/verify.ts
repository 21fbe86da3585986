/**
 * Checks that a function obeys the rules of the intermediate form: every value defined once and before its uses,
 * phis that agree with the predecessors, targets that exist. Run after each pass in tests; a failure is always a
 * bug of the compiler.
 */
import { InternalError } from '../../base/assert.ts';
import type { BlockId, Instruction, IrBlock, IrFunction, IrModule, ValueId } from '../ir.ts';
import { Dominators, type FlowGraph, flowGraph } from './graph.ts';
import { isPhi, operandsOf, resultOf, successorsOf, terminatorOperands } from './instruction.ts';
import { printFunction, printInstruction } from './print.ts';

/** @throws {InternalError} listing every broken rule, with the function's text. */
export function verifyIr(module: IrModule): void {
  for (const fn of module.functions) {
    const problems = problemsOf(fn, module.functions.length);
    if (problems.length > 0) {
      throw new InternalError(`invalid IR in ${fn.name}: ${problems.join('; ')}\n${printFunction(fn)}\n`);
    }
  }
}

interface Place {
  readonly block: BlockId;
  /** -1 for parameters. */
  readonly index: number;
}

export function problemsOf(fn: IrFunction, functionCount: number): string[] {
  const ids = new Set(fn.blocks.map((block) => block.id));
  const problems: string[] = [];
  if (ids.size !== fn.blocks.length) problems.push('a block id is used twice');
  for (const block of fn.blocks) {
    for (const next of successorsOf(block.terminator)) {
      if (!ids.has(next)) problems.push(`b${block.id} leads to b${next}, which does not exist`);
    }
    if (block.id >= fn.nextBlock) problems.push(`b${block.id} is not below nextBlock ${fn.nextBlock}`);
  }
  if (problems.length > 0) return problems; // no flow graph to check the rest with
  const graph = flowGraph(fn);
  if (graph.predecessors.get(graph.entry)?.length) problems.push('something leads back to the entry block');
  const places = definitionPlaces(fn, graph, problems);
  const checker = new UseChecker(fn, graph, places, problems, functionCount);
  for (const id of graph.order) {
    const block = graph.block.get(id);
    if (block) checker.block(block);
  }
  return problems;
}

function definitionPlaces(fn: IrFunction, graph: FlowGraph, problems: string[]): Map<ValueId, Place> {
  const places = new Map<ValueId, Place>();
  const define = (value: ValueId, place: Place) => {
    if (places.has(value)) problems.push(`v${value} is defined twice`);
    if (value >= fn.nextValue) problems.push(`v${value} is not below nextValue ${fn.nextValue}`);
    places.set(value, place);
  };
  for (const parameter of fn.parameters) define(parameter, { block: graph.entry, index: -1 });
  for (const block of fn.blocks) {
    block.instructions.forEach((instruction, index) => {
      const result = resultOf(instruction);
      if (result !== undefined) define(result, { block: block.id, index });
    });
  }
  return places;
}

class UseChecker {
  readonly #fn: IrFunction;
  readonly #graph: FlowGraph;
  readonly #places: ReadonlyMap<ValueId, Place>;
  readonly #problems: string[];
  readonly #functionCount: number;
  readonly #dominators: Dominators;

  constructor(
    fn: IrFunction,
    graph: FlowGraph,
    places: ReadonlyMap<ValueId, Place>,
    problems: string[],
    functionCount: number,
  ) {
    this.#fn = fn;
    this.#graph = graph;
    this.#places = places;
    this.#problems = problems;
    this.#functionCount = functionCount;
    this.#dominators = new Dominators(graph);
  }

  block(block: IrBlock): void {
    let body = false;
    block.instructions.forEach((instruction, index) => {
      if (isPhi(instruction)) {
        if (body) this.#problem(block, `${printInstruction(instruction)} is not at the head`);
        this.#phi(block, instruction);
      } else {
        body = true;
        for (const value of operandsOf(instruction))
          this.#use(block, value, index, printInstruction(instruction));
      }
      this.#references(block, instruction);
    });
    for (const value of terminatorOperands(block.terminator)) {
      this.#use(block, value, block.instructions.length, 'the terminator');
    }
  }

  #phi(block: IrBlock, phi: Extract<Instruction, { op: 'phi' }>): void {
    const expected = [...(this.#graph.predecessors.get(block.id) ?? [])].sort((a, b) => a - b);
    const actual = phi.incoming.map((entry) => entry.block).sort((a, b) => a - b);
    if (expected.join() !== actual.join()) {
      this.#problem(
        block,
        `${printInstruction(phi)} does not match the predecessors b${expected.join(', b')}`,
      );
      return;
    }
    for (const entry of phi.incoming) {
      const from = this.#graph.block.get(entry.block);
      if (from) this.#use(from, entry.value, from.instructions.length, printInstruction(phi));
    }
  }

  #use(block: IrBlock, value: ValueId, index: number, where: string): void {
    const place = this.#places.get(value);
    if (!place) this.#problem(block, `${where} reads v${value}, which nothing defines`);
    else if (
      place.block === block.id ? place.index >= index : !this.#dominators.dominates(place.block, block.id)
    ) {
      this.#problem(block, `${where} reads v${value} where its definition does not dominate`);
    }
  }

  #references(block: IrBlock, instruction: Instruction): void {
    if (
      instruction.op === 'stack-address' &&
      !this.#fn.stackObjects.some((o) => o.id === instruction.object)
    ) {
      this.#problem(block, `${printInstruction(instruction)}: no such stack object`);
    }
    if (
      (instruction.op === 'call-local' || instruction.op === 'function-address') &&
      instruction.function >= this.#functionCount
    ) {
      this.#problem(block, `${printInstruction(instruction)}: no such function`);
    }
    if ('args' in instruction && instruction.args.length > 5) {
      this.#problem(block, `${printInstruction(instruction)}: more than five arguments`);
    }
  }

  #problem(block: IrBlock, text: string): void {
    this.#problems.push(`b${block.id}: ${text}`);
  }
}
