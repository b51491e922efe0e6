// Where in the text of a policy the part is that the service's parser complains about.

import { jsonLanguage } from '@codemirror/lang-json';
import { PolicyError, quoteName } from '../../../src/access/policy-error.ts';

export interface Problem {
  /** As the service names the part: `Statement[0].Effect`, or `document`. */
  readonly at: string;
  readonly problem: string;
  /** Offsets in the text. */
  readonly from: number;
  readonly to: number;
  /** From 1. */
  readonly line: number;
}

/** What the service would say of the text; `undefined` if it would take it. */
export function problemIn(text: string, parse: (text: string) => unknown): Problem | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const { at, problem } = error;
    const { from, to } = placeOf(text, at);
    return { at, problem, from, to, line: text.slice(0, from).split('\n').length };
  }
}

type SyntaxNode = ReturnType<typeof jsonLanguage.parser.parse>['topNode'];

const values = new Set(['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null']);

function placeOf(text: string, at: string): { readonly from: number; readonly to: number } {
  const tree = jsonLanguage.parser.parse(text);
  if (at === 'document') {
    let broken: { from: number; to: number } | undefined;
    tree.iterate({
      enter: ({ type, from, to }) => {
        if (type.isError) broken ??= { from, to: Math.max(to, from + 1) };
      },
    });
    return broken ?? { from: 0, to: text.length };
  }
  let node = childValues(tree.topNode)[0];
  let rest = at;
  while (node && rest !== '') {
    const next: Step | undefined = node.name === 'Array' ? intoList(node, rest) : intoObject(node, rest, text);
    if (!next) break;
    node = next.node;
    rest = next.rest;
  }
  return node ?? { from: 0, to: text.length };
}

interface Step {
  readonly node: SyntaxNode;
  readonly rest: string;
}

function intoList(node: SyntaxNode, path: string): Step | undefined {
  const [whole, index] = /^\[(\d+)\]\.?/.exec(path) ?? [];
  const child = index === undefined ? undefined : childValues(node)[Number(index)];
  return child && whole !== undefined ? { node: child, rest: path.slice(whole.length) } : undefined;
}

/** Names may have dots in them; the path has each as the service quotes it. */
function intoObject(node: SyntaxNode, path: string, text: string): Step | undefined {
  for (const property of node.getChildren('Property')) {
    const written = property.getChild('PropertyName');
    const name = written && quoteName(unquoted(text.slice(written.from, written.to)));
    if (name === null || !path.startsWith(name)) continue;
    const rest = path.slice(name.length);
    if (rest !== '' && !/^[.[]/.test(rest)) continue;
    return { node: childValues(property)[0] ?? property, rest: rest.replace(/^\./, '') };
  }
  return undefined;
}

function unquoted(name: string): string {
  try {
    return String(JSON.parse(name));
  } catch {
    return name;
  }
}

function childValues(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (values.has(child.name)) found.push(child);
  return found;
}
