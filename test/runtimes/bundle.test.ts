import { beforeAll, describe, expect, test } from 'bun:test'
import { actionPageTexts } from '#features/accounts/action-page-texts'
import { type Bundle, buildWorker } from './bundle'

const kib = 1024

const print = (title: string, { gzipBytes, packages }: Bundle) =>
  console.log(`${title}: ${(gzipBytes / kib).toFixed(1)} KiB gzip: ${packages.join(', ')}`)

describe('the Worker of the API', () => {
  let api: Bundle

  beforeAll(async () => {
    api = await buildWorker('wrangler.toml')
    print('API', api)
  }, 60_000)

  test('is at most 175 KiB gzip, its WebAssembly included', () => {
    expect(api.parts).toEqual(['worker.js', expect.stringMatching(/argon2\.wasm$/)])
    expect(api.gzipBytes).toBeLessThanOrEqual(175 * kib)
  })

  test('stands on few packages: no queue, no mail, no list of passwords, no hash but our own, no check of passkeys', () => {
    expect(api.packages).toEqual([
      '@hono/zod-validator',
      '@phi-ag/argon2',
      'drizzle-orm',
      'hono',
      'jose',
      'oauth4webapi',
      'otpauth',
      'postgres',
      'uqr',
      'uuid',
      'zod',
    ])
  })

  test('knows how mails are called and not how they read, and works no job', () => {
    const mailFiles = api.files.filter((file) => file.startsWith('src/features/notifications/templates/'))
    expect(mailFiles).toEqual(['src/features/notifications/templates/mail-values.ts'])
    for (const file of ['src/job-handlers.ts', 'src/job-worker.ts', 'src/platform/pg-boss.ts']) {
      expect(api.files).not.toContain(file)
    }
  })

  test('makes no page that is the same for everyone: those are assets', () => {
    const ofAssets = /\/(accounts\/[\w-]+-page(-texts)?|reference-page|static-[\w-]+)\.ts$/
    expect(api.files.filter((file) => ofAssets.test(file))).toEqual([])
    for (const text of ['createApiReference', actionPageTexts.needsScript]) expect(api.script).not.toContain(text)
  })

  test('holds nothing that is for Bun or for building', () => {
    for (const foreign of ['pglite', 'openapi: "3.1', 'drizzle-kit', 'node-rs', 'qwertyuiop']) {
      expect(api.script).not.toContain(foreign)
    }
  })
})

describe('the Worker that works jobs', () => {
  let jobs: Bundle

  beforeAll(async () => {
    jobs = await buildWorker('deploy/jobs/wrangler.toml')
    print('Jobs', jobs)
  }, 60_000)

  test('is at most 450 KiB gzip', () => {
    expect(jobs.parts).toEqual(['worker-jobs.js'])
    expect(jobs.gzipBytes).toBeLessThanOrEqual(450 * kib)
  })

  test('works jobs, sends mail, checks passkeys and calls providers', () => {
    for (const name of ['pg-boss', '@simplewebauthn/server', 'oauth4webapi']) expect(jobs.packages).toContain(name)
    expect(jobs.files).toContain('src/features/notifications/templates/mail-document.tsx')
  })

  test('holds no part of the API: no route, no page, no token, no password hash of ours', () => {
    const ofApi = jobs.files.filter((file) => /^src\/(app|http\/)|(routes|-page)\.ts$|access-token|argon2-/.test(file))
    expect(ofApi).toEqual([])
    for (const name of ['@hono/zod-validator', 'jose', '@phi-ag/argon2', 'zod-openapi']) {
      expect(jobs.packages).not.toContain(name)
    }
    expect(jobs.packageFiles.filter((file) => file.startsWith('hono/dist/router'))).toEqual([])
  })

  test('validates only its settings and what its jobs are given', () => {
    const schemas = jobs.files.filter((file) => file.endsWith('contract.ts'))
    expect(schemas.filter((file) => file !== 'src/features/jobs/contract.ts')).toEqual([])
  })

  test('has one way out for mail, and no list of passwords', () => {
    for (const name of ['nodemailer', '@zxcvbn-ts/language-common', '@electric-sql/pglite']) {
      expect(jobs.packages).not.toContain(name)
    }
  })
})
