import { expect } from 'bun:test'
import * as z from 'zod'
import { startNameServer } from '../support/doh'
import { makeTemporaryFolder } from '../support/folders'
import { findRedis } from '../support/redis'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { runCommand } from './server-process'

export type Settings = Record<string, string>

const Report = z.strictObject({
  findings: z.array(
    z.strictObject({
      check: z.string(),
      severity: z.enum(['error', 'warning']),
      seen: z.string().min(1),
      advice: z.string().min(1),
      more: z.string(),
    }),
  ),
  good: z.array(z.string()),
  skipped: z.array(z.strictObject({ check: z.string(), reason: z.string() })),
})
export type Report = z.output<typeof Report>

/** What `postern doctor` reports with these settings and no others. */
export const askDoctor = async (
  settings: Settings,
  ...words: string[]
): Promise<Report & { exitCode: number | null }> => {
  const { exitCode, output, errors } = await runCommand(settings, 'doctor', '--json', ...words)
  try {
    return { ...Report.parse(JSON.parse(output)), exitCode }
  } catch {
    throw new Error(`The doctor ended with ${exitCode} and said: ${output}\n${errors}`)
  }
}

/** A log-in at the database that is nothing but Postern: see docs/audit.md. */
const openPosternRole = async ({ sql, url }: RealDatabase) => {
  const role = `postern_${crypto.randomUUID().slice(0, 8)}`
  await sql.unsafe(`create role ${role} login in role postern_app`)
  return {
    role,
    url: Object.assign(new URL(url), { username: role }).href,
    [Symbol.asyncDispose]: async () => {
      await sql.unsafe(`drop owned by ${role}; drop role ${role}`)
    },
  }
}

/** Settings of production as they should be. */
const goodSettings = (own: { databaseUrl: string; redisUrl: string; dnsUrl: string }): Settings => ({
  ENVIRONMENT: 'production',
  RATE_LIMITS: 'on',
  BASE_URL: 'https://id.example.com',
  CORS_ORIGINS: 'https://app.example.com',
  DATABASE_URL: own.databaseUrl,
  DATABASE_TIMEOUT_SECONDS: '20',
  DATA_DIRECTORY: makeTemporaryFolder(),
  REDIS_URL: own.redisUrl,
  REDIS_TIMEOUT_MILLISECONDS: '5000',
  RESEND_API_KEY: 're_a_key_of_nobody',
  EMAIL_FROM: 'Postern <mail@example.com>',
  DNS_OVER_HTTPS_URL: own.dnsUrl,
  TRUSTED_PROXY: 'hops:1',
})

export const goodRecords = {
  'send.example.com': 'v=spf1 include:amazonses.com ~all',
  'resend._domainkey.example.com': 'p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC',
  '_dmarc.example.com': 'v=DMARC1; p=quarantine',
}

/** A deployment with real parts and nothing wrong with it, until the end of `resources`. */
export const openGoodSetUp = async (resources: AsyncDisposableStack) => {
  const database = resources.use(await openRealDatabase())
  const own = resources.use(await openPosternRole(database))
  const redis = await findRedis()
  resources.defer(redis.stop)
  const names = startNameServer()
  resources.defer(names.stop)
  for (const [name, text] of Object.entries(goodRecords)) names.publish(name, text)
  const settings = goodSettings({ databaseUrl: own.url, redisUrl: redis.url, dnsUrl: names.url })
  // The first signing key, which every server has made by the time that somebody asks.
  expect(await runCommand(settings, 'keys', 'rotate')).toMatchObject({ exitCode: 0 })
  return { database, role: own.role, redis, names, settings }
}

/** How a set-up is broken: by other settings, and by what is done to its parts until the end of the test. */
export type Breakage = (broken: AsyncDisposableStack) => Settings | Promise<Settings>

/** Breaks a set-up, and expects that the doctor finds that and nothing else, and says how bad it is. */
export const expectFinding = async (finding: string, good: Settings, breakage: Breakage, ...words: string[]) => {
  await using broken = new AsyncDisposableStack()
  const report = await askDoctor({ ...good, ...(await breakage(broken)) }, ...words)
  expect(report.findings.map(({ check, seen }) => ({ check, seen }))).toEqual([
    { check: finding, seen: expect.any(String) },
  ])
  expect(report.exitCode).toBe(report.findings[0]?.severity === 'error' ? 1 : 0)
}
