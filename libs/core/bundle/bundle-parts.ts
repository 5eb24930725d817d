import { concatBytes, utf8 } from '../encoding/encoding.js';
import type { FhirResource } from '../resource/fhir-resource.js';
import type { Change } from './announcement.js';
import { OpenedBundle } from './bundle-entry.js';

/** How many entries a Bundle has. Throws BUNDLE.MALFORMED. */
export function countEntries(bundle: FhirResource): number {
  return new OpenedBundle(bundle).count();
}

/** A Bundle of one entry of another: read alone, it says what the entry said. @param entry its JSON */
export function bundleOfEntry(type: string | undefined, entry: Uint8Array): Uint8Array {
  const head = `{"resourceType":"Bundle",${type === undefined ? '' : `"type":${JSON.stringify(type)},`}"entry":[`;
  return concatBytes(utf8(head), entry, utf8(']}'));
}

/** A history Bundle that names the same change, so that it can be kept, and be read again, by itself. */
export function bundleOfNamed(named: Omit<Extract<Change, { kind: 'named' }>, 'kind'>): Uint8Array {
  const { type, id, version, interaction } = named;
  const method = interaction === 'delete' ? 'DELETE' : interaction === 'create' ? 'POST' : 'PUT';
  const entry = {
    request: { method, url: `${type}/${id}` },
    response: {
      status: interaction === 'create' ? '201' : '200',
      ...(version === undefined ? {} : { etag: `W/"${version}"` }),
    },
  };
  return bundleOfEntry('history', utf8(JSON.stringify(entry)));
}
