import { CoreError } from '../core.errors.js';
import { CanonicalWriter } from '../canonical/canonical-writer.js';
import { type JsonDocument, NAME, NAME_END, nameToken } from '../canonical/json-document.js';
import { type FhirResource, parseResource } from '../resource/fhir-resource.js';

const ENTRY = nameToken('entry');
const TYPE = nameToken('type');
const FULL_URL = nameToken('fullUrl');
const RESOURCE = nameToken('resource');
const REQUEST = nameToken('request');
const RESPONSE = nameToken('response');
const SEARCH = nameToken('search');
const MEMBERS = {
  method: nameToken('method'),
  url: nameToken('url'),
  status: nameToken('status'),
  etag: nameToken('etag'),
  location: nameToken('location'),
  lastModified: nameToken('lastModified'),
  mode: nameToken('mode'),
};

/** One entry of a Bundle (https://hl7.org/fhir/R4/bundle.html), each member as it was written. */
export interface BundleEntry {
  readonly fullUrl: string | undefined;
  /** `request.method` and `request.url` */
  readonly method: string | undefined;
  readonly url: string | undefined;
  /** Of `response`. */
  readonly status: string | undefined;
  readonly etag: string | undefined;
  readonly location: string | undefined;
  readonly lastModified: string | undefined;
  /** `search.mode` */
  readonly mode: string | undefined;
  /** Parses the resource, keeping every number token; undefined where there is none. Throws RESOURCE.NOT_A_RESOURCE. */
  resource(): FhirResource | undefined;
  /** The entry in canonical JSON. */
  json(): Uint8Array;
}

/** A Bundle whose entries are parsed one by one, as they are asked for. */
export class OpenedBundle {
  readonly type: string | undefined;
  private readonly array: number;
  /** One for all entries: each costs what it is long, whatever the length of the Bundle. */
  private readonly writer: CanonicalWriter;

  /** Throws BUNDLE.MALFORMED. */
  constructor(readonly itself: FhirResource) {
    const { document, type } = itself;
    if (type !== 'Bundle') throw new CoreError('BUNDLE.MALFORMED', 'expected a Bundle');
    this.type = document.stringMember(0, TYPE);
    this.array = document.member(0, ENTRY);
    if (this.array !== 0 && (!document.isContainer(this.array) || document.isObject(this.array)))
      throw new CoreError('BUNDLE.MALFORMED', 'the entries of a Bundle have to be an array');
    this.writer = new CanonicalWriter(document.used);
  }

  /** In their order. */
  *entries(): Generator<BundleEntry, void, undefined> {
    if (this.array === 0) return;
    for (const record of this.itself.document.children(this.array)) yield this.entry(record);
  }

  count(): number {
    let count = 0;
    if (this.array !== 0) for (const _ of this.itself.document.children(this.array)) count += 1;
    return count;
  }

  private entry(record: number): BundleEntry {
    const { document } = this.itself;
    const request = document.member(record, REQUEST);
    const response = document.member(record, RESPONSE);
    const text = (object: number, name: Uint8Array): string | undefined =>
      object === 0 ? undefined : document.stringMember(object, name);
    return {
      fullUrl: document.stringMember(record, FULL_URL),
      method: text(request, MEMBERS.method),
      url: text(request, MEMBERS.url),
      status: text(response, MEMBERS.status),
      etag: text(response, MEMBERS.etag),
      location: text(response, MEMBERS.location),
      lastModified: text(response, MEMBERS.lastModified),
      mode: text(document.member(record, SEARCH), MEMBERS.mode),
      resource: () => this.resourceOf(document.member(record, RESOURCE)),
      json: () => valueBytes(this.writer, document, record).slice(),
    };
  }

  private resourceOf(record: number): FhirResource | undefined {
    if (record === 0) return undefined;
    const bytes = valueBytes(this.writer, this.itself.document, record);
    // What came within the limits is not measured against them again.
    return parseResource(bytes, { maxBytes: bytes.length, maxDepth: Number.MAX_SAFE_INTEGER });
  }
}

/** A value without its name: good until the writer is used again. */
function valueBytes(writer: CanonicalWriter, document: JsonDocument, record: number): Uint8Array {
  writer.begin().write(document, record);
  const nameEnd = document.tape[record + NAME_END]!;
  const colon = 1;
  const before = nameEnd === 0 ? 0 : nameEnd - document.tape[record + NAME]! + colon;
  return writer.written().subarray(before);
}
