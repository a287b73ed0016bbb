import { join } from 'node:path'
import postgres from 'postgres'
import * as z from 'zod'
import { openPglite } from '#platform/pglite'
import { type Guarded, given, type Person } from '../given'
import { sharedTarget, startTarget, target, targetName } from '../target'
import { makeDataDirectory } from './bun-server'
import { findFreePort } from './free-port'
import type { Server } from './server'

/** A server with staff: the first of them is made in the database, as nobody is there who could. */
export interface StaffedTarget {
  server: Server
  /** An administrator, whose session showed a second factor. */
  boss: Guarded
  /** Somebody without a role. */
  powerless: Person
  /** An access token with which the boss acts as an auditor. */
  actingToken: string
  /** Holds the role `one`, which each test changes, and nothing else. */
  one: Person
  /** What roles may allow. */
  permissions: string[]
  /** Sets what the role of `one` allows. */
  allowOne: (permissions: string[]) => Promise<void>
}

type Run = (text: string, values: unknown[]) => Promise<unknown>

const succeed = (reply: { status: number; text: string }): void => {
  if (reply.status >= 300) throw new Error(`It was refused: ${reply.text}`)
}

/** Changes the rows of the embedded database, while no server has it. */
const changeEmbedded = async (directory: string, change: (run: Run) => Promise<void>): Promise<void> => {
  const { db, close } = await openPglite(join(directory, 'postgres'))
  await change((text, values) => db.run(text, values, 'objects'))
  await close()
}

const changePostgres = async (change: (run: Run) => Promise<void>): Promise<void> => {
  const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 1, onnotice: () => {} })
  await change((text, values) => sql.unsafe(text, values as string[]))
  await sql.end()
}

/** Makes one an administrator, and lets them act as the other, who is an auditor. */
const promote =
  (boss: Person, acted: Person) =>
  async (run: Run): Promise<void> => {
    const grant = 'insert into role_assignment (user_id, role, created_at) values ($1::uuid, $2::text, now())'
    await run(grant, [boss.user.id, 'admin'])
    await run(grant, [acted.user.id, 'auditor'])
    await run(
      `update session set impersonator_id = $1::uuid, impersonator_session_id = $2::uuid,
        impersonation_reason = 'A ticket of theirs.' where id = $3::uuid`,
      [boss.user.id, boss.sessionId, acted.sessionId],
    )
  }

const startStaffed = async (): Promise<Omit<StaffedTarget, 'one' | 'permissions' | 'allowOne'>> => {
  const meet = async (server: Server) => ({
    boss: await given.personWithTotp(server),
    powerless: await given.person(server),
    acted: await given.person(server),
  })
  const isEmbedded = targetName === 'embedded'
  const directory = isEmbedded ? await makeDataDirectory() : ''
  const start = () => startTarget({ DATA_DIRECTORY: directory, PORT: port })
  const port = String(findFreePort())
  const first = isEmbedded ? await start() : await target()
  const { boss, powerless, acted } = await meet(first)
  if (isEmbedded) {
    await first.stop()
    await changeEmbedded(directory, promote(boss, acted))
  } else await changePostgres(promote(boss, acted))
  const server = isEmbedded ? await sharedTarget('staffed', start) : first
  const { accessToken } = await given.refreshed(server, acted.refreshToken)
  return { server, boss, powerless, actingToken: accessToken }
}

const Named = z.object({ items: z.array(z.object({ name: z.string() })) })

const openStaffed = async (): Promise<StaffedTarget> => {
  const staffed = await startStaffed()
  const { server, boss } = staffed
  const { accessToken } = boss
  const name = `one-${crypto.randomUUID().slice(0, 8)}`
  succeed(await server.send('POST /v1/admin/roles', { accessToken, json: { name, permissions: [] } }))
  const account = await given.provedAccount(server)
  const { user } = await given.session(server, account)
  succeed(await server.send(`PUT /v1/admin/users/${user.id}/roles/${name}`, { accessToken, json: {} }))
  const one = { ...account, ...(await given.session(server, account)) }
  const listed = await server.send('GET /v1/admin/permissions', { accessToken })
  return {
    ...staffed,
    one,
    permissions: Named.parse(listed.json).items.map((item) => item.name),
    allowOne: async (permissions) =>
      succeed(await server.send(`PATCH /v1/admin/roles/${name}`, { accessToken, json: { permissions } })),
  }
}

let opened: Promise<StaffedTarget> | undefined

/** The server of the target with staff; it is the same for the whole run. */
export const staffedTarget = (): Promise<StaffedTarget> => {
  opened ??= openStaffed()
  return opened
}
