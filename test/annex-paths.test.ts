import { expect, test } from 'bun:test'
import { annexMounts } from '../src/annex-mounts'
import { isAnnexed } from '../src/annex-paths'
import { app } from '../src/app'
import { composeApp } from '../src/compose-app'
import { everydayMounts } from '../src/everyday-mounts'
import { serverMounts } from '../src/server-mounts'

const routesOf = (router: typeof app) =>
  router.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)

const everyday = routesOf(composeApp(everydayMounts))
const ofServers = routesOf(composeApp(serverMounts))
const annexed = routesOf(composeApp(annexMounts))
const pathOf = (route: string) => route.split(' ')[1] ?? ''

/** All ways in which a template may read with something of `words` for what varies in it. */
const readings = (template: string, words: string[]): string[] =>
  template
    .split('/')
    .reduce<string[]>(
      (begun, part) =>
        begun.flatMap((path) => (part.startsWith(':') ? words : [part]).map((word) => `${path}/${word}`)),
      [''],
    )

test('each route is on one list, and the router has them all', () => {
  expect(annexed.length).toBeGreaterThan(10)
  expect(everyday.length).toBeGreaterThan(80)
  expect([...everyday, ...annexed, ...ofServers].toSorted()).toEqual(routesOf(app).toSorted())
})

const isOfAnnex = (route: string): boolean => {
  const [method = '', path = ''] = route.split(' ')
  return isAnnexed(method, path)
}

test('every route of the annex is below its paths, whatever varies in it', () => {
  expect(annexed.filter((route) => !isOfAnnex(route))).toEqual([])
  expect(annexed.map(pathOf).filter((path) => /^\/v1\/((auth|me)\/)?(:|\*)/.test(path))).toEqual([])
})

test('no other route is there, whatever varies in it: the API’s Worker would never be asked for it', () => {
  const words = ['v1', 'auth', 'oauth', 'me', 'identities', 'api-keys', 'admin', 'organizations', 'x']
  const lost = everyday.filter((route) =>
    readings(pathOf(route).slice(1), words).some((path) => isOfAnnex(route.replace(pathOf(route), path))),
  )
  expect(lost).toEqual([])
})

test('a path is below another from one slash to the next', () => {
  const paths = [
    '/v1/admin',
    '/v1/organizations',
    '/v1/api-keys',
    '/v1/auth/oauth',
    '/v1/me/identities',
    '/v1/me/avatar',
  ]
  for (const path of paths) {
    for (const below of ['', '/', '/x', '/x/y']) expect(isAnnexed('GET', path + below)).toBe(true)
    for (const beside of ['s', ';x=y', '-x/y', '%2f']) expect(isAnnexed('GET', path + beside)).toBe(false)
    for (const other of [`/${path}`, path.toUpperCase(), `/v1${path}`]) expect(isAnnexed('GET', other)).toBe(false)
  }
  for (const path of ['/v1/auth', '/v1/me', '/v1/avatars/x/y', '/v1/oauth/token', '/v1', '/']) {
    expect(isAnnexed('GET', path)).toBe(false)
  }
})

test('what services ask about keys is not there; what else is done at that path is', () => {
  const path = '/v1/api-keys/verify'
  expect(['POST', 'GET', 'HEAD', 'DELETE', 'OPTIONS'].filter((method) => isAnnexed(method, path))).toEqual([
    'GET',
    'HEAD',
    'DELETE',
    'OPTIONS',
  ])
  expect(
    ['/v1/api-keys/verify/', '/v1/api-keys/verify/roll', '/v1/api-keys/verifyx'].every((below) =>
      isAnnexed('POST', below),
    ),
  ).toBe(true)
})
