import { packageVersion } from '../composition/package.js';

/** What the OpenAPI page says about the whole. */
export const API_DESCRIPTION = {
  title: 'Attestry',
  version: packageVersion,
  description:
    'Takes notifications of changed FHIR resources in, and answers whether a resource is the one that its source ' +
    'holds. Errors carry a stable code: `{"error": {"code", "message", "advice"}}`, or an OperationOutcome under ' +
    '/fhir and /intake.',
};
