import { blobsUnavailable, insufficientUserAuthentication, notFound, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { EmailToken } from '../accounts/contract'
import { invalidEmailToken } from '../accounts/problems'
import { cancelErasure } from './cancel-erasure'
import { collectExport } from './collect-export'
import { DataExport, ErasureAnswer, ReceiptParams } from './contract'
import { getErasure } from './get-erasure'
import { getExport } from './get-export'
import { requestExport } from './request-export'

/** What the law gives people: a copy of everything that is kept of them, and what becomes of an account that was closed. */
export const dataRights = createRouter()
  .post(
    '/me/export',
    describe({
      summary: 'Ask for a copy of everything that is kept of me',
      description:
        'It is made in the background, and the link to it mailed. While one is under way, that one is given.',
      caller: 'user',
      answers: { 202: { description: 'It is under way.', schema: DataExport } },
      problems: [sessionRevoked, insufficientUserAuthentication],
    }),
    async (c) => c.json(await requestExport(c.get('ctx')), 202),
  )
  .get(
    '/me/export',
    describe({
      summary: 'How far my newest export is',
      caller: 'user',
      answers: { 200: { description: 'The newest one.', schema: DataExport } },
      problems: [sessionRevoked, notFound],
    }),
    async (c) => c.json(await getExport(c.get('ctx')), 200),
  )
  .post(
    '/auth/export/collect',
    describe({
      summary: 'Fetch an archive by the link’s token',
      description: 'Once; then it is deleted here.',
      caller: 'anyone',
      answers: { 200: { description: 'The archive: a ZIP, signed.', mediaType: 'application/zip' } },
      problems: [invalidEmailToken, blobsUnavailable],
    }),
    validate('json', EmailToken),
    async (c) => {
      const { body, size } = await collectExport(c.get('ctx'), c.req.valid('json'))
      return c.body(body, 200, {
        'content-type': 'application/zip',
        'content-length': String(size),
        'content-disposition': 'attachment; filename="your-data.zip"',
      })
    },
  )
  .post(
    '/auth/erasure/cancel',
    describe({
      summary: 'Keep an account after all, by the link’s token',
      description: 'Its sessions stay ended; its password works again.',
      caller: 'anyone',
      answers: { 204: { description: 'The account is open again.' } },
      problems: [invalidEmailToken],
    }),
    validate('json', EmailToken),
    async (c) => {
      await cancelErasure(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 204)
    },
  )
  .get(
    '/erasures/:token',
    describe({
      summary: 'What became of an account that was deleted',
      description: 'At the address that its owner was told. Once it is erased, with the signed receipt.',
      caller: 'anyone',
      answers: { 200: { description: 'How far it is.', schema: ErasureAnswer } },
      problems: [notFound],
    }),
    validate('param', ReceiptParams),
    async (c) => c.json(await getErasure(c.get('ctx'), c.req.valid('param')), 200),
  )
