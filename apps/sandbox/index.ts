export { startSandbox, type Sandbox } from './sandbox.js';
export type { SandboxOptions } from './sandbox.options.js';
export { dice } from './faults/dice.js';
