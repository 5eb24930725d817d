import { utf8 } from '#core';
import { Remembered } from '#platform';
import {
  SourceRegistry,
  type Sealer,
  type Source,
  type SourceAuthentication,
  type SourceDeclaration,
} from '#ports';
import type { Database } from './database.types.js';
import { isStorableName } from './storable-name.js';

/** A row of `source`, its authentication sealed. */
interface SourceRow {
  readonly id: number;
  readonly name: string;
  readonly base: string;
  readonly fhir_version: string;
  readonly criteria: string[];
  readonly sealed_authentication: Buffer;
}

const COLUMNS = ['id', 'name', 'base', 'fhir_version', 'criteria', 'sealed_authentication'] as const;

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
    const { name, base, fhirVersion, authentication, criteria } = declaration;
    const values = {
      base,
      fhir_version: fhirVersion,
      criteria: [...criteria],
      sealed_authentication: this.sealer.seal(utf8(JSON.stringify(authentication)), sealContext(name)),
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
    const authentication = this.sealer.open(row.sealed_authentication, sealContext(row.name));
    return {
      id: row.id,
      name: row.name,
      base: row.base,
      fhirVersion: row.fhir_version as Source['fhirVersion'],
      criteria: row.criteria,
      authentication: JSON.parse(new TextDecoder().decode(authentication)) as SourceAuthentication,
    };
  }
}

/** Binds a sealed secret to its source, so that one source's cannot be passed off as another's. */
function sealContext(name: string): string {
  return `authentication of source ${name}`;
}
