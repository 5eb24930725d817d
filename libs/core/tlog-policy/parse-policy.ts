import { CoreError, refusedAs } from '../core.errors.js';
import { toHex } from '../encoding/encoding.js';
import {
  COSIGNATURE_TYPES,
  parseVerifierKey,
  SIGNATURE_TYPE,
  type VerifierKey,
} from '../note/verifier-key.js';
import type { PolicyGroup, PolicyLog, PolicyMember, PolicyWitness, TlogPolicy } from './tlog-policy.js';

/** Lines that we read; the specification asks for 32 logs, witnesses and groups at least. */
const MAX_LINES = 10_000;
const NONE = 'none';
// eslint-disable-next-line no-control-regex -- tab and newline are the only control characters of a policy
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/**
 * Reads a policy file (C2SP tlog-policy, Policy file syntax and structure); the last line may lack its newline.
 * Throws POLICY.MALFORMED, with the line's number.
 */
export function parsePolicy(text: string): TlogPolicy {
  if (FORBIDDEN.test(text)) throw malformed('it holds control characters');
  const lines = text.split('\n');
  if (lines.length > MAX_LINES) throw malformed(`it has more than ${MAX_LINES} lines`);
  const reader = new PolicyReader();
  lines.forEach((line, at) =>
    refusedAs('POLICY.MALFORMED', `policy, line ${at + 1}`, () => reader.read(itemsOf(line))),
  );
  return reader.policy();
}

/** White space is spaces and tabs, and no other: names may hold any other character. */
function itemsOf(line: string): string[] {
  const items = line.split(/[ \t]+/).filter((item) => item !== '');
  return items[0]?.startsWith('#') ? [] : items;
}

/** What the lines so far define. A line may only name what stands before it, so nothing goes round in a circle. */
class PolicyReader {
  private readonly logs: PolicyLog[] = [];
  private readonly members = new Map<string, PolicyMember>();
  private readonly grouped = new Set<string>();
  private readonly keys = new Set<string>();
  private quorum: PolicyMember | typeof NONE | undefined;

  read([keyword, ...items]: readonly string[]): void {
    if (keyword === undefined) return;
    if (keyword === 'log') this.log(items);
    else if (keyword === 'witness') this.witness(items);
    else if (keyword === 'group') this.group(items);
    else if (keyword === 'quorum') this.setQuorum(items);
    else throw malformed('it begins with none of log, witness, group, quorum');
  }

  policy(): TlogPolicy {
    if (!this.quorum) throw malformed('policy: there is no quorum line');
    const witnesses = [...this.members.values()].filter((member) => member.kind === 'witness');
    return { logs: this.logs, witnesses, quorum: this.quorum === NONE ? undefined : this.quorum };
  }

  private log([vkey, url, ...more]: readonly string[]): void {
    if (vkey === undefined || more.length > 0) throw malformed('expected log <vkey> [<url>]');
    this.logs.push({ key: this.key('log', vkey, [SIGNATURE_TYPE.ed25519]), url });
  }

  private witness([name, vkey, url, ...more]: readonly string[]): void {
    if (name === undefined || vkey === undefined || more.length > 0)
      throw malformed('expected witness <name> <vkey> [<url>]');
    const witness: PolicyWitness = {
      kind: 'witness',
      name,
      key: this.key('witness', vkey, COSIGNATURE_TYPES),
      url,
    };
    this.define(witness);
  }

  private group([name, count, ...names]: readonly string[]): void {
    if (name === undefined || count === undefined || names.length === 0)
      throw malformed('expected group <name> all|any|<number> <name>…');
    const members = names.map((member) => this.join(member));
    const group: PolicyGroup = { kind: 'group', name, threshold: thresholdOf(count, names.length), members };
    this.define(group);
  }

  private setQuorum([name, ...more]: readonly string[]): void {
    if (name === undefined || more.length > 0) throw malformed('expected quorum <name>');
    if (this.quorum) throw malformed('there is a second quorum line');
    this.quorum = name === NONE ? NONE : this.member(name);
  }

  /** One public key may stand there only once, whatever its names: it would count twice. */
  private key(kind: string, vkey: string, types: readonly number[]): VerifierKey {
    const key = parseVerifierKey(vkey);
    if (!types.includes(key.type)) throw malformed(`a ${kind}'s key is of another type`);
    const place = `${kind} ${toHex(key.key)}`;
    if (this.keys.has(place)) throw malformed(`there is another ${kind} of the same key`);
    this.keys.add(place);
    return key;
  }

  private define(member: PolicyMember): void {
    if (member.name === NONE || this.members.has(member.name)) throw malformed('the name is taken');
    this.members.set(member.name, member);
  }

  /** Takes a name into a group: each once in all, so that a witness counts in one way only. */
  private join(name: string): PolicyMember {
    const member = this.member(name);
    if (this.grouped.has(name)) throw malformed('a member is in a group already');
    this.grouped.add(name);
    return member;
  }

  private member(name: string): PolicyMember {
    const member = this.members.get(name);
    if (!member) throw malformed('it names what no line before it defines');
    return member;
  }
}

function thresholdOf(count: string, members: number): number {
  if (count === 'all') return members;
  if (count === 'any') return 1;
  const threshold = /^[1-9]\d{0,5}$/.test(count) ? Number(count) : 0;
  if (threshold < 1 || threshold > members)
    throw malformed(`the threshold is not a number from 1 to ${members}, all or any`);
  return threshold;
}

function malformed(reason: string): CoreError {
  return new CoreError('POLICY.MALFORMED', reason);
}
