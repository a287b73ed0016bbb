import type { TrustedProxy } from '#core/protection-settings'
import { createAddressReader } from '#platform/trusted-proxy'

type Headers = Record<string, string>

export const read = (trusted: TrustedProxy, peer: string | undefined, headers: Headers = {}) =>
  createAddressReader(trusted, () => peer)(new Request('http://localhost/', { headers }))

export const forwarded = (chain: string): Headers => ({ 'X-Forwarded-For': chain })

export const none: TrustedProxy = { kind: 'none' }
export const cloudflare: TrustedProxy = { kind: 'cloudflare' }
export const hops = (count: number): TrustedProxy => ({ kind: 'hops', hops: count })
export const networks: TrustedProxy = { kind: 'networks', networks: ['10.0.0.0/8', '192.0.2.1', '2001:db8:a::/48'] }

/** Headers that other proxies use; ours never says whom it trusts by them. */
export const forged: Headers = {
  'X-Real-IP': '6.6.6.6',
  'True-Client-IP': '6.6.6.6',
  'X-Client-IP': '6.6.6.6',
  'Fly-Client-IP': '6.6.6.6',
  'CF-Connecting-IPv6': '2001:db8::6',
  'X-Original-Forwarded-For': '6.6.6.6',
  Forwarded: 'for=6.6.6.6',
}
export const everythingForged = {
  ...forged,
  'CF-Connecting-IP': '6.6.6.6',
  ...forwarded('6.6.6.6, 10.0.0.9, 173.245.48.1'),
}
