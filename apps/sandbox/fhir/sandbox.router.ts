import { allOk, badRequest, OperationOutcomeError, singularize } from '@medplum/core';
import {
  FhirRouter,
  type FhirRequest,
  type FhirRouteHandler,
  type RestInteraction,
} from '@medplum/fhir-router';
import { isResourceType } from '../r4/definitions.js';
import { capabilityStatement } from './capability-statement.js';
import { historyBundle, instanceHistory, type HistoryQuery } from './history-bundle.js';
import { unknownType } from './outcomes.js';
import type { VersionStore } from './version-store.js';

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

/** Medplum's routes, with history as R4 has it (deletions, `_since`, types and the whole system) and metadata. */
export function sandboxRouter(versions: VersionStore, base: () => string): FhirRouter {
  const router = new FhirRouter();
  const { routes } = router.router;
  routes.splice(0, routes.length, ...routes.filter(({ data }) => data && KEPT.has(data.interaction)));

  const systemHistory: FhirRouteHandler = (request) =>
    Promise.resolve([allOk, historyBundle(versions.since(0), historyQuery(request))]);

  const typeHistory: FhirRouteHandler = (request) => {
    const type = request.params['resourceType'] ?? '';
    if (!isResourceType(type)) throw new OperationOutcomeError(unknownType);
    const written = versions.since(0).filter((version) => version.type === type);
    return Promise.resolve([allOk, historyBundle(written, historyQuery(request))]);
  };

  const resourceHistory: FhirRouteHandler = (request) => {
    const { resourceType = '', id = '' } = request.params;
    if (!isResourceType(resourceType)) throw new OperationOutcomeError(unknownType);
    return Promise.resolve([allOk, instanceHistory(versions.of(resourceType, id), historyQuery(request))]);
  };

  router.add('GET', 'metadata', () => Promise.resolve([allOk, capabilityStatement(base())]));
  router.add('GET', '_history', systemHistory, 'history-system');
  router.add('GET', ':resourceType/_history', typeHistory, 'history-type');
  router.add('GET', ':resourceType/:id/_history', resourceHistory, 'history-instance');
  return router;
}

function historyQuery({ query }: FhirRequest): HistoryQuery {
  const since = singularize(query['_since']);
  if (since !== undefined && Number.isNaN(Date.parse(since)))
    throw new OperationOutcomeError(badRequest('_since is not an instant'));
  return { since, count: naturalNumber(query, '_count'), offset: naturalNumber(query, '_offset') };
}

function naturalNumber(query: FhirRequest['query'], name: string): number | undefined {
  const value = singularize(query[name]);
  if (value !== undefined && !/^\d{1,9}$/.test(value))
    throw new OperationOutcomeError(badRequest(`${name} is not a natural number`));
  return value === undefined ? undefined : Number(value);
}
