import { Journal } from '../journal/journal.js';
import { SandboxRepository, type RepositorySettings, type ResourceCheck } from './sandbox.repository.js';
import { VersionStore, type ResourceVersion } from './version-store.js';

/** Called with what was written, in order, while the store is still locked: it may write more, but not lock. */
export type ChangeListener = (versions: readonly ResourceVersion[]) => Promise<void>;

/** The server's resources: one writer at a time, and every change announced once, in the order of writing. */
export class FhirStore {
  readonly versions = new VersionStore();
  readonly repository: SandboxRepository;
  private readonly listeners: ChangeListener[] = [];
  private journal: Journal | undefined;
  private announced = 0;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(check: ResourceCheck, settings: RepositorySettings, clock: () => Date = () => new Date()) {
    this.repository = new SandboxRepository(this.versions, clock, check, settings);
  }

  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** Takes over what a journal holds, unannounced, and writes every further version into it. Before anything else. */
  async resume(file: string): Promise<void> {
    this.journal = await Journal.replay(file, this.versions);
    this.announced = this.versions.size;
    await this.repository.reindexAll();
  }

  /** Announces the newest version of a resource once more, for listeners that may have missed it. */
  announceAgain(type: string, id: string): Promise<void> {
    return this.exclusive(async () => {
      const newest = this.versions.newest(type, id);
      if (newest) await this.tell([newest]);
    });
  }

  /** Once the work that was asked for is done. */
  async close(): Promise<void> {
    await this.tail;
    await this.journal?.close();
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
      await this.keep(written);
      this.announced = this.versions.size;
      await this.tell(written);
    }
  }

  /** Nobody hears of a version that a restart would forget: what cannot be kept is undone. */
  private async keep(written: readonly ResourceVersion[]): Promise<void> {
    try {
      await this.journal?.append(written);
    } catch (error) {
      await this.repository.undo(this.announced);
      throw error;
    }
  }

  private async tell(versions: readonly ResourceVersion[]): Promise<void> {
    for (const listener of this.listeners) await listener(versions);
  }
}
