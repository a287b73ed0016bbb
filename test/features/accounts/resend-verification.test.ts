import { expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import { ada, grace, registerOnly } from '../people'

const resend = async (world: World, email: string) => {
  const answer = await world.send('POST /v1/auth/email/verify/resend', { json: { email } })
  await world.settle()
  return answer
}

test('a resend mails a new link to an account that needs one, and to nobody else', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  await registerOnly(world)
  world.outbox.length = 0
  await resend(world, ' ADA@example.com')
  await resend(world, 'nobody@example.com')
  expect(world.outbox).toMatchObject([{ to: ada.email, template: 'verify-email' }])
})

test('the answer is the same whether there is an account or not', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required' })
  await registerOnly(world)
  const known = await resend(world, ada.email)
  const unknown = await resend(world, 'nobody@example.com')
  expect(known).toMatchObject({ status: 202, text: '' })
  expect({ status: unknown.status, text: unknown.text }).toEqual({ status: known.status, text: known.text })
})

test('an address gets three mails a quarter of an hour, whether it has an account or not', async () => {
  const world = await openWorld({ EMAIL_VERIFICATION: 'required', RATE_LIMITS: 'on' })
  await registerOnly(world)
  for (const email of [ada.email, 'nobody@example.com']) {
    for (const _ of [1, 2, 3]) expect((await resend(world, email)).status).toBe(202)
    expect(await resend(world, email)).toMatchObject({ status: 429, body: { retryAfterSeconds: 900 } })
  }
  expect((await resend(world, grace.email)).status).toBe(202)
  world.advance(900)
  expect((await resend(world, ada.email)).status).toBe(202)
})
