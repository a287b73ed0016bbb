import type { CoreContext } from '#core/context'
import type { Retention, StoredSeal } from './contract'
import { findHorizon } from './horizon-queries'
import { readPages } from './read-pages'
import { findNewestSeal, listSeals, listWholeRecords, type SealRow, type WholeRecordRow } from './seal-queries'

const sealsAtOnce = 64
const leavesAtOnce = 8192
/** Of what no seal covers: positions, which most records of the other retention have. */
const positionsAtOnce = 32_768
const hexOfLeaf = 64

type Seal = SealRow & { leaves: string }

/** Some records, by their positions, or the seal over those since the last one. */
export type TrailStep = { records: WholeRecordRow[] } | { seal: StoredSeal }

/** Seals that are next to each other, with no more leaves than are read at once. */
const groupsOf = (seals: Seal[]): Seal[][] => {
  const groups: Seal[][] = []
  let leaves = 0
  for (const seal of seals) {
    leaves += seal.leaves.length / hexOfLeaf
    const group = groups.at(-1)
    if (group && leaves <= leavesAtOnce) group.push(seal)
    else {
      groups.push([seal])
      leaves = seal.leaves.length / hexOfLeaf
    }
  }
  return groups
}

/** Records and the seals over them, each seal after its own. */
function* inOrder(seals: Seal[], records: WholeRecordRow[]): Generator<TrailStep> {
  let from = 0
  for (const { retention, number, statement, leaves, lastPosition } of seals) {
    const end = records.findIndex((record, at) => at >= from && record.position > lastPosition)
    const to = end === -1 ? records.length : end
    yield { records: records.slice(from, to) }
    yield { seal: { retention, number, statement, leaves } }
    from = to
  }
}

/**
 * The record of a retention with its seals, each after what it covers, and in the end what no seal covers. Seals that are
 * made meanwhile are left out. Those of builds that had no seals are not among the records: see `listRecordsBefore`.
 */
export async function* readTrail(ctx: CoreContext, retention: Retention): AsyncGenerator<TrailStep, undefined> {
  // Records are read after this, so that all that it covers is among them.
  const [newest] = await findNewestSeal(ctx.db, { retention })
  const pages = readPages<Seal>(
    (last) => listSeals(ctx.db, { retention, after: last?.number ?? 0, limit: sealsAtOnce }),
    sealsAtOnce,
  )
  let after = Number.MIN_SAFE_INTEGER
  const read = async (seals: Seal[]) => {
    const range = { after, upTo: Math.max(after, ...seals.map(({ lastPosition }) => lastPosition)) }
    after = range.upTo
    return { seals, records: await listWholeRecords(ctx.db, { retention, ...range }) }
  }
  // The next ones are read while these are looked at.
  let ahead: ReturnType<typeof read> | undefined
  for await (const page of pages) {
    for (const group of groupsOf(page.filter(({ number }) => number <= (newest?.number ?? 0)))) {
      const before = ahead
      ahead = read(group)
      ahead.catch(() => {})
      if (before) yield* inOrder(...toPair(await before))
    }
  }
  if (ahead) yield* inOrder(...toPair(await ahead))
  const [horizon] = await findHorizon(ctx.db, {})
  const last = Math.max(after, horizon?.lastPosition ?? 0)
  while (after < last) {
    const upTo = Math.min(last, Math.max(after, 0) + positionsAtOnce)
    yield { records: await listWholeRecords(ctx.db, { retention, after, upTo }) }
    after = upTo
  }
  yield { records: await listWholeRecords(ctx.db, { retention, after, upTo: Number.MAX_SAFE_INTEGER }) }
}

const toPair = ({ seals, records }: { seals: Seal[]; records: WholeRecordRow[] }) => [seals, records] as const
