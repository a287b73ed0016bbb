import type postgres from 'postgres'
import { idOf, momentOf, type Scale, userIdOf } from './people'

const days = 365
const monthsBack = 12
const kinds = ['security', 'activity'] as const

/** One month of one kind of records: a partition, and which of all records are in it. */
interface Month {
  kind: (typeof kinds)[number]
  name: string
  from: Date
  until: Date
}

const firstOfMonth = (now: Date, back: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1))

/** Of every kind the months up to this one; what is to come is there already. */
const monthsUntil = (now: Date): Month[] =>
  Array.from({ length: monthsBack + 1 }, (_, at) => monthsBack - at).flatMap((back) =>
    kinds.map((kind) => {
      const from = firstOfMonth(now, back)
      const name = `audit.${kind}_${from.toISOString().slice(0, 7).replace('-', '_')}`
      return { kind, name, from, until: firstOfMonth(now, back - 1) }
    }),
  )

/** The first record that is no older than a moment. */
const numberAt = (now: Date, moment: Date, { records }: Scale): number => {
  const spanMs = BigInt(days * 86_400_000)
  const sinceMs = BigInt(moment.getTime() - now.getTime()) + spanMs
  // To the record, lest one of them is on the wrong side of midnight: numbers of JavaScript are too small for it.
  return sinceMs < 0n ? 1 : Math.max(1, Number((sinceMs * BigInt(records) + spanMs - 1n) / spanMs))
}

/**
 * Records as Postern writes them, each with a salt and its digest: of an account by turns 12 refreshes, 5 log-ins, 2 log-outs and a
 * failure.
 */
const insertMonth = (now: Date, scale: Scale, { kind, name, from, until }: Month): string => {
  const [first, last] = [numberAt(now, from, scale), Math.min(scale.records, numberAt(now, until, scale) - 1)]
  return `
  insert into ${name} (id, retention, position, outcome, credential, occurred_at, type, actor_kind, actor_id, user_id, session_id,
    request_id, ip_address, user_agent, place, personal_salt, personal_digest, data)
  select ${idOf('record', 'n', 'ms')}, '${kind}', n, case when turn = 19 then 'failed' else 'done' end,
    case when turn in (17, 18) then 'session:' || session_id end, to_timestamp(ms / 1000.0),
    case when turn < 12 then 'session.refreshed' when turn < 17 then 'login.succeeded' when turn < 19 then 'session.ended'
      else 'login.failed' end,
    case when turn in (17, 18) then 'user' else 'anonymous' end, case when turn in (17, 18) then user_id::text end,
    user_id, case when turn < 19 then session_id end, md5('request' || n)::uuid::text, ip, agent, place, salt,
    encode(sha256(convert_to(salt || json_build_array(ip, agent, place)::text, 'UTF8')), 'hex'),
    case when turn < 12 or turn = 19 then '{}'::jsonb when turn < 17 then '{"method": "password"}'
      else '{"reason": "logout", "count": 1}' end
  from (
    select n, ${momentOf(now, 'n', { count: scale.records, days })} as ms, (n + n / ${scale.accounts}) % 20 as turn,
      ${userIdOf(now, `(n::bigint * 7919 % ${scale.accounts} + 1)`, scale)} as user_id,
      md5('session' || n)::uuid as session_id, '203.0.113.' || n % 250 as ip,
      'Mozilla/5.0 (X11; Linux x86_64) ' || n % 50 as agent, 'Lutetia, Gallia, FR' as place,
      md5('salt' || n) || md5('more' || n) as salt
    from generate_series(${first}::integer, ${last}::integer) n
    where (n + n / ${scale.accounts}) % 20 ${kind === 'activity' ? '< 12' : '>= 12'}
    offset 0
  ) made`
}

/** As an installation is that began a year ago: then the partition of what was before would end there. */
const endBeforeEarlier = (now: Date): string => `
  alter table audit.security detach partition audit.security_before;
  alter table audit.security attach partition audit.security_before
    for values from (minvalue) to ('${firstIdOf(firstOfMonth(now, monthsBack))}')`

const firstIdOf = (moment: Date): string =>
  `${moment.getTime().toString(16).padStart(12, '0')}${'0'.repeat(20)}`.replace(
    /^(.{8})(.{4})(.{4})(.{4})/,
    '$1-$2-$3-$4-',
  )

/** Makes the table of a month that is no partition yet, and has no index. */
const fillMonth = async (sql: postgres.Sql, now: Date, scale: Scale, month: Month): Promise<void> => {
  await sql.unsafe(`drop table if exists ${month.name}`)
  await sql.unsafe(`create table ${month.name} (like audit.${month.kind} including defaults)`)
  await sql.unsafe(insertMonth(now, scale, month))
}

/** Nobody sealed what is loaded, and nobody shall: what is recorded afterwards is sealed after this. */
const standInSeals = ({ records }: Scale): string => `
  insert into audit_seal (retention, number, first_position, last_position, leaves, statement, sealed_at)
  select kind, 1, 1, ${records}, '', 'loaded', now() from unnest(array['security', 'activity']) kind`

/** Fills two months at a time, one for each core. */
export const insertRecords = async (sql: postgres.Sql, now: Date, scale: Scale): Promise<void> => {
  await sql.unsafe(endBeforeEarlier(now))
  const months = monthsUntil(now)
  const fill = async () => {
    for (let month = months.shift(); month; month = months.shift()) await fillMonth(sql, now, scale, month)
  }
  await Promise.all([fill(), fill()])
  await sql.unsafe(`select setval('audit_position', ${scale.records})`)
  await sql.unsafe(standInSeals(scale))
}

/** Makes each month a partition, which builds the indexes of the table there, one after the other. */
export const attachRecords = async (sql: postgres.Sql, now: Date): Promise<void> => {
  for (const { kind, name, from, until } of monthsUntil(now)) {
    await sql.unsafe(`alter table audit.${kind} attach partition ${name}
      for values from ('${firstIdOf(from)}') to ('${firstIdOf(until)}')`)
  }
}
