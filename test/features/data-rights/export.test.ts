import { expect, test } from 'bun:test'
import { compactVerify, createLocalJWKSet } from 'jose'
import { mailedTemplates } from '../accounts/mailed'
import { openProvedWorld, registerProved } from '../authenticators/second-factors'
import { ada, grace } from '../people'
import { askForExport, collect, rowsIn, unpack } from './rights'

const sha256 = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('hex')

test('an archive tells an account all that is kept of it, is signed, and is fetched once by the mailed link', async () => {
  const { world, session } = await openProvedWorld()
  await registerProved(world, grace)
  const { mailed, ...asked } = await askForExport(world, session.accessToken)
  expect(asked).toMatchObject({ state: 'queued', partsDone: 0, finishedAt: null })
  const ready = (await world.send('GET /v1/me/export', { token: session.accessToken })).body
  expect(ready).toMatchObject({ id: asked.id, state: 'ready', expiresAt: '2026-11-25T12:00:00.000Z' })

  const { status, bytes } = await collect(world, mailed)
  expect(status).toBe(200)
  const files = unpack(bytes)
  expect(rowsIn(files, 'data/user.ndjson')).toMatchObject([{ email: ada.email, name: ada.name }])
  expect(rowsIn(files, 'data/session.ndjson').length).toBe(2)
  expect(rowsIn(files, 'data/message.ndjson').map(({ template }) => template)).toContain('verify-email')
  expect(rowsIn(files, 'data/password.ndjson')[0]).not.toHaveProperty('hash')
  expect(Object.values(files).join()).not.toContain(grace.email)

  const manifest = JSON.parse(files['manifest.json'] ?? '')
  expect(manifest).toMatchObject({ iss: 'https://id.example.com', accountId: session.user.id, exportId: asked.id })
  for (const { name, sha256: digest, rows } of manifest.files) {
    expect({ name, digest: sha256(files[name] ?? '') }).toEqual({ name, digest })
    if (rows !== undefined) expect({ name, rows: rowsIn(files, name).length }).toEqual({ name, rows })
  }
  expect(manifest.files.map(({ name }: { name: string }) => name).toSorted()).toEqual(
    Object.keys(files)
      .filter((name) => !name.startsWith('manifest.'))
      .toSorted(),
  )
  const keys = createLocalJWKSet((await world.send('GET /.well-known/jwks.json')).body as never)
  const verified = await compactVerify(files['manifest.jws'] ?? '', keys)
  expect(verified.protectedHeader.typ).toBe('postern-export+jws')
  expect(new TextDecoder().decode(verified.payload)).toBe(files['manifest.json'] ?? '')

  expect((await collect(world, mailed)).status).toBe(400)
  const after = (await world.send('GET /v1/me/export', { token: session.accessToken })).body
  expect(after).toMatchObject({ state: 'delivered' })
  expect(mailedTemplates(world).filter((mail) => mail.startsWith('data-export-ready'))).toEqual([
    `data-export-ready → ${ada.email}`,
  ])
})

test('who asks again while one is under way gets that one; a newer one voids what nobody fetched', async () => {
  const { world, session } = await openProvedWorld()
  const ask = () => world.send('POST /v1/me/export', { token: session.accessToken })
  const [first, second] = [await ask(), await ask()]
  expect(first.status).toBe(202)
  expect(second.body).toMatchObject({ id: (first.body as { id: string }).id })
  await world.settle()
  const old = world.outbox.at(-1)?.data.token ?? ''
  const { mailed } = await askForExport(world, session.accessToken)
  expect((await collect(world, old)).status).toBe(400)
  expect((await collect(world, mailed)).status).toBe(200)
})

test('an archive is refused once its time is over, and asked for only by who just showed that it is them', async () => {
  const { world, session } = await openProvedWorld()
  const { mailed } = await askForExport(world, session.accessToken)
  world.advance(301)
  const stale = await world.send('POST /v1/me/export', { token: session.accessToken })
  expect({ status: stale.status, body: stale.body }).toMatchObject({
    status: 401,
    body: { code: 'insufficient_user_authentication' },
  })
  world.advance(259_200)
  expect((await collect(world, mailed)).status).toBe(400)
})
