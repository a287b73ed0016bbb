import { fileURLToPath } from 'node:url'
import type { Dependency } from '#core/platform'
import { type RateLimitName, rateLimits } from '#core/rate-limits'
import { isOwnLimit, routePolicies } from '#core/route-policies'

/** Writes the tables of docs/limits.md, each under its comment, from the code that the router reads. */
const file = fileURLToPath(new URL('../docs/limits.md', import.meta.url))

/** What each limit counts by, for people. */
const countedBy: Record<keyof typeof rateLimits, string> = {
  everyone: 'all callers together',
  address: 'network of the caller',
  account: 'account of the access token',
  apiKey: 'API key, in place of network and account; a key may have a number of its own',
  machineSignIn: 'network of the caller',
  register: 'network of the caller',
  logIn: 'network of the caller and address submitted',
  mailAfterRegistration:
    'address submitted, without a word to the caller: past it nobody’s password holds until the owner sets one',
  sendMail: 'kind of mail and address submitted',
  consumeToken: 'network of the caller',
  checkCode: 'address submitted; a device that logged in before apart',
  secondFactor: 'account, at a log-in and in a session alike',
  passkey: 'network of the caller',
  federation: 'network of the caller',
  changePassword: 'account',
  changeEmail: 'account',
  exportData: 'account',
  invite: 'account, or API key',
  avatar: 'account',
}

const dependencies: Dependency[] = ['postgres', 'redis', 'mail', 'captcha', 'breaches', 'provider', 'blobs', 'dns']

const inWords = (seconds: number) => (seconds % 60 === 0 && seconds > 60 ? `${seconds / 60} minutes` : `${seconds} s`)

const toTable = (rows: string[][]): string => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const limitsTable = () =>
  toTable([
    ['limit', 'uses', 'in', 'counted by'],
    ['---', '---', '---', '---'],
    ...Object.entries(rateLimits).map(([name, { limit, windowSeconds }]) => [
      `\`${name}\``,
      String(limit),
      inWords(windowSeconds),
      Object.entries(countedBy).find(([known]) => known === name)?.[1] ?? '',
    ]),
  ])

const limitCell = (limits: readonly RateLimitName[]) => {
  const own = limits.filter(isOwnLimit).map((name) => `\`${name}\``)
  return limits.length === 0 ? 'none' : ['all', ...own].join(', ')
}

const cellOf = (cell: string | undefined) => (cell === undefined ? '' : /^[A-Z]/.test(cell) ? `\`${cell}\`` : cell)

const routesTable = () =>
  toTable([
    ['route', 'limits', ...dependencies],
    ['---', '---', ...dependencies.map(() => '---')],
    ...Object.entries(routePolicies).map(([route, policy]) => [
      `\`${route}\``,
      limitCell(policy.limits),
      ...dependencies.map((dependency) => cellOf(policy[dependency])),
    ]),
  ])

/** Puts a table between its two comments. */
const replaceTable = (text: string, name: string, table: string): string =>
  text.replace(
    new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(\n<!-- end -->)`),
    (_, before: string, after: string) => `${before}\n${table}\n${after}`,
  )

/** docs/limits.md as the tables of the code would have it. */
export const describeLimits = (text: string): string =>
  replaceTable(replaceTable(text, 'limits', limitsTable()), 'routes', routesTable())

if (import.meta.main) await Bun.write(file, describeLimits(await Bun.file(file).text()))
