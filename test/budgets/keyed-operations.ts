import postgres from 'postgres'
import * as z from 'zod'
import { get, logIn, post, registerAccount } from '../runtimes/account'

const Made = z.object({ id: z.string(), key: z.string().optional() })
const User = z.object({ id: z.string() })
const Listed = z.object({ items: z.array(z.object({ lastUsedAt: z.string().nullable() })) })

/** A person who may make programs, and a program that may ask about keys, by two keys that were used once. */
export interface KeyedPerson {
  accessToken: string
  clientId: string
  key: string
  askedKey: string
}

const permissions = ['service-accounts:read', 'service-accounts:write', 'api-keys:verify', 'tokens:introspect']

const read = async <Shape extends z.ZodType>(shape: Shape, answer: Promise<Response>): Promise<z.output<Shape>> => {
  const response = await answer
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`)
  return shape.parse(await response.json())
}

/** Gives somebody a role that may all of that. */
const grant = async (databaseUrl: string, userId: string): Promise<void> => {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  await sql`insert into role (name, description, permissions, created_at, updated_at)
    values ('programs', '', ${sql.json(permissions)}, now(), now()) on conflict do nothing`
  await sql`insert into role_assignment (user_id, role, created_at) values (${userId}, 'programs', now())`
  await sql.end()
}

/** Uses keys and waits until that was noted, so that it is not noted again while their next use is counted. */
const useOnce = async (url: string, keys: string[], listKeys: () => Promise<Response>) => {
  for (const key of keys) await post(url, '/auth/introspect', { token: 'nothing' }, key)
  const areNoted = async () => (await read(Listed, listKeys())).items.every(({ lastUsedAt }) => lastUsedAt !== null)
  while (!(await areNoted())) await Bun.sleep(5)
}

export const newKeyedPerson = async (url: string, databaseUrl: string): Promise<KeyedPerson> => {
  const { email, accessToken: before } = await registerAccount(url)
  await grant(databaseUrl, (await read(User, get(url, '/v1/me', before))).id)
  const { accessToken } = await logIn(url, email)
  const account = await read(Made, post(url, '/admin/service-accounts', { name: 'Robot', permissions }, accessToken))
  const path = `/admin/service-accounts/${account.id}/api-keys`
  const makeKey = async () => {
    const { key = '' } = await read(Made, post(url, path, { name: 'Nightly', scopes: permissions }, accessToken))
    return key
  }
  const [key, askedKey] = [await makeKey(), await makeKey()]
  await useOnce(url, [key, askedKey], () => get(url, `/v1${path}`, accessToken))
  return { accessToken, clientId: account.id, key, askedKey }
}

const introspect = (url: string, key: string) => post(url, '/auth/introspect', { token: 'nothing' }, key)
const verify = (url: string, { key, askedKey }: KeyedPerson) => post(url, '/api-keys/verify', { key: askedKey }, key)

/** In an order in which the process that is counted gets to know the keys. */
export const keyedOperations = {
  'use a key that is not known': (url, { key }) => introspect(url, key),
  'use a key that is known': (url, { key }) => introspect(url, key),
  'use what is no key': (url, { key }) => introspect(url, `${key}A`),
  'verify a key that is not known': verify,
  'verify a key that is known': verify,
  'verify what is no key': (url, { key }) => post(url, '/api-keys/verify', { key: 'postern_garbage' }, key),
  'get a token for a program': (url, { clientId, key }) =>
    fetch(`${url}/v1/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: key }),
    }),
  'list keys': (url, { accessToken }) => get(url, '/v1/api-keys', accessToken),
  'make a key': (url, { accessToken }) => post(url, '/api-keys', { name: 'Nightly', scopes: [] }, accessToken),
} satisfies Record<string, (url: string, person: KeyedPerson) => Promise<Response>>

export type KeyedOperationName = keyof typeof keyedOperations

export const keyedOperationNames = Object.keys(keyedOperations).filter(
  (name): name is KeyedOperationName => name in keyedOperations,
)
