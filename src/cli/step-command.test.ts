import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { steps } from './step-command.ts';

async function run(input: string): Promise<string> {
  let output = '';
  for await (const step of steps(input)) output += step;
  return output;
}

describe('gossip step', () => {
  const examples = readdirSync('examples').filter((file) => file.endsWith('.jsonl'));

  test.each(examples)('prints of examples/%s what test/golden keeps', async (file) => {
    const output = await run(readFileSync(`examples/${file}`, 'utf8'));
    await expect(output).toMatchFileSnapshot(`../../test/golden/steps/${file.replace('.jsonl', '.txt')}`);
  });

  test.each([
    ['{"a":', 'not JSON'],
    ['null', 'a message must be a JSON object'],
    ['{"message":null}', 'a message must be a JSON object'],
    ['{"from":70000,"message":{"type":"join","request":1}}', 'from: expected "host:port"'],
    ['{"type":"join","request":1}', 'from: expected "host:port"'],
    [`{"type":${'['.repeat(9999)}${']'.repeat(9999)}}`, 'type: must be string'],
  ])('refuses a line %s, and goes on', async (line, reason) => {
    const good = '{"from":7002,"message":{"type":"join","request":1}}';
    const output = await run(`# a comment\n\n${line}\r\n${good}\n`);
    expect(output).toContain(`\nline 3: refused: ${reason}\n`);
    expect(output).toContain('\nline 4: join\n');
  });
});
