import { allOk, badRequest, OperationOutcomeError, singularize } from '@medplum/core';
import {
  FhirRouter,
  type FhirRequest,
  type FhirRouteHandler,
  type RestInteraction,
} from '@medplum/fhir-router';
import type { Faults } from '../faults/faults.js';
import { isResourceType } from '../r4/definitions.js';
import { capabilityStatement } from './capability-statement.js';
import { historyBundle, instanceHistory, type HistoryQuery } from './history-bundle.js';
import { unknownType } from './outcomes.js';
import type { ServerAddress } from './server-address.js';
import type { ResourceVersion, VersionStore } from './version-store.js';

/** The routes of Medplum's router that this server keeps; it answers the others with 404. */
const KEPT: ReadonlySet<RestInteraction> = new Set<RestInteraction>([
  'create',
  'read',
  'vread',
  'update',
  'delete',
  'search-type',
  'batch',
]);

/** What of history there is. */
export interface HistorySettings {
  /** Whether there is history of a type and of everything. */
  readonly systemHistory: boolean;
  /** Entries in one page, at most. */
  readonly pageSize: number;
}

export interface RouterParts {
  readonly versions: VersionStore;
  readonly faults: Faults;
  readonly address: ServerAddress;
}

/** Medplum's routes, with history as R4 has it (deletions, `_since`, types and the whole system) and metadata. */
export function sandboxRouter(parts: RouterParts, settings: HistorySettings): FhirRouter {
  const { versions, faults, address } = parts;
  const router = new FhirRouter();
  const { routes } = router.router;
  routes.splice(0, routes.length, ...routes.filter(({ data }) => data && KEPT.has(data.interaction)));

  const query = (request: FhirRequest) => historyQuery(request, settings.pageSize);

  const systemHistory: FhirRouteHandler = (request) =>
    Promise.resolve([allOk, historyBundle(shown(versions.since(0), faults), query(request))]);

  const typeHistory: FhirRouteHandler = (request) => {
    const type = request.params['resourceType'] ?? '';
    if (!isResourceType(type)) throw new OperationOutcomeError(unknownType);
    const written = versions.since(0).filter((version) => version.type === type);
    return Promise.resolve([allOk, historyBundle(shown(written, faults), query(request))]);
  };

  const resourceHistory: FhirRouteHandler = (request) => {
    const { resourceType = '', id = '' } = request.params;
    if (!isResourceType(resourceType)) throw new OperationOutcomeError(unknownType);
    return Promise.resolve([allOk, instanceHistory(versions.of(resourceType, id), query(request))]);
  };

  router.add('GET', 'metadata', () =>
    Promise.resolve([allOk, capabilityStatement(address.base, settings.systemHistory)]),
  );
  if (settings.systemHistory) {
    router.add('GET', '_history', systemHistory, 'history-system');
    router.add('GET', ':resourceType/_history', typeHistory, 'history-type');
  }
  router.add('GET', ':resourceType/:id/_history', resourceHistory, 'history-instance');
  return router;
}

/** What history shows of what was written: HAPI's may lack what is young. */
function shown(written: readonly ResourceVersion[], faults: Faults): readonly ResourceVersion[] {
  const { historyLagMs } = faults.settings;
  if (historyLagMs === 0) return written;
  const limit = Date.now() - historyLagMs;
  const old = written.filter(({ lastUpdated }) => Date.parse(lastUpdated) <= limit);
  if (old.length < written.length) faults.count('historyLagMs');
  return old;
}

function historyQuery({ query }: FhirRequest, pageSize: number): HistoryQuery {
  const since = singularize(query['_since']);
  if (since !== undefined && Number.isNaN(Date.parse(since)))
    throw new OperationOutcomeError(badRequest('_since is not an instant'));
  const count = Math.min(naturalNumber(query, '_count') ?? pageSize, pageSize);
  return { since, count, offset: naturalNumber(query, '_offset') };
}

function naturalNumber(query: FhirRequest['query'], name: string): number | undefined {
  const value = singularize(query[name]);
  if (value !== undefined && !/^\d{1,9}$/.test(value))
    throw new OperationOutcomeError(badRequest(`${name} is not a natural number`));
  return value === undefined ? undefined : Number(value);
}
