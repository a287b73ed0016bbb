import * as z from 'zod'
import { parseNetwork } from './network'
import { isRateLimitName, type RateLimit, type RateLimitName } from './rate-limits'
import { count, httpUrl, seconds, splitList } from './setting-types'

/** Whose word about a caller's address is taken. */
export type TrustedProxy =
  | { kind: 'none' }
  | { kind: 'cloudflare' }
  /** So many proxies stand before us, and each adds to `X-Forwarded-For`. */
  | { kind: 'hops'; hops: number }
  /** Proxies are known by their networks, in CIDR notation. */
  | { kind: 'networks'; networks: string[] }

const toTrustedProxy = (text: string): TrustedProxy | undefined => {
  if (text === 'none' || text === 'cloudflare') return { kind: text }
  const hops = /^hops:([1-9]\d?)$/.exec(text)?.[1]
  if (hops) return { kind: 'hops', hops: Number(hops) }
  const networks = text.startsWith('cidr:') ? splitList(text.slice('cidr:'.length)) : []
  return networks.length > 0 && networks.every(parseNetwork) ? { kind: 'networks', networks } : undefined
}

/** As a browser says it: what the parser would change is none, nor is a pattern, which would match nothing. */
const isOrigin = (text: string) =>
  !text.includes('*') && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text

const toOverride = (text: string): [RateLimitName, RateLimit] | undefined => {
  const [, name = '', limit, windowSeconds] = /^(\w+)=(\d{1,9})\/(\d{1,6})$/.exec(text) ?? []
  const override = { limit: Number(limit), windowSeconds: Number(windowSeconds) }
  return isRateLimitName(name) && override.limit > 0 && override.windowSeconds > 0 ? [name, override] : undefined
}

const parsedList = <Part>(parse: (text: string) => Part | undefined, error: string) =>
  z
    .string()
    .default('')
    .transform((text, check): Part[] => {
      const parts = splitList(text).map(parse)
      const known = parts.filter((part) => part !== undefined)
      if (known.length !== parts.length) check.addIssue({ code: 'custom', message: error })
      return known
    })

/** Settings of limits, lockout, browsers on other origins, and bots. */
export const protectionSettings = {
  TRUSTED_PROXY: z
    .string()
    .default('none')
    .transform((text, check) => {
      const parsed = toTrustedProxy(text)
      if (parsed) return parsed
      check.addIssue({
        code: 'custom',
        message: 'is none, cloudflare, hops:N, or cidr: with networks such as 10.0.0.0/8',
      })
      return z.NEVER
    })
    .describe(
      'Whose word about a caller’s address is taken, on Bun: `none`, the connection’s; `cloudflare`, its edge’s; `hops:N`, the Nth `X-Forwarded-For` from the right; `cidr:10.0.0.0/8,…`, the last one that is not of these. On Workers it is always the edge’s.',
    ),
  RATE_LIMITS: z.enum(['on', 'off']).default('on').describe('`off` is refused in production.'),
  RATE_LIMIT_OVERRIDES: parsedList(toOverride, 'has parts such as address=600/60, with names of docs/limits.md')
    .transform((overrides): Partial<Record<RateLimitName, RateLimit>> => Object.fromEntries(overrides))
    .describe('Other limits than those of docs/limits.md: `address=600/60,logIn=20/60` is 600 and 20 in 60 seconds.'),
  UPSTASH_REDIS_REST_URL: httpUrl
    .optional()
    .describe('Redis over HTTP, which counts for all instances. Without it and REDIS_URL each counts for itself.'),
  UPSTASH_REDIS_REST_TOKEN: z.string().min(1).optional().describe('The token of UPSTASH_REDIS_REST_URL.'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('A Redis over TCP instead, on Bun only: `redis://` or `rediss://`.'),
  REDIS_TIMEOUT_MILLISECONDS: count(500, 'How long Redis may take; then a route does as docs/limits.md says.', {
    least: 10,
    most: 10_000,
  }),
  REDIS_OUTAGE: z
    .enum(['closed', 'local'])
    .default('closed')
    .describe(
      'What routes that check a credential or send mail do without Redis: `closed` answers 503, `local` counts in each instance.',
    ),
  LOCKOUT_FAILURES: count(5, 'So many failures in a row lock an account for devices that never logged in to it.', {
    most: 100,
  }),
  LOCKOUT_SECONDS: seconds(1800, 'How long a lock lasts, and how long failures before it are remembered.', 604_800),
  LOCKOUT_DELAY_MILLISECONDS: count(
    250,
    'How long the second failure in a row waits for its answer; each later one twice as long, up to 4 seconds. 0 waits for none.',
    { least: 0, most: 4000 },
  ),
  LOCKOUT_NETWORK_FAILURES: count(100, 'So many failures from one network, for whatever accounts, shut its log-ins.'),
  CORS_ORIGINS: parsedList(
    (text) => (isOrigin(text) ? text : undefined),
    'has origins such as https://app.example.com, without a path',
  ).describe(
    'Origins of front ends, exact and separated by commas, whose pages may call the API and read its answers.',
  ),
  CAPTCHA_PROVIDER: z
    .enum(['off', 'turnstile', 'hcaptcha'])
    .default('off')
    .describe('Asks for a solved challenge to register, to have mail sent, and to log in after failures.'),
  CAPTCHA_SECRET: z.string().min(1).optional().describe('The provider’s secret key.'),
  CAPTCHA_SITE_KEY: z.string().min(1).optional().describe('The provider’s public key, which callers are told.'),
  CAPTCHA_URL: httpUrl.optional().describe('Another address that verifies as the provider does.'),
  CAPTCHA_AFTER_FAILURES: count(3, 'After so many failures in a row a log-in needs a challenge.', { most: 100 }),
  CAPTCHA_OUTAGE: z
    .enum(['open', 'closed'])
    .default('open')
    .describe('When the provider does not answer: `open` lets callers pass, `closed` answers 503.'),
  OPERATOR_TOKEN: z
    .string()
    .min(32)
    .optional()
    .describe('The bearer token that opens `/internal/*`; without it that is absent in production.'),
}
