import type { Context } from '#core/context'
import { alreadyRegisteredMail } from '../notifications/templates/already-registered'
import { findLogInCandidate } from './queries'
import { sendVerificationMail } from './send-verification-mail'

/** Tells the owner of an address that someone tried to register with it; one who never proved it gets a new link. */
export async function sendAlreadyRegisteredMail(ctx: Context, email: string): Promise<void> {
  const [person] = await findLogInCandidate(ctx.db, { email })
  if (!person) return
  if (person.emailVerifiedAt === null) return sendVerificationMail(ctx, person.id)
  await ctx.mailer.send(alreadyRegisteredMail({ to: person.email, name: person.name ?? '' }), ctx.ids.next())
}
