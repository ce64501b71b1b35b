import { describe, expect, it } from 'vitest';
import { FramePainter } from './frame-painter.ts';

describe('FramePainter', () => {
  it('paints the first frame whole', () => {
    const bytes = new FramePainter().paint('one\ntwo');
    expect(bytes).toContain('\u001b[1;1H\u001b[2Kone\u001b[2;1H\u001b[2Ktwo');
  });

  it('paints only lines that changed, and nothing when none did', () => {
    const painter = new FramePainter();
    painter.paint('one\ntwo\nthree');
    const bytes = painter.paint('one\nTWO\nthree');
    expect(bytes).toContain('\u001b[2;1H\u001b[2KTWO');
    expect(bytes).not.toMatch(/one|three/);
    expect(painter.paint('one\nTWO\nthree')).toBe('');
  });

  it('clears lines that the new frame no longer has', () => {
    const painter = new FramePainter();
    painter.paint('one\ntwo');
    expect(painter.paint('one')).toContain('\u001b[2;1H\u001b[2K\u001b[?2026l');
  });

  it('paints every line again after somebody else wrote, empty ones too', () => {
    const painter = new FramePainter();
    painter.paint('one\n\nthree');
    painter.forget();
    expect(painter.paint('one\n')).toContain('\u001b[1;1H\u001b[2Kone\u001b[2;1H\u001b[2K\u001b[?2026l');
  });

  it('tells the cursor its column behind text whose width terminals disagree about', () => {
    const bytes = new FramePainter().paint('  :7011  \u001b[1mनमस्ते\u001b[0m   8  end\nplain  ascii  line');
    expect(bytes).toContain('\u001b[3G:7011  \u001b[10G');
    expect(bytes).toMatch(/\u001b\[0m {3}\u001b\[(\d+)G8 {2}\u001b\[\d+Gend/);
    expect(bytes).toContain('plain  ascii  line');
  });
});
