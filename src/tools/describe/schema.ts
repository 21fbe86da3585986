/** JSON Schema (draft 2020-12) of the lines that `--json` prints, from the shapes of a tool. */
import type { ToolValues } from '../options/tool-options.ts';
import type { Column } from '../shape/column.ts';
import type { HistogramShape, Shape, StacksShape } from '../shape/shape.ts';
import type { Tool } from '../tool.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Integers that a double cannot hold are written as strings. */
const types: Readonly<Record<Column['type'], Schema>> = {
  integer: { type: ['integer', 'string', 'null'] },
  number: { type: ['number', 'null'] },
  string: { type: ['string', 'null'] },
  boolean: { type: ['boolean', 'null'] },
  array: { type: ['array', 'null'] },
};
const time: Schema = { type: 'string', format: 'date-time', description: 'when the results were read' };
const frames: Schema = { type: 'array', items: { type: 'string' }, description: 'innermost frame first' };

export function schemaOf(tool: Tool, values: ToolValues): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `kscope ${tool.name} --json`,
    description: `${tool.summary}. One object a line.`,
    oneOf: [
      ...tool.shapes(values).map(shapeSchema),
      trouble('lost', { count: { type: 'integer' } }),
      trouble('warning', {}),
    ],
  };
}

function shapeSchema(shape: Shape): Schema {
  switch (shape.kind) {
    case 'events':
      return object('event', columns(shape.columns));
    case 'table':
      return object('row', { time, ...columns([...shape.keys, ...shape.values]) });
    case 'histogram':
      return object('histogram', histogram(shape));
    case 'stacks':
      return object('stack', stack(shape));
    case 'text':
      return object('text', { text: { type: 'string' } });
  }
}

function histogram({ keys = [], name, unit }: HistogramShape): Schema {
  const bound = { type: ['integer', 'string'] };
  const bucket = {
    type: 'object',
    properties: { min: bound, max: bound, count: { type: 'integer' } },
    required: ['count'],
  };
  return {
    time,
    ...(name === undefined ? {} : { name: { const: name } }),
    ...(keys.length === 0
      ? {}
      : { key: { type: 'object', properties: columns(keys), required: keys.map(({ field }) => field) } }),
    unit: { const: unit },
    scale: { enum: ['log2', 'linear'] },
    buckets: { type: 'array', items: bucket, description: 'bounds are inclusive' },
  };
}

function stack({ key, value }: StacksShape): Schema {
  const parts = key.map((part) =>
    typeof part === 'string' ? [part, frames] : [part.field, columnSchema(part)],
  );
  return { time, ...Object.fromEntries(parts), [value.field]: columnSchema(value) };
}

function columns(list: readonly Column[]): Schema {
  return Object.fromEntries(list.map((column) => [column.field, columnSchema(column)]));
}

function columnSchema({ type, about }: Column): Schema {
  return { ...types[type], description: about };
}

function object(type: string, properties: Schema): Schema {
  return {
    type: 'object',
    properties: { type: { const: type }, ...properties },
    required: ['type', ...Object.keys(properties)],
  };
}

function trouble(type: 'lost' | 'warning', more: Schema): Schema {
  return object(type, { text: { type: 'string' }, ...more });
}
