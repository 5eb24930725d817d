import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatTrust } from '#core';
import { loadKeys, type FileKeys } from '#adapters/keys-file';
import { freePort, loadConfig, type Config } from '#platform';
import { lockFolder, type FolderLock } from '../../composition/folder-lock.js';
import { embeddedChain, embeddedDatabase, type ChainRunning, type DatabaseRunning } from './backing.js';
import { KeptRunning, type Running } from './kept-running.js';
import { startService, type ServiceProcess } from './service-process.js';
import { WITNESSES, witnessesOf, witnessService, type WitnessesRunning } from './witnesses.js';

/** What to start, and how. */
export interface InstallationOptions {
  /** Everything of this installation: database, chain, keys, logs. Made when absent. Default: configuration `data`. */
  readonly data?: string | undefined;
  /** Configuration variables over those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Told of each step, and of each part that ended by itself. */
  readonly onEvent: (message: string) => void;
}

/** Where everything is. */
export interface Addresses {
  readonly data: string;
  readonly api: string;
  readonly worker: string;
  readonly sandbox: string;
  readonly rpcUrl: string | undefined;
  readonly contract: string | undefined;
  /** Of its own witnesses; none when the configuration names others. */
  readonly witnesses: readonly string[];
  readonly trustFile: string;
}

const SANDBOX_PORT = 8090;

type Program = 'sandbox' | 'api' | 'worker' | (typeof WITNESSES)[number];
type Part = 'postgres' | 'anvil' | Program;

/** The whole product on one machine: every part a process of its own, on real PostgreSQL and a real EVM node. */
export class Installation {
  private readonly parts = new Map<Part, KeptRunning<Running>>();

  private constructor(
    private readonly options: InstallationOptions,
    private readonly config: Config,
    private readonly keys: FileKeys,
    private readonly lock: FolderLock,
  ) {}

  /** Starts everything; when a part cannot start, stops those that had and throws why. */
  static async start(
    options: InstallationOptions,
  ): Promise<{ installation: Installation; addresses: Addresses }> {
    const data = options.data === undefined ? {} : { ATTESTRY_DATA: options.data };
    const config = loadConfig({ environment: { ...process.env, ...options.environment, ...data } });
    await mkdir(join(config.data, 'logs'), { recursive: true, mode: 0o700 });
    const lock = await lockFolder(config.data, 'up.pid');
    const keys = await loadKeys(config.data, config.log.origin);
    const installation = new Installation(options, config, keys, lock);
    try {
      return { installation, addresses: await installation.startParts() };
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  /** Process ids of our own programs, for tests that kill them. */
  pid(part: 'sandbox' | 'api' | 'worker'): number | undefined {
    return (this.parts.get(part)?.current as ServiceProcess | undefined)?.pid;
  }

  /** Stops every part, the last started first. */
  async stop(): Promise<void> {
    const parts = [...this.parts.values()].reverse();
    for (const part of parts) part.leave();
    for (const part of parts) await part.stop();
    this.parts.clear();
    await this.lock.release();
  }

  private async startParts(): Promise<Addresses> {
    const databaseUrl = this.config.database.url ?? (await this.startDatabase());
    const chain = this.config.ledgers.length > 0 ? undefined : await this.startChain();
    const sandbox = await this.service('sandbox', 'sandbox/main.js', {}, [
      '--port',
      String(await freePort(SANDBOX_PORT)),
      '--journal',
      join(this.config.data, 'sandbox.ndjson'),
    ]);
    const witnesses = this.config.witnessing.mode === 'off' ? await this.startWitnesses() : undefined;
    const environment = await this.serviceEnvironment(databaseUrl, chain, witnesses);
    const api = await this.service('api', 'api/main.js', environment);
    const worker = await this.service('worker', 'worker/main.js', environment);
    const addresses: Addresses = {
      data: this.config.data,
      api: String(api['url']),
      worker: String(worker['url']),
      sandbox: String(sandbox['base']),
      rpcUrl: chain?.rpcUrl,
      contract: chain?.contract,
      witnesses: witnesses?.all.map(({ url }) => url) ?? [],
      trustFile: await this.writeTrust(chain, witnesses),
    };
    await this.writePrivate(
      'run.json',
      JSON.stringify({ api: addresses.api, worker: addresses.worker }, null, 2),
    );
    return addresses;
  }

  private async startDatabase(): Promise<string> {
    const start = await embeddedDatabase(join(this.config.data, 'postgres'));
    const part: KeptRunning<DatabaseRunning> = await this.keep('postgres', start);
    return part.current.url;
  }

  private async startChain(): Promise<ChainRunning> {
    const start = await embeddedChain(join(this.config.data, 'anvil'));
    const part: KeptRunning<ChainRunning> = await this.keep('anvil', start);
    return part.current;
  }

  private async startWitnesses(): Promise<WitnessesRunning> {
    const { verifierKey } = this.keys.checkpointSigner.note;
    const ready: ServiceProcess['ready'][] = [];
    for (const name of WITNESSES) {
      const { entry, args = [] } = await witnessService(name, this.config, verifierKey);
      ready.push(await this.service(name, entry, {}, args));
    }
    return witnessesOf(ready);
  }

  private async service(
    part: Program,
    entry: string,
    environment: Readonly<Record<string, string>>,
    args: readonly string[] = [],
  ): Promise<ServiceProcess['ready']> {
    const logs = join(this.config.data, 'logs');
    const kept = await this.keep(part, () => startService({ name: part, entry, environment, args, logs }));
    return kept.current.ready;
  }

  private async keep<T extends Running>(part: Part, start: () => Promise<T>): Promise<KeptRunning<T>> {
    this.options.onEvent(`starting ${part}`);
    const kept = await KeptRunning.start(part, start, this.options.onEvent);
    this.parts.set(part, kept);
    return kept;
  }

  private async serviceEnvironment(
    databaseUrl: string,
    chain: ChainRunning | undefined,
    witnesses: WitnessesRunning | undefined,
  ): Promise<Readonly<Record<string, string>>> {
    return {
      ...this.options.environment,
      ...witnesses?.environment,
      ATTESTRY_DATA: this.config.data,
      DATABASE_URL: databaseUrl,
      ATTESTRY_API_PORT: String(await freePort(this.config.api.port)),
      ATTESTRY_WORKER_PORT: String(await freePort(this.config.worker.port)),
      ...(chain ? { ATTESTRY_LEDGERS: JSON.stringify([chain.ledger]) } : {}),
    };
  }

  /** What verifiers of this installation's evidence have to trust: the log's key, witnesses and contract. */
  private async writeTrust(
    chain: ChainRunning | undefined,
    witnesses: WitnessesRunning | undefined,
  ): Promise<string> {
    const ledgers = chain ? [chain.ledger] : this.config.ledgers;
    const trust = formatTrust({
      attestry: 1,
      logs: [this.keys.checkpointSigner.note.verifierKey],
      witnesses: witnesses?.all.map(({ verifierKey }) => verifierKey) ?? [],
      quorum: witnesses?.all.length ?? 0,
      ledgers: ledgers.map(({ kind, chainId, contract }) => ({ kind, chainId, contract })),
    });
    return this.writePrivate('trust.json', trust);
  }

  private async writePrivate(name: string, content: string): Promise<string> {
    const file = join(this.config.data, name);
    await writeFile(file, `${content.trimEnd()}\n`, { mode: 0o600 });
    return file;
  }
}
