import { describe, expect, it } from 'vitest';
import { commandsOf } from './screen-command.ts';

describe('commandsOf', () => {
  it('quits on q and on Ctrl-C, but not on c', () => {
    expect(commandsOf('q', {})).toEqual(['quit']);
    expect(commandsOf('c', { ctrl: true })).toEqual(['quit']);
    expect(commandsOf('c', {})).toEqual([]);
    expect(commandsOf('q', { ctrl: true })).toEqual([]);
  });

  it('takes every key of a read that brings several', () => {
    expect(commandsOf('jjxk', {})).toEqual(['lineDown', 'lineDown', 'lineUp']);
  });

  it('knows the named keys', () => {
    expect(commandsOf('', { pageDown: true })).toEqual(['pageDown']);
    expect(commandsOf('', { end: true })).toEqual(['bottom']);
    expect(commandsOf('', { escape: true, meta: true })).toEqual(['closeHelp']);
    expect(commandsOf('q', { meta: true })).toEqual([]);
  });
});
