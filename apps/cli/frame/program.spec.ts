import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { PROGRAM, runAttestry, TestFolder } from '../testing/run-attestry.js';

const shell = promisify(execFile);
const COMMANDS = [
  'up',
  'demo',
  'verify',
  'witness',
  'canonical',
  'digest',
  'source',
  'import',
  'dead-letter',
  'incident',
  'ledger',
  'log',
  'keys',
];

describe('attestry', () => {
  it('says its version and its commands', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await runAttestry(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    const help = await runAttestry(['--help']);
    expect([help.status, help.stderr]).toEqual([0, '']);
    for (const command of COMMANDS) expect(help.stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it('explains every command', async () => {
    for (const command of COMMANDS.flatMap((name) => [
      [name, '--help'],
      ['help', name],
    ])) {
      const { status, stdout } = await runAttestry(command);
      expect([command, status]).toEqual([command, 0]);
      expect(stdout).toMatch(/^Usage: attestry /);
    }
  });

  it.each([
    [['verfy'], 'USAGE.UNKNOWN_COMMAND', 'Did you mean verify? See: attestry --help'],
    [['source', 'remove'], 'USAGE.UNKNOWN_COMMAND', 'See: attestry source --help'],
    [['digest', '-', '--jsn'], 'USAGE.UNKNOWN_OPTION', 'Did you mean --json? See: attestry digest --help'],
    [['digest'], 'USAGE.INVALID', 'See: attestry digest --help'],
    [['digest', 'a', 'b'], 'USAGE.INVALID', 'See: attestry digest --help'],
    [['canonical', '-', '--view', 'all'], 'USAGE.INVALID', 'See: attestry canonical --help'],
    [['ledger', 'deploy', '--rpc', 'x'], 'USAGE.INVALID', 'See: attestry ledger deploy --help'],
  ])('refuses %j with a hint', async (args, code, advice) => {
    const { status, stdout, stderr } = await runAttestry(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^attestry: .*\n {2}.*\n$/);
    expect(stderr).toContain(`attestry: ${code}: `);
    expect(stderr).toContain(`  ${advice}\n`);
  });

  it('prints its help as an error when no command is named', async () => {
    for (const args of [[], ['source']]) {
      const { status, stdout, stderr } = await runAttestry(args);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^Usage: attestry /);
    }
  });

  it('writes errors as JSON where JSON was asked for', async () => {
    const { status, stdout, stderr } = await runAttestry(['digest', 'nothing', '--json']);
    expect([status, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'INPUT.MISSING',
        message: 'there is no such file',
        input: 'nothing',
        advice: 'Check the path; - is standard input.',
      },
    });
  });

  it('ends quietly when nobody reads on, and plainly when the output cannot be written', async () => {
    const folder = await TestFolder.make();
    const many = await folder.file('many.ndjson', '{"resourceType":"Basic"}\n'.repeat(50_000));
    const program = `'${process.execPath}' '${PROGRAM}' canonical '${many}'`;
    expect(await shell('sh', ['-c', `${program} | head -n 1`])).toEqual({
      stdout: '{"resourceType":"Basic"}\n',
      stderr: '',
    });
    if (process.platform === 'linux')
      expect(await shell('sh', ['-c', `${program} > /dev/full || echo $?`])).toEqual({
        stdout: '2\n',
        stderr: 'attestry: OUTPUT.FAILED: standard output cannot be written (ENOSPC)\n',
      });
    await folder.remove();
  });
});
