import { expect, test } from 'bun:test'
import { isWorker } from '../support/callers'
import { openRoutes } from '../support/open-routes'
import { fillRoute } from '../support/operations'
import { sendRaw, statusOf } from '../support/send-raw'
import { staffedTarget } from '../support/staffed-target'

const { server, powerless } = await staffedTarget()

const guarded = Object.entries(openRoutes).filter(([, openness]) => openness !== 'public')
/** One method of each path, the reading one if there is one: a trick is one of paths. */
const lines = [...Map.groupBy(guarded, ([route]) => route.split(' ')[1] ?? '').values()]
  .map((routes) => routes.find(([route]) => route.startsWith('GET ')) ?? routes[0])
  .filter((line) => line !== undefined)
  .map(([route, openness]) => ({ route, openness }))

const afterVersion = (path: string, put: string) => path.replace('/v1/', put)
const encodeFirst = (path: string) => {
  const letter = path.charAt('/v1/'.length)
  return afterVersion(path, '/v1/').replace(`/v1/${letter}`, `/v1/%${letter.charCodeAt(0).toString(16)}`)
}

/** A path that somebody might take for another one, or that another program between might. */
const tricks: ((path: string) => string)[] = [
  (path) => `/${path}`,
  (path) => afterVersion(path, '/v1//'),
  (path) => afterVersion(path, '/v1/./'),
  (path) => afterVersion(path, '/v1/terms/../'),
  (path) => `/health/live/../..${path}`,
  (path) => afterVersion(path, '/v1/%2e/'),
  (path) => afterVersion(path, '/v1/terms/%2e%2e/'),
  (path) => afterVersion(path, '/v1/terms/..%2f'),
  (path) => afterVersion(path, '/v1%2f'),
  (path) => afterVersion(path, '/v1%252f'),
  (path) => afterVersion(path, '/v1\\'),
  (path) => afterVersion(path, '/v1;/'),
  (path) => path.replaceAll('/', '//'),
  encodeFirst,
  (path) => `${path}/`,
  (path) => `${path}//`,
  (path) => `${path}/.`,
  (path) => `${path};x=y`,
  (path) => `${path};/health/live`,
  (path) => `${path}%00`,
  (path) => `${path}%20`,
  (path) => `${path}%3f`,
  (path) => `${path}.json`,
  (path) => `${path}?_method=DELETE`,
  (path) => path.toUpperCase(),
  (path) => path.replace('/v1/', '/V1/'),
  (path) => `http://localhost${path}`,
  (path) => `${server.baseUrl}${path}`,
]

const atOnce = 16

/** What is answered otherwise than by one of these statuses, of many requests. */
const findOthers = async (requests: string[], statuses: number[], headers: Record<string, string> = {}) => {
  const others: string[] = []
  for (let index = 0; index < requests.length; index += atOnce) {
    const some = requests.slice(index, index + atOnce)
    const answers = await Promise.all(some.map((line) => sendRaw(server, line, headers)))
    for (const [place, answer] of answers.entries()) {
      if (!statuses.includes(statusOf(answer))) others.push(`${some[place]}: ${answer.split('\r\n')[0]}`)
    }
  }
  return others
}

/** Each spelling of so many is tried on a path, and every one on some: a Worker that runs here takes a while for each. */
const stride = isWorker ? 4 : 1

const spell = (route: string, index: number): string[] => {
  const [method = '', path = ''] = fillRoute(route).split(' ')
  return tricks.filter((_, place) => (place + index) % stride === 0).map((trick) => `${method} ${trick(path)}`)
}

/** What is malformed is said before it is asked who sends it: by the router, and by the shapes of a route. */
const malformed = [400, 415, 422]
const closedToAll = [401, 404, 405, ...malformed]

test('no spelling of a guarded path is open to nobody', async () => {
  expect(lines.length).toBeGreaterThan(30)
  const requests = lines.flatMap(({ route }, index) => spell(route, index))
  expect(await findOthers(requests, closedToAll)).toEqual([])
})

test('no spelling of a path of staff is open to somebody without a role', async () => {
  const ofStaff = lines.filter(({ openness }) => openness.startsWith('staff '))
  const requests = ofStaff.flatMap(({ route }, index) => spell(route, index))
  const headers = { authorization: `Bearer ${powerless.accessToken}` }
  expect(await findOthers(requests, [404, 405, ...malformed], headers)).toEqual([])
})

test('HEAD is as closed as GET', async () => {
  const heads = lines
    .filter(({ route }) => route.startsWith('GET '))
    .map(({ route }) => fillRoute(route).replace('GET', 'HEAD'))
  expect(await findOthers(heads, [401])).toEqual([])
  const ofStaff = heads.filter((line) => line.includes('/v1/admin/'))
  expect(await findOthers(ofStaff, [404], { authorization: `Bearer ${powerless.accessToken}` })).toEqual([])
})

test('methods that no route has, and that are none, open nothing', async () => {
  const paths = lines.map(({ route }) => fillRoute(route).split(' ')[1])
  const requests = ['TRACE', 'PROPFIND', 'get', 'GET2'].flatMap((method) => paths.map((path) => `${method} ${path}`))
  // What it does not know a server may also answer with that.
  expect(await findOthers(requests, [...closedToAll, 501, 0])).toEqual([])
})
