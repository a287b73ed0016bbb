import { expect, test } from 'bun:test'
import { RedisClient } from 'bun'
import { unzipSync } from 'fflate'
import { findRedis } from '../support/redis'
import { openRealDatabase } from './real-postgres'
import { dumpWhole, killAtTable, listBlobs, openKills, type Person, withPerson, workUntil } from './rights-kills'

const timeoutMs = 180_000

/** The key under which a use is counted, as the limiter stores it. */
const storedKey = (key: string) => `{postern}:${new Bun.CryptoHasher('sha256').update(key).digest('hex').slice(0, 32)}`

const everythingIn = async (redis: RedisClient): Promise<string> => {
  const keys = (await redis.send('KEYS', ['{postern}:*'])) as string[]
  const values = await Promise.all(keys.map((key) => redis.send('LRANGE', [key, '0', '-1'])))
  return JSON.stringify({ keys, values })
}

test(
  'a SIGKILL in the middle of an erasure leaves one that ends right, once; nothing of the account is left anywhere',
  async () => {
    await using database = await openRealDatabase()
    const redisServer = await findRedis()
    const redis = new RedisClient(redisServer.url)
    const kills = openKills(database, redisServer.url)
    const { sql } = database
    try {
      for (const tables of [['blob'], ['mailbox_message', 'session'], ['user']]) {
        const person: Person = await withPerson(kills, async (asking) => {
          expect((await asking.send('GET', '/v1/me')).status).toBe(200)
          expect(await redis.exists(storedKey(`account:${asking.id}`))).toBe(true)
          expect((await asking.send('DELETE', '/v1/me')).status).toBe(202)
        })
        expect(await dumpWhole(kills)).toContain(person.email)
        for (const table of tables) await killAtTable(kills, table, 'erase-account')
        const finished = () => sql`select from erasure where user_id = ${person.id} and receipt is not null`
        expect((await finished()).count).toBe(0)
        await workUntil(kills, async () => (await finished()).count === 1)
        const [erasure] = await sql`select counts from erasure where user_id = ${person.id}`
        expect(erasure?.counts).toMatchObject({ blobs: 1, mails: 1, 'database/user': 1, 'database/session': 1 })
        expect(
          await sql`select from audit_event where type = 'account.erased' and user_id = ${person.id}`,
        ).toHaveLength(1)
        const dump = await dumpWhole(kills)
        const counted = await everythingIn(redis)
        for (const trace of [person.email, person.name, 'Canary-Browser']) {
          const lines = dump.split('\n').filter((line) => line.includes(trace))
          expect({ trace, lines }).toEqual({ trace, lines: [] })
          expect({ trace, isInRedis: counted.includes(trace) }).toEqual({ trace, isInRedis: false })
          expect({ trace, isInLogs: kills.logs.some((log) => log.includes(trace)) }).toEqual({ trace, isInLogs: false })
        }
        expect(await redis.exists(storedKey(`account:${person.id}`))).toBe(false)
        expect(listBlobs(kills).filter((name) => name.includes(person.id))).toEqual([])
      }
    } finally {
      redis.close()
      await redisServer.stop()
    }
  },
  timeoutMs,
)

test(
  'a SIGKILL in the middle of an export leaves one that ends right: one archive, one mail',
  async () => {
    await using database = await openRealDatabase()
    const redisServer = await findRedis()
    const kills = openKills(database, redisServer.url)
    const { sql } = database
    try {
      for (const table of ['preference', 'audit_event', 'blob']) {
        const person = await withPerson(kills, async (asking) => {
          expect((await asking.send('POST', '/v1/me/export')).status).toBe(202)
        })
        await killAtTable(kills, table, 'export-data')
        const mails = () =>
          sql`select from mailbox_message where "to" = ${person.email} and template = 'data-export-ready'`
        await workUntil(kills, async () => (await mails()).count > 0)
        expect(await mails()).toHaveLength(1)
        const [asked] =
          await sql`select id, state, parts_done = parts_total as whole from data_export where user_id = ${person.id}`
        expect(asked).toMatchObject({ state: 'ready', whole: true })
        expect(listBlobs(kills).filter((name) => name.includes(asked?.id))).toHaveLength(1)
        const stored = await Bun.file(`${kills.blobs}/exports/${asked?.id}.zip`).bytes()
        const archive = unzipSync(stored.subarray(stored.indexOf(10) + 1))
        const users = new TextDecoder().decode(archive['data/user.ndjson'])
        expect(
          users
            .split('\n')
            .filter(Boolean)
            .map((row) => JSON.parse(row).email),
        ).toEqual([person.email])
      }
    } finally {
      await redisServer.stop()
    }
  },
  timeoutMs,
)
