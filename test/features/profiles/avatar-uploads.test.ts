import { beforeEach, expect, test } from 'bun:test'
import { Upload } from '#features/profiles/avatar-contract'
import { User } from '#features/profiles/contract'
import { deleteDroppedBlobs } from '#features/profiles/delete-dropped-blobs'
import { openWorld, type World } from '../../platform'
import { keepHouse } from '../jobs/housekeeping'
import { grace, registerAndLogIn } from '../people'
import { anyImage, blobRows, quickImages } from './avatars'

let world: World
let token: string

beforeEach(async () => {
  world = (await openWorld()).startAnother({}, { images: quickImages })
  token = (await registerAndLogIn(world)).accessToken
})

const begin = async (bytes = anyImage.length, contentType = 'image/png') =>
  Upload.parse((await world.send('POST /v1/me/avatar/uploads', { token, json: { contentType, bytes } })).body)

const upload = ({ method, url, headers }: Upload, bytes = anyImage, others: Record<string, string> = {}) =>
  world.send(`${method} ${new URL(url).pathname}`, { bytes, headers: { ...headers, ...others } })

const use = (uploadId: string, credential = token) =>
  world.send('PUT /v1/me/avatar', { token: credential, json: { uploadId } })

test('an image goes to an address that was given for it, and is used by its id, once each', async () => {
  const ticket = await begin()
  expect(ticket).toMatchObject({ method: 'PUT', headers: { 'content-type': 'image/png' }, expiresIn: 600 })
  expect(ticket.url).toStartWith('https://id.example.com/v1/uploads/pup_')
  expect(await use(ticket.uploadId)).toMatchObject({ status: 404, body: { code: 'upload_missing' } })
  expect((await upload(ticket)).status).toBe(204)
  expect((await upload(ticket)).status).toBe(404)
  const answer = await use(ticket.uploadId)
  expect(User.parse(answer.body).picture).toContain('/v1/avatars/')
  expect(await use(ticket.uploadId)).toMatchObject({ status: 404, body: { code: 'upload_missing' } })
  await world.settle()
  // What was sent is not kept; its row is there until nothing can come to its place any more.
  expect([...world.blobs.files.keys()].filter((key) => !key.startsWith('avatars/'))).toEqual([])
  world.advance(3601)
  await keepHouse(world, deleteDroppedBlobs)
  expect((await blobRows(world)).map(({ kind }) => kind)).toEqual(Array(4).fill('avatar'))
})

test('an address takes what it was given for and nothing else', async () => {
  const ticket = await begin()
  expect((await upload(ticket, anyImage, { 'content-type': 'text/html' })).status).toBe(415)
  expect((await upload(ticket, new Uint8Array(anyImage.length + 1))).status).toBe(413)
  expect(await upload(ticket, new Uint8Array(1))).toMatchObject({ status: 422, body: { code: 'invalid_request' } })
  const [start = '', mac = ''] = ticket.url.split('.').slice(-2)
  for (const forged of [
    `pup_${mac}`,
    `${start.split('/').at(-1)}.AAAA`,
    `${start.split('/').at(-1)}.${mac}AA`,
    `pup_eyJ9.${mac}`,
    'pup_..',
    '..%2f..%2fetc',
    '%00',
    'ü',
    'A'.repeat(5000),
  ]) {
    const answer = await world.send(`PUT /v1/uploads/${forged}`, { bytes: anyImage, headers: ticket.headers })
    expect(answer.status).toBe(404)
  }
  expect(world.blobs.files.size).toBe(0)
  expect((await upload(ticket)).status).toBe(204)
})

test('an address that is ten minutes old takes nothing, and what was promised goes after the hour', async () => {
  const [late, unused] = [await begin(), await begin()]
  expect(unused.uploadId).not.toBe(late.uploadId)
  world.advance(600)
  expect((await upload(late)).status).toBe(404)
  world.advance(3001)
  await keepHouse(world, deleteDroppedBlobs)
  expect(await blobRows(world)).toEqual([])
})

test('what came too late, to a store whose addresses outlive their use, is deleted with its row', async () => {
  const ticket = await begin()
  await upload(ticket)
  await use(ticket.uploadId)
  await world.settle()
  // As a signed address of S3 lets it happen.
  await world.platform.blobs.put(`uploads/${ticket.uploadId}/original`, anyImage, 'image/png')
  world.advance(3601)
  await keepHouse(world, deleteDroppedBlobs)
  expect([...world.blobs.files.keys()].filter((key) => key.startsWith('uploads/'))).toEqual([])
})

test('nobody uses what another one uploaded', async () => {
  const ticket = await begin()
  await upload(ticket)
  const other = await registerAndLogIn(world, grace)
  expect(await use(ticket.uploadId, other.accessToken)).toMatchObject({ status: 404, body: { code: 'upload_missing' } })
  expect((await use(ticket.uploadId)).status).toBe(200)
})

test('only an image of at most 5 MiB can be uploaded, and exactly one source is named', async () => {
  const mostBytes = 5 * 1024 * 1024
  const ask = (json: object) => world.send('POST /v1/me/avatar/uploads', { token, json })
  expect((await ask({ contentType: 'image/webp', bytes: mostBytes })).status).toBe(201)
  for (const json of [
    { contentType: 'image/webp', bytes: mostBytes + 1 },
    { contentType: 'image/webp', bytes: 0 },
    { contentType: 'image/webp', bytes: 1.5 },
    { contentType: 'image/svg+xml', bytes: 9 },
    { contentType: 'text/html', bytes: 9 },
  ]) {
    expect((await ask(json)).status).toBe(422)
  }
  const uploadId = 'A'.repeat(22)
  for (const json of [
    {},
    { url: 'https://example.com/', uploadId },
    { uploadId: '../../avatars/x' },
    { uploadId: '' },
  ]) {
    expect((await world.send('PUT /v1/me/avatar', { token, json })).status).toBe(422)
  }
})
