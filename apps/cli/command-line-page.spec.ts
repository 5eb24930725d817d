import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runAttestry, TestFolder } from './testing/run-attestry.js';

const page = readFileSync('docs/operations/command-line.md', 'utf8');

/** The page's examples: a command that was typed, and what it printed. */
const examples = [...page.matchAll(/^```\n(\$ [^`]*?)^```/gm)].flatMap(([, block = '']) =>
  block
    .split(/^\$ /m)
    .slice(1)
    .map((example) => {
      const end = example.indexOf('\n');
      return { command: example.slice(0, end), output: example.slice(end + 1).trimEnd() };
    }),
);

describe('docs/operations/command-line.md', () => {
  let folder: TestFolder;
  let patient: string;
  beforeAll(async () => {
    folder = await TestFolder.make();
    const { output = '' } = examples.find(({ command }) => command === 'cat patient.json') ?? {};
    patient = await folder.file('patient.json', `${output}\n`);
  });
  afterAll(() => folder.remove());

  const onPatient = examples.filter(({ command }) =>
    /^attestry (canonical|digest) patient\.json/.test(command),
  );
  it.each(onPatient)('prints what $command prints', async ({ command, output }) => {
    const [words = '', filter] = command.split(' | ');
    const args = words.split(' ').slice(1);
    const { stdout } = await runAttestry(args.map((word) => (word === 'patient.json' ? patient : word)));
    const printed =
      filter === 'sha256sum' ? `${createHash('sha256').update(stdout).digest('hex')}  -` : stdout;
    expect(printed.trimEnd()).toBe(output);
  });

  it('has such examples', () => expect(onPatient.length).toBeGreaterThanOrEqual(4));

  it.each([
    ['up'],
    ['demo'],
    ['verify'],
    ['witness'],
    ['canonical'],
    ['digest'],
    ['source add'],
    ['source list'],
    ['source status'],
    ['source rotate-secret'],
    ['source export'],
    ['import'],
    ['dead-letter list'],
    ['dead-letter retry'],
    ['incident list'],
    ['incident close'],
    ['ledger deploy'],
    ['log audit'],
  ])('names every option of attestry %s', async (command) => {
    const { stdout } = await runAttestry([...command.split(' '), '--help']);
    const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option!);
    expect(options).toContain('--help');
    for (const option of options) expect(page).toContain(option);
  });
});
