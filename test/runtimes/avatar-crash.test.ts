import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { makePng } from '../support/images'
import { type Account, registerAccount } from './account'
import { type FileStore, openFileStore } from './file-store'
import { openRealDatabase } from './real-postgres'
import { startServer } from './server-process'

const put = (url: string, { accessToken }: Account) =>
  fetch(`${url}/v1/me/avatar`, {
    method: 'PUT',
    headers: { 'content-type': 'image/png', authorization: `Bearer ${accessToken}` },
    body: makePng(8, 8),
  })

/** Waits until a person has one picture, and the database and the store know its files alone. */
const untilClean = async (sql: postgres.Sql, { files }: FileStore): Promise<void> => {
  for (const giveUpAt = Date.now() + 20_000; Date.now() < giveUpAt; await Bun.sleep(50)) {
    const rows = await sql`select key from blob order by key collate "C"`
    const [person] = await sql`select picture from "user"`
    const [, name] = /avatars\/([\w-]{22})\//.exec(person?.picture ?? '') ?? []
    const expected = ['128', '256', '512', '64'].map((size) => `avatars/${name}/${size}.webp`)
    const known = rows.map(({ key }) => String(key))
    // The record keeps its checkpoints there too.
    const stored = [...files.keys()].filter((key) => key.startsWith('avatars/')).toSorted()
    if ([known, stored].every((keys) => Bun.deepEquals(keys, expected))) return
  }
  throw new Error(`Left: ${JSON.stringify(await sql`select * from blob`)} ${[...files.keys()].join(' ')}`)
}

/** After so many requests of this kind to the store, the server that sent them is killed; the last is done or not. */
const crashes: [string, RegExp, number, 'before' | 'after'][] = [
  ['before the first file is stored', /^PUT avatars/, 1, 'before'],
  ['with two of four files stored', /^PUT avatars/, 2, 'after'],
  ['with all files stored and none in use', /^PUT avatars/, 4, 'after'],
  ['with two of four dropped files deleted', /^DELETE/, 2, 'after'],
  ['with all dropped files deleted, and their rows not', /^DELETE/, 4, 'after'],
]

test.each(crashes)(
  'a SIGKILL %s leaves nothing that the job does not find',
  async (_, kind, count, when) => {
    await using database = await openRealDatabase()
    await using store = openFileStore()
    const sql = postgres(database.url, { max: 1, onnotice: () => {} })
    const settings = { DATABASE_URL: database.url, ...store.settings }
    await using first = await startServer(settings)
    const person = await registerAccount(first.url)
    expect((await put(first.url, person)).status).toBe(200)

    let requests = 0
    store.watch((request) => {
      if (!kind.test(request)) return undefined
      requests += 1
      if (requests < count) return undefined
      process.kill(first.pid, 'SIGKILL')
      store.watch(() => {})
      return when === 'before' ? new Promise(() => {}) : undefined
    })
    await put(first.url, person).catch(() => undefined)
    await first.exited
    expect(requests).toBe(count)

    // An hour later. What was in use is in use: nobody saw a picture that is not there.
    await sql`update blob set drop_after = now() - interval '1 second' where drop_after is not null`
    const [{ picture } = {}] = await sql`select picture from "user"`
    await using second = await startServer(settings)
    expect((await fetch(second.url + new URL(String(picture)).pathname)).status).toBe(200)
    expect((await put(second.url, person)).status).toBe(200)
    await untilClean(sql, store)
    await sql.end()
  },
  60_000,
)
