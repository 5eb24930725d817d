import { generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unusableKey } from './keys.errors.js';

/** Names of the files in the key folder, with what a new one holds. */
const NEW_KEYS = {
  'seal.key': () => randomBytes(32).toString('hex'),
  'log.pem': () => pem(generateKeyPairSync('ed25519')),
  'client-es384.pem': () => pem(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
  // What it signs lives for minutes.
  'client-rs384.pem': () => pem(generateKeyPairSync('rsa', { modulusLength: 2048 })),
};

export type KeyName = keyof typeof NEW_KEYS;
export type KeyTexts = Readonly<Record<KeyName, string>>;

const NAMES = Object.keys(NEW_KEYS) as KeyName[];
/** A new one of these is only another key: we publish it, and sources look it up. Older folders lack them. */
const REPLACEABLE: ReadonlySet<KeyName> = new Set(['client-es384.pem', 'client-rs384.pem']);

/**
 * The contents of every key file. On the first start, when there is no key folder, all are made: in a folder that gets
 * its name only when they are safely on disk, so that a crash leaves none of them and two processes share one set.
 * Throws KEYS.MISSING where the folder lacks one that cannot be replaced: a new log key would be another log.
 */
export async function openKeyFolder(folder: string): Promise<KeyTexts> {
  if ((await modeOf(folder)) === undefined) await makeKeyFolder(folder);
  await assertPrivate(folder, 0o700);
  const texts = await Promise.all(NAMES.map(async (name) => [name, await readKey(folder, name)] as const));
  return Object.fromEntries(texts) as Record<KeyName, string>;
}

async function makeKeyFolder(folder: string): Promise<void> {
  const unfinished = `${folder}.${randomUUID()}.new`;
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  for (const name of NAMES) await writeSynced(join(unfinished, name), NEW_KEYS[name]());
  await syncFolder(unfinished);
  try {
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true });
    // Another process was faster: its keys are the ones.
    if ((await modeOf(folder)) === undefined) throw error;
  }
  await syncFolder(dirname(folder));
}

async function readKey(folder: string, name: KeyName): Promise<string> {
  const file = join(folder, name);
  if (REPLACEABLE.has(name) && (await modeOf(file)) === undefined) await addKey(folder, name);
  if ((await modeOf(file)) === undefined)
    throw unusableKey('KEYS.MISSING', `${file} is missing: put it back from a backup`);
  await assertPrivate(file, 0o600);
  return (await readFile(file, 'utf8')).trim();
}

/** Whole or not at all, and one for all processes: a link is made to a file that is safely on disk. */
async function addKey(folder: string, name: KeyName): Promise<void> {
  const unfinished = join(folder, `${name}.${randomUUID()}.new`);
  await writeSynced(unfinished, NEW_KEYS[name]());
  try {
    await link(unfinished, join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(unfinished);
  }
  await syncFolder(folder);
}

async function assertPrivate(path: string, wanted: number): Promise<void> {
  if (process.platform === 'win32') return;
  const mode = (await modeOf(path)) ?? 0;
  if ((mode & 0o077) !== 0)
    throw unusableKey(
      'KEYS.MODE',
      `${path} has mode ${mode.toString(8)}, so others may get at it: chmod ${wanted.toString(8)} it, and consider the key known`,
    );
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${text.trim()}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function pem({ privateKey }: { readonly privateKey: KeyObject }): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
