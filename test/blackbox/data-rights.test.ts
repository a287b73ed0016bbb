import { expect, test } from 'bun:test'
import { unzipSync } from 'fflate'
import { type CompactVerifyResult, compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { tokenIn, waitForMail } from '../support/mailbox'
import { expectEnded, expectNoLogIn } from '../support/sessions'
import { target } from '../target'

const server = await target()

const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)

/** Verifies as anybody can who has the public keys. */
const verify = async (jws: string): Promise<CompactVerifyResult> => {
  const keys = (await server.send('GET /.well-known/jwks.json')).json as JSONWebKeySet
  return compactVerify(jws, createLocalJWKSet(keys))
}

test('an archive is made, mailed and fetched once, and anybody can verify it', async () => {
  const person = await given.person(server, { name: 'Ada Lovelace' })
  const { accessToken } = person
  expectProblem(await server.send('GET /v1/me/export', { accessToken }), 404, 'not_found')
  const asked = await server.send('POST /v1/me/export', { accessToken })
  expect({ status: asked.status, json: asked.json }).toMatchObject({ status: 202, json: { state: 'queued' } })
  const token = tokenIn(await waitForMail(server, person.email, 'data-export-ready'))
  const collect = () =>
    fetch(`${server.baseUrl}/v1/auth/export/collect`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
  const response = await collect()
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="your-data.zip"',
    'cache-control': 'no-store',
  })
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()))
  expect(JSON.parse(textOf(files['data/user.ndjson']))).toMatchObject({ email: person.email, name: 'Ada Lovelace' })
  const { payload, protectedHeader } = await verify(textOf(files['manifest.jws']))
  expect(protectedHeader.typ).toBe('postern-export+jws')
  expect(textOf(payload)).toBe(textOf(files['manifest.json']))
  const asBearer = await server.send('GET /v1/me', { accessToken: textOf(files['manifest.jws']) })
  expectProblem(asBearer, 401, 'invalid_access_token')
  expect((await collect()).status).toBe(400)
  expect((await server.send('GET /v1/me/export', { accessToken })).json).toMatchObject({ state: 'delivered' })
})

test('an account that is deleted is closed at once, and opened again by the mailed link', async () => {
  const person = await given.person(server)
  const { accessToken } = person
  const deleted = await server.send('DELETE /v1/me', { accessToken })
  expect(deleted.status).toBe(202)
  const { erasure } = Object(deleted.json)
  expect(erasure).toMatchObject({ state: 'waiting', finishedAt: null, receipt: null })
  await expectEnded(server, person)
  await expectNoLogIn(server, person)
  const shown = await server.send(`GET ${new URL(erasure.receiptUrl).pathname}`)
  expect(shown.json).toEqual({ erasure })
  expectProblem(await server.send('GET /v1/erasures/per_of_nobody'), 404, 'not_found')
  const token = tokenIn(await waitForMail(server, person.email, 'account-closed'))
  const cancel = () => server.send('POST /v1/auth/erasure/cancel', { json: { token } })
  expect((await cancel()).status).toBe(204)
  expectProblem(await cancel(), 400, 'invalid_email_token')
  await expectEnded(server, person)
  expect((await given.session(server, person)).user.id).toBe(person.user.id)
})
