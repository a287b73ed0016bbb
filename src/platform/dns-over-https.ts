import { type Dns, dnsTimeoutMs } from '#core/dns'
import { toCanonicalAddress } from '#core/network'
import type { OutsideParts } from './outside'

/** Who is asked unless a setting says so. */
const usualUrl = 'https://cloudflare-dns.com/dns-query'

/** The numbers of A, TXT and AAAA (RFC 1035, section 3.2.2; RFC 3596, section 2.1). */
const types = { A: 1, TXT: 16, AAAA: 28 } as const

/** Longer than any answer that makes sense. */
const mostAnswers = 200

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** What stands in the records of the type, behind whatever aliases. */
const readAnswer = (answer: unknown, type: number): string[] => {
  if (!isRecord(answer) || (answer.Status !== 0 && answer.Status !== 3)) throw new Error('The resolver gave no answer.')
  const records = Array.isArray(answer.Answer) ? answer.Answer.slice(0, mostAnswers) : []
  return records.filter((record) => isRecord(record) && record.type === type).map(({ data }) => String(data))
}

/** Asks for records in JSON, as Cloudflare and Google serve them. Throws when nobody answers. */
const ask = async (url: string, name: string, type: keyof typeof types, signal: AbortSignal): Promise<string[]> => {
  const response = await fetch(`${url}?${new URLSearchParams({ name, type })}`, {
    headers: { accept: 'application/dns-json' },
    redirect: 'manual',
    signal,
  })
  if (!response.ok) throw new Error(`The resolver answered ${response.status}.`)
  return readAnswer(await response.json(), types[type])
}

/**
 * Resolves names over HTTPS, where there is no other resolver: IPv4 and IPv6. An address that we can't read is public to
 * nobody.
 * @param url of the resolver
 */
export const createHttpsResolver =
  (url = usualUrl): OutsideParts['resolve'] =>
  async (name, signal) => {
    const found = await Promise.all([ask(url, name, 'A', signal), ask(url, name, 'AAAA', signal)])
    return found.flat().map((address) => toCanonicalAddress(address) ?? '0.0.0.0')
  }

/** The parts of a TXT record in quotes, as in a zone's file (RFC 1035, section 5.1); some resolvers give it without. */
const readText = (data: string): string => {
  const parts = data.match(/"(?:[^"\\]|\\.)*"/g)
  if (!parts || !data.startsWith('"')) return data
  const readEscape = (_: string, code: string) => (code.length === 3 ? String.fromCharCode(Number(code)) : code)
  return parts.map((part) => part.slice(1, -1).replaceAll(/\\(\d{3}|.)/g, readEscape)).join('')
}

/**
 * Asks for records over HTTPS.
 * @param url of the resolver
 */
export const createHttpsDns = (url = usualUrl, timeoutMs = dnsTimeoutMs): Dns => ({
  txt: async (name) => {
    try {
      const found = await ask(url, name, 'TXT', AbortSignal.timeout(timeoutMs))
      return found.length > 0 ? { outcome: 'found', texts: found.map(readText) } : { outcome: 'absent' }
    } catch {
      return { outcome: 'unavailable' }
    }
  },
})
