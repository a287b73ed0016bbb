import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import type { Explanation } from './explanation-contract'
import { listRefusals, listRequestEvents, type RefusalRow } from './refusal-queries'

/** Of requests that share an id. */
const mostRefusals = 5
const mostEvents = 50

const toRefusal = ({
  occurredAt,
  problem,
  facts,
  actorKind,
  userId,
  ...row
}: RefusalRow): Explanation['refusals'][number] => {
  const { title, rejected = null, outages = [], ...check } = facts
  return {
    ...row,
    occurredAt: occurredAt.toISOString(),
    problem: { code: problem, title },
    check: check.check === undefined ? null : check,
    rejected,
    outages,
    caller: { kind: actorKind, userId },
  }
}

/** Which check refused a request of the last day, and what the record says of it. For the operator. Throws `not-found`. */
export async function explainToOperator({ db }: Pick<CoreContext, 'db'>, requestId: string): Promise<Explanation> {
  const [refusals, events] = await Promise.all([
    listRefusals(db, { requestId, limit: mostRefusals }),
    listRequestEvents(db, { requestId, limit: mostEvents }),
  ])
  if (refusals.length === 0) throw notFound()
  return {
    requestId,
    refusals: refusals.map(toRefusal),
    events: events.map((event) => ({ ...event, occurredAt: event.occurredAt.toISOString() })),
  }
}
