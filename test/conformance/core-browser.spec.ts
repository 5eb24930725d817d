import { existsSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import {
  type runCoreVectors as RunCoreVectors,
  runCoreVectors,
  type VectorInputs,
  type VectorResult,
} from './core-vectors.js';
import { exampleNamesOf, examplesOf } from './spec-page.js';

const CHROMIUM = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));
// Root has no sandbox; the others keep the browser from asking the network for anything.
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const shared = (file: string): never[] => {
  const path = `../shared/vectors/merkle/${file}`;
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as never[]) : [];
};
const page = (name: string) => {
  const example = examplesOf(name);
  return Object.fromEntries(exampleNamesOf(name).map((key) => [key, example(key)]));
};
const inputs: VectorInputs = {
  pages: { notes: page('notes.md'), evidence: page('evidence.md') },
  inclusion: shared('inclusion.json'),
  consistency: shared('consistency.json'),
};
if (inputs.inclusion.length === 0)
  console.warn('skipped: the shared Merkle vectors are not at ../shared/vectors');

/** The vectors and the core as a browser gets them: sources bundled under the browser's conditions. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['test/conformance/core-vectors.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'coreVectors',
    platform: 'browser',
    target: 'es2023',
    conditions: ['attestry-source', 'browser'],
  });
  return outputFiles[0]!.text;
}

async function runInChromium(executablePath: string, script: string): Promise<VectorResult> {
  const browser = await chromium.launch({ executablePath, headless: true, args: ARGUMENTS });
  try {
    const tab = await browser.newPage();
    await tab.addScriptTag({ content: script });
    return await tab.evaluate((given) => {
      const { coreVectors } = globalThis as unknown as {
        coreVectors: { runCoreVectors: typeof RunCoreVectors };
      };
      return coreVectors.runCoreVectors(given);
    }, inputs);
  } finally {
    await browser.close();
  }
}

describe("the core's vectors", () => {
  const onNode = runCoreVectors(inputs);

  it('hold on Node', () => {
    expect(onNode.failures).toEqual([]);
    expect(onNode.passed).toBeGreaterThan(200);
  });

  it('would show a fault', () => {
    const evidence = { ...inputs.pages.evidence, resource: '{"resourceType":"Patient"}' };
    expect(runCoreVectors({ ...inputs, pages: { ...inputs.pages, evidence } }).failed).toBeGreaterThan(0);
    const inclusion = [{ ...inputs.inclusion[0]!, wantErr: true }];
    if (inputs.inclusion.length > 0) expect(runCoreVectors({ ...inputs, inclusion }).failed).toBe(1);
  });

  it('come without anything of Node into a browser', async () => {
    expect(await bundle()).not.toMatch(/node:|\brequire\(|\bBuffer\b|\bprocess\./);
  });

  (CHROMIUM === undefined ? it.skip : it)(
    'hold in Chromium, and everything computed is the same as on Node',
    async () => {
      const inChromium = await runInChromium(CHROMIUM!, await bundle());
      expect(inChromium.failures).toEqual([]);
      expect(inChromium.computed).toEqual(onNode.computed);
      console.info(`core vectors: ${onNode.passed} passed on Node, ${inChromium.passed} passed in Chromium`);
    },
    60_000,
  );
  if (CHROMIUM === undefined) console.warn('skipped: no Chromium (set CHROMIUM_PATH, or install chromium)');
});
