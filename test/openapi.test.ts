import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { createOpenApiDocument, listDescribedRoutes } from '#http/openapi'
import { findNode } from '../deploy/node'
import { app } from '../src/app'

const described = listDescribedRoutes(app.routes)
const routes = new Set(
  app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
)

const Document = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        responses: z.record(z.string(), z.looseObject({ description: z.string() })),
      }),
    ),
  ),
})

const text = JSON.stringify(createOpenApiDocument(app.routes, 'https://id.example.com'))
const { paths } = Document.parse(JSON.parse(text))

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, ...operation })),
)

const statusesOf = (route: string) =>
  Object.keys(operations.find((operation) => operation.route === route)?.responses ?? {})

test('every route but the root, which leads people to the reference, says what it is and answers', () => {
  const silent = [...routes].filter((route) => !described.some(({ method, path }) => `${method} ${path}` === route))
  expect(silent).toEqual(['GET /'])
  expect(described.length).toBeGreaterThan(13)
})

test('the document holds every described route, and no other', () => {
  expect(operations.map(({ route }) => route).toSorted()).toEqual(
    described.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).toSorted(),
  )
})

test('every operation lists a success or where it leads, the unexpected error and every answer in words', () => {
  for (const { route, responses } of operations) {
    const statuses = Object.keys(responses)
    expect({ route, succeeds: statuses.some((status) => /^[23]/.test(status)) }).toEqual({ route, succeeds: true })
    expect({ route, statuses }).toEqual({ route, statuses: expect.arrayContaining(['500']) })
    for (const { description } of Object.values(responses)) expect(description).not.toBe('')
  }
})

test('no two operations share an id', () => {
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
})

test('a route for users lists the refusals of a missing token, of two credentials and of other sites’ pages', () => {
  for (const { method, path, description } of described) {
    if (description.caller !== 'user') continue
    const route = `${method} ${path.replace(/:(\w+)/g, '{$1}')}`
    const expected = method === 'GET' ? ['400', '401', '503'] : ['400', '401', '403', '503']
    expect({ route, statuses: statusesOf(route) }).toEqual({ route, statuses: expect.arrayContaining(expected) })
  }
})

test('a route with a body lists the refusals of bodies', () => {
  for (const { method, path, parts } of described) {
    if (!parts.some(({ target }) => target === 'json')) continue
    const route = `${method} ${path.replace(/:(\w+)/g, '{$1}')}`
    expect({ route, statuses: statusesOf(route) }).toEqual({
      route,
      statuses: expect.arrayContaining(['400', '413', '415', '422']),
    })
  }
})

test('the document shows what may be sent by the shapes that validate it', () => {
  expect(text).toContain('"required":["email","password"]')
  expect(text).toContain('"additionalProperties":false')
  for (const schema of ['Registration', 'TokenSet', 'User', 'Session', 'Problem']) {
    expect(text).toContain(`"#/components/schemas/${schema}"`)
  }
})

test('the document is valid OpenAPI by the recommended rules of its linter', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-openapi-'))
  await Bun.write(join(folder, 'openapi.json'), text)
  const linter = Bun.fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'))
  const lint = Bun.spawn([findNode(), linter, 'lint', 'openapi.json', '--extends=recommended'], {
    cwd: folder,
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const report = (await new Response(lint.stdout).text()) + (await new Response(lint.stderr).text())
  rmSync(folder, { recursive: true })
  expect({ report, exitCode: await lint.exited }).toEqual({
    report: expect.stringContaining('Your API description is valid'),
    exitCode: 0,
  })
}, 120_000)
