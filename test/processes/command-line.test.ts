import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support.ts';
import { freePort, listen } from '../free-port.ts';
import { COMMAND, gossip, startNode, temporaryDirectory } from './real-network.ts';

/** Tells on stderr what becomes of the code cache. */
const TELL_CACHE = `
  import vm from 'node:vm';
  const { Script } = vm;
  vm.Script = class extends Script {
    constructor(source, options) {
      super(source, options);
      process.stderr.write('cache ' + (options.cachedData && !this.cachedDataRejected ? 'taken' : 'not taken'));
    }
  };
`;

const COMMANDS = [
  ...['cluster', 'sim', 'trace', 'dashboard', 'sweep', 'report', 'recommend', 'agree', 'calibrate', 'step'],
  ...['maelstrom', 'keys', 'complete'],
];

describe('wrong usage is one line on stderr and exit code 2:', () => {
  test.each([
    ['a port of 0', ['-p', '0'], /'-p, --port <port>' argument '0' is invalid/],
    ['a port of 70000', ['-p', '70000'], /'70000' is invalid/],
    ['a port in words', ['-p', 'http'], /'http' is invalid/],
    ['a bad bootstrap', ['-b', 'nowhere'], /not an address: "nowhere"/],
    ['a bootstrap beyond all ports', ['-b', '127.0.0.1:70000'], /not an address/],
    ['itself as bootstrap', ['-p', '7001', '-b', '7001'], /127\.0\.0\.1:7001 is this node itself/],
    ['an unknown option', ['--fanuot', '3'], /unknown option '--fanuot'; did you mean --fanout\?$/m],
    ['an unknown strategy', ['--strategy', 'shout'], /Allowed choices are/],
    ['an unknown command', ['dance'], /there is no command dance; there is cluster, sim, .*, help$/m],
    ['a mistyped command', ['clustr'], /there is no command clustr; did you mean cluster\?$/m],
    ['a mistyped command with options', ['clustr', '-n', '3'], /no command clustr; did you mean cluster\?$/m],
    ['help for a mistyped command', ['help', 'smi'], /there is no command smi; did you mean sim\?$/m],
    ['a mistyped option of a command', ['sim', '--sede', '3'], /unknown option '--sede'; did you mean --seed\?$/m],
    ['a mistyped strategy', ['--strategy', 'plumtre'], /Allowed choices are .+\. Did you mean plumtree\?$/m],
    ['a mistyped strategy of a sweep', ['sweep', '--strategy', 'fllod'], /strategy: .+; did you mean flood\?$/m],
    ['a mistyped level', ['--log-level', 'wran'], /Did you mean warn\?$/m],
    ['a mistyped scenario of a sweep', ['sweep', '--scenario', 'kil-half'], /did you mean kill-half\?$/m],
    ['a mistyped scenario of a cluster', ['cluster', 'kil-half'], /did you mean kill-half\?$/m],
    ['a strategy that is gone', ['sim', '--strategy', 'hub'], /Allowed choices are plumtree, flood, random\.$/m],
    ['a value that is none', ['sweep', '--vary', 'fanout=a'], /fanout a: parameters\.fanout: expected a whole number/],
    ['an empty value', ['sweep', '--vary', 'ttl=3,,4'], /--vary ttl: expected a value, got nothing$/m],
    ['a value twice', ['sweep', '--vary', 'ttl=3..5,4'], /--vary ttl: 4 is there twice$/m],
    ['a parameter twice', ['sweep', '--vary', 'ttl=3', '--vary', 'ttl=4'], /--vary ttl: it is said twice$/m],
    ['a calibration that is none', ['agree', 'kill-ten', '--calibration', 'README.md'], /README.md: it is not JSON$/m],
    [
      'missing books',
      ['--books', '/nowhere/books.txt'],
      /cannot read the books from \/nowhere\/books.txt: there is no such file or folder$/m,
    ],
    ['a data directory that cannot be', ['--data-dir', '/dev/null/x'], /cannot use the data directory/],
    ['a network without a name', ['--cluster', ''], /Expected 1 to 64 visible ASCII characters/],
    ['a host that is none', ['--host', 'not a host'], /not a host: not a host/],
    [
      'a host that is open by accident',
      ['--host', '0.0.0.0', '--advertise', '10.0.0.7'],
      /--host 0\.0\.0\.0 .* give --keyring, or --tls-cert, --tls-key and --tls-ca, or --insecure$/m,
    ],
    [
      'a host of another machine',
      ['--host', '192.0.2.1', '--insecure'],
      /--host 192\.0\.2\.1 is not an address of this machine/,
    ],
    ['no nodes in a cluster', ['cluster', '-n', '0'], /'0' is invalid/],
    ['a cluster beyond all ports', ['cluster', '-n', '10', '--base-port', '65530'], /go beyond 65535/],
    ['a step without a file', ['step'], /missing required argument 'file'/],
    ['a step with a missing file', ['step', '/nowhere'], /cannot read \/nowhere: there is no such file or folder$/m],
  ])('%s', async (_name, args, line) => {
    const { code, stdout, stderr } = await gossip(...args).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^gossip: [^\n]+\n$/);
    expect(stderr).toMatch(line);
  });

  test('empty books', async () => {
    const file = join(temporaryDirectory(), 'books.txt');
    writeFileSync(file, '\n\n');
    const { code, stderr } = await gossip('-p', await freePort(), '--books', file).ended;
    expect([code, stderr]).toEqual([2, `gossip: no books in ${file}\n`]);
  });

  test('a taken port', async () => {
    const [taken] = await listen(0);
    const { code, stdout, stderr } = await gossip('-p', taken?.port ?? 0, '--no-tui').ended;
    await taken?.close();
    expect([code, stdout, stderr]).toEqual([2, '', `gossip: port ${taken?.port} on 127.0.0.1 is taken\n`]);
  });
});

describe('the command', () => {
  test.each([
    ['--help'],
    ['cluster', '--help'],
    ['sim', '--help'],
    ['dashboard', '--help'],
    ['step', '--help'],
    ['maelstrom', '--help'],
  ])('prints its help for %s %s', async (...args) => {
    const { code, stdout, stderr } = await gossip(...args).ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: gossip/);
  });

  test.each(COMMANDS)('has help %s, with an example that is a command', async (name) => {
    const asked = await gossip('help', name).ended;
    expect([asked.code, asked.stderr]).toEqual([0, '']);
    expect(asked.stdout).toBe((await gossip(name, '--help').ended).stdout);
    expect(asked.stdout).toMatch(/\nExamples?:\n {2}\$ .*gossip/);
  });

  test('runs through a code cache that this Node takes', async () => {
    const hook = `data:text/javascript,${encodeURIComponent(TELL_CACHE)}`;
    const { stderr } = await promisify(execFile)(process.execPath, ['--import', hook, COMMAND, '--version']);
    expect(stderr).toBe('cache taken');
  });

  test('prints its version', async () => {
    const { code, stdout } = await gossip('--version').ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('prints the steps of a file', async () => {
    const { code, stdout } = await gossip('step', 'examples/tie.jsonl').ended;
    expect(code).toBe(0);
    expect(stdout).toContain('line 4: 127.0.0.1:7001 v1');
  });
});

describe('a node', () => {
  test('prints JSON lines and nothing else, and ends with a last one', async () => {
    const seed = await startNode();
    const node = await startNode('-b', seed.port, '--log-level', 'trace', '--resample-ms', 50);
    await eventually('some lines', () => node.process.stdout.split('\n').length > 20);
    const { code, stdout, stderr } = await node.process.kill('SIGINT');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    const parsed = lines.map((line) => JSON.parse(line) as { msg: string; level: number; time: number });
    expect(parsed[0]).toMatchObject({ msg: 'listening', node: node.address });
    expect(parsed.at(-1)).toMatchObject({ msg: 'stopped', node: node.address });
    expect(parsed.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['published', 'sent', 'received', 'peerUp']));
  });

  test('ends cleanly when the reader of its log goes away', async () => {
    const { process: node } = await startNode('--resample-ms', 50);
    node.child.stdout?.destroy();
    const { code, stderr } = await node.ended;
    expect([code, stderr]).toEqual([0, '']);
  });

  test('is repeatable by its seed: the same favourites in the same order', async () => {
    const port = await freePort();
    const run = async (seed: number, ...more: (string | number)[]): Promise<string[]> => {
      const node = await startNode('-p', port, '--seed', seed, '--resample-ms', 30, ...more);
      const books = (): string[] =>
        node.process.stdout
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as { msg: string; origin?: string; payload?: { book: string } })
          .filter(({ msg, origin }) => msg === 'published' && origin === node.address)
          .map(({ payload }) => payload?.book ?? '');
      await eventually('twelve favourites', () => books().length >= 12);
      await node.process.kill('SIGKILL');
      return books().slice(0, 12);
    };
    const alone = await run(7);
    const other = await startNode();
    expect(await run(7, '-b', other.port)).toEqual(alone);
    expect(await run(8)).not.toEqual(alone);
  });
});

describe('gossip complete', () => {
  async function completed(...words: string[]): Promise<string[]> {
    const { stdout } = await gossip('complete', '--', ...words).ended;
    return stdout.split('\n').flatMap((line) => (line.includes('\t') ? [line.split('\t')[0]!] : []));
  }

  test('completes commands, options, choices, shipped scenarios and files', async () => {
    expect(await completed('s')).toEqual(['sim', 'sweep', 'step']);
    expect(await completed('sim', '--str')).toEqual(['--strategy']);
    expect(await completed('sim', '--strategy', '')).toEqual(['plumtree', 'flood', 'random']);
    expect(await completed('cluster', 'kill')).toEqual(['kill-half', 'kill-ten']);
    expect(await completed('trace', 'scenarios/kill')).toEqual(['scenarios/kill-half.json', 'scenarios/kill-ten.json']);
    expect(await completed('sim', '--trace', 'READ')).toEqual(['README.md']);
    expect(await completed('keys', 'ca', 'cert', 'READ')).toEqual(['README.md']);
    expect(await completed('trace', '/nowhere/x')).toEqual([]);
  });

  test.each(['bash', 'zsh', 'fish'])('prints a script for %s', async (shell) => {
    const { stdout } = await gossip('complete', shell).ended;
    expect(stdout).toContain('gossip complete --');
  });

  test('completes in bash', async () => {
    const script = `
      source <(${process.execPath} ${COMMAND} complete bash)
      gossip() { ${process.execPath} ${COMMAND} "$@"; }
      _get_comp_words_by_ref() { words=(gossip sim kill); cur=kill; cword=2; }
      __gossip_complete 2>/dev/null
      printf '%s ' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script]);
    expect(stdout).toBe('kill-half kill-ten ');
  });
});
