import * as z from 'zod'
import { PageQuery } from '#core/pagination'
import { EmailAddress } from '../profiles/email-address-contract'

/** Where a page ended: the key that accounts are sorted by. */
export interface AccountKey {
  createdAt: Date
  id: string
}

const uuid = z.uuid()
/** The last instant that every date of ours can be. */
const latest = Date.UTC(9999, 11, 31)

const readKey = (text: string): AccountKey | undefined => {
  const [milliseconds = '', id = ''] = text.split('.')
  const at = Number.parseInt(milliseconds, 36)
  const isWritten = at >= 0 && at <= latest && at.toString(36) === milliseconds && text === `${milliseconds}.${id}`
  return isWritten && uuid.safeParse(id).success ? { createdAt: new Date(at), id } : undefined
}

/** What `AccountQuery` reads again. */
export const writeKey = ({ createdAt, id }: AccountKey): string => `${createdAt.getTime().toString(36)}.${id}`

const Cursor = z
  .string()
  .max(100)
  .transform((text, check) => {
    const key = readKey(text)
    if (key) return key
    check.addIssue({ code: 'custom', params: { code: 'invalid_cursor' }, message: 'Give the nextCursor of a page.' })
    return z.NEVER
  })
  .meta({ description: 'Where the page before ended.', override: { type: 'string' } })

export const accountStates = ['active', 'banned', 'closed', 'unverified'] as const

export const AccountQuery = PageQuery.extend({
  query: z.string().trim().min(1).max(100).optional().meta({
    description:
      'A part of the address or of the name, in whatever case; without three letters or digits in a row, the beginning of the address.',
  }),
  email: EmailAddress.optional().meta({ description: 'The whole address.' }),
  role: z.string().min(1).max(100).optional().meta({ description: 'A role that they hold now.' }),
  state: z.enum(accountStates).optional(),
  createdAfter: z.iso.datetime({ offset: true }).optional().meta({ description: 'At this instant or later.' }),
  createdBefore: z.iso.datetime({ offset: true }).optional(),
  cursor: Cursor.optional(),
})
export type AccountQuery = z.output<typeof AccountQuery>
