import {
  isJsonArray,
  isJsonObject,
  tokenInteger,
  tokenString,
  type JsonValue,
} from '../canonical/json-value.js';
import { CoreError, type CoreErrorCode } from '../core.errors.js';

/** 32 bytes in lower-case hexadecimal. */
export const HASH = /^[0-9a-f]{64}$/;

/** Reads one object of a document strictly: what is not asked for is not allowed, and every type is checked. */
export class DocumentReader {
  private readonly members: ReadonlyMap<string, JsonValue>;

  /** @param what how messages name this object  @param optional members that may be absent */
  constructor(
    private readonly code: CoreErrorCode,
    private readonly what: string,
    value: JsonValue | undefined,
    required: readonly string[],
    optional: readonly string[] = [],
  ) {
    if (!isJsonObject(value)) throw this.refusal('is not an object');
    this.members = value;
    const missing = required.find((name) => !value.has(name));
    if (missing !== undefined) throw this.refusal(`lacks ${missing}`);
    if ([...value.keys()].some((name) => !required.includes(name) && !optional.includes(name)))
      throw this.refusal('has a member that this version does not know');
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  value(name: string): JsonValue {
    return this.members.get(name) ?? 'null';
  }

  string(name: string, pattern: RegExp = /^/): string {
    return this.stringOf(name, this.members.get(name), pattern);
  }

  /** A whole number from 0 to 2^53 - 1. */
  integer(name: string): number {
    const integer = tokenInteger(this.members.get(name));
    if (integer === undefined) throw this.refusal(`${name} is not a whole number`);
    return integer;
  }

  /** The version of the document's format: there is only one. */
  version(name: string): 1 {
    if (this.integer(name) !== 1) throw this.refusal(`${name} is a version that is not known here`);
    return 1;
  }

  oneOf<T extends string>(name: string, words: readonly T[]): T {
    const text = this.string(name);
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw this.refusal(`${name} is none of ${words.join(', ')}`);
    return word;
  }

  list<T>(name: string, read: (value: JsonValue, what: string) => T): T[] {
    const values = this.members.get(name);
    if (!isJsonArray(values)) throw this.refusal(`${name} is not an array`);
    return values.map((value, at) => read(value, `${name}[${at}]`));
  }

  strings(name: string, pattern?: RegExp): string[] {
    return this.list(name, (value, what) => this.stringOf(what, value, pattern));
  }

  /** Members by name, as an object in which any name is just a name. */
  record<T>(name: string, read: (value: JsonValue, what: string) => T): Record<string, T> {
    const members = this.members.get(name);
    if (!isJsonObject(members)) throw this.refusal(`${name} is not an object`);
    return Object.fromEntries([...members].map(([key, value]) => [key, read(value, `a member of ${name}`)]));
  }

  stringOf(what: string, value: JsonValue | undefined, pattern: RegExp = /^/): string {
    const text = tokenString(value);
    if (text === undefined || !pattern.test(text)) throw this.refusal(`${what} is not a string of its form`);
    return text;
  }

  refusal(fault: string): CoreError {
    return new CoreError(this.code, `${this.what} ${fault}`);
  }
}
