import { expect, test } from 'bun:test'
import { join } from 'node:path'
import * as z from 'zod'
import { repository } from '../support/folders'

const Service = z.strictObject({ binding: z.string(), service: z.string() })

const Environment = z.strictObject({
  routes: z.array(z.strictObject({ pattern: z.string(), custom_domain: z.literal(true) })).optional(),
  workers_dev: z.literal(false).optional(),
  preview_urls: z.literal(false).optional(),
  services: z.array(Service).default([]),
  hyperdrive: z.tuple([z.strictObject({ binding: z.literal('HYPERDRIVE'), id: z.string() })]),
  r2_buckets: z.tuple([z.strictObject({ binding: z.literal('BLOBS'), bucket_name: z.string() })]),
  ratelimits: z.array(z.looseObject({ name: z.literal('FLOODS'), namespace_id: z.string() })).default([]),
  analytics_engine_datasets: z.tuple([z.strictObject({ binding: z.literal('ANALYTICS'), dataset: z.string() })]),
  secrets: z.strictObject({ required: z.array(z.string()) }),
  vars: z.strictObject({ ENVIRONMENT: z.literal('production'), BASE_URL: z.url(), EMAIL_FROM: z.string() }),
})

const Config = z.looseObject({
  name: z.string(),
  services: z.array(Service).default([]),
  placement: z.strictObject({ mode: z.literal('smart') }).optional(),
  triggers: z.strictObject({ crons: z.array(z.string()) }).optional(),
  workers_dev: z.boolean().optional(),
  observability: z.looseObject({ enabled: z.literal(true), redact_query_string: z.literal(true) }),
  env: z.strictObject({ dev: Environment, staging: Environment, production: Environment }),
})

const read = async (path: string) => Config.parse(Bun.TOML.parse(await Bun.file(join(repository, path)).text()))
const api = await read('wrangler.toml')
const annex = await read('deploy/annex/wrangler.toml')
const jobs = await read('deploy/jobs/wrangler.toml')
const workers = [api, annex, jobs]
const names = ['dev', 'staging', 'production'] as const

test.each(names)(
  'the Workers of %s have one database, one bucket, one dataset, the same variables and the same secrets',
  (name) => {
    const shared = workers.map(({ env }) => {
      const { hyperdrive, r2_buckets, analytics_engine_datasets, vars, secrets } = env[name]
      return { hyperdrive, r2_buckets, analytics_engine_datasets, vars, secrets }
    })
    expect(new Set(shared.map((parts) => JSON.stringify(parts))).size).toBe(1)
    expect(api.env[name].ratelimits).toHaveLength(1)
    expect(annex.env[name].ratelimits).toEqual(api.env[name].ratelimits)
  },
)

test.each(names)('the Workers of %s call each other, and nobody of another environment', (name) => {
  for (const { services, env } of workers) {
    const expected = services.map(({ binding, service }) => ({ binding, service: `${service}-${name}` }))
    expect(env[name].services).toEqual(expected)
  }
  expect(api.env[name].services.map(({ service }) => service)).toEqual([
    `${annex.name}-${name}`,
    `${jobs.name}-${name}`,
  ])
})

test('environments share nothing that keeps or counts', () => {
  const kept = names.map((name) => {
    const { hyperdrive, r2_buckets, ratelimits, analytics_engine_datasets, vars } = api.env[name]
    return [
      hyperdrive[0].id,
      r2_buckets[0].bucket_name,
      ratelimits[0]?.namespace_id,
      analytics_engine_datasets[0].dataset,
      vars.BASE_URL,
    ]
  })
  for (const at of kept[0]?.keys() ?? []) expect(new Set(kept.map((values) => values[at])).size).toBe(names.length)
})

test('only the API’s Worker has an address, which is the one that it says', () => {
  for (const name of names) {
    const [route] = api.env[name].routes ?? []
    expect(`https://${route?.pattern}`).toBe(api.env[name].vars.BASE_URL)
    for (const { env } of [annex, jobs]) expect(env[name].routes).toBeUndefined()
  }
  for (const { workers_dev } of [annex, jobs]) expect(workers_dev).toBe(false)
})

test('who waits for the database is placed near it, and jobs are looked for every minute', () => {
  expect([api.placement, annex.placement]).toEqual([{ mode: 'smart' }, { mode: 'smart' }])
  expect(jobs.triggers).toEqual({ crons: ['* * * * *'] })
})
