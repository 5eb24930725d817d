import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { TestFolder } from '../cli/testing/run-attestry.js';
import { lockFolder } from './folder-lock.js';

const LOCK = pathToFileURL(resolve('dist/apps/composition/folder-lock.js')).href;
/** Takes the folder, says so or why not, and keeps it until its input ends. */
const SCRIPT = `
  const { lockFolder } = await import(process.argv[1]);
  const said = await lockFolder(process.argv[2], 'up.pid').then(() => 'locked', ({ code }) => code);
  process.stdout.write(said);
  process.stdout.end();
  process.stdin.resume();`;

describe('the lock of a data folder', () => {
  let folder: TestFolder;
  beforeEach(async () => (folder = await TestFolder.make()));
  afterEach(() => folder.remove());

  it('is given to one of many processes that ask at once', async () => {
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, LOCK, folder.path]),
    );
    const said = await Promise.all(children.map(({ stdout }) => text(stdout)));
    expect(said.sort()).toEqual([...Array<string>(5).fill('DATA.IN_USE'), 'locked']);
    for (const child of children) {
      const ended = child.exitCode ?? once(child, 'exit');
      child.stdin.end();
      await ended;
    }
  });

  it('is taken over from a process that died, or that wrote nothing', async () => {
    const child = spawn(process.execPath, ['--version']);
    await once(child, 'exit');
    for (const left of [String(child.pid), '', 'nonsense']) {
      await folder.file('up.pid', left);
      await lockFolder(folder.path, 'up.pid');
      expect(await readFile(join(folder.path, 'up.pid'), 'utf8')).toBe(String(process.pid));
    }
  });

  it('leaves nothing behind when it is released', async () => {
    const lock = await lockFolder(folder.path, 'up.pid');
    await lock.release();
    expect(await readdir(folder.path)).toEqual([]);
  });
});
