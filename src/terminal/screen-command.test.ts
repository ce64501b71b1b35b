import { describe, expect, it } from 'vitest';
import { commandsOf, NETWORK_LETTERS, NODE_LETTERS } from './screen-command.ts';

describe('commandsOf', () => {
  it('quits on q and on Ctrl-C, but not on c', () => {
    expect(commandsOf('q', {}, NODE_LETTERS)).toEqual(['quit']);
    expect(commandsOf('c', { ctrl: true }, NODE_LETTERS)).toEqual(['quit']);
    expect(commandsOf('c', {}, NODE_LETTERS)).toEqual([]);
    expect(commandsOf('q', { ctrl: true }, NODE_LETTERS)).toEqual([]);
  });

  it('takes every key of a read that brings several', () => {
    expect(commandsOf('jjyk', {}, NODE_LETTERS)).toEqual(['lineDown', 'lineDown', 'lineUp']);
  });

  it('gives each screen its own letters', () => {
    expect(commandsOf('rs', {}, NODE_LETTERS)).toEqual(['resample', 'sort']);
    expect(commandsOf('rRs', {}, NETWORK_LETTERS)).toEqual(['restart', 'restartRandom']);
  });

  it('knows the named keys', () => {
    expect(commandsOf('', { pageDown: true }, NODE_LETTERS)).toEqual(['pageDown']);
    expect(commandsOf('', { end: true }, NODE_LETTERS)).toEqual(['bottom']);
    expect(commandsOf('', { escape: true, meta: true }, NODE_LETTERS)).toEqual(['closeHelp']);
    expect(commandsOf('q', { meta: true }, NODE_LETTERS)).toEqual([]);
  });
});
