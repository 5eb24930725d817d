import { anchorStoreContract } from './anchor-store.contract.js';
import { catchUpsContract } from './catch-ups.contract.js';
import { deadLettersContract } from './dead-letters.contract.js';
import { inboxContract } from './inbox.contract.js';
import { incidentsContract } from './incidents.contract.js';
import { logStoreContract } from './log-store.contract.js';
import { recordStoreContract } from './record-store.contract.js';
import { resourceChecksContract } from './resource-checks.contract.js';
import { sourceFactsContract } from './source-facts.contract.js';
import { sourceRegistryContract } from './source-registry.contract.js';
import { sourceTasksContract } from './source-tasks.contract.js';
import { subscriptionStoreContract } from './subscription-store.contract.js';
import type { Stores } from './store-steps.js';

/** What every set of stores keeps. @param empty makes stores without any data; called before each test */
export function storesContract(empty: () => Promise<Stores>): void {
  let stores: Stores;
  const current = (): Stores => stores;
  beforeEach(async () => {
    stores = await empty();
  });
  describe('SourceRegistry', () => sourceRegistryContract(current));
  describe('Inbox', () => inboxContract(current));
  describe('RecordStore', () => recordStoreContract(current));
  describe('LogStore', () => logStoreContract(current));
  describe('AnchorStore', () => anchorStoreContract(current));
  describe('CatchUps', () => catchUpsContract(current));
  describe('DeadLetters', () => deadLettersContract(current));
  describe('Incidents', () => incidentsContract(current));
  describe('ResourceChecks', () => resourceChecksContract(current));
  describe('SourceFactsReader', () => sourceFactsContract(current));
  describe('SourceTasks', () => sourceTasksContract(current));
  describe('SubscriptionStore', () => subscriptionStoreContract(current));
}
