import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import type { SocketBinding } from '#ports';
import { malformed } from '../fhir-rest.errors.js';
import type { PermittedUrls } from '../transport/permitted-urls.js';
import type { SourceClient } from '../transport/source-client.js';

/**
 * https://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition-backport-subscription-get-ws-binding-token.html
 * Throws PortError SOURCE.MALFORMED, or SOURCE.REFUSED for a WebSocket at a host that may not be contacted.
 */
export async function bindSocket(
  client: SourceClient,
  urls: PermittedUrls,
  id: string,
): Promise<SocketBinding> {
  const answer = await client.fhir.operation({
    resourceType: 'Subscription',
    id,
    name: 'get-ws-binding-token',
    method: 'GET',
  });
  const { parameter = [] } = answer as unknown as Parameters;
  const named = (name: string): ParametersParameter | undefined => parameter.find((one) => one.name === name);
  const token = named('token')?.valueString;
  const url = named('websocket-url');
  const address = url?.valueUrl ?? url?.valueUri ?? url?.valueString;
  if (token === undefined || address === undefined || !/^wss?:\/\//.test(address))
    throw malformed('The source answered without a binding token, or without a WebSocket to bind');
  urls.requireHost(address.replace(/^ws/, 'http'));
  const until = Date.parse(named('expiration')?.valueDateTime ?? '');
  return { url: address, token, until: Number.isNaN(until) ? undefined : new Date(until) };
}
