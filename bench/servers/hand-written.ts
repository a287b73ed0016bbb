import { createHash, randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { Hono } from 'hono'
import postgres from 'postgres'
import * as z from 'zod'
import { parameters } from '#core/argon2'
import { announce } from './announce'

/** What one writes who needs no more than this: Hono and postgres.js, each operation one statement where that is possible. */
const sql = postgres(process.argv[2] ?? '', { fetch_types: false, onnotice: () => {} })

await sql`create table if not exists person (
  id uuid primary key default gen_random_uuid(), email text not null unique, name text not null default '',
  password_hash text not null, created_at timestamptz not null default now())`
await sql`create table if not exists login (
  digest bytea primary key, refresh_digest bytea not null unique, person_id uuid not null references person on delete cascade,
  created_at timestamptz not null default now(), expires_at timestamptz not null)`
await sql`create index if not exists login_person on login (person_id)`

const argon2id = { memoryCost: parameters.memoryKib, timeCost: parameters.passes, parallelism: parameters.lanes }
const algorithm = 2

const Credentials = z.object({ email: z.email(), password: z.string().min(8).max(128) })
const Refresh = z.object({ refreshToken: z.string() })

const digestOf = (token: string) => createHash('sha256').update(token).digest()
const lifeMs = 7 * 24 * 3600 * 1000

const newTokens = () => {
  const [token, refreshToken] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
  const expiresAt = new Date(Date.now() + lifeMs)
  return { tokens: { token, refreshToken, expiresAt }, digest: digestOf(token), refreshDigest: digestOf(refreshToken) }
}

const bearerDigest = (header = '') => digestOf(header.slice('Bearer '.length))

const app = new Hono()

app.post('/sign-up', async (c) => {
  const { email, password } = Credentials.parse(await c.req.json())
  const { tokens, digest, refreshDigest } = newTokens()
  const passwordHash = await hash(password, { ...argon2id, algorithm })
  const [person] = await sql`
    with person as (
      insert into person (email, password_hash) values (${email.toLowerCase()}, ${passwordHash}) on conflict do nothing
      returning id, email, name),
    login as (
      insert into login (digest, refresh_digest, person_id, expires_at)
      select ${digest}, ${refreshDigest}, id, ${tokens.expiresAt} from person)
    select * from person`
  return person ? c.json({ user: person, ...tokens }, 201) : c.json({ error: 'taken' }, 409)
})

app.post('/sign-in', async (c) => {
  const { email, password } = Credentials.parse(await c.req.json())
  const [person] = await sql`select id, email, name, password_hash from person where email = ${email.toLowerCase()}`
  if (!person || !(await verify(person.password_hash, password))) return c.json({ error: 'wrong' }, 401)
  const { tokens, digest, refreshDigest } = newTokens()
  await sql`insert into login (digest, refresh_digest, person_id, expires_at)
    values (${digest}, ${refreshDigest}, ${person.id}, ${tokens.expiresAt})`
  return c.json({ user: { id: person.id, email: person.email, name: person.name }, ...tokens })
})

app.get('/me', async (c) => {
  const [person] = await sql`
    select person.id, email, name, person.created_at from login join person on person.id = person_id
    where digest = ${bearerDigest(c.req.header('authorization'))} and expires_at > now()`
  return person ? c.json(person) : c.json({ error: 'unknown' }, 401)
})

app.post('/refresh', async (c) => {
  const { refreshToken } = Refresh.parse(await c.req.json())
  const { tokens, digest, refreshDigest } = newTokens()
  const [login] = await sql`
    update login set digest = ${digest}, refresh_digest = ${refreshDigest}, expires_at = ${tokens.expiresAt}
    where refresh_digest = ${digestOf(refreshToken)} and expires_at > now() returning person_id`
  return login ? c.json(tokens) : c.json({ error: 'unknown' }, 401)
})

app.post('/sign-out', async (c) => {
  await sql`delete from login where digest = ${bearerDigest(c.req.header('authorization'))}`
  return c.body(null, 204)
})

announce(app.fetch)
