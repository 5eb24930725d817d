import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../package-root.js';
import { ConfigError, type ConfigFault } from '../platform.errors.js';
import { configKeys } from './config.keys.js';
import { type ConfigSources, loadConfig, loadServerConfig } from './load-config.js';

const SECRET = 'hunter2-hunter2-hunter2';

describe('loadConfig', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'attestry-config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(content: string): string {
    const path = join(folder, 'operator.yaml');
    writeFileSync(path, content);
    return path;
  }

  function faults(sources: ConfigSources): readonly ConfigFault[] {
    return failure(() => loadConfig({ environment: {}, ...sources })).faults;
  }

  function failure(load: () => unknown): ConfigError {
    try {
      load();
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
    throw new Error('the configuration was accepted');
  }

  it('accepts the defaults under every profile', () => {
    for (const profile of ['development', 'production', 'test']) {
      const config = loadConfig({ environment: { ATTESTRY_PROFILE: profile } });
      expect(config.intake.maxBodyBytes).toBe(16_777_216);
      expect(config.data).toBe(join(packageRoot, '.attestry'));
    }
  });

  it('freezes all of it', () => {
    const config = loadConfig({ environment: {} }) as { api: { port: number } };
    expect(() => (config.api.port = 1)).toThrow(TypeError);
  });

  it('lets the profile override the defaults, the file the profile, and the environment the file', () => {
    const path = file('api: { port: 7001 }\nworker: { port: 7002, overdueMs: 7003 }');
    const environment = { ATTESTRY_PROFILE: 'test', ATTESTRY_CONFIG: path, ATTESTRY_API_PORT: '7004' };
    const config = loadConfig({ environment });
    expect(config.worker.sweepIntervalMs).toBe(200);
    expect(config.worker.overdueMs).toBe(7003);
    expect(config.worker.port).toBe(7002);
    expect(config.api.port).toBe(7004);
    expect(config.log.batch).toBe(4096);
  });

  it('reads every key from the variable that the rule names, lists as YAML or JSON', () => {
    const config = loadConfig({
      environment: {
        ATTESTRY_INTAKE_GROUPCOMMIT_MAXITEMS: '17',
        ATTESTRY_LOG_ORIGIN: 'log.example.org/1',
        ATTESTRY_API_PUBLICURL: '',
        ATTESTRY_SOURCES: JSON.stringify([
          {
            name: 'ward-a',
            base: 'http://127.0.0.1:9/fhir',
            fhirVersion: 'R4',
            authentication: { kind: 'hmac', secret: SECRET },
            criteria: ['Patient?active=true'],
          },
        ]),
      },
    });
    expect(config.intake.groupCommit.maxItems).toBe(17);
    expect(config.log.origin).toBe('log.example.org/1');
    expect(config.api.publicUrl).toBeUndefined();
    expect(config.sources[0]?.criteria).toEqual(['Patient?active=true']);
  });

  it('reads DATABASE_URL and REDIS_URL, and prefers the full name', () => {
    const common = { DATABASE_URL: 'postgres://a/1', REDIS_URL: 'redis://b' };
    const config = loadServerConfig({ environment: common });
    expect(config.database.url).toBe('postgres://a/1');
    expect(config.queue.redisUrl).toBe('redis://b');
    const full = loadServerConfig({ environment: { ...common, ATTESTRY_DATABASE_URL: 'postgres://c/2' } });
    expect(full.database.url).toBe('postgres://c/2');
  });

  it('demands the database of a server', () => {
    const { faults } = failure(() => loadServerConfig({ environment: {} }));
    expect(faults).toEqual([
      {
        key: 'database.url',
        origin: 'not set',
        reason: 'must be a PostgreSQL connection URL',
        example: 'postgres://attestry:secret@127.0.0.1:5432/attestry',
      },
    ]);
  });

  it('lists every fault at once, with its name, place, reason and example', () => {
    const path = file('api: { port: 99999, prot: 1 }\nlog: 5\nsurprise: true');
    const error = failure(() =>
      loadConfig({ environment: { ATTESTRY_INTAKE_MAXDEPTH: 'deep', ATTESTRY_API_PROT: '1' }, file: path }),
    );
    expect(error.faults.map(({ key, origin }) => [key, origin])).toEqual(
      expect.arrayContaining([
        ['api.port', path],
        ['api.prot', path],
        ['log', path],
        ['surprise', path],
        ['intake.maxDepth', 'environment variable ATTESTRY_INTAKE_MAXDEPTH'],
        ['ATTESTRY_API_PROT', 'environment'],
      ]),
    );
    expect(error.faults).toHaveLength(6);
    expect(error.message).toContain(
      `api.port (${path}): must be a port number from 0 to 65535 (0: any free one); for example: 8080`,
    );
    expect(error.message).toContain('there is no such key; the keys here are host, port, publicUrl');
  });

  it('names the item of a list that is wrong, and where the list came from', () => {
    const path = file('ledgers: [{ name: "Main Net", kind: evm }]');
    const found = faults({ file: path });
    expect(found).toContainEqual({
      key: 'ledgers.0.name',
      origin: path,
      reason: 'must be 1 to 63 lower-case letters, digits and hyphens',
      example: 'mainnet',
    });
    expect(found.map((fault) => fault.key)).toContain('ledgers.0.rpcUrl');
  });

  it('refuses two sources of one name', () => {
    const one = `{ name: a, base: "http://h/f", fhirVersion: R4, criteria: [Patient], authentication: { kind: hmac, secret: ${SECRET} } }`;
    expect(faults({ file: file(`sources: [${one}, ${one}]`) })).toEqual([
      expect.objectContaining({
        key: 'sources',
        reason: 'must be a list of sources with names of their own',
      }),
    ]);
  });

  it('never prints a configured value', () => {
    const bad = [
      `database: { url: "mysql://root:${SECRET}@db" }`,
      `sources: [{ authentication: { kind: hmac, secret: [${SECRET}] } }]`,
      `database: "${SECRET}`,
      `${SECRET}: [`,
      `queue: ${SECRET}`,
    ];
    for (const content of bad) {
      const { message } = failure(() => loadConfig({ environment: {}, file: file(content) }));
      expect(message).not.toContain(SECRET);
    }
    const environment = { REDIS_URL: `http://:${SECRET}@r`, ATTESTRY_SOURCES: `[{"secret":"${SECRET}"}]` };
    expect(failure(() => loadConfig({ environment })).message).not.toContain(SECRET);
  });

  it('names a file, a profile or a syntax that cannot be used', () => {
    expect(faults({ file: join(folder, 'absent.yaml') })[0]?.reason).toBe('there is no such file');
    expect(faults({ environment: { ATTESTRY_PROFILE: '../../etc/passwd' } })[0]?.key).toBe(
      'ATTESTRY_PROFILE',
    );
    expect(faults({ file: file('api: { port: 1 }\napi: { port: 2 }') })[0]?.reason).toBe(
      'is not valid YAML (DUPLICATE_KEY in line 2)',
    );
    expect(faults({ file: file('- 1') })[0]?.reason).toContain('must be a section');
  });

  it('is not confused by names that objects have', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const found = faults({ file: file(`api: { ${name}: { port: 1 } }`) });
      expect(found.map((fault) => fault.key)).toEqual([`api.${name}`]);
    }
    expect(({} as { port?: number }).port).toBeUndefined();
  });

  it('takes a key away again with null', () => {
    const config = loadConfig({ environment: { ATTESTRY_CONFIG: file('api: { publicUrl: null }') } });
    expect(config.api.publicUrl).toBeUndefined();
    expect(faults({ file: file('log: { batch: null }') })).toEqual([
      expect.objectContaining({ key: 'log.batch', reason: 'must be a whole number from 1 to 65536' }),
    ]);
  });

  it('resolves files against their folders', () => {
    const ledger =
      '{ name: a, kind: evm, rpcUrl: "http://h", chainId: 1, contract: "0x5FbDB2315678afecb367f032d93F642f64180aa3", confirmations: 1, keyFile: keys/a.key, intervalMs: 1000 }';
    const config = loadConfig({
      environment: { ATTESTRY_DATA: '/srv/a' },
      file: file(`ledgers: [${ledger}]`),
    });
    expect(config.ledgers[0]?.keyFile).toBe('/srv/a/keys/a.key');
  });
});

describe('the documentation of the configuration', () => {
  const page = readFileSync(join(packageRoot, 'docs/operations/configuration.md'), 'utf8');

  it('has every key with its variable and default', () => {
    const defaults = parse(readFileSync(join(packageRoot, 'config/default.yaml'), 'utf8')) as unknown;
    const rows = page.split('\n').map((row) => row.split('|').map((cell) => cell.trim()));
    for (const { path, variable } of configKeys) {
      const value = path.reduce<unknown>((tree, name) => (tree as Record<string, unknown>)[name], defaults);
      const shown = typeof value === 'string' ? value : (JSON.stringify(value) as string | undefined);
      const row = rows.find(([, key]) => key === `\`${path.join('.')}\``);
      expect(row?.slice(1, 4)).toEqual([
        `\`${path.join('.')}\``,
        `\`${variable}\``,
        shown === undefined ? 'none' : `\`${shown}\``,
      ]);
    }
  });

  it('offers only variables that exist in .env.example', () => {
    const example = readFileSync(join(packageRoot, 'config/.env.example'), 'utf8');
    const environment = Object.fromEntries(
      [...example.matchAll(/^(?:# )?([A-Z_]+)=(.*)$/gm)]
        .filter(([, name]) => name !== 'ATTESTRY_CONFIG')
        .map(([, name, value]) => [name!, value!]),
    );
    expect(Object.keys(environment).length).toBeGreaterThan(5);
    expect(loadServerConfig({ environment }).api.publicUrl).toBe('https://attestry.example.org');
  });
});
