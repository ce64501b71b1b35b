/** The page's colours (web/tokens.css) can be read: contrast as WCAG 2.2 has it, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../web/tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
);

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string, scheme: 'light' | 'dark'): number {
  const [darker, lighter] = [a, b].map((name) => luminance(tokens.get(name)![scheme])).sort((x, y) => x - y) as [
    number,
    number,
  ];
  return (lighter + 0.05) / (darker + 0.05);
}

const GROUNDS = ['paper', 'surface', 'raised', 'sunken'];
const TEXTS = ['ink', 'ink-soft', 'ink-faint', 'accent', 'good', 'warn', 'bad'];
const PAIRS = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ...['ink', 'ink-soft', 'ink-faint', 'accent'].map((text) => [text, 'accent-soft'] as const),
  ...[['on-accent', 'accent'] as const, ['ink', 'warn-soft'] as const, ['ink', 'bad-soft'] as const],
  ...[['warn', 'warn-soft'] as const, ['bad', 'bad-soft'] as const],
];

describe.each(['light', 'dark'] as const)('in %s colours', (scheme) => {
  test.each(PAIRS)('%s can be read on %s', (text, ground) => {
    expect(contrast(text, ground, scheme)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'line-strong', 'idle'])(
    'what is drawn with %s stands out',
    (name) => expect(contrast(name, 'surface', scheme)).toBeGreaterThanOrEqual(3),
  );
});
