import * as z from 'zod'
import { parseNetwork } from './network'
import { isRateLimitName, type RateLimit, type RateLimitName } from './rate-limits'
import { count, httpUrl, isPrivateScheme, onUnlessOff, optionalText, seconds, splitList } from './setting-types'

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
export const isOrigin = (text: string) =>
  !text.includes('*') && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text

const toOverride = (text: string): [RateLimitName, RateLimit] | undefined => {
  const [, name = '', limit, windowSeconds] = /^(\w+)=(\d{1,9})\/(\d{1,6})$/.exec(text) ?? []
  const override = { limit: Number(limit), windowSeconds: Number(windowSeconds) }
  return isRateLimitName(name) && override.limit > 0 && override.windowSeconds > 0 ? [name, override] : undefined
}

/** A list whose parts are parsed each; `error` says what they have to be. */
export const parsedList = <Part>(parse: (text: string) => Part | undefined, error: string) =>
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
    }),
  RATE_LIMITS: onUnlessOff,
  RATE_LIMIT_OVERRIDES: parsedList(
    toOverride,
    'has parts such as address=600/60, with names of docs/limits.md',
  ).transform((overrides): Partial<Record<RateLimitName, RateLimit>> => Object.fromEntries(overrides)),
  UPSTASH_REDIS_REST_URL: httpUrl.optional(),
  UPSTASH_REDIS_REST_TOKEN: optionalText,
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  REDIS_TIMEOUT_MILLISECONDS: count(500, {
    least: 10,
    most: 10_000,
  }),
  REDIS_OUTAGE: z.enum(['closed', 'local']).default('closed'),
  LOCKOUT_FAILURES: count(5, {
    most: 100,
  }),
  LOCKOUT_SECONDS: seconds(1800, 604_800),
  LOCKOUT_DELAY_MILLISECONDS: count(250, { least: 0, most: 4000 }),
  LOCKOUT_NETWORK_FAILURES: count(100),
  REDIRECT_ORIGINS: parsedList(
    (text) => (isOrigin(text) || text === 'loopback' || isPrivateScheme(text) ? text : undefined),
    'has origins such as https://app.example.com, schemes such as com.example.app:, or loopback',
  ),
  CORS_ORIGINS: parsedList(
    (text) => (isOrigin(text) ? text : undefined),
    'has origins such as https://app.example.com, without a path',
  ),
  CAPTCHA_PROVIDER: z.enum(['off', 'turnstile', 'hcaptcha']).default('off'),
  CAPTCHA_SECRET: optionalText,
  CAPTCHA_SITE_KEY: optionalText,
  CAPTCHA_URL: httpUrl.optional(),
  CAPTCHA_AFTER_FAILURES: count(3, { most: 100 }),
  CAPTCHA_OUTAGE: z.enum(['open', 'closed']).default('open'),
  OUTSIDE_ALLOWED_HOSTS: parsedList(
    (text) => (/^(?:[a-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}$/.test(text) ? text : undefined),
    'has hosts with their ports, such as 127.0.0.1:8080',
  ),
  DNS_OVER_HTTPS_URL: httpUrl.optional(),
  OPERATOR_TOKEN: z.string().min(32).optional(),
}
