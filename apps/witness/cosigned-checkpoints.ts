import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCheckpoint, parseNote, sha256, toHex, utf8, type Checkpoint } from '#core';
import { readIfThere, writeDurably } from './durable-file.js';
import { unusable } from './witness.errors.js';

/** The newest checkpoint of each log that the witness has cosigned: a file each, named by the hash of the origin. */
export class CosignedCheckpoints {
  private constructor(private readonly folder: string) {}

  /** Throws WITNESS.STATE when a file is not one that a witness wrote: to begin that log anew could cosign a fork. */
  static async open(data: string): Promise<CosignedCheckpoints> {
    const folder = join(data, 'logs');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const checkpoints = new CosignedCheckpoints(folder);
    for (const name of await checkpoints.names()) await checkpoints.read(name);
    return checkpoints;
  }

  /** Whether any log was ever cosigned. */
  async any(): Promise<boolean> {
    return (await this.names()).length > 0;
  }

  /** What the witness holds of a log; undefined when it never cosigned it. */
  async latest(origin: string): Promise<Checkpoint | undefined> {
    const note = await this.read(originHash(origin));
    return note === undefined ? undefined : parseCheckpoint(parseNote(note).text);
  }

  /** The cosigned note of the log whose origin has this hash, in lower-case hexadecimal. */
  async read(hash: string): Promise<string | undefined> {
    const file = join(this.folder, hash);
    const note = await readIfThere(file);
    if (note !== undefined && hashOfNote(note) !== hash)
      throw unusable('WITNESS.STATE', `${file} is not the checkpoint that it was: put it back from a backup`);
    return note;
  }

  /** On disk when this resolves. One call a log at a time. */
  async write(origin: string, note: string): Promise<void> {
    await writeDurably(join(this.folder, originHash(origin)), note);
  }

  private async names(): Promise<string[]> {
    return (await readdir(this.folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  }
}

function hashOfNote(note: string): string | undefined {
  try {
    return originHash(parseCheckpoint(parseNote(note).text).origin);
  } catch {
    return undefined;
  }
}

/** C2SP tlog-witness, Monitor Retrieval Mechanism. */
function originHash(origin: string): string {
  return toHex(sha256(utf8(origin)));
}
