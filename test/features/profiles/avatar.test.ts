import { beforeEach, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { auditEvents } from '#db/schema/audit'
import { users } from '#db/schema/profiles'
import { User } from '#features/profiles/contract'
import { deleteDroppedBlobs } from '#features/profiles/delete-dropped-blobs'
import { createAvatarRenderer } from '#platform/avatar-renderer'
import { createImageCodecs } from '#platform/image-codecs'
import { compileImageModules } from '#platform/image-modules'
import { openWorld, type World } from '../../platform'
import { makePng } from '../../support/images'
import { keepHouse } from '../jobs/housekeeping'
import { grace, registerAndLogIn } from '../people'
import { anyImage, blobRows, nameIn, putImage, quickImages } from './avatars'

let world: World
let token: string

beforeEach(async () => {
  world = (await openWorld()).startAnother({}, { images: quickImages })
  token = (await registerAndLogIn(world)).accessToken
})

const changes = () =>
  world.db.select({ data: auditEvents.data }).from(auditEvents).where(eq(auditEvents.type, 'profile.updated'))
const keys = () => [...world.blobs.files.keys()].toSorted()
const keysOf = (name: string) => ['128', '256', '512', '64'].map((size) => `avatars/${name}/${size}.webp`)

test('an image becomes a picture in four sizes, and nothing of what was sent is kept', async () => {
  const { renderAvatar } = createAvatarRenderer(createImageCodecs(await compileImageModules()))
  const answer = await putImage(world.startAnother({}, { images: { renderAvatar } }), token, makePng())
  expect(answer.status).toBe(200)
  const { picture, updatedAt } = User.parse(answer.body)
  const name = nameIn(picture)
  expect(picture).toBe(`https://id.example.com/v1/avatars/${name}/256.webp`)
  expect(updatedAt).toBe(world.clock.now().toISOString())
  expect(keys()).toEqual(keysOf(name))
  for (const { bytes, contentType } of world.blobs.files.values()) {
    expect(contentType).toBe('image/webp')
    expect(Buffer.from(bytes).subarray(0, 4).toString()).toBe('RIFF')
  }
  expect(await blobRows(world)).toEqual(keysOf(name).map((key) => ({ key, kind: 'avatar', isInUse: true })))
  expect(User.parse((await world.send('GET /v1/me', { token })).body).picture).toBe(picture)
  expect(await changes()).toEqual([{ data: { fields: ['picture'] } }])
})

test('to change the picture costs two statements, to take it away or to ask where it is one', async () => {
  const costOf = async (work: () => Promise<unknown>) => {
    const before = world.statements.length
    await work()
    return world.statements.length - before
  }
  expect(await costOf(() => putImage(world, token, anyImage))).toBe(2)
  expect(await costOf(() => world.send('GET /v1/me/avatar', { token }))).toBe(1)
  expect(await costOf(() => world.send('DELETE /v1/me/avatar', { token }))).toBe(1)
})

test('a new picture drops the one before, and a job deletes its files', async () => {
  const first = nameIn(User.parse((await putImage(world, token, anyImage)).body).picture)
  const second = nameIn(User.parse((await putImage(world, token, anyImage)).body).picture)
  expect(second).not.toBe(first)
  expect((await blobRows(world)).filter(({ isInUse }) => !isInUse).map(({ key }) => key)).toEqual(keysOf(first))
  await world.settle()
  expect(keys()).toEqual(keysOf(second))
  expect((await blobRows(world)).map(({ key }) => key)).toEqual(keysOf(second))
})

test('taking the picture away deletes its files, and is the same twice', async () => {
  await putImage(world, token, anyImage)
  expect((await world.send('DELETE /v1/me/avatar', { token })).status).toBe(204)
  expect(User.parse((await world.send('GET /v1/me', { token })).body).picture).toBeNull()
  await world.settle()
  expect(keys()).toEqual([])
  expect(await blobRows(world)).toEqual([])
  expect((await world.send('DELETE /v1/me/avatar', { token })).status).toBe(204)
  expect(await changes()).toHaveLength(2)
})

test('a picture from elsewhere is replaced, and taken away', async () => {
  await world.db.update(users).set({ picture: 'https://pictures.example.com/ada.png' })
  const there = await world.send('GET /v1/me/avatar?size=64', { token })
  expect(there.headers.get('location')).toBe('https://pictures.example.com/ada.png')
  await putImage(world, token, anyImage)
  expect(await blobRows(world)).toHaveLength(4)
  await world.db.update(users).set({ picture: 'https://pictures.example.com/ada.png' })
  expect((await world.send('DELETE /v1/me/avatar', { token })).status).toBe(204)
  expect(User.parse((await world.send('GET /v1/me', { token })).body).picture).toBeNull()
})

test('the address of the picture is told in the size that is asked for; without one it is that of the initials', async () => {
  const locationOf = async (query = '') =>
    (await world.send(`GET /v1/me/avatar${query}`, { token })).headers.get('location') ?? ''
  expect(await locationOf()).toBe('https://id.example.com/v1/avatars/initials/AL')
  const { picture } = User.parse((await putImage(world, token, anyImage)).body)
  expect(await locationOf()).toBe(String(picture))
  expect(await locationOf('?size=512')).toBe(String(picture).replace('256', '512'))
  expect((await world.send('GET /v1/me/avatar?size=100', { token })).status).toBe(422)
})

test('of a person whose session has ended nothing is stored', async () => {
  await world.send('POST /v1/auth/logout', { token, json: {} })
  expect(await putImage(world, token, anyImage)).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
  for (const call of [
    { route: 'PUT /v1/me/avatar', json: { url: 'https://example.com/a.png' } },
    { route: 'POST /v1/me/avatar/uploads', json: { contentType: 'image/png', bytes: 9 } },
    { route: 'DELETE /v1/me/avatar' },
    { route: 'GET /v1/me/avatar' },
  ]) {
    expect(await world.send(call.route, { token, json: call.json })).toMatchObject({ status: 401 })
  }
  expect(keys()).toEqual([])
  expect(await blobRows(world)).toEqual([])
})

test('nobody without a session has a body read', async () => {
  let isRead = false
  const bytes = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        isRead = true
        controller.enqueue(new Uint8Array(1))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  const answer = await world.send('PUT /v1/me/avatar', { bytes, headers: { 'content-type': 'image/png' } })
  expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
  expect(isRead).toBe(false)
})

test('a store that fails leaves the picture as it was, and rows that lead a job to what got there', async () => {
  const first = User.parse((await putImage(world, token, anyImage)).body).picture
  const { blobs } = world.platform
  let puts = 0
  const broken = world.startAnother(
    {},
    {
      images: quickImages,
      blobs: {
        ...blobs,
        put: async (...put) => {
          puts += 1
          if (puts === 3) throw new Error('The disk is full.')
          await blobs.put(...put)
        },
      },
    },
  )
  expect((await putImage(broken, token, anyImage)).status).toBe(500)
  expect(User.parse((await world.send('GET /v1/me', { token })).body).picture).toBe(first)
  expect(await blobRows(world)).toHaveLength(8)
  world.advance(3601)
  await keepHouse(world, deleteDroppedBlobs)
  expect(keys()).toEqual(keysOf(nameIn(first)))
  expect(await blobRows(world)).toHaveLength(4)
})

test('what was stored too slowly is not brought into use: somebody may be deleting it', async () => {
  const { blobs } = world.platform
  const slow = world.startAnother(
    {},
    {
      images: quickImages,
      blobs: {
        ...blobs,
        put: async (...put) => {
          await blobs.put(...put)
          world.advance(900)
        },
      },
    },
  )
  expect(await putImage(slow, token, anyImage)).toMatchObject({ status: 503, body: { code: 'blobs_unavailable' } })
  expect(await world.db.select({ picture: users.picture }).from(users)).toEqual([{ picture: null }])
  expect((await blobRows(world)).filter(({ isInUse }) => isInUse)).toEqual([])
})

test('an account changes its picture ten times in ten minutes, and another one is not held back by that', async () => {
  const limited = world.startAnother({ RATE_LIMITS: 'on' }, { images: quickImages })
  for (let uses = 0; uses < 10; uses += 1) {
    expect((await putImage(limited, token, anyImage)).status).toBe(200)
  }
  expect(await putImage(limited, token, anyImage)).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
  const other = await registerAndLogIn(world, grace)
  expect((await putImage(limited, other.accessToken, anyImage)).status).toBe(200)
})
