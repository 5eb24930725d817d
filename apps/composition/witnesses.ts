import { readFile } from 'node:fs/promises';
import { HttpWitness } from '#adapters/witness-http';
import { meetsQuorum, parsePolicy, type PolicyWitness, type TlogPolicy } from '#core';
import type { ServerConfig } from '#platform';
import { PortError, Witnesses, type CheckpointSigner, type Witness } from '#ports';

type WitnessingConfig = ServerConfig['witnessing'];

/**
 * The witnesses of the configured policy. Throws PortError WITNESSING.POLICY when there is none or it cannot be used:
 * it names other logs, a witness has no URL, or nobody has to cosign what is shown only when it is cosigned.
 */
export async function connectWitnesses(
  config: WitnessingConfig,
  { note: { name, verifierKey } }: CheckpointSigner,
): Promise<Witnesses> {
  if (config.mode === 'off') return new PolicyWitnesses([], { logs: [], witnesses: [], quorum: undefined });
  const policy = parsePolicy(await policyText(config));
  if (
    policy.logs.length > 0 &&
    !policy.logs.some(({ key }) => key.name === name && verifierKey.includes(`+${key.id}+`))
  )
    throw unusable(`it names other logs than ${verifierKey}`);
  if (config.mode === 'closed' && !policy.quorum)
    throw unusable('quorum none asks for no cosignature, so mode closed would wait for nothing');
  return new PolicyWitnesses(policy.witnesses.map(connect), policy);
}

class PolicyWitnesses extends Witnesses {
  constructor(
    override readonly all: readonly Witness[],
    private readonly policy: TlogPolicy,
  ) {
    super();
  }

  override isWitnessed(note: string): boolean {
    return this.policy.quorum !== undefined && meetsQuorum(note, this.policy);
  }
}

function connect({ name, key, url }: PolicyWitness): Witness {
  if (url === undefined || !URL.canParse(url) || !/^https?:/i.test(url))
    throw unusable('a witness has no http(s) URL, under which it is to be asked');
  return new HttpWitness({ name, key, url });
}

async function policyText({ policy, policyFile }: WitnessingConfig): Promise<string> {
  if (policy !== undefined) return policy;
  if (policyFile === undefined) throw unusable('neither witnessing.policy nor witnessing.policyFile is set');
  const text = await readFile(policyFile, 'utf8').catch(() => undefined);
  if (text === undefined) throw unusable('witnessing.policyFile names no file that can be read');
  return text;
}

function unusable(reason: string): PortError {
  return new PortError('WITNESSING.POLICY', `the policy cannot be used: ${reason}`, 'stop');
}
