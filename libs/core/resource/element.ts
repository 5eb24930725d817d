/** One top-level member of the exact view, a primitive together with its `_` sibling (docs/spec/elements.md). */
export interface Element {
  /** The member's name, without `_`. */
  readonly name: string;
  /** Canonical JSON of the object that holds just that member: `{"_birthDate":{…},"birthDate":"1970-01-01"}`. */
  readonly json: string;
}

/** One element's name and the hash of its salted leaf: 32 bytes. */
export interface ElementLeaf {
  readonly name: string;
  readonly leaf: Uint8Array;
}
