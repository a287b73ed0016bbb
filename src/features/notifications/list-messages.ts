import type { CoreContext } from '#core/context'
import { lowerAscii } from '#core/text'
import { listMessageRows, type MessageState } from './message-queries'

const most = 100

/** The last mails, to anybody or to one address, and what became of each. */
export const listMessages = (ctx: CoreContext, recipient: string | undefined): Promise<MessageState[]> =>
  listMessageRows(ctx.db, { recipient: recipient === undefined ? null : lowerAscii(recipient.trim()), limit: most })
