/** `gossip complete SHELL`: completion of commands, options, files and what ships with the package, by `@bomb.sh/tab`. */
import { readdirSync } from 'node:fs';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { shippedNames } from './json-source.ts';

type Handler = (complete: (value: string, description: string) => void) => void;

const FILE = /^(file|folder|directory|scenario|sweep)$/;
/** More are no help. A guess. */
const MAX_FILES = 200;

/** @param root with all commands: what it lacks is not completed */
export async function addCompletion(root: Command): Promise<void> {
  const completions = tab(root);
  const shipped = { scenario: await shippedNames('scenarios'), sweep: await shippedNames('sweeps') };
  const handlerFor = (name = ''): Handler | undefined => {
    const names = name === 'scenario' || name === 'sweep' ? shipped[name] : [];
    if (!FILE.test(name)) return undefined;
    return (complete) => [...names, ...filesNow()].forEach((value) => complete(value, ''));
  };
  for (const [path, command] of commandsBelow(root)) {
    const found = command === root ? completions : completions.commands.get(path);
    for (const [name, argument] of found?.arguments ?? []) {
      const handler = handlerFor(name);
      if (handler !== undefined) argument.handler = handler;
    }
    for (const { long, flags } of command.options) {
      const option = found?.options.get(long?.slice(2) ?? '');
      const handler = handlerFor(/<(.+)>/.exec(flags)?.[1]);
      if (option !== undefined && handler !== undefined) option.handler = handler;
    }
  }
  describe(root.commands.find((command) => command.name() === 'complete'));
}

/** This one, and all below it, each with the words that lead to it. */
function commandsBelow(command: Command, words: readonly string[] = []): [path: string, command: Command][] {
  const below = command.commands.flatMap((each) => commandsBelow(each, [...words, each.name()]));
  return [[words.join(' '), command], ...below];
}

/** Those in the folder of the word that is being completed, which is the last one. */
function filesNow(): string[] {
  const word = process.argv.at(-1) ?? '';
  const folder = word.slice(0, word.lastIndexOf('/') + 1);
  try {
    const names = readdirSync(folder === '' ? '.' : folder).filter((name) => !name.startsWith('.'));
    return names.slice(0, MAX_FILES).map((name) => folder + name);
  } catch {
    return [];
  }
}

function describe(command: Command | undefined): void {
  command?.description('Print a script that completes commands, options and files in your shell.').addHelpText(
    'after',
    `
Examples:
  $ source <(gossip complete bash)                                     in this shell; in ~/.bashrc: in each
  $ source <(gossip complete zsh)                                      in ~/.zshrc, after compinit
  $ gossip complete fish > ~/.config/fish/completions/gossip.fish`,
  );
}
