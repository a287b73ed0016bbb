import { expect, test } from 'bun:test'
import { given } from '../given'
import {
  addressHeader,
  behindProxy,
  freshAddress,
  freshNetwork,
  from,
  isWorker,
  usesOfAddress,
} from '../support/callers'
import { expectProblem } from '../support/expect-problem'
import type { Server } from '../support/server'
import { SessionPage } from '../support/shapes'
import { target } from '../target'

const proxied = await target(behindProxy)

/** On Workers the edge alone names callers, so there is nothing to test. */
const onBun = (title: string, work: () => Promise<void>) => {
  if (!isWorker) test(title, work)
}

/** The address that a session says it was opened from. */
const addressOf = async (server: Server, headers: Record<string, string> = {}) => {
  const account = await given.provedAccount(from(proxied, freshAddress()))
  const opened = await server.send('POST /v1/auth/login', { headers, json: account })
  expect(opened.status).toBe(200)
  const { accessToken } = Object(opened.json)
  const listed = SessionPage.parse((await server.send('GET /v1/sessions', { accessToken, headers })).json)
  return listed.items.find(({ current }) => current)?.ipAddress
}

/** What callers claim of themselves in the headers that nobody vouches for. */
const claims = (address: string): Record<string, string> => ({
  'x-real-ip': address,
  forwarded: `for=${address}`,
  'true-client-ip': address,
  'x-client-ip': address,
  'x-cluster-client-ip': address,
  'fastly-client-ip': address,
  'cf-connecting-ipv6': address,
  [isWorker ? 'x-forwarded-for' : 'cf-connecting-ip']: address,
})

/** How many of `count` requests pass; the header of each is `headersOf` its number. */
const passing = async (count: number, headersOf: (index: number) => Record<string, string>) => {
  const statuses = new Map<number, number>()
  for (let start = 0; start < count; start += 50) {
    const batch = Array.from({ length: Math.min(50, count - start) }, (_, index) =>
      proxied.send('GET /v1/me', { headers: headersOf(start + index) }),
    )
    for (const { status } of await Promise.all(batch)) statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  expect([...statuses.keys()].filter((status) => status !== 401 && status !== 429)).toEqual([])
  return statuses.get(401) ?? 0
}

test('a session was opened from the address that the proxy before us saw', async () => {
  const address = freshAddress()
  expect(await addressOf(from(proxied, address))).toBe(address)
  expect(await addressOf(from(proxied, '2001:0DB8:0:0:0:0:0:1'))).toBe('2001:db8::1')
  expect(await addressOf(from(proxied, `::ffff:${address}`))).toBe(address)
})

test('what callers say of their own address changes neither their sessions nor what they are counted by', async () => {
  const [address, claimed] = [freshAddress(), freshAddress()]
  expect(await addressOf(from(proxied, address), claims(claimed))).toBe(address)
  const crowd = freshAddress()
  expect(await passing(usesOfAddress + 20, () => ({ ...claims(freshAddress()), [addressHeader]: crowd }))).toBe(
    usesOfAddress,
  )
  // Whom they named has all of its uses.
  expectProblem(await from(proxied, claimed).send('GET /v1/me'), 401, 'unauthenticated')
})

onBun('what a caller had written before the proxy added to it counts for nothing', async () => {
  const [address, claimed] = [freshAddress(), freshAddress()]
  expect(await addressOf(from(proxied, `${claimed}, ${address}`))).toBe(address)
  const passed = await passing(usesOfAddress + 20, () => ({ 'x-forwarded-for': `${freshAddress()}, ${address}` }))
  expect(passed).toBeLessThan(usesOfAddress)
})

test('a thousand addresses of one /64 share what one address has', async () => {
  const network = freshNetwork()
  const address = (index: number) => `${network}:${(index * 7919).toString(16).slice(-4)}:${index.toString(16)}:0:1`
  expect(await passing(1000, (index) => ({ [addressHeader]: address(index) }))).toBe(usesOfAddress)
}, 60_000)

test('addresses of different /64 are counted each for itself, and so are neighbours in IPv4', async () => {
  const networks = Array.from({ length: 60 }, freshNetwork)
  expect(await passing(120, (index) => ({ [addressHeader]: `${networks[index % 60]}::1` }))).toBe(120)
  const start = freshAddress().replace(/\d+$/, '')
  expect(await passing(120, (index) => ({ [addressHeader]: `${start}${index}` }))).toBe(120)
})

/** Where nobody says an address, the local edge says its own. */
const noAddresses = [
  ...(isWorker ? [] : ['']),
  'garbage',
  '203.0.113.7.',
  '0x7f.1',
  '1.2.3',
  '::1%eth0',
  '2001:db8::g',
  `${'1'.repeat(60)}`,
]
const doubled = isWorker ? [`${freshAddress()}, ${freshAddress()}`, `${freshAddress()},`] : [`${freshAddress()}, `]

test('a caller whose address nobody vouches for has none in the session, and shares one bucket with all like them', async () => {
  // The fixtures of the other tests have addresses, so this bucket is untouched so far.
  expect(await addressOf(from(proxied, 'garbage'))).toBeNull()
  expect(await addressOf(from(proxied, doubled[0] ?? ''))).toBeNull()
  const wrong = [...noAddresses, ...doubled]
  const passed = await passing(usesOfAddress + 20, (index) => {
    const claimed = wrong[index % wrong.length] ?? ''
    return claimed === '' ? {} : { [addressHeader]: claimed }
  })
  expect(passed).toBe(usesOfAddress - 4)
})

// On Workers the edge is asked whatever TRUSTED_PROXY says.
const trusting = (trusted: string) => target({ ...behindProxy, TRUSTED_PROXY: trusted })

onBun('a proxy that is known by its network is believed, and what is behind the next hop is not', async () => {
  const server = await trusting('cidr:127.0.0.0/8,10.0.0.0/8')
  const [address, claimed] = [freshAddress(), freshAddress()]
  const sessionAddress = async (forwarded: string) => {
    const account = await given.provedAccount(from(server, freshAddress()))
    const { accessToken } = await given.session(from(server, forwarded), account)
    const listed = await from(server, freshAddress()).send('GET /v1/sessions', { accessToken })
    return SessionPage.parse(listed.json).items[0]?.ipAddress
  }
  expect(await sessionAddress(address)).toBe(address)
  expect(await sessionAddress(`${address}, 10.1.2.3`)).toBe(address)
  expect(await sessionAddress(`${claimed}, ${address}, 10.1.2.3`)).toBe(address)
  expect(await sessionAddress(`${address}, garbage, 10.1.2.3`)).toBeNull()
})

// Nobody here connects from Cloudflare's edge, so with `cloudflare` its header counts for as little as any.
for (const trusted of ['none', 'cloudflare']) {
  onBun(
    `without a proxy that is trusted (${trusted}) every caller is who connects, whatever any header says`,
    async () => {
      const server = await trusting(trusted)
      const account = await given.provedAccount(server)
      const headers = { ...claims(freshAddress()), 'x-forwarded-for': freshAddress() }
      const opened = await server.send('POST /v1/auth/login', { headers, json: account })
      const { accessToken } = Object(opened.json)
      const listed = SessionPage.parse((await server.send('GET /v1/sessions', { accessToken })).json)
      expect(listed.items.map(({ ipAddress }) => ipAddress)).toEqual(['127.0.0.1'])
      const statuses = await Promise.all(
        Array.from({ length: usesOfAddress }, async () => {
          const claimed = { ...claims(freshAddress()), 'x-forwarded-for': freshAddress() }
          return (await server.send('GET /v1/me', { headers: claimed })).status
        }),
      )
      expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(4)
    },
  )
}
