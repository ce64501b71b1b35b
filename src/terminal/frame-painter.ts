/** Turns whole frames into the bytes that change a terminal from the last one to the next. */
import { widthOf } from './fit-text.ts';

/** Terminals that know synchronized updates show all of a frame or nothing; the others ignore these. */
const BEGIN_UPDATE = '\u001b[?2026h';
const END_UPDATE = '\u001b[?2026l';

/** Styling included: it takes no columns anywhere. */
const isPlainAscii = /^[\u0020-\u007e\u001b]*$/;
const gaps = / {2,}/g;

export class FramePainter {
  private shown: readonly string[] | undefined;

  /** @returns what to write; nothing for a frame that is on the screen already */
  paint(frame: string): string {
    const lines = frame.split('\n');
    const { shown } = this;
    this.shown = lines;
    const count = Math.max(lines.length, shown?.length ?? 0);
    let changes = '';
    for (let row = 0; row < count; row++) {
      const line = lines[row] ?? '';
      if (shown !== undefined && line === (shown[row] ?? '')) continue;
      changes += `\u001b[${row + 1};1H\u001b[2K${anchored(line)}`;
    }
    return changes === '' ? '' : BEGIN_UPDATE + changes + END_UPDATE;
  }

  /** Something else may have written to the screen, or its size changed: the next frame is painted whole. */
  forget(): void {
    this.shown = undefined;
  }
}

/**
 * Terminals disagree about how wide an emoji or a Devanagari syllable is. After each gap of such a line the cursor is
 * told its column, so that a title they draw otherwise than we measured does not move the columns behind it.
 */
function anchored(line: string): string {
  if (isPlainAscii.test(line)) return line;
  let column = 0;
  let end = 0;
  let text = '';
  for (const gap of line.matchAll(gaps)) {
    const upToHere = line.slice(end, gap.index) + gap[0];
    end = gap.index + gap[0].length;
    column += widthOf(upToHere);
    text += `${upToHere}\u001b[${column + 1}G`;
  }
  return text + line.slice(end);
}
