import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { PROGRAM, runAttestry, TestFolder } from '../testing/run-attestry.js';

const MIB = 1024 * 1024;

/** The most memory that a process has held, where the system tells it; else 0. */
function peakMemoryMb(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

describe('what attestry reads', () => {
  let folder: TestFolder;
  beforeAll(async () => (folder = await TestFolder.make()));
  afterAll(() => folder.remove());

  it.each([
    ['a missing file', 'nothing.json', undefined, 'INPUT.MISSING: there is no such file'],
    ['a folder', '.', undefined, 'INPUT.UNREADABLE: it is a folder'],
    ['a path through a file', 'file/inner', '{}', 'INPUT.UNREADABLE: it cannot be read (ENOTDIR)'],
    ['an empty file', 'file', '', 'INPUT.EMPTY'],
    ['white space alone', 'file', ' \n\r\n\t', 'INPUT.EMPTY'],
    ['zero bytes', 'file', '\0\0\0\0', 'CANONICAL.SYNTAX'],
    ['a byte order mark', 'file', '\ufeff{"resourceType":"Basic"}', 'CANONICAL.SYNTAX'],
    ['a text without its end', 'file', '{"resourceType":"Basic"\n', 'CANONICAL.SYNTAX'],
    ['two texts on a line', 'file', '{"resourceType":"Basic"} {}', 'CANONICAL.SYNTAX'],
    [
      'a duplicate member',
      'file',
      '{"resourceType":"Basic","a":1,\n"\\u0061":1}',
      'CANONICAL.DUPLICATE_MEMBER',
    ],
    ['an array', 'file', '[{"resourceType":"Basic"}]', 'RESOURCE.NOT_A_RESOURCE'],
    ['a deep text', 'file', '['.repeat(100_000), 'CANONICAL.TOO_DEEP'],
  ])('refuses %s with one line and advice', async (_, name, content, expected) => {
    if (content !== undefined) await folder.file('file', content);
    const { status, stdout, stderr } = await runAttestry(['digest', `${folder.path}/${name}`]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`attestry: ${expected}`);
    expect(stderr.split('\n')).toHaveLength(3);
    expect(stderr).not.toMatch(/ at .*\.js|node:/);
  });

  it('says where UTF-8 breaks', async () => {
    const { stderr } = await runAttestry(['digest', '-'], {
      input: Buffer.from('{"é":\n "\xff"}', 'latin1'),
    });
    expect(stderr).toMatch(/^attestry: CANONICAL\.INVALID_UTF8: .*\(standard input, line 1, column 3\)/);
  });

  it('refuses one text or one line over 16 MiB, and takes one just under it', async () => {
    const ofSize = (size: number) => `{"resourceType":"Basic","x":"${'a'.repeat(size - 31)}"}`;
    const fits = ofSize(16 * MIB);
    expect(Buffer.byteLength(fits)).toBe(16 * MIB);
    expect((await runAttestry(['digest', '-'], { input: fits })).status).toBe(0);
    const long = await runAttestry(['digest', '-'], {
      input: `{"resourceType":"A"}\n${ofSize(16 * MIB + 1)}`,
    });
    expect([long.status, long.stderr]).toEqual([2, expect.stringMatching(/INPUT\.TOO_LARGE: .*line 2\)/)]);
    const tall = await runAttestry(['digest', '-'], { input: `[${'1,\n'.repeat(6 * MIB)}1]` });
    expect([tall.status, tall.stderr]).toEqual([2, expect.stringMatching(/INPUT\.TOO_LARGE/)]);
  });

  it('streams 150 MB of NDJSON in bounded memory', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'canonical', '-'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const line = `{"resourceType":"Basic","x":"${'a'.repeat(10_000)}"}\n`;
    let received = 0;
    child.stdout.on('data', (chunk: Buffer) => (received += chunk.length));
    for (let at = 0; at < 15_000; at++) if (!child.stdin.write(line)) await once(child.stdin, 'drain');
    const peakMb = peakMemoryMb(child.pid!);
    const closed = once(child, 'close');
    child.stdin.end();
    expect(await closed).toEqual([0, null]);
    expect(received).toBe(15_000 * line.length);
    expect(peakMb).toBeLessThan(160);
  });

  it('stops at a bad line without waiting for the end of standard input', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'digest', '-', '--json']);
    child.stdin.write('{"resourceType":"Basic"}\n{bad\n');
    const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect([child.exitCode, stderr]).toEqual([2, expect.stringContaining('"line":2')]);
    child.stdin.destroy();
  });
});
