import { utf8 } from '#core';
import { Remembered } from '#platform';
import {
  SOURCE_DEFAULTS,
  SourceRegistry,
  type Sealer,
  type Source,
  type SourceAccess,
  type SourceAuthentication,
  type SourceDeclaration,
  type DeclaredSettings,
  type SourceSettings,
} from '#ports';
import type { Database } from './database.types.js';
import { isStorableName } from './storable-name.js';

/** A row of `source`, its secrets sealed. */
interface SourceRow {
  readonly id: number;
  readonly name: string;
  readonly base: string;
  readonly fhir_version: string;
  readonly criteria: string[];
  readonly settings: DeclaredSettings;
  readonly sealed_authentication: Buffer;
  readonly sealed_access: Buffer | null;
  readonly declared_at: Date;
}

const COLUMNS = [
  'id',
  'name',
  'base',
  'fhir_version',
  'criteria',
  'settings',
  'sealed_authentication',
  'sealed_access',
  'declared_at',
] as const;

type Secrets = 'authentication' | 'access';

/** Every notification asks for its source; another process's declaration is seen after this time at the latest. */
const REMEMBERED_MS = 1_000;

/** Sources in PostgreSQL. Their secrets are sealed before they reach it. */
export class PostgresSourceRegistry extends SourceRegistry {
  readonly #byName = new Remembered(
    async () => new Map((await this.list()).map((source) => [source.name, source])),
    REMEMBERED_MS,
  );

  constructor(
    private readonly db: Database,
    private readonly sealer: Sealer,
  ) {
    super();
  }

  override async declare(declaration: SourceDeclaration): Promise<Source> {
    const { name, base, fhirVersion, authentication, access, criteria, settings = {} } = declaration;
    const values = {
      base,
      fhir_version: fhirVersion,
      criteria: [...criteria],
      settings: JSON.stringify(settings),
      sealed_authentication: this.#seal(authentication, 'authentication', name),
      sealed_access: access ? this.#seal(access, 'access', name) : null,
    };
    const row = await this.db
      .insertInto('source')
      .values({ name, ...values })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    this.#byName.forget();
    return this.#source(row);
  }

  override async reauthenticate(
    name: string,
    authentication: SourceAuthentication,
  ): Promise<Source | undefined> {
    const row = await this.db
      .updateTable('source')
      .set({ sealed_authentication: this.#seal(authentication, 'authentication', name) })
      .where('name', '=', name)
      .returning(COLUMNS)
      .executeTakeFirst();
    this.#byName.forget();
    return row && this.#source(row);
  }

  /** As declared at most a second ago; a name that was unknown then is looked for again. */
  override async find(name: string): Promise<Source | undefined> {
    const known = await this.#byName.get();
    return known.get(name) ?? (await this.#read(name));
  }

  override async list(): Promise<readonly Source[]> {
    const rows = await this.db.selectFrom('source').select(COLUMNS).orderBy('name').execute();
    return rows.map((row) => this.#source(row));
  }

  async #read(name: string): Promise<Source | undefined> {
    if (!isStorableName(name)) return undefined;
    const row = await this.db
      .selectFrom('source')
      .select(COLUMNS)
      .where('name', '=', name)
      .executeTakeFirst();
    return row && this.#source(row);
  }

  #source(row: SourceRow): Source {
    const { sealed_authentication: authentication, sealed_access: access } = row;
    return {
      id: row.id,
      declaredAt: row.declared_at,
      name: row.name,
      base: row.base,
      fhirVersion: row.fhir_version as Source['fhirVersion'],
      criteria: row.criteria,
      authentication: this.#open(authentication, 'authentication', row.name) as SourceAuthentication,
      access: access ? (this.#open(access, 'access', row.name) as SourceAccess) : { kind: 'none' },
      settings: { ...SOURCE_DEFAULTS, ...row.settings } as SourceSettings,
    };
  }

  #seal(secrets: object, what: Secrets, name: string): Uint8Array {
    return this.sealer.seal(utf8(JSON.stringify(secrets)), sealContext(what, name));
  }

  #open(sealed: Uint8Array, what: Secrets, name: string): unknown {
    return JSON.parse(new TextDecoder().decode(this.sealer.open(sealed, sealContext(what, name))));
  }
}

/** Binds a sealed secret to its source, so that one source's cannot be passed off as another's. */
function sealContext(what: Secrets, name: string): string {
  return `${what} of source ${name}`;
}
