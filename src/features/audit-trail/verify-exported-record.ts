import { type Checkpoint, ExportHeader, ExportLine, type TrailVerification } from './contract'
import { personalStateOf } from './personal-state-of'
import { beginVerification, endVerification, suspect, takeRecord, takeSeal } from './record-verifier'

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** What an export says of itself; undefined where it is none. */
const headerOf = (line: string | undefined): ExportHeader | undefined =>
  ExportHeader.safeParse(Object(parseLine(line ?? '')).header).data

/**
 * Verifies an export (see `exportLines`) with nothing but itself.
 * @param given thumbprints of the keys to trust, without which those of its first line are, and checkpoints kept elsewhere
 * @param show is told how many lines were looked at
 * @returns undefined for what is no export
 */
export async function verifyExportedRecord(
  lines: AsyncIterable<string>,
  given: { keys?: readonly string[] | undefined; checkpoints?: readonly Checkpoint[] | undefined } = {},
  show: (count: number) => void = () => {},
): Promise<TrailVerification | undefined> {
  let verifier: ReturnType<typeof beginVerification> | undefined
  let count = 0
  for await (const line of lines) {
    count += 1
    if (!verifier) {
      const header = headerOf(line)
      if (!header) return undefined
      const trust = { issuer: header.issuer, keys: new Set(given.keys ?? header.keys) }
      verifier = beginVerification(trust, given.checkpoints ?? [])
      continue
    }
    const parsed = ExportLine.safeParse(parseLine(line))
    if (!parsed.success) suspect(verifier, { what: 'unreadable', detail: `Line ${count} can’t be read.` })
    else if ('seal' in parsed.data) await takeSeal(verifier, parsed.data.seal)
    else {
      const { record, personal } = parsed.data
      takeRecord(verifier, record, personal ? personalStateOf(record, personal) : null)
    }
    if (count % 1000 === 0) show(count)
  }
  return verifier && endVerification(verifier)
}
