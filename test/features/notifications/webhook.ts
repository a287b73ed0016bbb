import { eq } from 'drizzle-orm'
import * as z from 'zod'
import { bouncedAddresses } from '#db/schema/notifications'
import { app } from '../../../src/app'
import { openWorld, type World } from '../../platform'
import { createSignedCall, newWebhookSecret, type SignedCall } from '../../support/svix'

export const secret = newWebhookSecret()
export const email = 'ada@example.com'
export const providerId = '56761188-7520-42d8-8898-ff6fc54ce618'

/** A world whose provider may tell of bounces. */
export const openConfiguredWorld = () => openWorld({ RESEND_WEBHOOK_SECRET: secret })

/** What the provider says of a mail, with fields that we do not ask for. */
export const eventOf = (type: string, others: Record<string, unknown> = {}, to: unknown = [email]) => ({
  type,
  created_at: '2026-11-22T12:00:00.000Z',
  data: { email_id: providerId, to, from: 'Postern <id@example.com>', subject: 'Prove your e-mail address', ...others },
})

export const bounceOf = (type: string) => ({ bounce: { type, subType: 'General', message: `550 no ${email} here` } })
export const bounced = eventOf('email.bounced', bounceOf('Permanent'))

export const deliver = async (world: World, { body, headers }: SignedCall) => {
  const request = new Request('https://id.example.com/v1/webhooks/resend', { method: 'POST', body, headers })
  const answer = await app.fetch(request, world.platform)
  const text = await answer.text()
  return {
    status: answer.status,
    code: text === '' ? undefined : z.object({ code: z.string() }).parse(JSON.parse(text)).code,
  }
}

/** Tells it as the provider does, now. */
export const tell = async (world: World, event: unknown) =>
  deliver(world, await createSignedCall(secret, event, world.clock.now()))

export const refused = { status: 401, code: 'invalid_webhook_signature' }
export const noted = { status: 204, code: undefined }

/** The mark of an address that mail came back from. */
export const findBouncedAddress = async (world: World, address: string) => {
  const [row] = await world.db.select().from(bouncedAddresses).where(eq(bouncedAddresses.email, address))
  return row
}
