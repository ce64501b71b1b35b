/** Cuts a stream of text into lines. A line that grows beyond all reason is thrown away, not kept in memory. */
export class LineSplitter {
  private rest = '';
  private isTooLong = false;

  constructor(
    private readonly maxCharacters: number,
    private readonly onLine: (line: string) => void,
    private readonly onTooLong: () => void,
  ) {}

  push(text: string): void {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      this.grow(line);
      this.end();
    }
    this.grow(last);
  }

  /** Takes what is left as a line, unless it is empty. */
  end(): void {
    const { rest, isTooLong } = this;
    this.rest = '';
    this.isTooLong = false;
    if (!isTooLong && rest !== '') this.onLine(rest);
  }

  private grow(text: string): void {
    if (this.isTooLong) return;
    this.rest += text;
    if (this.rest.length <= this.maxCharacters) return;
    this.rest = '';
    this.isTooLong = true;
    this.onTooLong();
  }
}
