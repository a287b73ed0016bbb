import type { Postern } from '../../test/proofs/examined-postern'
import { get, logIn, newAddress, password, post, registerAccount, Tokens } from '../../test/runtimes/account'
import { addressOf } from './people'
import { refreshPerson, type Side } from './side'

/** One thing that people do. */
export interface Operation {
  title: string
  /** How often in a round: many at a time, and one at a time. */
  together: number
  alone: number
  /** Asks the server of a side. */
  ask: (side: Side) => Promise<unknown>
  /** Asks Postern in this process, which notes what its statements cost. */
  examine: (side: Side, postern: Postern) => Promise<Response>
}

const succeed = async (request: Promise<Response>): Promise<void> => {
  const response = await request
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
}

/** What only reads, by somebody's token. */
const reading = (title: string, route: string, together: number): Operation => ({
  title,
  together,
  alone: 100,
  ask: (side) => succeed(get(side.server.url, `/v1${route}`, side.next().accessToken)),
  examine: (side, postern) => postern.send(`GET ${route}`, undefined, side.next().accessToken),
})

/** Somebody of the staff asks for somebody at random. */
const searching = (title: string, queryFor: (n: number) => string): Operation => {
  const routeFor = ({ scale }: Side) => `/admin/users?${queryFor(1 + Math.floor(Math.random() * scale.accounts))}`
  return {
    title,
    together: 400,
    alone: 60,
    ask: (side) => succeed(get(side.server.url, `/v1${routeFor(side)}`, side.staffToken)),
    examine: (side, postern) => postern.send(`GET ${routeFor(side)}`, undefined, side.staffToken),
  }
}

/** As the loader names people. */
const surnameOf = (n: number) => new Bun.CryptoHasher('md5').update(`name${n}`).digest('hex').slice(0, 6)

export const operations: Operation[] = [
  reading('GET /v1/me', '/me', 3000),
  {
    title: 'refresh',
    together: 1500,
    alone: 100,
    ask: (side) => refreshPerson(side.server.url, side.next()),
    examine: async (side, postern) => {
      const person = side.next()
      const response = await postern.send('POST /auth/refresh', { refreshToken: person.refreshToken })
      Object.assign(person, Tokens.parse(await response.clone().json()))
      return response
    },
  },
  {
    title: 'log in',
    together: 120,
    alone: 40,
    ask: (side) => logIn(side.server.url, side.next().email),
    examine: (side, postern) => postern.send('POST /auth/login', { email: side.next().email, password }),
  },
  {
    title: 'log out',
    together: 240,
    alone: 60,
    ask: (side) => succeed(post(side.server.url, '/auth/logout', {}, side.leave().accessToken)),
    examine: (side, postern) => postern.send('POST /auth/logout', undefined, side.leave().accessToken),
  },
  {
    title: 'register',
    together: 120,
    alone: 40,
    ask: (side) => registerAccount(side.server.url),
    examine: (_, postern) => postern.send('POST /auth/register', { email: newAddress(), password }),
  },
  reading('list sessions', '/sessions', 2000),
  reading('own activity', '/me/activity', 2000),
  searching('staff: by address', (n) => `email=${encodeURIComponent(addressOf(n))}`),
  searching('staff: by surname', (n) => `query=${surnameOf(n)}`),
]
