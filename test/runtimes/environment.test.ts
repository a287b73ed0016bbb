import { expect, test } from 'bun:test'
import { makeTemporaryFolder } from '../support/folders'
import { findFreePort } from '../support/free-port'
import { spawnServer } from './server-process'

const wrongSettings = {
  ENVIRONMENT: 'production',
  BASE_URL: 'http://id.example.com',
  SECRET: 'too-short-yet-secret',
  DATABASE_URL: 'mysql://someone:hunter2@db.example.com/postern',
  DATABASE_PREPARE: 'perhaps',
  DATABASE_TIMEOUT_SECONDS: '0',
  EMAIL_VERIFICATION: 'sometimes',
  TRUSTED_PROXY: 'cidr:everyone',
  RATE_LIMITS: 'off',
  RATE_LIMIT_OVERRIDES: 'logIn=many',
  UPSTASH_REDIS_REST_URL: 'http://upstash.example.com',
  REDIS_URL: 'redis://:swordfish@redis.example.com',
  CORS_ORIGINS: 'https://app.example.com/path',
  CAPTCHA_PROVIDER: 'turnstile',
  OPERATOR_TOKEN: 'short-and-secret',
  LOG_LEVEL: 'loud',
}

const isAccepted = (port: string) =>
  Bun.connect({ hostname: '127.0.0.1', port: Number(port), socket: { data: () => {} } }).then(
    (socket) => {
      socket.end()
      return true
    },
    () => false,
  )

test('a wrong environment stops the start: every fault is printed, no value, and nothing ever listens', async () => {
  const port = String(findFreePort())
  await using server = spawnServer({ ...wrongSettings, PORT: port })
  let hasListened = false
  let hasExited = false
  void server.exited.then(() => {
    hasExited = true
  })
  while (!hasExited) {
    hasListened ||= await isAccepted(port)
    await Bun.sleep(10)
  }
  expect(await server.exited).toBe(1)
  expect(hasListened).toBe(false)

  const printed = server.output() + server.errors()
  const { ENVIRONMENT: _, CAPTCHA_PROVIDER: __, ...faulty } = wrongSettings
  const missing = ['RESEND_API_KEY', 'UPSTASH_REDIS_REST_TOKEN', 'CAPTCHA_SECRET', 'CAPTCHA_SITE_KEY']
  for (const name of [...Object.keys(faulty), ...missing]) expect(printed).toContain(`  ${name}: `)
  for (const value of [
    'too-short-yet-secret',
    'hunter2',
    'someone',
    'db.example.com',
    'swordfish',
    'short-and-secret',
  ]) {
    expect(printed).not.toContain(value)
  }
  // For an operator, not for a developer.
  expect(printed).not.toContain('    at ')
}, 20_000)

test('an empty environment means production, and says what production needs', async () => {
  await using server = spawnServer({ DATA_DIRECTORY: makeTemporaryFolder() })
  expect(await server.exited).toBe(1)
  for (const name of ['BASE_URL', 'SECRET', 'DATABASE_URL', 'RESEND_API_KEY', 'UPSTASH_REDIS_REST_URL']) {
    expect(server.errors()).toContain(`  ${name}: `)
  }
}, 20_000)
