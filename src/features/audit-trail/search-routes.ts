import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { staffProblems } from '../admin/staff-problems'
import { InclusionProof } from './contract'
import { recordNotSealed } from './problems'
import { AuditPage, AuditParams, AuditQuery, RecordView } from './search-contract'
import { searchRecord } from './search-record'
import { showProof } from './show-proof'
import { showRecord } from './show-record'

export const auditRecord = createRouter()
  .get(
    '/admin/audit',
    describe({
      summary: 'Search the audit record',
      description:
        'Wants `audit:read`. A page may hold less than was asked for where little fulfils it: go on until `nextCursor` is null.',
      caller: 'user',
      answers: { 200: { description: 'Records that fulfil all that is asked, newest first.', schema: AuditPage } },
      problems: staffProblems,
    }),
    validate('query', AuditQuery),
    async (c) => c.json(await searchRecord(c.get('ctx'), c.req.valid('query')), 200),
  )
  .get(
    '/admin/audit/:id',
    describe({
      summary: 'A record',
      description: 'Wants `audit:read`.',
      caller: 'user',
      answers: { 200: { description: 'All that is kept of it.', schema: RecordView } },
      problems: staffProblems,
    }),
    validate('param', AuditParams),
    async (c) => c.json(await showRecord(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get(
    '/admin/audit/:id/proof',
    describe({
      summary: 'That a record was sealed',
      description: 'Wants `audit:read`. Whoever knows the key that seals the record can check it.',
      caller: 'user',
      answers: { 200: { description: 'The record, its seal, and the path between them.', schema: InclusionProof } },
      problems: [...staffProblems, recordNotSealed],
    }),
    validate('param', AuditParams),
    async (c) => c.json(await showProof(c.get('ctx'), c.req.valid('param').id), 200),
  )
