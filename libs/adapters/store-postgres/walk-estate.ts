/** Resources that one call comes across. */
export const WALK_STEP = 1_000;

const AFTER = (bound: string) => `
  select type, resource_id from record where source_id = $1 and ${bound} order by type, resource_id limit 1`;

/**
 * Takes the next resources of a source by name, each by one look into index record_version, and leaves a mark where it
 * stopped; after the last one it begins again. New ones get a row in resource_check, deleted ones lose theirs. By name
 * and not by record id, since record versions do not become visible in the order of their ids.
 */
export const WALK_ESTATE = `
  with recursive mark as (
    select coalesce(max(type), '') as type, coalesce(max(resource_id), '') as resource_id
    from estate_walk where source_id = $1
  ), walk as (
    (select first.type, first.resource_id, 1 as at from mark cross join lateral (
      ${AFTER('(record.type, record.resource_id) > (mark.type, mark.resource_id)')}) as first)
    union all
    select next.type, next.resource_id, at + 1 from walk cross join lateral (
      ${AFTER('(record.type, record.resource_id) > (walk.type, walk.resource_id)')}) as next
    where at < $2
  ), estate as (
    select walk.type, walk.resource_id, newest.interaction = 'delete' as deleted
    from walk cross join lateral (
      select interaction from record
      where record.type = walk.type and record.resource_id = walk.resource_id and source_id = $1
      order by ordered_at desc, version_number desc nulls last, id desc limit 1
    ) as newest
  ), found as (
    insert into resource_check (source_id, type, resource_id)
    select $1, type, resource_id from estate where not deleted
    on conflict do nothing
  ), lost as (
    delete from resource_check using estate
    where resource_check.source_id = $1 and resource_check.type = estate.type
      and resource_check.resource_id = estate.resource_id and estate.deleted
  )
  insert into estate_walk (source_id, type, resource_id)
  select $1, coalesce(max(type), ''), coalesce(max(resource_id), '')
  from (select type, resource_id from walk where at = $2) as last
  on conflict (source_id) do update set type = excluded.type, resource_id = excluded.resource_id`;
