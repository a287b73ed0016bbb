import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import postgres from 'postgres'
import { makeTemporaryFolder } from '../support/folders'
import { makePng, makePngBomb, makePngOf } from '../support/images'
import { type Account, get, registerAccount } from './account'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { type ServerProcess, startServer } from './server-process'
import { openTcpProxy, type TcpProxy } from './tcp-proxy'

const mib = 1024 * 1024
const most = 150 * mib

const resources = new AsyncDisposableStack()
let database: RealDatabase
let proxy: TcpProxy
let server: ServerProcess
let person: Account
let directory: string

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  proxy = resources.use(await openTcpProxy(database.url))
  directory = makeTemporaryFolder()
  server = resources.use(
    await startServer({ DATABASE_URL: proxy.through(database.url), DATA_DIRECTORY: directory, WORK_JOBS: 'off' }),
  )
  person = await registerAccount(server.url)
  await put(makePng())
}, 30_000)
afterAll(() => resources.disposeAsync())

const put = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/v1/me/avatar`, {
    method: 'PUT',
    headers: { 'content-type': 'image/png', authorization: `Bearer ${person.accessToken}`, ...headers },
    body,
  })

const residentBytes = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) * 1024

/** Runs `work`; gives the most that the server held meanwhile, above what it held before. */
const growthDuring = async (work: () => Promise<unknown>): Promise<number> => {
  const idle = residentBytes()
  let peak = idle
  const watch = setInterval(() => {
    peak = Math.max(peak, residentBytes())
  }, 10)
  await work().finally(() => clearInterval(watch))
  return peak - idle
}

interface Stream {
  isChunked: boolean
  /** How long to wait after each part, in milliseconds. */
  pauseMs?: number
  partBytes?: number
  isSignedIn?: boolean
}

/** Sends a gigabyte over a socket, until it is through or cut off. @returns what came back, and how much went out */
const sendGigabyte = ({ isChunked, pauseMs = 0, partBytes = mib, isSignedIn = true }: Stream) =>
  new Promise<{ answer: string; sent: number }>((resolve) => {
    const total = 1024 * mib
    const { port, hostname } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    const part = Buffer.alloc(partBytes, 0x20)
    const framed = Buffer.concat([Buffer.from(`${partBytes.toString(16)}\r\n`), part, Buffer.from('\r\n')])
    let [answer, sent, isOver] = ['', 0, false]
    socket.on('data', (bytes) => {
      answer += bytes
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      isOver = true
      resolve({ answer, sent })
    })
    socket.on('connect', async () => {
      const lines = [
        'PUT /v1/me/avatar HTTP/1.1',
        'host: postern.test',
        'content-type: image/png',
        ...(isSignedIn ? [`authorization: Bearer ${person.accessToken}`] : []),
        isChunked ? 'transfer-encoding: chunked' : `content-length: ${total}`,
      ]
      socket.write(`${lines.join('\r\n')}\r\n\r\n`)
      while (!isOver && sent < total) {
        const isFlowing = socket.write(isChunked ? framed : part)
        sent += partBytes
        if (!isFlowing) await Promise.race([new Promise((next) => socket.once('drain', next)), Bun.sleep(1000)])
        if (pauseMs > 0) await Bun.sleep(pauseMs)
      }
      socket.destroy()
    })
  })

const storedFiles = () =>
  readdirSync(join(directory, 'blobs'), { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w/.test(name))
    .length

/** Nothing is there but the picture from the beginning. */
const expectNothingNew = async () => {
  expect(storedFiles()).toBe(4)
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  expect(await sql`select key from blob`).toHaveLength(4)
  await sql.end()
}

const streams: [string, Stream][] = [
  ['a chunked gigabyte', { isChunked: true }],
  ['a gigabyte that says how long it is', { isChunked: false }],
  ['a chunked gigabyte that comes slowly', { isChunked: true, partBytes: 64 * 1024, pauseMs: 2 }],
]

test.each(streams)(
  '%s is cut off at the limit, and costs little memory',
  async (title, stream) => {
    const ended: { answer: string; sent: number }[] = []
    const growth = await growthDuring(async () => {
      ended.push(...(await Promise.all(Array.from({ length: 4 }, () => sendGigabyte(stream)))))
    })
    for (const { answer, sent } of ended) {
      // Whoever is cut off in the middle of a word may not hear the answer.
      expect(answer).toMatch(stream.isChunked ? /^($|HTTP\/1\.1 413 )/ : /^HTTP\/1\.1 413 /)
      if (stream.isChunked) expect(sent).toBeLessThan(64 * mib)
    }
    expect(ended.map(({ answer }) => answer).join()).toContain('"code":"payload_too_large"')
    console.log(`${title}, four at once: ${(growth / mib).toFixed(0)} MiB above idle`)
    expect(growth).toBeLessThan(most)
    await expectNothingNew()
  },
  60_000,
)

test('of somebody who is not signed in nothing is held', async () => {
  const growth = await growthDuring(async () => {
    const { answer } = await sendGigabyte({ isChunked: true, isSignedIn: false })
    expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  })
  console.log(`without a session: ${(growth / mib).toFixed(0)} MiB above idle`)
  expect(growth).toBeLessThan(most)
}, 60_000)

test('many large bodies at once cost no more memory than a few, and whoever is too many is told to come again', async () => {
  const statuses: number[] = []
  const growth = await growthDuring(async () => {
    const replies = await Promise.all(Array.from({ length: 24 }, () => put(makePngOf(5 * mib - 1))))
    statuses.push(...replies.map(({ status }) => status))
  })
  for (const status of statuses) expect([200, 503]).toContain(status)
  expect(statuses).toContain(200)
  console.log(`24 bodies of 5 MiB: ${(growth / mib).toFixed(0)} MiB above idle`)
  expect(growth).toBeLessThan(most)
}, 60_000)

test('a picture of gigapixels costs next to nothing', async () => {
  const growth = await growthDuring(async () => {
    expect((await put(makePngBomb())).status).toBe(413)
  })
  console.log(`a bomb: ${(growth / mib).toFixed(0)} MiB above idle`)
  expect(growth).toBeLessThan(most)
}, 60_000)

test('while Postgres is away, pictures and initials are there', async () => {
  const answer = await fetch(`${server.url}/v1/me/avatar`, {
    headers: { authorization: `Bearer ${person.accessToken}` },
    redirect: 'manual',
  })
  const path = new URL(answer.headers.get('location') ?? '').pathname
  await proxy.turn('refused')
  expect((await get(server.url, '/v1/me', person.accessToken)).status).toBe(503)
  for (const address of [path, '/v1/avatars/initials/AL']) {
    expect((await get(server.url, address)).status).toBe(200)
    // A token whose key this process does not know changes nothing.
    expect(
      (await get(server.url, address, 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6Im5vYm9keS1zIn0.e30.AAAA'))
        .status,
    ).toBe(200)
  }
  await proxy.turn('clear')
}, 30_000)
