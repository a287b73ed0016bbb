import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { given, type Person } from '../given'
import { makePng } from '../support/images'
import { User } from '../support/shapes'
import { target } from '../target'
import { overlap } from './overlap'
import { inParallel } from './parallel'

const server = await target()
const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 1 })

const put = (accessToken: string, shade: number) =>
  server.send('PUT /v1/me/avatar', {
    accessToken,
    body: makePng(8, 8, shade),
    headers: { 'content-type': 'image/png' },
  })
const remove = (accessToken: string) => server.send('DELETE /v1/me/avatar', { accessToken })

/** What the database knows of a person's files, once the job is done. */
const listKeys = async (userId: string): Promise<string[]> => {
  for (const giveUpAt = Date.now() + 20_000; Date.now() < giveUpAt; await Bun.sleep(100)) {
    const rows = await sql`select key, drop_after from blob where user_id = ${userId}`
    if (rows.every((row) => row.drop_after === null)) return rows.map((row) => String(row.key)).toSorted()
  }
  throw new Error('Files that were dropped are still there after 20 s.')
}

/** The files that there are for the picture that a person has, and for no other. */
const expectOnlyItsFiles = async ({ accessToken, user }: Person): Promise<string | null> => {
  const { picture } = User.parse((await server.send('GET /v1/me', { accessToken })).json)
  const [, name] = /avatars\/([\w-]{22})\//.exec(picture ?? '') ?? []
  const expected = ['128', '256', '512', '64'].map((size) => `avatars/${name}/${size}.webp`)
  expect(await listKeys(user.id)).toEqual(name === undefined ? [] : expected)
  return picture
}

test('of pictures and removals at once one is left, with its files alone, or none', async () => {
  const person = await given.person(server)
  const replies = await Promise.all([
    // One is rendered and two wait; a fourth would be asked to come again.
    ...(await inParallel(3, (shade) => put(person.accessToken, shade))),
    ...(await inParallel(2, () => remove(person.accessToken))),
  ])
  for (const { status } of replies) expect([200, 204]).toContain(status)
  await expectOnlyItsFiles(person)
}, 60_000)

const pairs: [string, (typeof put | typeof remove)[]][] = [
  ['a picture and a picture', [put, put]],
  ['a picture and a removal', [put, remove]],
  ['a removal and a picture', [remove, put]],
]

test.each(pairs)(
  '%s that wait for the same person both count, the last one last',
  async (_, calls) => {
    const person = await given.person(server)
    await put(person.accessToken, 0)
    const [first, last] = calls.map((call, index) => () => call(person.accessToken, index + 1))
    if (!first || !last) throw new Error('There are two calls.')
    const replies = await overlap(person.email, 'person', first, last)
    expect(replies.map(({ status }) => status)).toEqual(calls.map((call) => (call === put ? 200 : 204)))
    const picture = await expectOnlyItsFiles(person)
    expect(picture === null).toBe(calls[1] === remove)
  },
  60_000,
)
