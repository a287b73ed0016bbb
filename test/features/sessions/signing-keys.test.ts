import { expect, test } from 'bun:test'
import { asc } from 'drizzle-orm'
import { decodeProtectedHeader } from 'jose'
import { openDatabase } from '#db/database'
import { signingKeys } from '#db/schema/sessions'
import { JsonWebKeySet } from '#features/sessions/contract'
import { rotateSigningKey } from '#features/sessions/rotate-signing-key'
import { missedDeadline } from '#platform/database-problems'
import { openWorld, type World } from '../../platform'
import { listEvents } from '../audit/events'
import { logIn, registerAndLogIn } from '../people'

const day = 24 * 3600
const operator = { kind: 'system', job: 'postern keys rotate' } as const

const publishedKeyIds = async (world: World) => {
  const { keys } = JsonWebKeySet.parse((await world.send('GET /.well-known/jwks.json')).body)
  await world.settle()
  return keys.map(({ kid }) => kid)
}

const signerOf = ({ accessToken }: { accessToken: string }) => decodeProtectedHeader(accessToken).kid

const listKeys = (world: World) => world.db.select().from(signingKeys).orderBy(asc(signingKeys.generation))

const listKeyIds = async (world: World) => (await listKeys(world)).map(({ keyId }) => keyId)

test('a staged key is published 900 seconds before it signs, and the one it replaces until its tokens are over', async () => {
  const world = await openWorld()
  const [first] = await publishedKeyIds(world)
  const inSeconds = (seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000)
  expect(await rotateSigningKey(world.contextOf(operator))).toEqual({
    keyId: String((await listKeyIds(world))[1]),
    isStaged: true,
    publishedBy: inSeconds(10),
    signsFrom: inSeconds(900),
    replaced: { keyId: String(first), lastTokenDiesAt: inSeconds(1800), leavesAt: inSeconds(2100) },
  })
  const [, second] = await listKeyIds(world)
  world.advance(60)
  await publishedKeyIds(world)
  expect(await publishedKeyIds(world)).toEqual([String(first), String(second)])
  world.advance(839)
  const last = await registerAndLogIn(world)
  expect(signerOf(last)).toBe(first)
  world.advance(1)
  expect(signerOf(await logIn(world))).toBe(second)
  expect(await publishedKeyIds(world)).toEqual([String(second), String(first)])
  world.advance(898)
  expect((await world.send('GET /v1/me', { token: last.accessToken })).status).toBe(200)
  world.advance(301)
  expect(await publishedKeyIds(world)).toEqual([String(second), String(first)])
  world.advance(1)
  expect(await publishedKeyIds(world)).toEqual([String(second)])
})

test('an instance that heard nothing of a rotation publishes the new key within a minute and signs with it on time', async () => {
  const world = await openWorld()
  const other = world.startAnother()
  await registerAndLogIn(other)
  await rotateSigningKey(world.contextOf(operator))
  const [, second] = await listKeyIds(world)
  expect(await publishedKeyIds(other)).not.toContain(String(second))
  world.advance(60)
  await publishedKeyIds(other)
  expect(await publishedKeyIds(other)).toContain(String(second))
  world.advance(840)
  expect(signerOf(await logIn(other))).toBe(second)
})

test('an instance that slept through a whole rotation signs with the new key in its first answer', async () => {
  const world = await openWorld()
  const other = world.startAnother()
  await registerAndLogIn(other)
  await rotateSigningKey(world.contextOf(operator))
  world.advance(day)
  const [, second] = await listKeyIds(world)
  expect(signerOf(await logIn(other))).toBe(second)
})

test('an instance that slept through a rotation signs with the new key in all of its first answers', async () => {
  const world = await openWorld()
  const other = world.startAnother()
  await registerAndLogIn(other)
  await rotateSigningKey(world.contextOf(operator))
  world.advance(day)
  const [, second] = await listKeyIds(world)
  const signers = await Promise.all(Array.from({ length: 5 }, async () => signerOf(await logIn(other))))
  expect(signers).toEqual(Array(5).fill(second))
})

test('a failed look at the keys does not make stale ones fresh', async () => {
  const world = await openWorld()
  const failing = { next: false }
  const db = openDatabase({
    run: (...statement) => (failing.next ? Promise.reject(missedDeadline()) : world.db.run(...statement)),
    script: () => Promise.reject(new Error('unused')),
    begin: () => Promise.reject(new Error('unused')),
  })
  const other = world.startAnother({}, { db })
  await registerAndLogIn(other)
  await rotateSigningKey(world.contextOf(operator))
  world.advance(day)
  failing.next = true
  expect((await other.send('GET /.well-known/jwks.json')).status).toBe(503)
  failing.next = false
  const [, second] = await listKeyIds(world)
  expect(signerOf(await logIn(other))).toBe(second)
})

test('a token by a key that an instance has not seen yet is accepted after one look into the database', async () => {
  const world = await openWorld()
  const slow = world.startAnother()
  await registerAndLogIn(slow)
  await rotateSigningKey(world.contextOf(operator))
  world.advance(900)
  await slow.settle()
  const { accessToken } = await logIn(world)
  const held = slow.statements.length
  expect((await slow.send('GET /v1/me', { token: accessToken })).status).toBe(200)
  expect(slow.statements.length - held).toBeLessThanOrEqual(3)
})

test('a key is staged once: asking again leaves it and its time as they are', async () => {
  const world = await openWorld()
  await publishedKeyIds(world)
  const staged = await rotateSigningKey(world.contextOf(operator))
  world.advance(100)
  expect(await rotateSigningKey(world.contextOf(operator))).toEqual({ ...staged, isStaged: false })
  expect(await listKeys(world)).toHaveLength(2)
})

test('two instances that need the first key at the same moment agree on one', async () => {
  const world = await openWorld()
  const instances = [world, world.startAnother(), world.startAnother(), world.startAnother()]
  const seen = await Promise.all(instances.map(publishedKeyIds))
  const [only] = await listKeyIds(world)
  expect(seen).toEqual(instances.map(() => [String(only)]))
  expect((await listEvents(world)).map(({ type }) => type)).toEqual(['signing_key.created'])
})

test('a key that has signed for ninety days gets a successor by itself, which signs after its 900 seconds', async () => {
  const world = await openWorld()
  const [first] = await publishedKeyIds(world)
  world.advance(90 * day - 1)
  expect(await publishedKeyIds(world)).toEqual([String(first)])
  world.advance(60)
  await publishedKeyIds(world)
  const [, second] = await listKeyIds(world)
  expect(await publishedKeyIds(world)).toEqual([String(first), String(second)])
  world.advance(899)
  expect(signerOf(await registerAndLogIn(world))).toBe(first)
  world.advance(1)
  expect(signerOf(await logIn(world))).toBe(second)
  expect((await listEvents(world)).filter(({ type }) => type === 'signing_key.created')).toMatchObject([
    { userId: null, data: { generation: 1 } },
    { userId: null, data: { generation: 2 } },
  ])
})

test('the private half of a key is stored sealed, and the key set shows none of it', async () => {
  const world = await openWorld()
  const { body, headers } = await world.send('GET /.well-known/jwks.json')
  const [row] = await listKeys(world)
  expect(row?.sealedPrivateJwk).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/)
  expect(Object.keys(row?.publicJwk ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  expect(JsonWebKeySet.parse(body).keys).toEqual([
    { kty: 'OKP', use: 'sig', ...row?.publicJwk, kid: row?.keyId ?? '', alg: 'EdDSA' },
  ])
  expect(headers.get('cache-control')).toBe('public, max-age=300')
})
