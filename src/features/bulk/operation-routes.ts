import { fileTypes } from '#core/bulk-operations'
import { PageQuery, pageOf } from '#core/pagination'
import {
  blobsUnavailable,
  insufficientUserAuthentication,
  missingPermission,
  notFound,
  sessionRevoked,
} from '#core/problems'
import { describe } from '#http/describe'
import { harmlessFile } from '#http/respond-with-blob'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { cancelOperation } from './cancel-operation'
import { collectFile } from './collect-file'
import { listOperationErrors } from './list-operation-errors'
import { listOperations } from './list-operations'
import { ErrorPage, ErrorQuery, Operation, OperationAnswer, OperationParams } from './operation-contract'
import { showOperation } from './show-operation'

const problems = [sessionRevoked, notFound, insufficientUserAuthentication, missingPermission]

export const operations = createRouter()
  .get(
    '/admin/operations',
    describe({
      summary: 'Operations on many accounts',
      description: 'Of the kinds that the caller may ask for.',
      caller: 'user',
      answers: { 200: { description: 'Newest first.', schema: pageOf(Operation) } },
      problems,
    }),
    validate('query', PageQuery),
    async (c) => c.json(await listOperations(c.get('ctx'), c.req.valid('query')), 200),
  )
  .get(
    '/admin/operations/:id',
    describe({
      summary: 'How far an operation is',
      caller: 'user',
      answers: { 200: { description: 'The operation.', schema: OperationAnswer } },
      problems,
    }),
    validate('param', OperationParams),
    async (c) => c.json(await showOperation(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .delete(
    '/admin/operations/:id',
    describe({
      summary: 'Cancel an operation',
      description: 'It stops at its next part, and what is done stays done. One that is over stays as it is.',
      caller: 'user',
      answers: { 200: { description: 'The operation, as it is now.', schema: OperationAnswer } },
      problems,
    }),
    validate('param', OperationParams),
    async (c) => c.json(await cancelOperation(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get(
    '/admin/operations/:id/errors',
    describe({
      summary: 'What was wrong with rows of an operation',
      description: 'The first 100,000, in their order, and never what the rows held.',
      caller: 'user',
      answers: { 200: { description: 'A page of them.', schema: ErrorPage } },
      problems,
    }),
    validate('param', OperationParams),
    validate('query', ErrorQuery),
    async (c) => c.json(await listOperationErrors(c.get('ctx'), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .get(
    '/admin/operations/:id/file',
    describe({
      summary: 'The file of an export',
      description: 'For a day after the export is finished.',
      caller: 'user',
      answers: { 200: { description: 'NDJSON, CSV or CEF, as it was asked for.', mediaType: 'application/x-ndjson' } },
      problems: [...problems, blobsUnavailable],
    }),
    validate('param', OperationParams),
    async (c) => {
      const { id } = c.req.valid('param')
      const { kind, format, body } = await collectFile(c.get('ctx'), id)
      return c.body(body, 200, {
        ...harmlessFile,
        'cache-control': 'no-store',
        'content-type': format === 'ndjson' ? fileTypes.ndjson : `${fileTypes[format]}; charset=utf-8`,
        'content-disposition': `attachment; filename="${kind === 'audit' ? 'audit' : 'users'}-${id}.${format}"`,
        'cross-origin-resource-policy': 'same-origin',
      })
    },
  )
