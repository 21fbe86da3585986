/**
 * Parts of a demangled name. A type is printed around what it declares (`void (*` name `)(int)`), so each node has a
 * left and a right side. Parameters of templates are known only when their list has been read, which may be after
 * they are used: nodes are printed last, and look them up then.
 */

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  /** `a::b`. */
  | { readonly kind: 'nested'; readonly scope: Node; readonly name: Node }
  | { readonly kind: 'template'; readonly name: Node; readonly args: TemplateArgs }
  /** The n-th argument of the template that is printed around it. */
  | { readonly kind: 'parameter'; readonly index: number }
  /** Parameters of templates inside are those of `scope`. */
  | { readonly kind: 'scoped'; readonly scope: TemplateScope; readonly inner: Node }
  | { readonly kind: 'pack'; readonly items: readonly Node[] }
  | { readonly kind: 'expansion'; readonly pattern: Node }
  | { readonly kind: 'qualified'; readonly type: Node; readonly qualifiers: string }
  | { readonly kind: 'pointer'; readonly to: Node; readonly symbol: '*' | '&' | '&&' }
  | { readonly kind: 'member-pointer'; readonly of: Node; readonly to: Node }
  | { readonly kind: 'array'; readonly of: Node; readonly size: string | Node }
  | {
      readonly kind: 'function';
      readonly result: Node | undefined;
      readonly params: readonly Node[];
      readonly qualifiers: string;
    }
  /** A function with its name, and what it returns where that is part of its identity. */
  | {
      readonly kind: 'encoding';
      readonly name: Node;
      readonly result: Node | undefined;
      readonly params: readonly Node[];
      readonly qualifiers: string;
    }
  | { readonly kind: 'lambda'; readonly params: readonly Node[]; readonly number: number }
  /** Texts and nodes one after the other. */
  | { readonly kind: 'sequence'; readonly parts: readonly (string | Node)[] };

export interface TemplateArgs {
  readonly items: readonly Node[];
}

/** Filled when the list of arguments is read. */
export interface TemplateScope {
  args: TemplateArgs | undefined;
}

export const text = (value: string): Node => ({ kind: 'text', text: value });
export const sequence = (...parts: readonly (string | Node)[]): Node => ({ kind: 'sequence', parts });
