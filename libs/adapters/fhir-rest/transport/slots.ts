import { busy } from '../fhir-rest.errors.js';

/** Lets at most so many at once through; the others wait, first come first served. */
export class Slots {
  private readonly waiting = new Set<() => void>();

  constructor(private free: number) {}

  /**
   * Resolves once there is room, with what gives the room back; giving it back twice is harmless. Throws PortError
   * SOURCE.UNAVAILABLE (slow-down) when there was none for so long, as while a large file comes along the only way.
   */
  async take(longestMs: number): Promise<() => void> {
    if (this.free > 0) this.free -= 1;
    else await this.turn(longestMs);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const [next] = this.waiting;
      if (next) next();
      else this.free += 1;
    };
  }

  private turn(longestMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer);
        this.waiting.delete(enter);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(enter);
        reject(busy());
      }, longestMs);
      this.waiting.add(enter);
    });
  }
}
