import type {
  CapabilityStatement,
  CapabilityStatementRestResource,
  CapabilityStatementRestResourceInteraction,
  ResourceType,
} from '@medplum/fhirtypes';
import { RESOURCE_TYPES, searchParametersOf } from '../r4/definitions.js';

const INTERACTIONS: readonly CapabilityStatementRestResourceInteraction['code'][] = [
  'read',
  'vread',
  'update',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
];

const SUBSCRIPTIONS =
  'Channel rest-hook, and websocket with $get-ws-binding-token. A requested Subscription is activated at once, without a handshake. Criteria are a ' +
  'resource type with the search parameters listed here, or the URL of a topic, as the Subscriptions R5 Backport has ' +
  'it: then there are a handshake, numbered events and heartbeats, $status and $events. Payload application/fhir+json, or none. Each notification ' +
  'carries X-Medplum-Subscription and X-Medplum-Interaction; with the extension subscription-secret also ' +
  'X-Signature, the HMAC-SHA-256 of the body in hexadecimal. A deletion is announced by the body {} and ' +
  'X-Medplum-Deleted-Resource. Failing deliveries are tried again with exponential backoff; then the status is error.';

/** What this server can do, https://hl7.org/fhir/R4/capabilitystatement.html */
export function capabilityStatement(base: string, systemHistory: boolean): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2025-01-01',
    kind: 'instance',
    software: { name: 'Attestry sandbox' },
    implementation: { description: 'An in-memory FHIR server for demonstrations and tests', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'Keeps everything in memory: a restart forgets what no journal holds. Asks nobody who they are.',
        resource: RESOURCE_TYPES.map((type) => resourceCapability(type, systemHistory)),
        interaction: [
          { code: 'transaction' },
          { code: 'batch' },
          ...(systemHistory ? [{ code: 'history-system' } as const] : []),
        ],
      },
    ],
  };
}

function resourceCapability(type: ResourceType, systemHistory: boolean): CapabilityStatementRestResource {
  const parameters = searchParametersOf(type);
  return {
    type,
    ...(type === 'Subscription' && { documentation: SUBSCRIPTIONS }),
    interaction: INTERACTIONS.filter((code) => systemHistory || code !== 'history-type').map((code) => ({
      code,
    })),
    versioning: 'versioned',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'not-supported',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    ...(parameters.length > 0 && {
      searchParam: parameters.map((parameter) => ({ name: parameter.code, type: parameter.type })),
    }),
  };
}
