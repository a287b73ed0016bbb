import { issueResetLink } from '../features/accounts/issue-reset-link'
import { banAccount, endAllSessions, unbanAccount } from '../features/admin/ban-account'
import { type AccountFacts, createAccount } from '../features/admin/create-account'
import { findAccount } from '../features/admin/find-account'
import { searchAccounts } from '../features/admin/search-accounts'
import { asOperator, done, type Operator, rowsOutcome } from './as-operator'
import { type Call, type Command, Misuse, type Option, type Outcome } from './command'

const [address, account] = [{ name: 'address' }, { name: 'address|id' }]
const mostListed = 1000

const madeOptions: Record<string, Option> = {
  name: { summary: 'what they are called', value: 'text' },
  locale: { summary: 'their language, such as de', value: 'tag' },
  'print-link': { summary: 'print the link that sets a password, and mail none' },
}

/** Makes an account whose owner sets the password by a link: mailed, or printed for who hands it over. */
const make = async (ctx: Operator, call: Call, facts: Partial<AccountFacts>): Promise<Outcome> => {
  const [name, locale] = [call.find('name'), call.find('locale')]
  const isPrinted = call.isOn('print-link')
  const made = await createAccount(ctx, {
    email: call.word('address'),
    ...(name !== undefined && { name }),
    ...(locale !== undefined && { locale }),
    ...facts,
    isMailed: !isPrinted,
  })
  const link = isPrinted ? await issueResetLink(ctx, made.email) : undefined
  const text = link
    ? `There is an account ${made.id}. Within a day this sets its password, once:\n${link}`
    : `There is an account ${made.id}. Whoever works jobs mails the link that sets its password.`
  return done(text, { ...made, ...(link && { link }) })
}

/** When a ban ends: a day, or so long from now. */
const readUntil = (text: string | undefined, now: Date): Date | null => {
  if (text === undefined) return null
  const [, count, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? []
  const until = count
    ? new Date(now.getTime() + Number(count) * (unit === 'h' ? 3_600_000 : 86_400_000))
    : new Date(text)
  if (Number.isNaN(until.getTime()) || until <= now) throw new Misuse('--until is a time to come: 12h, 30d, 2027-01-31')
  return until
}

const readLimit = (text = '50'): number => {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > mostListed) throw new Misuse(`--limit is 1 to ${mostListed}.`)
  return limit
}

/** Accounts, as those see them who run the server. */
export const userCommands: Command[] = [
  {
    name: 'admin create',
    summary: 'make an account that holds the role admin; its owner sets the password by a mailed link',
    args: [address],
    options: madeOptions,
    run: asOperator('admin create', (ctx, call) => make(ctx, call, { role: 'admin' })),
  },
  {
    name: 'users create',
    summary: 'make an account; its owner sets the password by a mailed link',
    args: [address],
    options: { ...madeOptions, verified: { summary: 'the address is known to be theirs' } },
    run: asOperator('users create', (ctx, call) => make(ctx, call, { isProved: call.isOn('verified') })),
  },
  {
    name: 'users list',
    summary: 'the newest accounts, or those with a text in their address or name',
    args: [{ name: 'text', isOptional: true }],
    options: { limit: { summary: `how many at the most: 50 unless said`, value: 'count' } },
    run: asOperator('users list', async (ctx, call) =>
      rowsOutcome(await searchAccounts(ctx, call.findWord('text') ?? '', readLimit(call.find('limit')))),
    ),
  },
  {
    name: 'users show',
    summary: 'one account: roles, sessions, bans',
    args: [account],
    run: asOperator('users show', async (ctx, call) => {
      const json = await findAccount(ctx, call.word(account.name))
      return { text: JSON.stringify(json, null, 2), json }
    }),
  },
  {
    name: 'users ban',
    summary: 'shut every door to an account; its sessions end',
    args: [account],
    options: {
      until: { summary: 'when it ends: 12h, 30d or a date; never, unless said', value: 'time' },
      reason: { summary: 'why, for staff', value: 'text' },
    },
    asks: (call) => `Ban ${call.word(account.name)}?`,
    run: asOperator('users ban', async (ctx, call) => {
      const until = readUntil(call.find('until'), ctx.clock.now())
      const reason = call.find('reason')
      const banned = await banAccount(ctx, call.word(account.name), { until, ...(reason !== undefined && { reason }) })
      return done(banned ? 'They are banned, and signed out everywhere.' : 'They are banned already.', {
        banned,
        until,
      })
    }),
  },
  {
    name: 'users unban',
    summary: 'let it in again',
    args: [account],
    run: asOperator('users unban', async (ctx, call) => {
      const unbanned = await unbanAccount(ctx, call.word(account.name))
      return done(unbanned ? 'They may log in again.' : 'They were not banned.', { unbanned })
    }),
  },
  {
    name: 'users sign-out',
    summary: 'end every session of an account',
    args: [account],
    run: asOperator('users sign-out', async (ctx, call) => {
      const count = await endAllSessions(ctx, call.word(account.name))
      return done(`Ended ${count} sessions.`, { count })
    }),
  },
]
