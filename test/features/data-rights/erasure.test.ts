import { expect, test } from 'bun:test'
import { compactVerify, createLocalJWKSet } from 'jose'
import { logInWith, mailedBy, mailedTemplates } from '../accounts/mailed'
import { openProvedWorld, registerProved } from '../authenticators/second-factors'
import { ada, registerOnly } from '../people'
import { closeAccount, eraseDue } from './rights'

test('an account that its owner deletes is shut at once and erased after the grace period, with a signed receipt', async () => {
  const { world, session } = await openProvedWorld()
  const erasure = await closeAccount(world, session.accessToken)
  expect(erasure).toMatchObject({ state: 'waiting', dueAt: '2026-12-22T12:00:00.000Z', receipt: null })
  expect((await world.send('GET /v1/me', { token: session.accessToken })).status).toBe(401)
  expect((await logInWith(world, ada.password)).status).toBe(401)
  expect(mailedTemplates(world).at(-1)).toBe(`account-closed → ${ada.email}`)

  const route = `GET ${new URL(erasure.receiptUrl).pathname}`
  expect((await world.send(route)).body).toMatchObject({ erasure: { state: 'waiting' } })
  await eraseDue(world)
  expect(mailedTemplates(world).at(-1)).toBe(`account-erased → ${ada.email}`)
  const { erasure: finished } = (await world.send(route)).body as { erasure: { state: string; receipt: string } }
  expect(finished.state).toBe('finished')
  const keys = createLocalJWKSet((await world.send('GET /.well-known/jwks.json')).body as never)
  const { payload, protectedHeader } = await compactVerify(finished.receipt, keys)
  expect(protectedHeader.typ).toBe('postern-erasure+jws')
  expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({
    erasureId: erasure.id,
    accountId: session.user.id,
    stores: { database: { user: 1, password: 1, session: 2 }, blobs: { blobs: 0 } },
  })
  expect(JSON.stringify(await world.db.run('select * from "user"', [], 'objects'))).toBe('[]')

  const again = await registerProved(world)
  expect(again.user.id).not.toBe(session.user.id)
})

test('the mailed link takes a deletion back, once; sessions stay ended and the password works', async () => {
  const { world, session } = await openProvedWorld()
  const erasure = await closeAccount(world, session.accessToken)
  const { token } = mailedBy(world, 'account-closed')
  const cancel = () => world.send('POST /v1/auth/erasure/cancel', { json: { token } })
  expect((await cancel()).status).toBe(204)
  expect((await cancel()).status).toBe(400)
  expect((await world.send('GET /v1/me', { token: session.accessToken })).status).toBe(401)
  expect((await logInWith(world, ada.password)).status).toBe(200)
  await eraseDue(world)
  expect((await world.send(`GET ${new URL(erasure.receiptUrl).pathname}`)).body).toMatchObject({
    erasure: { state: 'cancelled', receipt: null },
  })
  expect((await logInWith(world, ada.password)).status).toBe(200)
})

test('it can’t be taken back once its time has come', async () => {
  const { world, session } = await openProvedWorld({ ERASURE_GRACE_SECONDS: '0' })
  await closeAccount(world, session.accessToken)
  const { token } = mailedBy(world, 'account-closed')
  expect((await world.send('POST /v1/auth/erasure/cancel', { json: { token } })).status).toBe(400)
  await eraseDue(world, 0)
  expect(mailedTemplates(world).at(-1)).toBe(`account-erased → ${ada.email}`)
})

test('who registers with the address meanwhile is answered as for any, and its owner told how to keep the account', async () => {
  const { world, session } = await openProvedWorld()
  await closeAccount(world, session.accessToken)
  const strict = world.startAnother({ EMAIL_VERIFICATION: 'required' })
  const known = await registerOnly(strict)
  expect(known).toEqual(await registerOnly(strict, { ...ada, email: 'nobody@example.com' }))
  expect(mailedTemplates(world).filter((mail) => mail === `account-closed → ${ada.email}`).length).toBe(2)
  const { token } = mailedBy(world, 'account-closed')
  expect((await world.send('POST /v1/auth/erasure/cancel', { json: { token } })).status).toBe(204)
})
