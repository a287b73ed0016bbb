import { toBase64Url } from '#core/secrets'
import { createAccount } from '../features/admin/create-account'
import { hasAccounts } from '../features/admin/search-accounts'
import { asOperator, done } from './as-operator'
import { type Command, Misuse } from './command'

const people = [
  { email: 'admin@example.com', name: 'Ada Lovelace', role: 'admin' },
  { email: 'support@example.com', name: 'Grace Hopper', role: 'support' },
  { email: 'mary@example.com', name: 'Mary Somerville' },
  { email: 'zoe@example.com', name: 'Zoë Ünal', locale: 'de' },
  { email: 'kenji@example.com', name: '山田 健二', locale: 'ja' },
]

/** Something to develop with. */
export const seedCommand: Command = {
  name: 'seed',
  summary: 'make a few accounts to develop with, and print their password; never in production',
  run: asOperator('seed', async (ctx, call) => {
    if (ctx.config.ENVIRONMENT === 'production') throw new Error('This is production: nothing was made.')
    if ((await hasAccounts(ctx)) && !call.isOn('yes')) {
      if (!call.shell.isTerminal) throw new Misuse('There are accounts already: “postern seed” wants --yes.')
      if (!(await call.shell.confirm('There are accounts already. Add to them?'))) throw new Error('Nothing was done.')
    }
    const password = `seed-${toBase64Url(ctx.random.bytes(9))}`
    const passwordHash = await ctx.passwords.hash(password)
    for (const person of people) await createAccount(ctx, { ...person, isProved: true, passwordHash, isMailed: false })
    const accounts = people.map(({ email, role }) => ({ email, role: role ?? null }))
    const lines = accounts.map(({ email, role }) => `  ${email}${role ? `   (${role})` : ''}`)
    return done([`The password of all is ${password}`, ...lines].join('\n'), { password, accounts })
  }),
}
