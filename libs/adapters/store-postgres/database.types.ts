import type { AnchorFacts, AnchorState, DeclaredSettings } from '#ports';
import type { Interaction } from '#core';
import type { ColumnType, Generated, GeneratedAlways, JSONColumnType, Kysely } from 'kysely';

/** bytea: read as a Buffer, written as any bytes. */
type Bytes = ColumnType<Buffer, Uint8Array, Uint8Array>;
type NullableBytes = ColumnType<Buffer | null, Uint8Array | null, Uint8Array | null>;

interface SourceTable {
  id: GeneratedAlways<number>;
  name: string;
  base: string;
  fhir_version: string;
  criteria: string[];
  settings: ColumnType<DeclaredSettings, string, string>;
  sealed_authentication: Bytes;
  sealed_access: NullableBytes;
  declared_at: Generated<Date>;
}

interface InboxTable {
  id: GeneratedAlways<number>;
  source_id: number;
  task: string | null;
  received_at: Generated<Date>;
  state: Generated<'waiting' | 'dead'>;
  attempts: Generated<number>;
  not_before: Date | null;
  code: string | null;
  sealed_body: Bytes;
}

interface RecordTable {
  id: GeneratedAlways<number>;
  source_id: number;
  type: string;
  resource_id: string;
  version_id: string;
  interaction: Interaction;
  last_updated: string | null;
  ordered_at: number;
  version_number: number | null;
  observed: Date;
  exact: NullableBytes;
  portable: NullableBytes;
  commitment: Bytes;
  record_salt: Bytes;
  statement: string;
  element_names: string;
  element_leaves: Bytes;
}

interface PendingTable {
  record_id: number;
  since: Generated<Date>;
}

interface EntryTable {
  index: number;
  record_id: number;
  commitment: Bytes;
}

interface TileTable {
  level: number;
  n: number;
  hashes: Bytes;
}

interface CheckpointTable {
  size: number;
  root: Bytes;
  note: string;
  signed_at: Date;
  witnessed: Generated<boolean>;
}

interface AnchorTable {
  id: GeneratedAlways<number>;
  ledger: string;
  size: number;
  root: Bytes;
  state: AnchorState;
  reference: string;
  payload: Bytes;
  facts: JSONColumnType<AnchorFacts> | null;
  error: string | null;
  prepared_at: Generated<Date>;
}

/** The tables, as migrations/ makes them. */
export interface Tables {
  source: SourceTable;
  inbox: InboxTable;
  record: RecordTable;
  pending: PendingTable;
  entry: EntryTable;
  tile: TileTable;
  checkpoint: CheckpointTable;
  anchor: AnchorTable;
}

/** A pool of connections to the store's database; `destroy()` closes it. */
export type Database = Kysely<Tables>;
