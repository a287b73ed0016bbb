import { unlockAddress } from '../features/accounts/unlock-address'
import { listActivityOf } from '../features/admin/list-activity-of'
import { setAttributes } from '../features/admin/set-attributes'
import { showAttributes } from '../features/admin/show-attributes'
import { cancelErasureAsOperator } from '../features/data-rights/cancel-erasure-as-operator'
import { listErasures } from '../features/data-rights/list-erasures'
import { runErasure } from '../features/data-rights/run-erasure'
import { allowAddress } from '../features/notifications/allow-address'
import { listMessages } from '../features/notifications/list-messages'
import { explainToOperator } from '../features/operations/explain-to-operator'
import { asOperator, done, rowsOutcome } from './as-operator'
import { type Command, Misuse } from './command'

const address = { name: 'address' }

const parseObject = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {}
  throw new Misuse('Give a JSON object.')
}

const unlock = asOperator('accounts unlock', async (ctx, call) => {
  const unlocked = await unlockAddress(ctx, call.word('address'))
  return done(unlocked ? 'Log-ins are open again.' : 'No log-in has failed there.', { unlocked })
})

/** One account or request at a time: what happened to it, what it holds, its end, and its mail. */
export const accountCommands: Command[] = [
  {
    name: 'accounts unlock',
    summary: 'let new devices log in again after failures',
    args: [address],
    run: unlock,
  },
  {
    name: 'users unlock',
    summary: 'let new devices log in again after failures, as accounts unlock does',
    args: [address],
    run: unlock,
  },
  {
    name: 'activity',
    summary: 'what happened to an account, the last of it',
    args: [address],
    run: asOperator('activity', async (ctx, call) => rowsOutcome(await listActivityOf(ctx, call.word('address')))),
  },
  {
    name: 'explain',
    summary: 'which check refused a request of the last day, by its X-Request-Id',
    args: [{ name: 'request-id' }],
    run: asOperator('explain', async (ctx, call) => {
      const json = await explainToOperator(ctx, call.word('request-id'))
      return { text: JSON.stringify(json, null, 2), json }
    }),
  },
  {
    name: 'attributes show',
    summary: 'the attributes of an account',
    args: [address],
    run: asOperator('attributes show', async (ctx, call) => {
      const json = await showAttributes(ctx, call.word('address'))
      return { text: JSON.stringify(json, null, 2), json }
    }),
  },
  {
    name: 'attributes set',
    summary: 'change some, the operator’s own too; null removes one',
    args: [address, { name: 'json' }],
    run: asOperator('attributes set', async (ctx, call) => {
      await setAttributes(ctx, call.word('address'), parseObject(call.word('json')))
      return done('They are set.')
    }),
  },
  {
    name: 'erasures list',
    summary: 'accounts that were deleted, and how far each is',
    run: asOperator('erasures list', async (ctx) => rowsOutcome(await listErasures(ctx))),
  },
  {
    name: 'erasures cancel',
    summary: 'open such an account again, while it waits',
    args: [{ name: 'id' }],
    run: asOperator('erasures cancel', async (ctx, call) => {
      const cancelled = await cancelErasureAsOperator(ctx, call.word('id'))
      return done(cancelled ? 'The account is open again.' : 'None waits by this id.', { cancelled })
    }),
  },
  {
    name: 'erasures run',
    summary: 'erase it now, before its time',
    args: [{ name: 'id' }],
    asks: (call) => `Erase the account of ${call.word('id')} for good?`,
    run: asOperator('erasures run', async (ctx, call) => {
      const begins = await runErasure(ctx, call.word('id'))
      return done(begins ? 'It is erased within minutes.' : 'None waits by this id.', { begins })
    }),
  },
  {
    name: 'mail list',
    summary: 'the last mails, and what became of each',
    args: [{ ...address, isOptional: true }],
    run: asOperator('mail list', async (ctx, call) => rowsOutcome(await listMessages(ctx, call.findWord('address')))),
  },
  {
    name: 'mail allow',
    summary: 'send to an address again that mail came back from',
    args: [address],
    run: asOperator('mail allow', async (ctx, call) => {
      const allowed = await allowAddress(ctx, call.word('address'))
      return done(allowed ? 'Mail goes there again.' : 'No mail came back from there.', { allowed })
    }),
  },
]
