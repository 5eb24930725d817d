import { endWithParent } from '../composition/end-with-parent.js';
import { readOptions } from './command-line.js';
import type { SandboxOptions } from './sandbox.options.js';
import { startSandbox } from './sandbox.js';

endWithParent();
const sandbox = await startSandbox(optionsOrExit()).catch((error: unknown) => exit(1, error));

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    void sandbox.close().then(() => process.exit(0));
  });
process.stdout.write(`${JSON.stringify({ ready: true, base: sandbox.base })}\n`);

function optionsOrExit(): SandboxOptions {
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    return exit(2, error);
  }
}

function exit(status: number, error: unknown): never {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(status);
}
