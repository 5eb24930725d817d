export { startSandbox, type Sandbox } from './sandbox.js';
export type { SandboxOptions } from './sandbox.options.js';
export type { DeliveryFacts, DeliverySettings } from './subscriptions/delivery-queue.js';
export type { DeliveryReport } from './subscriptions/subscriptions.service.js';
