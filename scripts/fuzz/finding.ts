/** What no input may lead to. */
export class Finding extends Error {
  /** @param input the number of the input that showed it, if one did */
  constructor(
    message: string,
    readonly input?: number,
  ) {
    super(message);
  }
}
