/** Light, dark, or as the system has it; and the page's colours as a canvas needs them. */
import { useEffect, useState } from 'react';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'gossip-theme';

/** Told when colours have changed. */
const listeners = new Set<() => void>();

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    store(theme);
    for (const listener of listeners) listener();
  }, [theme]);
  return [theme, setTheme];
}

/** @returns how to stop that */
export function onColorsChange(listener: () => void): () => void {
  const media = matchMedia('(prefers-color-scheme: dark)');
  listeners.add(listener);
  media.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    media.removeEventListener('change', listener);
  };
}

/** The colours of these tokens now, as `#rrggbb`. */
export function colorsOf<Name extends string>(names: readonly Name[]): { readonly [name in Name]: string } {
  const probe = document.createElement('span');
  document.body.append(probe);
  const colors = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, hexOf(getComputedStyle(probe).color)];
  });
  probe.remove();
  return Object.fromEntries(colors) as { readonly [name in Name]: string };
}

export function isDark(): boolean {
  const theme = document.documentElement.dataset['theme'];
  return theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
}

let lessMotion: MediaQueryList | undefined;

/** Asked in each frame, so the browser is not asked anew. */
export function prefersLessMotion(): boolean {
  lessMotion ??= matchMedia('(prefers-reduced-motion: reduce)');
  return lessMotion.matches;
}

function hexOf(rgb: string): string {
  const numbers = rgb.match(/\d+(\.\d+)?/g)?.slice(0, 3) ?? ['0', '0', '0'];
  return `#${numbers.map((number) => Math.round(Number(number)).toString(16).padStart(2, '0')).join('')}`;
}

/** Where the page may keep nothing, it is as the system has it. */
function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

function store(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Then it is forgotten with the page.
  }
}
