import { endWithParent } from '../composition/process.js';
import { readOptions, type SandboxOptions } from './sandbox.options.js';
import { startSandbox } from './sandbox.js';

endWithParent();
const sandbox = await startSandbox(optionsOrExit());

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    void sandbox.close().then(() => process.exit(0));
  });
process.stdout.write(`${JSON.stringify({ ready: true, base: sandbox.base })}\n`);

function optionsOrExit(): SandboxOptions {
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`sandbox: ${(error as Error).message}\n`);
    process.exit(2);
  }
}
