import { expect, test } from 'bun:test'
import { given, type Person } from '../given'
import { expectProblem } from '../support/expect-problem'
import { User } from '../support/shapes'
import { target } from '../target'
import { countByStatus, inParallel } from './parallel'

const server = await target()

const call = (path: string, { accessToken }: Person) => ({
  read: () => server.send(`GET /v1/me${path}`, { accessToken }),
  patch: (json: object, tag?: string) =>
    server.send(`PATCH /v1/me${path}`, { accessToken, json, headers: tag === undefined ? {} : { 'if-match': tag } }),
})

/** What sixteen tabs send, each something of its own. */
const changesOf: [path: string, change: (index: number) => object, kept: (json: object) => unknown][] = [
  ['', (index) => ({ name: `Tab ${index}` }), (json) => ({ name: User.parse(json).name })],
  [
    '',
    (index) => ({ attributes: { company: `Tab ${index}` } }),
    (json) => ({ attributes: User.parse(json).attributes }),
  ],
  ['/preferences', (index) => ({ theme: ['dark', 'light', 'system'][index % 3] }), (json) => json],
]

test.each(changesOf)(
  'of sixteen changes to /v1/me%s from one state exactly one is made',
  async (path, change, kept) => {
    for (let round = 0; round < 4; round += 1) {
      const { read, patch } = call(path, await given.person(server))
      const tag = (await read()).headers.get('etag') ?? ''
      const replies = await inParallel(16, (index) => patch(change(index), tag))
      expect(countByStatus(replies)).toEqual({ 200: 1, 412: 15 })
      for (const reply of replies.filter(({ status }) => status === 412))
        expectProblem(reply, 412, 'precondition_failed')
      const made = replies.findIndex(({ status }) => status === 200)
      const now = await read()
      expect(kept({ ...Object(now.json) })).toMatchObject(change(made))
      expect(now.headers.get('etag')).toBe(replies[made]?.headers.get('etag') ?? '')
      expect((await patch(change(made), now.headers.get('etag') ?? '')).status).toBe(200)
    }
  },
)

test('changes of different attributes and fields at once all count', async () => {
  const { read, patch } = call('', await given.person(server))
  const attributes = { pronouns: 'she/her', company: 'Engines', jobTitle: 'Analyst', birthdate: '1815-12-10' }
  const visibility = { bio: 'everyone', phone: 'users', company: 'everyone', email: 'users' }
  const changes = [
    ...Object.entries(attributes).map(([name, value]) => ({ attributes: { [name]: value } })),
    ...Object.entries(visibility).map(([name, value]) => ({ visibility: { [name]: value } })),
    { name: 'Ada' },
    { bio: 'Engines.' },
  ]
  for (const { status } of await Promise.all(changes.map((change) => patch(change)))) expect(status).toBe(200)
  expect((await read()).json).toMatchObject({ name: 'Ada', bio: 'Engines.', attributes, visibility })
})

test('changes of different preferences at once all count, nested ones too', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { read, patch } = call('/preferences', await given.person(server))
    const changes = [
      { theme: 'dark' },
      { weekStart: 'monday' },
      { timeFormat: '24h' },
      { reducedMotion: 'on' },
      { emails: { productNews: true } },
      { emails: { tips: true } },
    ]
    const replies = await inParallel(18, (index) => patch(changes[index % changes.length] ?? {}))
    expect(countByStatus(replies)).toEqual({ 200: 18 })
    expect((await read()).json).toEqual({
      ...{ theme: 'dark', weekStart: 'monday', timeFormat: '24h', reducedMotion: 'on' },
      emails: { productNews: true, tips: true },
    })
  }
})

test('a log-out and changes at once: what comes after it is refused, and nobody meets an error', async () => {
  const person = await given.person(server)
  const [profile, preferences] = [call('', person), call('/preferences', person)]
  const [loggedOut, ...replies] = await Promise.all([
    server.send('POST /v1/auth/logout', { accessToken: person.accessToken }),
    ...Array.from({ length: 8 }, (_, index) => profile.patch({ name: `Tab ${index}` })),
    ...Array.from({ length: 8 }, () => preferences.patch({ theme: 'dark' })),
  ])
  expect(loggedOut.status).toBe(204)
  for (const { status } of replies) expect([200, 401]).toContain(status)
  expectProblem(await profile.patch({ name: 'Late' }), 401, 'session_revoked')
})
