/**
 * A headless Chromium from the package registry, with the few system libraries that it needs: nothing is installed by hand,
 * and nothing is left behind.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** The last four keep it from talking to anybody. */
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const START_MS = 30_000;

export interface Chromium {
  readonly browser: Browser;
  close(): Promise<void>;
}

/** Why there is no browser to be had here; `undefined`: there is. */
export const whyNoChromium =
  process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : `the packaged Chromium is for Linux on x64, this is ${process.platform} on ${process.arch}`;

export async function launchChromium(): Promise<Chromium> {
  const folder = mkdtempSync(join(tmpdir(), 'gossip-chromium-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const executablePath = unpackInto(folder);
    writeFileSync(join(folder, 'fonts.conf'), fontsConf(folder));
    const browser = await chromium.launch({
      executablePath,
      args: FLAGS,
      timeout: START_MS,
      env: {
        // Its profile, its cache and its sockets: all that it writes.
        ...{ TMPDIR: folder, HOME: folder, PATH: process.env['PATH'] ?? '' },
        ...{ LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
      },
    });
    const close = async (): Promise<void> => {
      await browser.close();
      remove();
    };
    return { browser, close };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * The package's own configuration looks for its fonts in Amazon's cloud. Without any the browser dies of the first text
 * field; and its one font has no arrows or signs, so DejaVu is there too.
 */
function fontsConf(folder: string): string {
  const alias = (name: string): string => {
    return `<alias><family>${name}</family><prefer><family>Open Sans</family><family>DejaVu Sans</family></prefer></alias>`;
  };
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <dir>${resolve('node_modules/dejavu-fonts-ttf/ttf')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
  ${['sans-serif', 'system-ui', 'serif', 'monospace'].map(alias).join('\n  ')}
</fontconfig>`;
}

/**
 * The package unpacks into the folder for temporary files, and its libraries only where it finds itself in Amazon's
 * cloud; so a process of its own does that, to which both are told.
 */
function unpackInto(folder: string): string {
  const script = `import chromium from '@sparticuz/chromium'; console.log(await chromium.executablePath());`;
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env }).trim();
}
