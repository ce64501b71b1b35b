/**
 * JSON that is hostile: fields in any order and more than once, and text that stands where a value should. A plain object could say
 * neither.
 */

export type Tree = null | boolean | number | string | Raw | Fields | readonly Tree[];

/** Stands in the JSON as it is, be it JSON or not. */
export class Raw {
  constructor(readonly text: string) {}
}

export class Fields {
  constructor(readonly entries: readonly (readonly [name: string, value: Tree])[]) {}

  get(name: string): Tree | undefined {
    return this.entries.find(([other]) => other === name)?.[1];
  }

  with(name: string, value: Tree): Fields {
    const others = this.entries.filter(([other]) => other !== name);
    return new Fields([...others, [name, value]]);
  }
}

export function fieldsOf(values: Readonly<Record<string, Tree | undefined>>): Fields {
  return new Fields(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

export function treeOf(value: unknown): Tree {
  if (Array.isArray(value)) return value.map(treeOf);
  if (typeof value === 'object' && value !== null) {
    return new Fields(Object.entries(value).map(([name, inner]) => [name, treeOf(inner)]));
  }
  return value as Tree;
}

export function textOf(tree: Tree): string {
  if (tree instanceof Raw) return tree.text;
  if (tree instanceof Fields) {
    return `{${tree.entries.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join()}}`;
  }
  return isList(tree) ? `[${tree.map(textOf).join()}]` : JSON.stringify(tree);
}

export function isList(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}
