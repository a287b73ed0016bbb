import type { World } from '../../platform'

/** Writes so many records, a millisecond apart. */
export const writeRecords = (world: World, count: number): Promise<unknown> =>
  world.db.run(
    `insert into audit_event (id, occurred_at, type, actor_kind, request_id, data)
    select (lpad(to_hex((extract(epoch from $1::timestamptz) * 1000)::bigint + n), 12, '0') || '7000a'
        || lpad((random() * 1e14)::bigint::text, 15, '0'))::uuid,
      $1::timestamptz + n * interval '1ms', 'profile.updated', 'system', 'x', '{"fields": ["name"]}'
    from generate_series(1, $2::integer) n order by n`,
    [world.clock.now().toISOString(), String(count)],
    'objects',
  )
