/**
 * Colours by name, light and dark. In a page they are custom properties, which follow the reader's preference; in a file of
 * its own they are those of the light page. The hues are of Okabe and Ito's palette, which the colour-blind can tell
 * (https://jfly.uni-koeln.de/color/), darkened for white paper and lightened for black; shapes say the same again.
 */
const COLORS: { readonly [name: string]: readonly [light: string, dark: string] } = {
  ink: ['#1c1e21', '#e6e8ea'],
  muted: ['#5b6269', '#a3abb3'],
  rule: ['#d9dde1', '#3a4047'],
  faint: ['#eef0f2', '#23282d'],
  paper: ['#ffffff', '#15181b'],
  link: ['#0b62a8', '#7cc0f5'],
  green: ['#00805c', '#2fc79b'],
  orange: ['#c44e00', '#f5964f'],
  blue: ['#0b6cb0', '#62b6f2'],
  // In an order: from little to much.
  step1: ['#6b9fd6', '#3f6fa8'],
  step2: ['#3f7fc4', '#5f95d3'],
  step3: ['#1f5fa8', '#86b7ea'],
  step4: ['#123f7a', '#b3d4f5'],
  step5: ['#08224a', '#e0effc'],
};

export type ColorName = keyof typeof COLORS;

export function colorOf(name: ColorName): string {
  return `var(--${name})`;
}

/** One of the five steps for the i-th of `count`, as far from each other as that allows. */
export function stepColor(i: number, count: number): string {
  return colorOf(`step${1 + Math.round(count <= 1 ? 2 : (4 * i) / (count - 1))}`);
}

/** Declarations for a style sheet. */
export function colorProperties(theme: 'light' | 'dark'): string {
  return Object.entries(COLORS)
    .map(([name, [light, dark]]) => `--${name}:${theme === 'light' ? light : dark}`)
    .join(';');
}

/** With each named colour as it is on a light page. */
export function colorsFixed(text: string): string {
  return text.replace(/var\(--(\w+)\)/g, (property, name: string) => COLORS[name]?.[0] ?? property);
}
