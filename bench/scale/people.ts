/** How many there are of each. */
export interface Scale {
  accounts: number
  sessions: number
  records: number
}

/** The number of a variable of the environment. */
export const numberOf = (name: string, usual: number): number => {
  const number = Number(process.env[name] ?? usual)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${name} must be a number, and at least 1.`)
  return number
}

export const large: Scale = {
  accounts: numberOf('ACCOUNTS', 1_000_000),
  sessions: numberOf('SESSIONS', 5_000_000),
  records: numberOf('RECORDS', 20_000_000),
}

/** What the other is compared with: as many sessions and records to an account, over the same time. */
export const small: Scale = {
  accounts: 1000,
  sessions: Math.max(1, Math.round((1000 * large.sessions) / large.accounts)),
  records: Math.max(1, Math.round((1000 * large.records) / large.accounts)),
}

const dayMs = 86_400_000

/** The `n`-th of so many moments of a span that ends `endDays` ago, as an expression: milliseconds. */
export const momentOf = (now: Date, n: string, { count, days, endDays = 0 }: Record<string, number>): string => {
  const firstMs = now.getTime() - ((days ?? 0) + endDays) * dayMs
  return `(${firstMs} + (${n})::bigint * ${(days ?? 0) * dayMs} / ${count})`
}

/** A UUIDv7 of a moment, the same each time for what it is of. */
export const idOf = (kind: string, n: string, ms: string): string =>
  `overlay(overlay(md5('${kind}' || ${n}) placing lpad(to_hex(${ms}), 12, '0') || '7' from 1) placing '8' from 17)::uuid`

/** The id of the `n`-th account, as an expression. */
export const userIdOf = (now: Date, n: string, { accounts }: Scale): string =>
  idOf('user', n, momentOf(now, n, { count: accounts, days: 400, endDays: 1 }))

/** The address of the `n`-th account. */
export const addressOf = (n: number): string => `person-${n}@example.com`

const at = (ms: string) => `to_timestamp(${ms} / 1000.0)`

/** Names that an eighth of all share, with a surname that few do. */
const names = `(array['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Tim'])[n % 8 + 1] || ' ' ||
  initcap(substr(md5('name' || n), 1, 6))`

export const insertAccounts = (now: Date, scale: Scale): string => `
  insert into "user" (id, email, email_verified_at, name, created_at, updated_at, banned_at)
  select ${idOf('user', 'n', 'ms')}, 'person-' || n || '@example.com', ${at('ms')}, ${names}, ${at('ms')}, ${at('ms')},
    case when n % 500 = 0 then ${at('ms')} end
  from generate_series(1, ${scale.accounts}) n,
    lateral (select ${momentOf(now, 'n', { count: scale.accounts, days: 400, endDays: 1 })} as ms) made`

/** One password for all: who loads it knows it, so each of them can log in; those who are banned can't. */
export const insertPasswords = (hash: string): string =>
  `insert into password (user_id, hash, created_at) select id, '${hash}', created_at from "user" order by id`

export const insertRoles = `
  insert into role_assignment (user_id, role, created_at) select id, 'member', created_at from "user" order by id`

/** Begun in the last 25 days and refreshed today or so; a fifth have ended. */
export const insertSessions = (now: Date, scale: Scale): string => `
  insert into session (id, user_id, counter, rotated_at, amr, acr, authenticated_at, created_at, last_used_at, expires_at,
    absolute_expires_at, revoked_at, revoked_because, ip_address, user_agent, device)
  select ${idOf('session', 'n', 'ms')}, ${userIdOf(now, `(n::bigint * 7919 % ${scale.accounts} + 1)`, scale)}, n % 50, used,
    '["pwd"]', 'aal1', begun, begun, used, used + interval '7 days', begun + interval '30 days',
    case when n % 5 = 0 then used end, case when n % 5 = 0 then 'logout' end,
    '203.0.113.' || n % 250, 'Mozilla/5.0 (X11; Linux x86_64) ' || n % 50, 'Mozilla/ ' || n % 50 || '|203.0'
  from generate_series(1, ${scale.sessions}) n,
    lateral (select ${momentOf(now, 'n', { count: scale.sessions, days: 25 })} as ms) made,
    lateral (select ${at('ms')} as begun, greatest(${at('ms')}, to_timestamp(${now.getTime()} / 1000.0) - n % 1440 * interval '1 minute') as used) known`
