import * as z from 'zod'
import { grantRole } from '#features/admin/grant-role'
import { CreatedApiKey, ServiceAccount } from '#features/api-keys/contract'
import type { TokenSet } from '#features/sessions/contract'
import { openWorld, type TestSettings, type World } from '../../platform'
import { ada, logIn, registerAndLogIn } from '../people'

type Person = typeof ada

/** A world without second factors, whose operators have a permission of their own. */
export const openKeyedWorld = (settings: TestSettings = {}): Promise<World> =>
  openWorld({ MFA_REQUIRED_ROLES: 'nobody', APPLICATION_PERMISSIONS: 'invoices:read', ...settings })

/** Somebody new who holds a role of the platform. */
export const registerStaff = async (world: World, person: Person = ada, role = 'admin'): Promise<TokenSet> => {
  await registerAndLogIn(world, person)
  await grantRole(world.contextOf({ kind: 'system', job: 'tests' }), person.email, role)
  return logIn(world, person)
}

/** A moment so many seconds from now. */
export const inSeconds = (world: World, seconds: number): string =>
  new Date(world.clock.now().getTime() + seconds * 1000).toISOString()

/** The rows of a statement on the database of a world. */
export const query = (world: World, text: string, values: unknown[] = []) => world.db.run(text, values, 'objects')

/** An organization, and its member with a role. */
export const plantOrganization = async (world: World, userId: string, role = 'owner'): Promise<string> => {
  const id = crypto.randomUUID()
  const now = world.clock.now()
  await query(world, 'insert into organization (id, slug, name, created_at, updated_at) values ($1, $2, $2, $3, $3)', [
    ...[id, `acme-${id}`, now],
  ])
  await query(
    world,
    "insert into organization_member (organization_id, user_id, role, joined_by, joined_at) values ($1, $2, $3, 'creation', $4)",
    [id, userId, role, now],
  )
  return id
}

/** Makes a key by `POST owner`; `/v1/api-keys` are the caller's own. */
export const makeKey = async (
  world: World,
  { accessToken: token }: Pick<TokenSet, 'accessToken'>,
  fields: object = {},
  owner = '/v1/api-keys',
): Promise<CreatedApiKey> => {
  const answer = await world.send(`POST ${owner}`, { token, json: { name: 'Nightly', scopes: [], ...fields } })
  if (answer.status !== 201) throw new Error(`Expected 201: ${answer.text}`)
  return CreatedApiKey.parse(answer.body)
}

/** Makes a service account of the platform, or of whoever owns it by their address. */
export const makeAccount = async (
  world: World,
  { accessToken: token }: Pick<TokenSet, 'accessToken'>,
  permissions: string[],
  owner = '/v1/admin/service-accounts',
): Promise<ServiceAccount> => {
  const answer = await world.send(`POST ${owner}`, { token, json: { name: 'Robot', permissions } })
  if (answer.status !== 201) throw new Error(`Expected 201: ${answer.text}`)
  return ServiceAccount.parse(answer.body)
}

/** A key of a new service account of the platform. */
export const makeMachineKey = async (
  world: World,
  staff: Pick<TokenSet, 'accessToken'>,
  permissions: string[],
): Promise<CreatedApiKey & { clientId: string }> => {
  const { id } = await makeAccount(world, staff, permissions)
  const key = await makeKey(world, staff, { scopes: permissions }, `/v1/admin/service-accounts/${id}/api-keys`)
  return { ...key, clientId: id }
}

/** What `POST /v1/oauth/token` answers to a form. */
export const askToken = (world: World, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  world.send('POST /v1/oauth/token', { form: new URLSearchParams(fields).toString(), headers })

const Granted = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  scope: z.string(),
})

/** A token for a program. */
export const machineToken = async (
  world: World,
  { clientId, key }: { clientId: string; key: string },
  scope?: string,
): Promise<z.output<typeof Granted>> => {
  const answer = await askToken(world, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: key,
    ...(scope !== undefined && { scope }),
  })
  return Granted.parse(answer.body)
}
