import type { Migration } from 'kysely';
import * as initial from './0001-initial.migration.js';
import * as sources from './0002-sources.migration.js';
import * as witnessing from './0003-witnessing.migration.js';

/** Every migration by its name, in order. A migration that was released never changes. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-sources': sources,
  '0003-witnessing': witnessing,
};
