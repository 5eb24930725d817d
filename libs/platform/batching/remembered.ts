/**
 * An answer that is asked for again and again and seldom changes: loaded once in `forMs`, by one call however many wait
 * for it. A failure is not remembered.
 */
export class Remembered<T> {
  private answer: Promise<T> | undefined;
  private until = 0;

  /** @param load asks anew  @param forMs how old an answer may be */
  constructor(
    private readonly load: () => Promise<T>,
    private readonly forMs: number,
  ) {}

  get(): Promise<T> {
    if (this.answer === undefined || performance.now() >= this.until) this.ask();
    return this.answer!;
  }

  /** The next answer is a new one, whatever is under way. */
  forget(): void {
    this.answer = undefined;
  }

  private ask(): void {
    const answer = this.load();
    this.answer = answer;
    this.until = performance.now() + this.forMs;
    answer.catch(() => {
      if (this.answer === answer) this.forget();
    });
  }
}
