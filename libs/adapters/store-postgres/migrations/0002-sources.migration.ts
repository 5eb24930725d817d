import { sql, type Kysely } from 'kysely';

/** What following a source for good needs: its settings, tasks, Subscriptions, gaps, incidents and figures. */
const UP = [
  // settings: what was declared of SourceSettings. sealed_access: SourceAccess, sealed; null: none.
  `alter table source
    add column settings jsonb not null default '{}',
    add column sealed_access bytea,
    add column declared_at timestamptz not null default now()`,

  // task: the one that brought it, where one did.
  // retried_at: a dead letter that is tried again waits since then.
  `alter table inbox add column died_at timestamptz, add column retried_at timestamptz, add column task text`,
  `create index inbox_of_task on inbox (source_id, task, state) where task is not null`,
  `create index inbox_dead on inbox (id desc) include (source_id, code) where state = 'dead'`,

  // A server may give a deletion the version of what it deleted.
  `alter table record
    add column obtained text not null default 'notified'
      check (obtained in ('notified', 'read', 'history', 'search', 'export', 'import')),
    add column warnings text[] not null default '{}',
    drop constraint record_version`,
  `create unique index record_version on record
    (source_id, type, resource_id, version_id, (interaction = 'delete'))`,

  // type and resource_id are empty where the whole source is meant.
  `create table catch_up (
    id bigint generated always as identity primary key,
    source_id integer not null references source,
    type text not null,
    resource_id text not null,
    first_asked_at timestamptz not null default clock_timestamp(),
    asked_at timestamptz not null default clock_timestamp(),
    not_before timestamptz,
    attempts integer not null default 0,
    code text,
    constraint catch_up_once unique (source_id, type, resource_id)
  )`,

  `create table source_count (
    source_id integer primary key references source,
    records bigint not null default 0,
    duplicates bigint not null default 0,
    conflicts bigint not null default 0,
    last_event_at timestamptz
  )`,

  `create table source_task (
    source_id integer not null references source,
    task text not null,
    position text,
    next_at timestamptz not null default now(),
    lease_token text,
    lease_until timestamptz,
    succeeded_at timestamptz,
    failures integer not null default 0,
    error text,
    primary key (source_id, task)
  )`,

  `create table task_count (
    source_id integer not null references source,
    task text not null,
    records bigint not null default 0,
    duplicates bigint not null default 0,
    conflicts bigint not null default 0,
    last_record_id bigint not null default 0,
    primary key (source_id, task)
  )`,

  `create table subscription (
    source_id integer not null references source,
    remote_id text not null,
    criteria text not null,
    status text not null,
    ends_at timestamptz,
    events bigint,
    checked_at timestamptz not null default now(),
    last_notice_at timestamptz,
    last_event bigint,
    epoch integer not null default 0,
    primary key (source_id, remote_id)
  )`,
  `create table subscription_change (
    id bigint generated always as identity primary key,
    source_id integer not null references source,
    remote_id text not null,
    at timestamptz not null default now(),
    from_status text,
    to_status text not null,
    reason text not null
  )`,
  `create index subscription_change_newest on subscription_change (source_id, id desc)`,
  `create table event_gap (
    id bigint generated always as identity primary key,
    source_id integer not null references source,
    remote_id text not null,
    epoch integer not null,
    from_number bigint not null,
    to_number bigint not null check (to_number >= from_number),
    opened_at timestamptz not null default now(),
    healed text check (healed in ('arrived', 'events', 'history', 'search')),
    healed_at timestamptz
  )`,
  `create index event_gap_open on event_gap (source_id, remote_id) where healed is null`,
  `create index event_gap_healed on event_gap (source_id) where healed is not null`,

  // No foreign key: an incident outlives the record version that erasure removes. Only its names go with it.
  `create table incident (
    id bigint generated always as identity primary key,
    source_id integer not null references source,
    kind text not null check (kind in ('content-mismatch', 'drift', 'vanished')),
    record_id bigint not null,
    found bytea not null check (length(found) in (0, 32)),
    elements text not null,
    found_at timestamptz not null default now(),
    seen_last_at timestamptz not null default now(),
    seen integer not null default 1,
    closed_at timestamptz,
    constraint incident_once unique (record_id, kind, found)
  )`,
  `create index incident_open on incident (source_id) where closed_at is null`,

  // A row for each resource that the watch has come across and that is not deleted. looked_at: checked or passed over.
  `create table resource_check (
    source_id integer not null references source,
    type text not null,
    resource_id text not null,
    checked_at timestamptz not null default '-infinity',
    looked_at timestamptz not null default '-infinity',
    primary key (source_id, type, resource_id)
  )`,
  `create index resource_check_next on resource_check (source_id, looked_at)`,
  `create index resource_check_coverage on resource_check (source_id, checked_at)`,
  // Where the watch stands on its way through the names of a source's resources.
  `create table estate_walk (
    source_id integer primary key references source,
    type text not null,
    resource_id text not null
  )`,
];

const DOWN = [
  ...[
    'estate_walk',
    'resource_check',
    'incident',
    'event_gap',
    'subscription_change',
    'subscription',
    'task_count',
    'source_task',
    'source_count',
    'catch_up',
  ].map((table) => `drop table ${table}`),
  `drop index record_version`,
  // Fails, and changes nothing, where a deletion and what it deleted share a version.
  `alter table record
    drop column obtained,
    drop column warnings,
    add constraint record_version unique (source_id, type, resource_id, version_id)`,
  `drop index inbox_dead`,
  `alter table inbox drop column died_at, drop column retried_at, drop column task`,
  `alter table source drop column settings, drop column sealed_access, drop column declared_at`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of UP) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of DOWN) await sql.raw(statement).execute(db);
}
