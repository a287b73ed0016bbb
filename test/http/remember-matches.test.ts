import { expect, test } from 'bun:test'
import { TrieRouter } from 'hono/router/trie-router'
import { rememberMatches } from '#http/remember-matches'

const routes = [
  ['ALL', '/*', 'all'],
  ['GET', '/me', 'own'],
  ['POST', '/me', 'change'],
  ['GET', '/people/:id', 'person'],
  ['GET', '/people/first', 'first'],
] as const

const open = () => {
  const trie = new TrieRouter<string>()
  const looked: string[] = []
  const router = rememberMatches<string>({
    name: trie.name,
    add: (method, path, target) => trie.add(method, path, target),
    match: (method, path) => {
      looked.push(`${method} ${path}`)
      return trie.match(method, path)
    },
  })
  for (const [method, path, target] of routes) router.add(method, path, target)
  return { router, trie, looked }
}

const asked = [
  'GET /me',
  'POST /me',
  'PUT /me',
  'BREW /me',
  'GET /people/first',
  'GET /people/1',
  'GET /people/:id',
  'GET /no',
]

test('it finds what the router itself finds, the first time and later', () => {
  const { router, trie } = open()
  for (const request of [...asked, ...asked]) {
    const [method = '', path = ''] = request.split(' ')
    expect(router.match(method, path)).toEqual(trie.match(method, path))
  }
})

test('only paths that are written out in a route are looked for once, and only by methods of HTTP', () => {
  const { router, looked } = open()
  for (const request of [...asked, ...asked]) {
    const [method = '', path = ''] = request.split(' ')
    router.match(method, path)
  }
  const often = asked.filter((request) => looked.filter((known) => known === request).length === 2)
  expect(often).toEqual(['BREW /me', 'GET /people/1', 'GET /people/:id', 'GET /no'])
})
