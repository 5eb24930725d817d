import { sql, type Kysely } from 'kysely';

/** The tables in the order in which they are made. */
const STATEMENTS = [
  `create table source (
    id integer generated always as identity primary key,
    name text not null unique,
    base text not null,
    fhir_version text not null,
    criteria text[] not null,
    sealed_authentication bytea not null
  )`,

  // No foreign key on the way in: a notification is accepted for a source that was just looked up, and sources stay.
  `create table inbox (
    id bigint generated always as identity primary key,
    received_at timestamptz not null default now(),
    not_before timestamptz,
    source_id integer not null,
    attempts integer not null default 0,
    state text not null default 'waiting' check (state in ('waiting', 'dead')),
    code text,
    sealed_body bytea not null
  ) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000)`,
  // Sealed bytes do not compress.
  `alter table inbox alter column sealed_body set storage external`,
  `create index inbox_waiting on inbox (received_at) where state = 'waiting'`,

  // ordered_at: microseconds since 1970 of last_updated, or of observed where the source wrote none.
  // statement and element_names: JSON as text, since text and jsonb refuse the U+0000 that JSON may escape.
  // element_leaves: 32 bytes for each name.
  `create table record (
    id bigint generated always as identity primary key,
    ordered_at bigint not null,
    version_number bigint,
    observed timestamptz not null,
    source_id integer not null references source,
    type text not null,
    resource_id text not null,
    version_id text not null,
    interaction text not null check (interaction in ('create', 'update', 'delete')),
    last_updated text,
    exact bytea check (length(exact) = 32),
    portable bytea check (length(portable) = 32),
    commitment bytea not null check (length(commitment) = 32),
    record_salt bytea not null check (length(record_salt) = 32),
    statement text not null,
    element_names text not null,
    element_leaves bytea not null,
    constraint record_version unique (source_id, type, resource_id, version_id)
  )`,
  `create index record_newest on record
    (type, resource_id, source_id, ordered_at desc, version_number desc nulls last, id desc)`,
  `create index record_exact on record (exact) where exact is not null`,
  `create index record_portable on record (portable) where portable is not null`,

  // Neither table refers to record by a foreign key: an entry outlives the record version that erasure removes.
  `create table pending (
    record_id bigint primary key,
    since timestamptz not null default now()
  ) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000)`,
  `create table entry (
    index bigint primary key check (index >= 0),
    record_id bigint not null unique,
    commitment bytea not null check (length(commitment) = 32)
  )`,

  `create table tile (
    level smallint not null,
    n bigint not null,
    hashes bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
    primary key (level, n)
  )`,
  `alter table tile alter column hashes set storage external`,
  `create table checkpoint (
    size bigint primary key check (size > 0),
    root bytea not null check (length(root) = 32),
    note text not null,
    signed_at timestamptz not null
  )`,

  `create table anchor (
    id bigint generated always as identity primary key,
    ledger text not null,
    size bigint not null,
    root bytea not null,
    state text not null check (state in ('prepared', 'submitted', 'included', 'final', 'failed')),
    reference text not null unique,
    payload bytea not null,
    facts jsonb,
    error text,
    prepared_at timestamptz not null default now()
  )`,
  `create unique index anchor_under_way on anchor (ledger) where state in ('prepared', 'submitted')`,
  `create index anchor_covering on anchor (ledger, size) where state in ('included', 'final')`,
];

const TABLES = ['anchor', 'checkpoint', 'tile', 'entry', 'pending', 'record', 'inbox', 'source'];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES) await db.schema.dropTable(table).execute();
}
