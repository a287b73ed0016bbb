import { scryptSync } from 'node:crypto'
import * as z from 'zod'
import { makeTemporaryFolder } from '../support/folders'
import { password, post, registerAccount } from './account'
import { endWaits, expireActiveJobs, untilNobodyIsConnected, waitUntil } from './queue-rows'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { runCommand, type ServerProcess, startServer } from './server-process'

/** What an import came to, and what it took. */
export interface SurvivedImport {
  accounts: number
  rowsDone: number
  rowsFailed: number
  /** How far it was at each kill. */
  killedAt: number[]
  /** People who logged in with the password of their old hash, and whose hash is one of today then. */
  renewed: number
  uploadMilliseconds: number
  /** Of the work alone, the starts of processes left out. */
  workMilliseconds: number
}

const Asked = z.object({ operation: z.object({ id: z.string() }) })
const Tokens = z.object({ accessToken: z.string() })

const oldPassword = (kind: number) => `An old password ${kind}`
const unpadded = (bytes: Uint8Array) => bytes.toBase64({ omitPadding: true })

/** Hashes of other systems: bcrypt, scrypt, and Argon2id of less than today's cost. */
const makeOldHashes = (): Promise<string[]> =>
  Promise.all(
    Array.from({ length: 30 }, async (_, kind) => {
      const text = oldPassword(kind)
      if (kind % 3 === 0) return Bun.password.hash(text, { algorithm: 'bcrypt', cost: 4 })
      if (kind % 3 === 1) return Bun.password.hash(text, { algorithm: 'argon2id', memoryCost: 1024, timeCost: 1 })
      const salt = crypto.getRandomValues(new Uint8Array(16))
      const digest = scryptSync(text, salt, 32, { N: 1024, r: 8, p: 1 })
      return `$scrypt$ln=10,r=8,p=1$${unpadded(salt)}$${unpadded(digest)}`
    }),
  )

const addressOf = (at: number) => `imported-${at}@example.com`

const makeFile = (count: number, hashes: string[]): string =>
  Array.from({ length: count }, (_, at) =>
    JSON.stringify({
      email: addressOf(at),
      emailVerified: true,
      name: `Zoë ${at}`,
      passwordHash: hashes[at % hashes.length],
      attributes: { company: 'Analytical Engines' },
      createdAt: '2020-02-29T12:00:00Z',
    }),
  ).join('\n')

const settingsFor = ({ url }: RealDatabase) => ({
  DATABASE_URL: url,
  DATA_DIRECTORY: makeTemporaryFolder(),
  MFA_REQUIRED_ROLES: 'nobody',
})

/** The token of an administrator. */
const openAdministrator = async (settings: Record<string, string>, server: ServerProcess): Promise<string> => {
  const { email } = await registerAccount(server.url)
  const granted = await runCommand(settings, 'roles', 'grant', email, 'admin')
  if (granted.exitCode !== 0) throw new Error(granted.errors)
  return Tokens.parse(await (await post(server.url, '/auth/login', { email, password })).json()).accessToken
}

/** Of people all over the file, how many log in with their old password and have a hash of today then. */
const logInSample = async ({ sql }: RealDatabase, server: ServerProcess, count: number, sample: number) => {
  let renewed = 0
  for (let taken = 0; taken < sample; taken += 1) {
    const at = Math.floor((taken / sample) * count) + (taken % 30)
    const email = addressOf(Math.min(at, count - 1))
    const before = await sql`select hash from password join "user" on id = user_id where email = ${email}`
    const body = { email, password: oldPassword(Math.min(at, count - 1) % 30) }
    const { ok } = await post(server.url, '/auth/login', body)
    const [after] = await sql`select hash from password join "user" on id = user_id where email = ${email}`
    const isRenewed = after?.hash !== before[0]?.hash && String(after?.hash).startsWith('$argon2id$v=19$m=19456,')
    if (ok && isRenewed) renewed += 1
  }
  return renewed
}

/** Imports so many people by a server that is killed so often in the middle of it. */
export const surviveImport = async (count: number, kills: number, sample: number): Promise<SurvivedImport> => {
  await using database = await openRealDatabase()
  const { sql } = database
  const settings = settingsFor(database)
  let server = await startServer(settings)
  try {
    const token = await openAdministrator(settings, server)
    const begunAt = performance.now()
    const answer = await fetch(`${server.url}/v1/admin/imports?format=ndjson`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: makeFile(count, await makeOldHashes()),
    })
    if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`)
    const { id } = Asked.parse(await answer.json()).operation
    const uploadMilliseconds = performance.now() - begunAt
    const stand = async () => {
      const [row] = await sql<{ done: number; failed: number; state: string }[]>`
        select rows_done as done, rows_failed as failed, state from bulk_operation where id = ${id}`
      if (!row) throw new Error('There is no operation.')
      return row
    }
    const killedAt: number[] = []
    let workMilliseconds = 0
    for (let kill = 1; kill <= kills; kill += 1) {
      const from = performance.now()
      await waitUntil(async () => (await stand()).done >= (count * kill) / (kills + 1), 300, stand)
      await server.stop('SIGKILL')
      workMilliseconds += performance.now() - from
      await untilNobodyIsConnected(sql)
      killedAt.push((await stand()).done)
      await expireActiveJobs(sql)
      server = await startServer(settings)
    }
    const from = performance.now()
    await waitUntil(
      async () => {
        await endWaits(sql)
        return (await stand()).state === 'finished'
      },
      300,
      stand,
    )
    workMilliseconds += performance.now() - from
    const { done: rowsDone, failed: rowsFailed } = await stand()
    const [imported] = await sql`select count(*)::integer as count from "user" where email like 'imported-%'`
    const renewed = await logInSample(database, server, count, sample)
    return { accounts: imported?.count, rowsDone, rowsFailed, killedAt, renewed, uploadMilliseconds, workMilliseconds }
  } finally {
    await server.stop('SIGKILL')
  }
}
