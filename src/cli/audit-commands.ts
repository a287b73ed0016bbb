import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import * as z from 'zod'
import { acceptLostSeals } from '../features/audit-trail/accept-lost-seals'
import { Checkpoint, InclusionProof, type TrailVerification } from '../features/audit-trail/contract'
import { exportLines } from '../features/audit-trail/export-lines'
import { proveRecord } from '../features/audit-trail/prove-record'
import { verifyExportedRecord } from '../features/audit-trail/verify-exported-record'
import { verifyInclusion } from '../features/audit-trail/verify-inclusion'
import { verifyStoredRecord } from '../features/audit-trail/verify-stored-record'
import { asOperator, done, type Operator } from './as-operator'
import { type Call, type Command, Misuse, type Option, type Outcome } from './command'

const trustOptions: Record<string, Option> = {
  key: { summary: 'trust these keys alone, by their thumbprints', value: 'thumbprint,…' },
  checkpoint: { summary: 'seals that were kept elsewhere, and must be there', value: 'file,…' },
}

const listOf = (text: string | undefined): string[] | undefined => text?.split(',').filter((part) => part !== '')

const readJson = async <Value>(path: string, shape: z.ZodType<Value>): Promise<Value> => {
  const parsed = shape.safeParse(await readFile(path, 'utf8').then(JSON.parse, () => undefined))
  if (!parsed.success) throw new Misuse(`${path} can’t be read as what it should be.`)
  return parsed.data
}

const readTrust = async (call: Call) => {
  const files = listOf(call.find('checkpoint'))
  const checkpoints = files && (await Promise.all(files.map((path) => readJson(path, Checkpoint))))
  return { keys: listOf(call.find('key')), checkpoints }
}

const describeFault = ({
  what,
  retention,
  seal,
  position,
  id,
  detail,
}: TrailVerification['faults'][number]): string => {
  const place = [retention, seal !== null && `seal ${seal}`, position !== null && `position ${position}`]
  return `${[id, what, ...place].filter((part) => part !== null && part !== false).join(', ')}: ${detail}`
}

const toOutcome = (found: TrailVerification): Outcome => {
  const { sealed, unsealed, before, expired, destroyed, bare, seals, keys, faults } = found
  const personal = `The personal part of ${destroyed} is destroyed; ${bare} never had a digest.`
  const rest = `${unsealed} are not sealed yet, ${before} are of before there were seals, and the time of ${expired} was over.`
  const chains = `Seals: ${seals.security} of security, ${seals.activity} of activity, by ${keys.join(', ') || 'no key'}.`
  if (faults.length === 0) {
    const checked = sealed + unsealed + before
    const text = `${checked} events are as they were recorded: ${sealed} as they were sealed. ${rest} ${personal}\n${chains}`
    return { text, json: found }
  }
  return { text: `Not as they were recorded:\n${faults.map(describeFault).join('\n')}`, json: found, isBad: true }
}

const readLines = (path: string) =>
  createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })

const verifyFile = async (path: string, call: Call): Promise<Outcome> => {
  const trust = await readTrust(call)
  const progress = call.shell.progress('Lines')
  try {
    // A stream that can't be opened would tell nobody who reads its lines.
    await (await open(path).catch(() => Promise.reject(new Misuse(`${path} can’t be read.`)))).close()
    const found = await verifyExportedRecord(readLines(path), trust, progress.show)
    if (!found) throw new Misuse(`${path} is no export of the record.`)
    return toOutcome(found)
  } finally {
    progress.end()
  }
}

const verifyDatabase = asOperator('audit verify', async (ctx, call) => {
  const trust = await readTrust(call)
  const progress = call.shell.progress('Events')
  try {
    return toOutcome(await verifyStoredRecord(ctx, trust, progress.show))
  } finally {
    progress.end()
  }
})

const verifyProof = async (path: string, call: Call): Promise<Outcome> => {
  const { keys } = await readTrust(call)
  if (!keys) throw new Misuse('--proof wants --key: the thumbprints of the keys to trust.')
  const proof = await readJson(path, InclusionProof)
  const fault = await verifyInclusion(proof, { issuer: null, keys: new Set(keys) })
  const { id } = proof.record
  if (fault) return { text: `${id} is not proved: ${fault}.`, json: { id, fault }, isBad: true }
  return done(`${id} is part of seal ${proof.seal.number} of ${proof.seal.retention}.`, { id, fault })
}

const linesAtOnce = 1000

/** Where lines go: all but the last, which a command prints itself on stdout. */
const openSink = async (path: string | undefined) => {
  if (path === undefined) {
    const write = (text: string) => new Promise<void>((resolve) => process.stdout.write(text, () => resolve()))
    return { write, close: async (last: string) => last }
  }
  const file = await open(path, 'w', 0o600)
  const write = async (text: string) => void (await file.write(text))
  const close = async (last: string) => {
    await write(`${last}\n`)
    await file.close()
    return undefined
  }
  return { write, close }
}

const exportRecord = async (ctx: Operator, call: Call): Promise<Outcome> => {
  const path = call.find('file')
  if (path === undefined && call.isOn('json'))
    throw new Misuse('--json wants --file: without it the lines go to stdout.')
  const progress = call.shell.progress('Lines')
  const sink = await openSink(path)
  let [count, piece, last] = [0, '', '']
  for await (const line of exportLines(ctx, { isPersonal: call.isOn('personal') })) {
    piece += count > 0 ? `${last}\n` : ''
    last = line
    count += 1
    if (count % linesAtOnce !== 0) continue
    await sink.write(piece)
    piece = ''
    progress.show(count)
  }
  await sink.write(piece)
  progress.end()
  const printed = await sink.close(last)
  return { text: printed ?? `Wrote ${count} lines to ${path}.`, json: { lines: count, path } }
}

/** The record: whether it is as it was, a copy of it, and the proof that something is part of it. */
export const auditCommands: Command[] = [
  {
    name: 'audit verify',
    summary: 'compare the audit record, or an export of it, with its seals',
    options: {
      file: { summary: 'an export, without the database', value: 'path' },
      proof: { summary: 'a proof that one record is part of it, without the database', value: 'path' },
      ...trustOptions,
    },
    run: (call) => {
      const [file, proof] = [call.find('file'), call.find('proof')]
      if (proof !== undefined) return verifyProof(proof, call)
      return file === undefined ? verifyDatabase(call) : verifyFile(file, call)
    },
  },
  {
    name: 'audit export',
    summary: 'write the audit record with its seals, as lines of JSON',
    options: {
      file: { summary: 'where to, instead of stdout', value: 'path' },
      personal: { summary: 'with addresses, user agents and places, as far as they are still there' },
    },
    run: asOperator('audit export', exportRecord),
  },
  {
    name: 'audit accept-loss',
    summary: 'after a restore by other means: let the chain of seals go on from where the database is',
    asks: () => 'Accept that seals which the blob store knows of are lost? The record will say so.',
    run: asOperator('audit accept-loss', async (ctx) => {
      const lostSeals = await acceptLostSeals(ctx)
      const lines = lostSeals.map(
        ({ retention, kept, lost }) => `Seals ${kept + 1} to ${lost} of ${retention} are lost.`,
      )
      return done(lines.join('\n') || 'None is lost.', { lostSeals })
    }),
  },
  {
    name: 'audit prove',
    summary: 'prove that a record is part of what was sealed, to whoever knows the key',
    args: [{ name: 'id' }],
    run: asOperator('audit prove', async (ctx, call) => {
      const parsed = z.uuid().safeParse(call.word('id'))
      if (!parsed.success) throw new Misuse('<id> is the id of a record.')
      const json = await proveRecord(ctx, parsed.data)
      return { text: JSON.stringify(json, null, 2), json }
    }),
  },
]
