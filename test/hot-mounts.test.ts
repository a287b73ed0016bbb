import { expect, test } from 'bun:test'
import { hasRoute } from '#http/has-route'
import { composeApp } from '../src/compose-app'
import { everydayApp } from '../src/everyday-app'
import { hotMounts } from '../src/hot-mounts'

const hotApp = composeApp(hotMounts)

type App = typeof hotApp

const routesOf = ({ routes }: App) => routes.filter(({ method }) => method !== 'ALL')

/** The templates of the routes that answer, in the order in which they are asked. */
const answeringOf = ({ router }: App, method: string, path: string) =>
  router
    .match(method, path)[0]
    .map(([[, route]]) => route)
    .filter((route) => route.method !== 'ALL')
    .map((route) => route.path)

/** All ways in which a template may read: what varies may be any word that stands in a template. */
const readingsOf = (template: string): string[] => {
  const words = [...new Set(routesOf(everydayApp).flatMap(({ path }) => path.split('/')))].filter((word) => word !== '')
  return template
    .split('/')
    .slice(1)
    .reduce<string[]>(
      (begun, part) =>
        begun.flatMap((path) => (part.startsWith(':') ? words : [part]).map((word) => `${path}/${word}`)),
      [''],
    )
}

test('what is hot is a part of every day: some of its routes', () => {
  const everyday = routesOf(everydayApp).map(({ method, path }) => `${method} ${path}`)
  const hot = routesOf(hotApp).map(({ method, path }) => `${method} ${path}`)
  expect(hot.length).toBeGreaterThan(10)
  expect(hot.length).toBeLessThan(everyday.length / 2)
  expect(hot.filter((route) => !everyday.includes(route))).toEqual([])
})

test('a request that the hot routes answer is answered by the same one of all, whatever varies in its path', () => {
  for (const { method, path } of routesOf(hotApp)) {
    for (const reading of readingsOf(path)) {
      const hot = answeringOf(hotApp, method, reading)
      expect(hot).not.toEqual([])
      expect(answeringOf(everydayApp, method, reading)[0]).toBe(hot[0] ?? '')
    }
  }
})

test('another method, a path below and one that nobody has are left to those who know them all', () => {
  for (const { method, path } of routesOf(hotApp)) {
    expect(hasRoute(hotApp, method, path)).toBe(true)
    expect(hasRoute(hotApp, method, `${path}/x/y/z`)).toBe(false)
    for (const other of ['HEAD', 'OPTIONS', 'TRACE']) expect(hasRoute(hotApp, other, path)).toBe(false)
  }
  expect(hasRoute(hotApp, 'GET', '/nowhere')).toBe(false)
})
