/** JSON with an error that says where: the message of Node 20's own parser names a position in some cases only. */

/** What may stand at a place, and what a token makes of the place. */
type State = 'value' | 'first entry' | 'first field' | 'field' | 'colon' | 'after entry' | 'after field' | 'end';

const EXPECTED: { readonly [state in State]: string } = {
  value: 'a value',
  'first entry': 'a value or ]',
  'first field': 'a field name in quotes or }',
  field: 'a field name in quotes',
  colon: 'a colon',
  'after entry': 'a comma or ]',
  'after field': 'a comma or }',
  end: 'nothing more',
};

const SPACE = /[ \t\r\n]*/y;
const TOKEN =
  // eslint-disable-next-line no-control-regex -- JSON allows no control characters in strings
  /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

export class JsonError extends Error {
  constructor(
    readonly line: number,
    readonly column: number,
    what: string,
  ) {
    super(what);
  }
}

/** @throws JsonError */
export function parseJson(text: string): unknown {
  const body = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(body);
  } catch {
    const { position, expected } = firstFault(body);
    const before = body.slice(0, position).split('\n');
    const found = body[position] === undefined ? 'the end' : JSON.stringify(body[position]);
    throw new JsonError(before.length, (before.at(-1)?.length ?? 0) + 1, `expected ${expected}, found ${found}`);
  }
}

function firstFault(text: string): { position: number; expected: string } {
  const open: ('{' | '[')[] = [];
  let state: State = 'value';
  for (let position = 0; ;) {
    SPACE.lastIndex = position;
    position += SPACE.exec(text)?.[0].length ?? 0;
    TOKEN.lastIndex = position;
    const token = TOKEN.exec(text)?.[0];
    const next: State | undefined = token === undefined ? undefined : follow(state, token, open);
    if (token === undefined || next === undefined) return { position, expected: EXPECTED[state] };
    state = next;
    position += token.length;
  }
}

/** @returns `undefined` when this token may not stand there */
function follow(state: State, token: string, open: ('{' | '[')[]): State | undefined {
  const isValue = state === 'value' || state === 'first entry';
  switch (token) {
    case '{':
    case '[':
      if (!isValue) return undefined;
      open.push(token);
      return token === '{' ? 'first field' : 'first entry';
    case '}':
      return state === 'first field' || state === 'after field' ? close(open) : undefined;
    case ']':
      return state === 'first entry' || state === 'after entry' ? close(open) : undefined;
    case ',':
      if (state === 'after entry') return 'value';
      return state === 'after field' ? 'field' : undefined;
    case ':':
      return state === 'colon' ? 'value' : undefined;
    default:
      if (isValue) return after(open);
      return token.startsWith('"') && (state === 'field' || state === 'first field') ? 'colon' : undefined;
  }
}

function close(open: ('{' | '[')[]): State {
  open.pop();
  return after(open);
}

function after(open: readonly ('{' | '[')[]): State {
  const innermost = open.at(-1);
  if (innermost === undefined) return 'end';
  return innermost === '{' ? 'after field' : 'after entry';
}
