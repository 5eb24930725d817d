import { open, type FileHandle } from 'node:fs/promises';
import type { ResourceVersion, VersionStore } from '../fhir/version-store.js';
import { JournalError } from './journal.errors.js';
import { formatVersion, parseVersion } from './version-line.js';

const LINE_FEED = 0x0a;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Every version that the sandbox stores, one line of JSON each, in the order of writing. What was written survives the
 * end of the process, however it comes; it does not wait for the disk, so a power cut may lose the last lines.
 */
export class Journal {
  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    /** Length of the whole lines, in bytes. */
    private size: number,
  ) {}

  /**
   * Opens a journal, or makes an empty one, and appends what it holds to `versions`. A last line without an end is
   * from a writer that was killed, so nobody was told of that version: it is dropped.
   * Throws JournalError when another line is broken.
   */
  static async replay(file: string, versions: VersionStore): Promise<Journal> {
    const handle = await open(file, 'a+', 0o600);
    try {
      const bytes = await handle.readFile();
      const size = bytes.lastIndexOf(LINE_FEED) + 1;
      appendLines(file, bytes.subarray(0, size), versions);
      if (size < bytes.length) await dropTornLine(handle, size, bytes.length);
      return new Journal(file, handle, size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Resolves once every version is written. When it rejects, none of them is in the journal. */
  async append(versions: readonly ResourceVersion[]): Promise<void> {
    const lines = Buffer.from(versions.map((version) => formatVersion(version)).join(''));
    try {
      await this.handle.appendFile(lines);
    } catch (error) {
      await this.handle.truncate(this.size);
      throw new Error(`${this.file} cannot be written`, { cause: error });
    }
    this.size += lines.length;
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

function appendLines(file: string, bytes: Buffer, versions: VersionStore): void {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(LINE_FEED, start);
    const version = parseVersion(bytes.subarray(start, end));
    if (!version) throw new JournalError(file, line, 'this is not a stored version');
    if (!follows(version, versions.of(version.type, version.id)))
      throw new JournalError(file, line, 'this version does not follow the one before it');
    versions.append(version);
    start = end + 1;
  }
}

/** A number is one more than the one before it; a UUID is new. */
function follows({ versionId }: ResourceVersion, before: readonly ResourceVersion[]): boolean {
  if (UUID.test(versionId)) return before.every((version) => version.versionId !== versionId);
  return Number(versionId) === before.length + 1;
}

async function dropTornLine(handle: FileHandle, size: number, length: number): Promise<void> {
  await handle.truncate(size);
  process.stderr.write(`sandbox: dropped the last ${length - size} bytes of the journal, a torn line\n`);
}
