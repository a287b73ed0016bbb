import { beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { ProblemFactory } from '#core/problem'
import { createOpenApiDocument } from '#http/openapi'
import { app } from '../../src/app'
import { problemCodes } from '../../src/client/problem-codes'
import { repository } from '../support/folders'
import { type Consumer, createConsumer } from './consumer'

/** The client's routes as a type, in the words of the OpenAPI document: each must be a key, and no other may be one. */
const comparison = (routes: string[]) => `
import type { Client } from 'postern/client'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type RoutesOf<Node, Path extends string = ''> = {
  [Key in keyof Node & string]: Key extends \`$\${infer Name}\`
    ? Name extends Method ? \`\${Uppercase<Name>} \${Path}\` : never
    : RoutesOf<Node[Key], \`\${Path}/\${Key}\`>
}[keyof Node & string]

export const routes: Record<RoutesOf<Client>, true> = ${JSON.stringify(Object.fromEntries(routes.map((route) => [route, true])), null, 2)}
`

const { paths = {} } = createOpenApiDocument(app.routes, 'https://id.example.com')
const routes = Object.entries(paths)
  .filter(([path]) => path.startsWith('/v1/') && !path.startsWith('/v1/webhooks/'))
  .flatMap(([path, methods]) =>
    Object.keys(methods).map(
      (method) => `${method.toUpperCase()} ${path.slice('/v1'.length).replaceAll(/\{(\w+)\}/g, ':$1')}`,
    ),
  )

let consumer: Consumer
beforeAll(async () => {
  consumer = await createConsumer()
}, 60_000)

test('the client has every route under /v1 of the OpenAPI document, and no other', async () => {
  expect(routes).toContain('POST /auth/login')
  await consumer.write('routes.ts', comparison(routes))
  expect((await consumer.typeCheck('routes.ts')).faults).toEqual([])
}, 60_000)

test('a route that only one of them has would be noticed', async () => {
  await consumer.write('routes.ts', comparison(routes.slice(1)))
  expect((await consumer.typeCheck('routes.ts')).faults).toHaveLength(1)
  await consumer.write('routes.ts', comparison([...routes, 'POST /auth/teleport']))
  expect((await consumer.typeCheck('routes.ts')).faults).toHaveLength(1)
}, 60_000)

test('the client knows the code of every problem that the server defines, and no other', async () => {
  const files = [...new Bun.Glob('src/**/problems.ts').scanSync(repository)]
  const modules = await Promise.all(
    files.map((file): Promise<Record<string, Partial<ProblemFactory>>> => import(join(repository, file))),
  )
  const definitions = modules.flatMap((module) => Object.values(module).flatMap(({ definition }) => definition ?? []))
  const definedCodes = definitions.map(({ code }) => code)
  expect<string[]>([...problemCodes].sort()).toEqual(definedCodes.sort())
})
