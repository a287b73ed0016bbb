import { open } from 'node:fs/promises'
import { type Format, formats } from '#core/bulk-operations'
import { invalidFields, notFound } from '#core/problems'
import { findAccount } from '../features/admin/find-account'
import { ExportRequest } from '../features/bulk/contract'
import { listFaults } from '../features/bulk/list-faults'
import { type OperationAnswer, type OperationRow, toOperation } from '../features/bulk/operation-contract'
import { readFileOf } from '../features/bulk/read-file-of'
import { receiveImport } from '../features/bulk/receive-import'
import { requestWork } from '../features/bulk/request-work'
import { workOffOperation } from '../features/bulk/work-off-operation'
import { asOperator, done, type Operator } from './as-operator'
import { type Call, type Command, Misuse } from './command'

const pieceBytes = 4 * 1024 * 1024

/** The pieces of a file, of which one is in memory at a time. */
async function* readPieces(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const handle = await open(path)
  try {
    for (;;) {
      const piece = new Uint8Array(pieceBytes)
      let filled = 0
      for (;;) {
        const { bytesRead } = await handle.read(piece, filled, pieceBytes - filled)
        filled += bytesRead
        if (bytesRead === 0 || filled === pieceBytes) break
      }
      if (filled > 0) yield piece.subarray(0, filled)
      if (filled < pieceBytes) return
    }
  } finally {
    await handle.close()
  }
}

const readFormat = (call: Call): Format => {
  const said = call.find('format') ?? (/\.csv$/i.test(call.word('file')) ? 'csv' : 'ndjson')
  const format = formats.find((known) => known === said)
  if (!format) throw new Misuse(`--format is ${formats.join(' or ')}.`)
  return format
}

const workOff = async (ctx: Operator, { shell }: Call, label: string, { operation }: OperationAnswer) => {
  const progress = shell.progress(label)
  try {
    return await workOffOperation(ctx, operation.id, (row: OperationRow) => {
      if (row.kind === 'import') progress.show(row.byteOffset, row.options.bytes)
      else progress.show(row.rowsDone + row.rowsFailed, row.rowsTotal ?? undefined)
    })
  } finally {
    progress.end()
  }
}

/** Throws unless the operation came to its end. */
const requireFinished = ({ state, failure }: OperationRow): void => {
  if (state !== 'finished') throw new Error(`It is ${state}${failure ? `: ${failure}` : ''}.`)
}

const format = { summary: 'ndjson or csv; by the name of the file unless said', value: 'format' }

/** Many accounts at once, and the deletion of one, which is the same work. */
export const bulkCommands: Command[] = [
  {
    name: 'users import',
    summary: 'make an account of each row of a file',
    args: [{ name: 'file' }],
    options: {
      format,
      'dry-run': { summary: 'check every row, and make nothing' },
      detach: { summary: 'leave the work to whoever works jobs' },
    },
    run: asOperator('users import', async (ctx, call) => {
      const query = { format: readFormat(call), dryRun: call.isOn('dry-run') }
      const asked = await receiveImport(ctx, query, null, readPieces(call.word('file')))
      if (call.isOn('detach')) return done(`It is queued: ${asked.operation.id}`, asked)
      const row = await workOff(ctx, call, 'Bytes', asked)
      requireFinished(row)
      const errors = await listFaults(ctx, row.id)
      const what = query.dryRun ? 'could be made' : 'are made'
      const lines = errors.map((error) => `row ${error.row} ${error.pointer} ${error.code}: ${error.message}`)
      return {
        text: [`${row.rowsDone} accounts ${what}, ${row.rowsFailed} rows are refused.`, ...lines].join('\n'),
        json: { operation: toOperation(row), errors },
      }
    }),
  },
  {
    name: 'users export',
    summary: 'write a file with accounts; never anything secret',
    args: [{ name: 'file' }],
    options: {
      format,
      fields: { summary: 'which, separated by commas: email,name', value: 'list' },
      domain: { summary: 'only those with an address there', value: 'domain' },
      role: { summary: 'only those who hold it', value: 'role' },
    },
    run: asOperator('users export', async (ctx, call) => {
      const [domain, role, fields] = [call.find('domain'), call.find('role'), call.find('fields')]
      const parsed = ExportRequest.safeParse({
        format: readFormat(call),
        filter: { ...(domain !== undefined && { emailDomain: domain }), ...(role !== undefined && { role }) },
        ...(fields !== undefined && { fields: fields.split(',') }),
      })
      if (!parsed.success) throw new Misuse(parsed.error.issues.map(({ message }) => message).join('\n'))
      const { fields: chosen, ...rest } = parsed.data
      const asked = { ...rest, ...(chosen && { fields: chosen }) }
      const handle = await open(call.word('file'), 'wx', 0o600)
      try {
        const row = await workOff(ctx, call, 'Accounts', await requestWork(ctx, 'export', asked, null))
        requireFinished(row)
        for await (const bytes of await readFileOf(ctx, row)) await handle.writeFile(bytes)
        return done(`${row.rowsDone} accounts are in ${call.word('file')}.`, { operation: toOperation(row) })
      } finally {
        await handle.close()
      }
    }),
  },
  {
    name: 'users delete',
    summary: 'close an account at once, and erase it after the grace period',
    args: [{ name: 'address|id' }],
    asks: (call) => `Delete the account ${call.word('address|id')}?`,
    run: asOperator('users delete', async (ctx, call) => {
      const { id, closedAt } = await findAccount(ctx, call.word('address|id'))
      if (closedAt) throw notFound()
      const row = await workOff(ctx, call, 'Accounts', await requestWork(ctx, 'delete', { ids: [id] }, null))
      requireFinished(row)
      if (row.rowsFailed > 0) throw invalidFields(await listFaults(ctx, row.id))
      return done('It is closed. See: postern erasures list', { id })
    }),
  },
]
