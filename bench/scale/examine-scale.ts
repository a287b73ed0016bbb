import { type Examined, openExaminedPostern } from '../../test/proofs/examined-postern'
import { findLargeTables, largeScansOf } from '../../test/proofs/large-tables'
import { useEverything } from '../../test/proofs/use-everything'
import type { RealDatabase } from '../../test/runtimes/real-postgres'

/** What the plans of all statements come to. */
export interface Plans {
  statements: number
  /** Tables with more than a hundred pages; a partition counts as its table. */
  largeTables: string[]
  /** Statements that read such a table from end to end. */
  scans: string[]
  /** What touches most. */
  costliest: Examined[]
}

const describe = ({ cause, text }: Examined, tables: string[]) =>
  `${cause} reads all of ${tables.join(', ')}: ${text.slice(0, 100)}`

/** Does what people do, one thing after the other, and looks how Postgres plans every statement of it. */
export const examineScale = async (database: RealDatabase): Promise<Plans> => {
  const largeTables = await findLargeTables(database.sql)
  await using postern = await openExaminedPostern(database)
  await useEverything(postern)
  const { examined } = postern
  const scanning = examined
    .map((statement) => ({ statement, tables: largeScansOf(statement, largeTables) }))
    .filter(({ tables }) => tables.length > 0)
  const byText = new Map(examined.toSorted((a, b) => a.pages - b.pages).map((one) => [one.text, one]))
  return {
    statements: byText.size,
    largeTables: [...new Set(largeTables.values())].sort(),
    scans: [...new Set(scanning.map(({ statement, tables }) => describe(statement, tables)))],
    costliest: [...byText.values()].toSorted((a, b) => b.pages - a.pages).slice(0, 5),
  }
}
