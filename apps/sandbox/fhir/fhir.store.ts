import { SandboxRepository, type ResourceCheck } from './sandbox.repository.js';
import { VersionStore, type ResourceVersion } from './version-store.js';

/** Called with what was written, in order, while the store is still locked: it may write more, but not lock. */
export type ChangeListener = (versions: readonly ResourceVersion[]) => Promise<void>;

/** The server's resources: one writer at a time, and every change announced once, in the order of writing. */
export class FhirStore {
  readonly versions = new VersionStore();
  readonly repository: SandboxRepository;
  private readonly listeners: ChangeListener[] = [];
  private announced = 0;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(check: ResourceCheck, clock: () => Date = () => new Date()) {
    this.repository = new SandboxRepository(this.versions, clock, check);
  }

  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** Runs `work` alone, then announces what it wrote, also when it throws. */
  exclusive<T>(work: (repository: SandboxRepository) => Promise<T>): Promise<T> {
    const result = this.tail.then(async () => {
      try {
        return await work(this.repository);
      } finally {
        await this.announce();
      }
    });
    this.tail = result.catch(() => undefined);
    return result;
  }

  /** Listeners may write: goes on until nothing new is left. */
  private async announce(): Promise<void> {
    while (this.announced < this.versions.size) {
      const written = this.versions.since(this.announced);
      this.announced = this.versions.size;
      for (const listener of this.listeners) await listener(written);
    }
  }
}
