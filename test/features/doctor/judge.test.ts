import { expect, test } from 'bun:test'
import { schemaVersion } from '#db/schema-version'
import type { Inside } from '../../../src/features/doctor/contract'
import type { DoorFacts } from '../../../src/features/doctor/door-contract'
import { judgeDoor } from '../../../src/features/doctor/judge-door'
import { judgeInside } from '../../../src/features/doctor/judge-inside'
import { type CheckName, mergeVerdicts, type Verdict } from '../../../src/features/doctor/verdict'

const inside = {
  settings: {
    environment: 'production',
    baseUrl: 'https://id.example.com',
    corsOrigins: [],
    redirectOrigins: [],
    passkeyDomain: 'example.com',
    passkeyOrigins: ['https://id.example.com'],
    emailFrom: 'mail@example.com',
    mailBy: 'resend',
    trustedProxy: 'hops',
    rateLimits: 'on',
    redis: 'tcp',
    redisTimeoutMilliseconds: 500,
    redisOutage: 'closed',
    databasePrepare: 'on',
    isDatabaseEmbedded: false,
  },
  database: {
    skewMilliseconds: 0,
    appliedVersion: schemaVersion,
    knownVersion: schemaVersion,
    role: 'postern',
    isSuperuser: false,
    bypassesRowSecurity: false,
    ownsTables: false,
    mayRewriteRecord: false,
    lacks: [],
    clientAddress: '10.0.0.7',
    isEncrypted: false,
  },
  cache: { rounds: 20, stale: 0 },
  backlog: { deadLetters: {}, oldestSeconds: 0, unsealedSeconds: 0 },
  keys: { due: ['a'], isOpened: true },
  limits: { asked: 20, limit: 10, admitted: 10, unavailable: 0, medianMilliseconds: 2 },
  mail: { domain: 'example.com', spf: 'found', dkim: 'found', dmarc: 'found' },
  files: 'good',
} as const satisfies Inside

const door: DoorFacts = {
  url: 'https://id.example.com',
  shut: null,
  tls: { isTrusted: true, reason: '', daysLeft: 60, protocol: 'TLSv1.3' },
  skewSeconds: 0,
  lostHeaders: [],
  cached: null,
  keySet: { keyIds: ['a'], maxAgeSeconds: 300, ageSeconds: 12 },
  cors: { allowedOrigin: null, isAllowed: false, foreignOrigin: 'https://checkup.invalid', givenToForeign: null },
  openToStrangers: [],
  redirect: { provider: 'github', status: 400 },
  checkup: null,
  noCheckup: 'nobody asked',
}
const expected = { publishedBeforeSeconds: 900, dueKeys: ['a'], baseUrl: 'https://id.example.com' }

const namesOf = (verdicts: Verdict[]) => verdicts.filter(({ outcome }) => outcome === 'found').map(({ check }) => check)

const changedInside: [finding: CheckName, facts: Inside][] = [
  ['database-clock', { ...inside, database: { ...inside.database, skewMilliseconds: -2100 } }],
  ['database-unencrypted', { ...inside, database: { ...inside.database, clientAddress: '8.8.8.8' } }],
  ['role-superuser', { ...inside, database: { ...inside.database, bypassesRowSecurity: true } }],
  ['record-unsealed', { ...inside, backlog: { ...inside.backlog, unsealedSeconds: 601 } }],
  ['limits-off', { ...inside, limits: null, settings: { ...inside.settings, rateLimits: 'off' } }],
  ['redis-slow', { ...inside, limits: { ...inside.limits, admitted: 9, unavailable: 2 } }],
  ['redis-inexact', { ...inside, limits: { ...inside.limits, admitted: 9 } }],
  ['files-away', { ...inside, files: 'altered' }],
]

test('nothing is found in good facts', () => {
  expect(namesOf([...judgeInside(inside), ...judgeDoor(door, expected)])).toEqual([])
})

test.each(changedInside)('inside, %s is found where it is, and nothing else', (finding, facts) => {
  expect(namesOf(judgeInside(facts))).toEqual([finding])
})

test('TLS to the database is asked for over the public internet alone', () => {
  const facts = { ...inside, database: { ...inside.database, clientAddress: '8.8.8.8', isEncrypted: true } }
  expect(namesOf(judgeInside(facts))).toEqual([])
})

test('what a machine that is reached by nobody else does is its own affair', () => {
  const local: Inside['settings'] = {
    ...inside.settings,
    baseUrl: 'http://localhost:3000',
    environment: 'development',
    rateLimits: 'off',
    passkeyDomain: 'localhost',
    passkeyOrigins: ['http://localhost:3000'],
  }
  expect(namesOf(judgeInside({ ...inside, settings: local, limits: null }))).toEqual([])
})

const changedDoor: [finding: CheckName, facts: Partial<DoorFacts>][] = [
  ['not-https', { url: 'http://id.example.com', tls: null }],
  ['tls-old', { tls: { isTrusted: true, reason: '', daysLeft: 60, protocol: 'TLSv1.1' } }],
  ['tls-expires', { tls: { isTrusted: true, reason: '', daysLeft: 13.9, protocol: 'TLSv1.3' } }],
  ['clock-differs', { skewSeconds: -5.1 }],
  ['key-set-cached', { keySet: { keyIds: ['a'], maxAgeSeconds: 901, ageSeconds: 0 } }],
  ['key-set-stale', { keySet: null }],
]

test.each(changedDoor)('outside, %s is found where it is, and nothing else', (finding, facts) => {
  const names = namesOf(judgeDoor({ ...door, ...facts }, { ...expected, baseUrl: undefined }))
  expect(names).toEqual([finding])
})

test('of two who looked at the same, whoever found something counts, and then whoever could look', () => {
  const good: Verdict = { check: 'mail-spf', outcome: 'good' }
  const skipped: Verdict = { check: 'mail-spf', outcome: 'skipped', reason: 'none' }
  const found: Verdict = { check: 'mail-spf', outcome: 'found', seen: 'that' }
  expect(mergeVerdicts([good, skipped])).toEqual([good])
  expect(mergeVerdicts([skipped, good])).toEqual([good])
  expect(mergeVerdicts([good, found, skipped])).toEqual([found])
})
