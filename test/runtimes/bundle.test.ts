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

  test('is at most 196 KiB gzip, its WebAssembly included', () => {
    const parts = new Set(api.parts.map((part) => part.replace(/-[A-Z0-9]{8}\./, '.')))
    expect([...parts]).toEqual(['worker.js', 'chunk.js', 'everyday-app.js', 'postgres.js', 'argon2.wasm'])
    expect(api.gzipBytes).toBeLessThanOrEqual(196 * kib)
  })

  test('stands on few packages: no queue, no mail, no list of passwords, no hash but our own, no providers, no check of passkeys', () => {
    expect(api.packages).toEqual([
      '@hono/zod-validator',
      '@phi-ag/argon2',
      'aws4fetch',
      'drizzle-orm',
      'hono',
      'jose',
      'otpauth',
      'postgres',
      'uqr',
      'uuid',
      'zod',
    ])
  })

  test('starts with what is asked for all day, and reads the rest when it is asked for', () => {
    const features = api.start.files.flatMap((file) => /^src\/features\/(.*)routes\.ts$/.exec(file)?.[1] ?? [])
    expect(features.toSorted()).toEqual(['operations/', 'profiles/', 'sessions/'])
    for (const seldom of ['otpauth', 'uqr', 'postgres']) expect(api.start.packages).not.toContain(seldom)
    expect(api.start.files.filter((file) => /(passkey-|authenticators\/|accounts\/)contract\.ts$/.test(file))).toEqual(
      [],
    )
  })

  test('knows how mails are called and not how they read, and works no job', () => {
    const mailFiles = api.files.filter((file) => file.startsWith('src/features/notifications/templates/'))
    expect(mailFiles).toEqual(['src/features/notifications/templates/mail-values.ts'])
    for (const file of ['src/job-handlers.ts', 'src/job-worker.ts', 'src/platform/pg-boss.ts']) {
      expect(api.files).not.toContain(file)
    }
  })

  test('leaves to the annex what is there', () => {
    const ofAnnex =
      /^src\/(app|annex-mounts)\.ts$|^src\/features\/(admin\/|federation\/(?!(fragments|problems|contract)\.ts$)|accounts\/identity-|data-rights\/routes|profiles\/(activity|own-avatar)-routes|api-keys\/routes)/
    expect(api.files.filter((file) => ofAnnex.test(file))).toEqual([])
    expect(api.files).toContain('src/annex-paths.ts')
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

describe('the annex', () => {
  let annex: Bundle

  beforeAll(async () => {
    annex = await buildWorker('deploy/annex/wrangler.toml')
    print('Annex', annex)
  }, 60_000)

  // Nobody waits for it at every request: the limit of the API's Worker is not its own.
  test('is at most 240 KiB gzip, its WebAssembly included', () => {
    expect(annex.parts).toEqual(['worker-annex.js', expect.stringMatching(/argon2\.wasm$/)])
    expect(annex.gzipBytes).toBeLessThanOrEqual(240 * kib)
  })

  test('has the routes that are mounted there, and of others only whose path it shares', () => {
    const routes = annex.files.filter((file) => /[/-]routes\.ts$/.test(file))
    expect(routes.toSorted()).toEqual([
      'src/features/accounts/identity-routes.ts',
      'src/features/admin/ban-routes.ts',
      'src/features/admin/impersonation-routes.ts',
      'src/features/admin/role-routes.ts',
      'src/features/admin/session-routes.ts',
      'src/features/admin/statistics-routes.ts',
      'src/features/admin/user-role-routes.ts',
      'src/features/admin/user-routes.ts',
      'src/features/api-keys/routes.ts',
      'src/features/api-keys/service-account-routes.ts',
      'src/features/api-keys/verification-routes.ts',
      'src/features/audit-trail/export-routes.ts',
      'src/features/audit-trail/search-routes.ts',
      'src/features/bulk/bulk-routes.ts',
      'src/features/bulk/operation-routes.ts',
      'src/features/data-rights/routes.ts',
      'src/features/doctor/routes.ts',
      'src/features/federation/identity-routes.ts',
      'src/features/federation/routes.ts',
      'src/features/operations/explain-routes.ts',
      'src/features/organizations/domain-routes.ts',
      'src/features/organizations/invitation-routes.ts',
      'src/features/organizations/member-routes.ts',
      'src/features/organizations/organization-routes.ts',
      'src/features/organizations/own-invitation-routes.ts',
      'src/features/organizations/policy-routes.ts',
      'src/features/organizations/role-routes.ts',
      'src/features/organizations/team-routes.ts',
      'src/features/profiles/activity-routes.ts',
      'src/features/profiles/own-avatar-routes.ts',
    ])
    for (const file of ['src/app.ts', 'src/everyday-mounts.ts']) expect(annex.files).not.toContain(file)
  })

  test('stands on few packages: no queue, no mail, no list of passwords, no codes, no check of passkeys', () => {
    expect(annex.packages).toEqual([
      '@hono/zod-validator',
      '@noble/hashes',
      '@phi-ag/argon2',
      'aws4fetch',
      'drizzle-orm',
      'hono',
      'jose',
      'oauth4webapi',
      'postgres',
      'uuid',
      'zod',
    ])
  })

  test('writes no mail, works no job and makes no page', () => {
    const foreign = /^src\/(job-(handlers|worker)|static-pages)\.ts$|\/templates\/|\/pg-boss\.ts$|\/features\/.*-page\b/
    expect(annex.files.filter((file) => foreign.test(file))).toEqual([])
  })
})

describe('the Worker that works jobs', () => {
  let jobs: Bundle

  beforeAll(async () => {
    jobs = await buildWorker('deploy/jobs/wrangler.toml')
    print('Jobs', jobs)
  }, 60_000)

  test('is at most 770 KiB gzip, its WebAssembly included', () => {
    expect(jobs.parts.map((part) => part.replace(/^[0-9a-f]{40}-/, '')).toSorted()).toEqual([
      'mozjpeg_dec.wasm',
      'webp_dec.wasm',
      'webp_enc.wasm',
      'worker-jobs.js',
    ])
    expect(jobs.gzipBytes).toBeLessThanOrEqual(770 * kib)
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

  test('validates only its settings, what its jobs are given, rows of imports, and what exports of the record are asked for', () => {
    const schemas = jobs.files.filter((file) => file.endsWith('contract.ts'))
    expect(schemas.toSorted()).toEqual([
      'src/features/audit-trail/contract.ts',
      'src/features/audit-trail/export-contract.ts',
      'src/features/audit-trail/search-contract.ts',
      'src/features/jobs/contract.ts',
      'src/features/profiles/contract.ts',
      'src/features/profiles/email-address-contract.ts',
    ])
  })

  test('has one way out for mail, and no list of passwords', () => {
    for (const name of ['nodemailer', '@zxcvbn-ts/language-common', '@electric-sql/pglite']) {
      expect(jobs.packages).not.toContain(name)
    }
  })
})
