import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import type { Mailbox, MailboxQuery } from './contract'
import { listMailboxMessages } from './queries'

/** What would have been mailed, newest first. Throws `not-found` in production, where nothing is kept. */
export async function listMailbox(ctx: Context, { to }: MailboxQuery): Promise<Mailbox> {
  if (ctx.config.ENVIRONMENT === 'production') throw notFound()
  const rows = await listMailboxMessages(ctx.db, { to: to ?? null })
  return { items: rows.map(({ sentAt, ...mail }) => ({ ...mail, sentAt: sentAt.toISOString() })) }
}
