import type { Context } from 'hono'
import { mediaTypes, mostImportBytes } from '#core/bulk-operations'
import {
  blobsUnavailable,
  insufficientUserAuthentication,
  malformedRequest,
  missingPermission,
  notFound,
  overloaded,
  payloadTooLarge,
  sessionRevoked,
  unsupportedMediaType,
} from '#core/problems'
import { describe } from '#http/describe'
import { idempotent } from '#http/idempotent'
import { readPieces } from '#http/read-pieces'
import { type AppEnv, createRouter } from '#http/router'
import { validate } from '#http/validate'
import { answerOnce } from '../idempotency/answer-once'
import { idempotencyKeyReused } from '../idempotency/problems'
import { changeUsers } from './change-users'
import { BulkRequest, ExportRequest, ImportQuery } from './contract'
import { exportUsers } from './export-users'
import { importUsers } from './import-users'
import { OperationAnswer } from './operation-contract'

const pieceBytes = 4 * 1024 * 1024

const refusals = [sessionRevoked, notFound, insufficientUserAuthentication, missingPermission]

/** The type of a body without its parameters. */
const typeOf = (c: Context<AppEnv>): string | undefined =>
  c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()

const accepted = { 202: { description: 'It is queued.', schema: OperationAnswer } }

export const bulk = createRouter()
  .post(
    '/admin/imports',
    describe({
      summary: 'Import accounts',
      description:
        'Takes a file of at most 256 MiB, a row for each account, and makes the accounts behind the answer. An address that somebody has is an error of its row, so a file may be sent again. For holders of `users:import`.',
      caller: 'user',
      fileTypes: Object.values(mediaTypes),
      answers: accepted,
      problems: [...refusals, payloadTooLarge, unsupportedMediaType, malformedRequest, blobsUnavailable, overloaded],
    }),
    validate('query', ImportQuery),
    async (c) => {
      const file = { contentType: typeOf(c), pieces: readPieces(c, { most: mostImportBytes, pieceBytes }) }
      return c.json(await importUsers(c.get('ctx'), c.req.valid('query'), file), 202)
    },
  )
  .post(
    '/admin/exports',
    describe({
      summary: 'Export accounts',
      description: 'Never a password or anything else that is secret. For holders of `users:export`.',
      caller: 'user',
      answers: accepted,
      problems: [...refusals, idempotencyKeyReused],
    }),
    validate('json', ExportRequest),
    idempotent(answerOnce),
    async (c) => c.json(await exportUsers(c.get('ctx'), c.req.valid('json')), 202),
  )
  .post(
    '/admin/users/bulk',
    describe({
      summary: 'Change or delete many accounts',
      description:
        'Those who may do what the caller may not are left alone, and listed among the errors. For holders of `users:update`, or of `users:delete` with a fresh proof.',
      caller: 'user',
      answers: accepted,
      problems: [...refusals, idempotencyKeyReused],
    }),
    validate('json', BulkRequest),
    idempotent(answerOnce),
    async (c) => c.json(await changeUsers(c.get('ctx'), c.req.valid('json')), 202),
  )
