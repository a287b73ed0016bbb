import { afterAll, beforeAll, test } from 'bun:test'
import { startOwnRedis } from '../support/redis'
import { startUpstashRest, type UpstashRest } from '../support/upstash-rest'
import { startForgetfulRedis, startSlowRedis } from './poor-redis'
import { type Breakage, expectFinding, goodRecords, openGoodSetUp } from './postern-doctor'

const resources = new AsyncDisposableStack()
let setUp: Awaited<ReturnType<typeof openGoodSetUp>>
let upstash: UpstashRest

beforeAll(async () => {
  setUp = await openGoodSetUp(resources)
  upstash = resources.use(await startUpstashRest(setUp.redis.url))
}, 60_000)

afterAll(() => resources.disposeAsync())

const withoutRecord =
  (name: keyof typeof goodRecords): Breakage =>
  (broken) => {
    setUp.names.publish(name)
    broken.defer(() => setUp.names.publish(name, goodRecords[name]))
    return {}
  }

const overHttp = (url: string, settings: Record<string, string> = {}) => ({
  REDIS_URL: '',
  UPSTASH_REDIS_REST_URL: url,
  UPSTASH_REDIS_REST_TOKEN: upstash.token,
  ...settings,
})

const brokenSetUps: [finding: string, breakage: Breakage][] = [
  ['settings-refused', () => ({ BASE_URL: 'http://id.example.com', REDIS_URL: '' })],
  ['not-production', () => ({ ENVIRONMENT: 'test' })],
  ['origin-local', () => ({ CORS_ORIGINS: 'https://app.example.com,http://localhost:5173' })],
  ['passkeys-elsewhere', () => ({ WEBAUTHN_RP_ID: 'example.org' })],
  ['sender-default', () => ({ EMAIL_FROM: '' })],
  ['address-of-proxy', () => ({ TRUSTED_PROXY: 'none' })],
  ['redis-away', () => overHttp('http://127.0.0.1:1')],
  ['redis-inexact', (broken) => overHttp(broken.use(startForgetfulRedis(upstash)).url)],
  [
    'redis-slow',
    (broken) => overHttp(broken.use(startSlowRedis(upstash, 600)).url, { REDIS_TIMEOUT_MILLISECONDS: '1000' }),
  ],
  [
    'redis-evicts',
    async (broken) => {
      const redis = await startOwnRedis('--maxmemory-policy', 'allkeys-lru')
      broken.defer(redis.stop)
      return { REDIS_URL: redis.url }
    },
  ],
  ['mail-spf', withoutRecord('send.example.com')],
  ['mail-dkim', withoutRecord('resend._domainkey.example.com')],
  ['mail-dmarc', withoutRecord('_dmarc.example.com')],
  [
    'files-away',
    () => ({
      S3_ENDPOINT: 'http://127.0.0.1:1',
      S3_BUCKET: 'postern',
      S3_ACCESS_KEY_ID: 'a-key-of-nobody',
      S3_SECRET_ACCESS_KEY: 'a secret of nobody at all',
    }),
  ],
]

test.each(brokenSetUps)(
  'it finds %s, and nothing else',
  (finding, breakage) => expectFinding(finding, setUp.settings, breakage),
  60_000,
)
