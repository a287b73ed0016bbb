import * as z from 'zod'
import { grantRole } from '#features/admin/grant-role'
import { type Operation, OperationAnswer, OperationError } from '#features/bulk/operation-contract'
import { openWorld, type TestSettings, type World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { ada, logIn, registerAndLogIn } from '../people'

/** Whoever the operator's commands are. */
export const operator = (world: World) => world.contextOf({ kind: 'system', job: 'postern' })

/** Ada is an administrator, in a world where these need no second factor. */
export const openStaffWorld = async (settings: TestSettings = {}) => {
  const world = await openWorld({ MFA_REQUIRED_ROLES: 'nobody', ...settings })
  const { user } = await registerAndLogIn(world)
  await grantRole(operator(world), ada.email, 'admin')
  const { accessToken: token } = await logIn(world)
  return { world, token, adaId: user.id }
}

export const operationIn = ({ body }: Answer): Operation => OperationAnswer.parse(body).operation

/** Sends a file; nobody has worked it off yet when it returns. */
export const sendFile = (
  world: World,
  token: string,
  file: string | Uint8Array<ArrayBuffer>,
  { format = 'ndjson', dryRun = false }: { format?: 'ndjson' | 'csv'; dryRun?: boolean } = {},
) =>
  world.send(`POST /v1/admin/imports?format=${format}&dryRun=${dryRun}`, {
    token,
    bytes: typeof file === 'string' ? new TextEncoder().encode(file) : file,
    headers: { 'content-type': format === 'csv' ? 'text/csv' : 'application/x-ndjson' },
  })

export const showOf = async (world: World, token: string, { id }: { id: string }): Promise<Operation> =>
  operationIn(await world.send(`GET /v1/admin/operations/${id}`, { token }))

/** Sends a file, and has it worked off. */
export const importFile = async (
  world: World,
  token: string,
  ...file: Parameters<typeof sendFile> extends [World, string, ...infer File] ? File : never
) => {
  const { id } = operationIn(await sendFile(world, token, ...file))
  await world.settle()
  return showOf(world, token, { id })
}

const Errors = z.object({ items: z.array(OperationError), nextCursor: z.string().nullable() })

export const errorPageOf = async (world: World, token: string, { id }: { id: string }, query = '') =>
  Errors.parse((await world.send(`GET /v1/admin/operations/${id}/errors${query}`, { token })).body)

/** What was wrong with rows: `3 /email email_taken`. */
export const faultsOf = async (world: World, token: string, operation: { id: string }): Promise<string[]> => {
  const { items } = await errorPageOf(world, token, operation, '?limit=100')
  return items.map(({ row, pointer, code }) => `${row} ${pointer} ${code}`)
}

/** The addresses of all accounts but Ada’s, in order. */
export const addressesIn = async (world: World): Promise<string[]> => {
  const rows = await world.db.run(`select email from "user" where email <> $1 order by email`, [ada.email], 'objects')
  return z
    .array(z.object({ email: z.string() }))
    .parse(rows)
    .map(({ email }) => email)
}

export const lines = (...rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
