import type postgres from 'postgres'
import * as z from 'zod'
import { type Config, parseConfig } from '#core/config'
import type { CoreContext } from '#core/context'
import type { JobPlatform, Platform } from '#core/platform'
import { type Database, type Driver, openDatabase } from '#db/database'
import { openBunPlatform } from '#platform/bun-platform'
import { createMailbox } from '#platform/mailbox'
import { openQueue } from '#platform/pg-boss'
import { app } from '../../src/app'
import { createJobWorker } from '../../src/job-worker'
import { profileSchema } from '../../src/profile-schema'
import { openSmallIssuer } from '../budgets/small-issuer'
import type { RealDatabase } from '../runtimes/real-postgres'
import { makeTemporaryFolder } from '../support/folders'
import { apart, type Cost, examineStatement, type Scratch, within } from './examine-statement'

export interface Examined extends Cost {
  /** What it was run for. */
  cause: string
  text: string
}

type Examine = (scratch: Scratch, text: string, values: unknown[]) => Promise<void>

/** The same database, but each statement is examined before it runs; in a transaction, in that, whose locks it needs. */
const examineAll = (db: Database, sql: postgres.Sql, examine: Examine): Database => {
  const driverOf = (inner: Database, scratch: Scratch): Driver => ({
    run: async (text, values, rows) => {
      await examine(scratch, text, values)
      return inner.run(text, values, rows)
    },
    script: async (text) => {
      await examine(scratch, text, [])
      return inner.script(text)
    },
    begin: (work) => inner.transaction((tx) => work(driverOf(tx, within(tx)))),
  })
  return openDatabase(driverOf(db, apart(sql)))
}

const Mailed = z.tuple([z.object({ data: z.record(z.string(), z.string()) })], { error: 'There is no such mail.' })

const readConfig = (databaseUrl: string, more: Record<string, string>) => {
  const parsed = parseConfig({
    ENVIRONMENT: 'test',
    SECRET: 'a secret of tests that protects nothing at all',
    EMAIL_VERIFICATION: 'optional',
    LOG_LEVEL: 'error',
    RATE_LIMITS: 'off',
    LOCKOUT_DELAY_MILLISECONDS: '0',
    DATABASE_URL: databaseUrl,
    // Checkpoints of the record are kept there, of each database its own.
    DATA_DIRECTORY: makeTemporaryFolder(),
    DATABASE_TIMEOUT_SECONDS: '60',
    JOB_CONCURRENCY: '1',
    BASE_URL: 'http://postern.test',
    WEBAUTHN_RP_ID: 'localhost',
    WEBAUTHN_ORIGINS: 'http://localhost:3000',
    ...more,
  })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  return parsed.config
}

/**
 * Postern in this process on a database, with every statement that a request or a job runs examined.
 * @param settings beside those of tests
 */
export const openExaminedPostern = async (database: RealDatabase, settings: Record<string, string> = {}) => {
  const examined: Examined[] = []
  let cause = ''
  const issuer = await openSmallIssuer()
  const { platform, close } = await openBunPlatform(readConfig(database.url, { ...issuer.settings, ...settings }), {
    profileSchema,
    previews: { render: () => Promise.reject(new Error('There are no previews here.')) },
    pokeJobs: () => {},
    remoteAddress: () => '203.0.113.7',
    isFromEdge: () => false,
  })
  const db = examineAll(platform.db, database.sql, async (scratch, text, values) => {
    examined.push({
      cause,
      text: text.trim().replaceAll(/\s+/g, ' '),
      ...(await examineStatement(scratch, text, values)),
    })
  })
  const jobs = openQueue(db)
  const mailer = createMailbox(platform.db, platform.clock)
  const observed: Platform & JobPlatform = { ...platform, db, jobs, mailer }
  const withSettings = (settings: Partial<Config>) => ({ ...observed, config: { ...observed.config, ...settings } })
  const strict = withSettings({ EMAIL_VERIFICATION: 'required' })
  const demanding = withSettings({ MFA_POLICY: 'required', MFA_GRACE_SECONDS: 0 })

  const request = async (route: string, init: Omit<RequestInit, 'method'>, on = observed): Promise<Response> => {
    cause = route.replace(/\?.*/, '')
    const [method = '', path = ''] = route.split(' ')
    const request = new Request(new URL(`/v1${path}`, 'http://postern.test'), { method, ...init })
    const response = await app.fetch(request, on)
    if (response.status >= 500) throw new Error(`${route} answered ${response.status}: ${await response.text()}`)
    return response
  }

  const send = (route: string, json?: object, token?: string, on = observed, device = ''): Promise<Response> => {
    const headers = {
      ...(json && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(device && { 'device-token': device }),
    }
    return request(route, { headers, ...(json && { body: JSON.stringify(json) }) }, on)
  }

  return {
    examined,
    issuer,
    send,
    /** Opens an address in a browser. */
    visit: (route: string, cookie = '') => request(route, { headers: { cookie } }),
    /** Posts a form from somewhere else. */
    postForm: (route: string, body: URLSearchParams) => request(route, { body }),
    /** The same, where addresses must be proved first. */
    sendStrictly: (route: string, json: object) => send(route, json, undefined, strict),
    /** The same, where everybody must have a second factor. */
    sendDemandingly: (route: string, json: object) => send(route, json, undefined, demanding),
    /** The same, on a device that logged in before. */
    sendFrom: (device: string, route: string, json: object) => send(route, json, undefined, observed, device),
    /** Does what an operator does. */
    operate: async (verb: (ctx: CoreContext) => Promise<unknown>): Promise<void> => {
      cause = 'operator'
      const request = { id: platform.ids.next(), ipAddress: null, userAgent: null, place: null, traceparent: null }
      await verb({ ...observed, actor: { kind: 'system', job: 'postern' }, request })
    },
    /** Works all jobs that are due, one after the other. */
    work: async (): Promise<void> => {
      cause = `job after ${cause}`
      const worker = createJobWorker(observed)
      worker.wake()
      await worker.settled()
    },
    /** Works one job. */
    workOne: async (): Promise<void> => {
      cause = 'one job of very many'
      const worker = createJobWorker(observed)
      worker.wake()
      await worker.stop()
    },
    /** What a worker does every few seconds, and what housekeeping that queues. */
    maintain: async (): Promise<void> => {
      cause = 'maintenance'
      const worker = createJobWorker(observed)
      await worker.maintain()
      await worker.settled()
    },
    /** What the last mail to an address brings. */
    readMail: async (to: string): Promise<Record<string, string>> => {
      const rows = await database.sql`select data from mailbox_message where "to" = ${to} order by id desc limit 1`
      return Mailed.parse([...rows])[0].data
    },
    [Symbol.asyncDispose]: async () => {
      await jobs.close()
      await close()
      await issuer[Symbol.asyncDispose]()
    },
  }
}

export type Postern = Awaited<ReturnType<typeof openExaminedPostern>>
