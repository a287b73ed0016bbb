import { describe } from '#http/describe'
import { idempotent } from '#http/idempotent'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { staffProblems } from '../admin/staff-problems'
import { OperationAnswer } from '../bulk/operation-contract'
import { answerOnce } from '../idempotency/answer-once'
import { idempotencyKeyReused } from '../idempotency/problems'
import { AuditExportRequest } from './export-contract'
import { exportRecord } from './export-record'

export const auditExports = createRouter().post(
  '/admin/audit/exports',
  describe({
    summary: 'Export the audit record',
    description:
      'Wants `audit:export`. An operation as others are: its file is at `/v1/admin/operations/{id}/file` when it is finished. Takes an `Idempotency-Key`.',
    caller: 'user',
    answers: { 202: { description: 'It is queued.', schema: OperationAnswer } },
    problems: [...staffProblems, idempotencyKeyReused],
  }),
  validate('json', AuditExportRequest),
  idempotent(answerOnce),
  async (c) => c.json(await exportRecord(c.get('ctx'), c.req.valid('json')), 202),
)
