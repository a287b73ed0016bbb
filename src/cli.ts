import { parseDatabaseConfig } from '#core/config'
import { type Context, newAdmission } from '#core/context'
import type { JobPlatform } from '#core/platform'
import { openBunDatabase } from '#platform/bun-database'
import { openBunPlatform } from '#platform/bun-platform'
import { readEnvironment } from '#platform/environment'
import { describeFaults } from '#platform/environment-faults'
import { migrate } from '#platform/migrate'
import { unlockAddress } from './features/accounts/unlock-address'
import { grantRole } from './features/admin/grant-role'
import { revokeRole } from './features/admin/revoke-role'
import { discardDeadLetters } from './features/jobs/discard-dead-letters'
import { listJobs } from './features/jobs/list-jobs'
import { retryDeadLetters } from './features/jobs/retry-dead-letters'
import { showJob } from './features/jobs/show-job'
import { allowAddress } from './features/notifications/allow-address'
import { listMessages } from './features/notifications/list-messages'
import { rotateSigningKey } from './features/sessions/rotate-signing-key'
import { startJobWorker } from './job-worker'

const usage = `postern: the operator's commands

  postern migrate                bring the schema and the queue up to date
  postern accounts unlock <address>  let new devices log in again after failures
  postern roles grant <address> <role>   give an account a role; its sessions end
  postern roles revoke <address> <role>  take it away
  postern keys rotate            stage the next signing key; instances take it up by themselves
  postern work                   work jobs, beside servers with WORK_JOBS=off, until a signal
  postern jobs list              jobs that wait, run, or failed for good
  postern jobs dead              those that failed for good: dead letters, with the reason
  postern jobs show <id>         one job, with what it was given
  postern jobs retry <id|all>    send dead letters back to their queues
  postern jobs discard <id|all>  delete dead letters
  postern mail list [address]    the last mails, and what became of each
  postern mail allow <address>   send to an address again that mail came back from

Settings come from the environment, as for the server: docs/configuration.md.`

/** A migration may take its time; nobody waits for an answer. */
const migrationSeconds = 3600

const runMigrate = async (): Promise<string> => {
  const parsed = parseDatabaseConfig(process.env)
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  const { db, close } = await openBunDatabase({ ...parsed.config, DATABASE_TIMEOUT_SECONDS: migrationSeconds })
  try {
    return `Applied ${await migrate(db)} migrations. The schema and the queue are current.`
  } finally {
    await close()
  }
}

type Operator = Context & JobPlatform

/** Runs a verb as the operator, on the platform that the environment describes. */
const asOperator =
  (command: string, work: (ctx: Operator, ...words: (string | undefined)[]) => Promise<string>) =>
  async (...words: (string | undefined)[]): Promise<string> => {
    const parsed = readEnvironment(process.env)
    if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
    const { platform, close } = await openBunPlatform(parsed.config, {
      previews: { render: () => Promise.reject(new Error('The operator’s commands show no mail.')) },
      pokeJobs: () => {},
      remoteAddress: () => undefined,
    })
    const request = { id: platform.ids.next(), ipAddress: null, userAgent: null, network: null, deviceToken: null }
    try {
      return await work(
        { ...platform, actor: { kind: 'system', job: `postern ${command}` }, request, admission: newAdmission() },
        ...words,
      )
    } finally {
      await close()
    }
  }

const required = (argument: string | undefined): string => {
  if (argument === undefined) throw new Error(usage)
  return argument
}

const idOrAll = (argument: string | undefined): string | undefined =>
  required(argument) === 'all' ? undefined : argument

const toLines = (rows: object[]): string =>
  rows.length === 0 ? 'None.' : rows.map((row) => JSON.stringify(row)).join('\n')

const untilSignal = () =>
  new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })

/** Each command does one thing and says what it did. */
const commands: Record<string, (...words: (string | undefined)[]) => Promise<string>> = {
  migrate: runMigrate,
  'accounts unlock': asOperator('accounts unlock', async (ctx, address) =>
    (await unlockAddress(ctx, required(address))) ? 'Log-ins are open again.' : 'No log-in has failed there.',
  ),
  'roles grant': asOperator('roles grant', async (ctx, address, role) =>
    (await grantRole(ctx, required(address), required(role)))
      ? `They hold the role ${role}, and have to log in again.`
      : 'They hold it already.',
  ),
  'roles revoke': asOperator('roles revoke', async (ctx, address, role) =>
    (await revokeRole(ctx, required(address), required(role)))
      ? `They hold the role ${role} no more.`
      : 'They did not hold it.',
  ),
  'keys rotate': asOperator('keys rotate', async (ctx) => {
    const signsFrom = await rotateSigningKey(ctx)
    return `The next key signs from ${signsFrom.toISOString()}.`
  }),
  work: asOperator('work', async (ctx) => {
    const signal = untilSignal()
    const worker = startJobWorker(ctx)
    ctx.log({ level: 'info', message: 'working jobs', lanes: ctx.config.JOB_CONCURRENCY })
    await signal
    await worker.stop()
    return 'Every job under way is done.'
  }),
  'jobs list': asOperator('jobs list', async (ctx) => toLines(await listJobs(ctx, { onlyDead: false }))),
  'jobs dead': asOperator('jobs dead', async (ctx) => toLines(await listJobs(ctx, { onlyDead: true }))),
  'jobs show': asOperator('jobs show', async (ctx, id) => JSON.stringify(await showJob(ctx, required(id)), null, 2)),
  'jobs retry': asOperator(
    'jobs retry',
    async (ctx, id) => `Sent back ${await retryDeadLetters(ctx, idOrAll(id))} dead letters.`,
  ),
  'jobs discard': asOperator(
    'jobs discard',
    async (ctx, id) => `Deleted ${await discardDeadLetters(ctx, idOrAll(id))} dead letters.`,
  ),
  'mail list': asOperator('mail list', async (ctx, address) => toLines(await listMessages(ctx, address))),
  'mail allow': asOperator('mail allow', async (ctx, address) =>
    (await allowAddress(ctx, required(address))) ? 'Mail goes there again.' : 'No mail came back from there.',
  ),
}

/** One word or two name a command; what follows is for it. */
const findCommand = ([first = '', second = '', ...rest]: string[]) =>
  commands[`${first} ${second}`]
    ? { run: commands[`${first} ${second}`], words: rest }
    : { run: commands[first], words: second ? [second, ...rest] : rest }

const { run, words } = findCommand(process.argv.slice(2))
if (!run) {
  console.error(usage)
  process.exit(2)
}
try {
  console.log(await run(...words))
} catch (error) {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  console.error(cause instanceof Error ? `${message} (${cause.message})` : message)
  process.exit(1)
}
