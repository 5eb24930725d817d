import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../frame/cli.errors.js';
import { limitedBytes } from './limited-bytes.js';
import type { LogFiles } from './log-files.js';

const ABSENT = ['ENOENT', 'ENOTDIR', 'EISDIR'];

/** A log in a folder. */
export class FolderLogFiles implements LogFiles {
  constructor(readonly place: string) {}

  async read(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      return await limitedBytes(createReadStream(join(this.place, path)) as AsyncIterable<Buffer>, maxBytes);
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      if (ABSENT.includes(code)) return undefined;
      throw new CliError('LOG.UNREACHABLE', `a file cannot be read (${code})`, {
        place: { input: join(this.place, path) },
        advice: 'Check that you may read all of the folder.',
      });
    }
  }
}
