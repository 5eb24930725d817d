import { relative } from 'node:path';
import type { Addresses } from './installation.js';

/** A record to try things on. */
export interface Example {
  /** `Type/id` */
  readonly reference: string;
  readonly index: number;
}

/** Where everything is, and what to try next: each command works when it is pasted. */
export function greeting(addresses: Addresses, example: Example | undefined): string {
  const { api, sandbox, rpcUrl, contract, witnesses, data } = addresses;
  return `
Attestry is up. Ctrl-C stops it; starting it again keeps the log and the keys.

  API             ${api}            (OpenAPI: ${api}/docs)
  log             ${api}/log/checkpoint
  FHIR sandbox    ${sandbox}
  EVM node        ${rpcUrl ?? 'as configured'}${contract ? `, CheckpointRegistry ${contract}` : ''}
  witnesses       ${witnesses.join(', ') || 'as configured'}
  data            ${data}
${example ? commands(addresses, example) : ''}
The scripted tour: npm run demo
`;
}

function commands({ api, sandbox, rpcUrl, data }: Addresses, { reference, index }: Example): string {
  const files = relative(process.cwd(), data) || '.';
  return `
Try, in another terminal in this folder:

  # a resource as its source holds it, verified: match "exact", and what backs it
  curl -s ${sandbox}/${reference} > ${files}/record.json
  curl -s -H 'Content-Type: application/fhir+json' --data-binary @${files}/record.json ${api}/v1/verify

  # one element altered: match "partial", and the name of the element that differs
  sed 's/"final"/"amended"/' ${files}/record.json > ${files}/altered.json
  curl -s -H 'Content-Type: application/fhir+json' --data-binary @${files}/altered.json ${api}/v1/verify

  # evidence, checked offline
  curl -s ${api}/v1/evidence/${index} > ${files}/evidence.json
  npm run --silent attestry -- verify ${files}/evidence.json --resource ${files}/record.json --trust ${files}/trust.json${rpcUrl ? ` --rpc ${rpcUrl}` : ''}
`;
}
