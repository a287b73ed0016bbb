import { expect } from 'bun:test'
import * as z from 'zod'
import type { Server } from './server'

const id = z.uuid()
export const ApiKey = z.strictObject({
  id,
  name: z.string(),
  prefix: z.string().regex(/^postern_[\w-]{8}$/),
  scopes: z.array(z.string()),
  allowedNetworks: z.array(z.string()),
  limitPerMinute: z.int().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
})
export const CreatedKey = ApiKey.extend({ key: z.string().regex(/^postern_[\w-]{48}$/) })
export const KeyPage = z.strictObject({ items: z.array(ApiKey), nextCursor: id.nullable() })
const Account = z.strictObject({
  id,
  organizationId: z.null(),
  name: z.string(),
  permissions: z.array(z.string()),
  isDisabled: z.boolean(),
  createdAt: z.iso.datetime(),
})

type Caller = { accessToken: string }

/** Makes a key by `POST owner`. */
export const makeKey = async (server: Server, { accessToken }: Caller, fields: object = {}, owner = '/v1/api-keys') => {
  const reply = await server.send(`POST ${owner}`, { accessToken, json: { name: 'Nightly', scopes: [], ...fields } })
  expect(reply.status, reply.text).toBe(201)
  return CreatedKey.parse(reply.json)
}

/** A program of the platform, by one of its keys. */
export const makeProgram = async (server: Server, caller: Caller, permissions: string[]) => {
  const { accessToken } = caller
  const made = await server.send('POST /v1/admin/service-accounts', {
    accessToken,
    json: { name: 'Robot', permissions },
  })
  const account = Account.parse(made.json)
  const owner = `/v1/admin/service-accounts/${account.id}/api-keys`
  return { ...(await makeKey(server, caller, { scopes: permissions }, owner)), owner, clientId: account.id }
}
