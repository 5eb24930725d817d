import { relative } from 'node:path';
import type { Addresses } from './installation.js';

/** Where everything is, and what to try next: each command works when it is pasted. */
export function greeting(addresses: Addresses, loaded: readonly string[]): string {
  const { api, sandbox, rpcUrl, contract, data, trustFile } = addresses;
  const example =
    loaded.find((reference) => reference.startsWith('Observation/')) ?? loaded[0] ?? 'Patient/example';
  const trust = relative(process.cwd(), trustFile) || trustFile;
  return `
Attestry is up. Ctrl-C stops it; starting it again keeps the log and the keys.

  API             ${api}            (OpenAPI: ${api}/docs)
  log             ${api}/log/checkpoint
  FHIR sandbox    ${sandbox}
  EVM node        ${rpcUrl ?? 'as configured'}${contract ? `, CheckpointRegistry ${contract}` : ''}
  data            ${data}

Try, in another terminal in this folder:

  # a resource as its source holds it, verified: match "exact", and what backs it
  curl -s ${sandbox}/${example} > record.json
  curl -s -H 'Content-Type: application/fhir+json' --data-binary @record.json ${api}/v1/verify

  # one element altered: match "partial", and the name of the element that differs
  sed 's/"status": *"[a-z]*"/"status":"cancelled"/' record.json > altered.json
  curl -s -H 'Content-Type: application/fhir+json' --data-binary @altered.json ${api}/v1/verify

  # evidence, checked offline
  curl -s ${api}/v1/evidence/0 > evidence.json
  npm run --silent attestry -- verify evidence.json --trust ${trust}${rpcUrl ? ` --rpc ${rpcUrl}` : ''}

  # the scripted tour
  npm run demo
`;
}
