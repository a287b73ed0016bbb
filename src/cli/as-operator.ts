import { type Context, type JobContext, newAdmission } from '#core/context'
import type { JobPlatform } from '#core/platform'
import { openBunPlatform } from '#platform/bun-platform'
import { readEnvironment } from '#platform/environment'
import { describeFaults } from '#platform/environment-faults'
import { profileSchema } from '../profile-schema'
import type { Call, Command, Outcome } from './command'

/** The operator: may do everything, on the platform that the environment describes. */
export type Operator = Context & JobPlatform & Pick<JobContext, 'job' | 'actor'>

/** What only stdout gets where that is what was asked for. */
const toErrors = (line: string) => void process.stderr.write(`${line}\n`)

/**
 * Runs a verb as the operator.
 * @param logsTo where the log goes; stdout is for results
 */
export const asOperator =
  (
    name: string,
    work: (ctx: Operator, call: Call) => Promise<Outcome>,
    logsTo: (call: Call) => ((line: string) => void) | undefined = () => toErrors,
  ): Command['run'] =>
  async (call) => {
    const parsed = readEnvironment(process.env)
    if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
    const { platform, close } = await openBunPlatform(parsed.config, {
      print: logsTo(call),
      profileSchema,
      previews: { render: () => Promise.reject(new Error('The operator’s commands show no mail.')) },
      pokeJobs: () => {},
      remoteAddress: () => undefined,
      isFromEdge: () => false,
    })
    const facts = { id: platform.ids.next(), ipAddress: null, userAgent: null, place: null, traceparent: null }
    try {
      return await work(
        {
          ...platform,
          actor: { kind: 'system', job: `postern ${name}` },
          request: { ...facts, network: null, deviceToken: null },
          admission: newAdmission(),
          job: { id: platform.ids.next(), causedAt: platform.clock.now(), isLastTry: false },
        },
        call,
      )
    } finally {
      await close()
    }
  }

/** Rows as lines of JSON, for people and their tools. */
export const rowsOutcome = (rows: object[]): Outcome => ({
  text: rows.length === 0 ? 'None.' : rows.map((row) => JSON.stringify(row)).join('\n'),
  json: rows,
})

/** One thing that was done or not. */
export const done = (text: string, json: Record<string, unknown> = {}): Outcome => ({ text, json })
