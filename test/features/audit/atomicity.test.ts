import { expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import { ada, grace, mailedToken, registerAndLogIn } from '../people'
import { listEvents } from './events'

const tables = ['"user"', 'password', 'session', 'email_token', 'audit_event', 'signing_key']

const everything = (world: World) =>
  Promise.all(tables.map((table) => world.db.run(`select * from ${table} order by 1`, [], 'objects')))

interface Tokens {
  accessToken: string
  refreshToken: string
}

const { email, password } = ada
const headers = { 'x-request-id': 'request-of-this-test' }

const changes: Record<string, (world: World, tokens: Tokens) => Promise<{ status: number }>> = {
  'a registration': (world) => world.send('POST /v1/auth/register', { json: grace, headers }),
  'a log-in': (world) => world.send('POST /v1/auth/login', { json: { email, password }, headers }),
  'a failed log-in': (world) => world.send('POST /v1/auth/login', { json: { email, password: 'wrong' }, headers }),
  'a refresh': (world, { refreshToken }) => world.send('POST /v1/auth/refresh', { json: { refreshToken }, headers }),
  'a log-out': (world, { accessToken: token }) => world.send('POST /v1/auth/logout', { token, headers }),
  'a change of the profile': (world, { accessToken: token }) =>
    world.send('PATCH /v1/me', { json: { bio: 'x' }, token, headers }),
  'the end of the other sessions': (world, { accessToken: token }) =>
    world.send('DELETE /v1/sessions', { token, headers }),
  'the proof of an address': (world) =>
    world.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) }, headers }),
}

for (const [change, make] of Object.entries(changes)) {
  test(`${change} that can’t be recorded does not happen`, async () => {
    const world = await openWorld()
    await registerAndLogIn(world)
    const tokens = await registerAndLogIn(world, { ...ada, email: 'second@example.com' })
    await world.send('POST /v1/auth/login', { json: { email: 'second@example.com', password } })
    const [taken] = await listEvents(world)
    const queue = [String(taken?.id)]
    const colliding = world.startAnother({}, { ids: { next: () => queue.shift() ?? world.platform.ids.next() } })
    const before = await everything(world)
    expect((await make(colliding, tokens)).status).toBe(500)
    await colliding.settle()
    expect(queue).toEqual([])
    expect(await everything(world)).toEqual(before)
  })
}
