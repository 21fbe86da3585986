/** As much of JSON Schema (draft 2020-12) as docs/json-output.schema.json uses; an unknown keyword is an error. */

export type Schema = { readonly [keyword: string]: unknown };
type Check = (value: unknown, argument: never, context: Context) => boolean;
interface Context {
  readonly root: Schema;
  readonly schema: Schema;
}

export function valid(value: unknown, root: Schema): boolean {
  return matchesSchema(value, root, root);
}

function matchesSchema(value: unknown, schema: Schema, root: Schema): boolean {
  return Object.entries(schema).every(([keyword, argument]) => {
    const check = keywords[keyword];
    if (check === undefined) throw new Error(`unknown keyword ${keyword}`);
    return check(value, argument as never, { root, schema });
  });
}

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeOf(value) === 'object' ? Object.entries(value as object) : [];

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const annotation: Check = () => true;

const keywords: Readonly<Record<string, Check>> = {
  $schema: annotation,
  $defs: annotation,
  title: annotation,
  description: annotation,
  $ref: (value, reference: string, { root }) => {
    const found = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((at, name) => (at as Schema)[name], root);
    return matchesSchema(value, found as Schema, root);
  },
  const: (value, wanted: unknown) => value === wanted,
  enum: (value, choices: readonly unknown[]) => choices.includes(value),
  type: (value, wanted: string | readonly string[]) => {
    const is = (name: string) => (name === 'integer' ? Number.isInteger(value) : typeOf(value) === name);
    return typeof wanted === 'string' ? is(wanted) : wanted.some(is);
  },
  minimum: (value, least: number) => typeof value !== 'number' || value >= least,
  pattern: (value, pattern: string) => typeof value !== 'string' || new RegExp(pattern).test(value),
  items: (value, schema: Schema, { root }) =>
    !Array.isArray(value) || value.every((item) => matchesSchema(item, schema, root)),
  oneOf: (value, schemas: readonly Schema[], { root }) =>
    schemas.filter((schema) => matchesSchema(value, schema, root)).length === 1,
  anyOf: (value, schemas: readonly Schema[], { root }) =>
    schemas.some((schema) => matchesSchema(value, schema, root)),
  required: (value, names: readonly string[]) =>
    names.every((name) => entriesOf(value).some(([key]) => key === name)),
  minProperties: (value, least: number) => entriesOf(value).length >= least,
  maxProperties: (value, most: number) => entriesOf(value).length <= most,
  properties: (value, schemas: Readonly<Record<string, Schema>>, { root }) =>
    entriesOf(value).every(([key, one]) => {
      const schema = Object.hasOwn(schemas, key) ? schemas[key] : undefined;
      return schema === undefined || matchesSchema(one, schema, root);
    }),
  patternProperties: (value, schemas: Readonly<Record<string, Schema>>, { root }) =>
    entriesOf(value).every(([key, one]) =>
      Object.entries(schemas).every(
        ([pattern, schema]) => !new RegExp(pattern).test(key) || matchesSchema(one, schema, root),
      ),
    ),
  additionalProperties: (value, rule: boolean | Schema, { root, schema }) => {
    const named = new Set(Object.keys((schema.properties as object | undefined) ?? {}));
    const patterns = Object.keys((schema.patternProperties as object | undefined) ?? {});
    return entriesOf(value)
      .filter(([key]) => !named.has(key) && !patterns.some((pattern) => new RegExp(pattern).test(key)))
      .every(([, one]) => rule !== false && (rule === true || matchesSchema(one, rule, root)));
  },
};
