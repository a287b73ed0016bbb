import { PageQuery, pageOf } from '#core/pagination'
import { sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { SessionParams, TrustedDevice } from './contract'
import { listTrustedDevices } from './list-trusted-devices'
import { revokeTrustedDevices } from './revoke-trusted-devices'

export const trustedDevices = createRouter()
  .get(
    '/me/trusted-devices',
    describe({
      summary: 'Devices that are not asked for my second factor',
      caller: 'user',
      answers: { 200: { description: 'Newest first.', schema: pageOf(TrustedDevice) } },
      problems: [sessionRevoked],
    }),
    validate('query', PageQuery),
    async (c) => c.json(await listTrustedDevices(c.get('ctx'), c.req.valid('query')), 200),
  )
  .delete(
    '/me/trusted-devices',
    describe({
      summary: 'Trust no device any more',
      caller: 'user',
      answers: { 204: { description: 'Each is asked at its next log-in.' } },
      problems: [sessionRevoked],
    }),
    async (c) => {
      await revokeTrustedDevices(c.get('ctx'), {})
      return c.body(null, 204)
    },
  )
  .delete(
    '/me/trusted-devices/:id',
    describe({
      summary: 'Trust one device no more',
      caller: 'user',
      answers: { 204: { description: 'It is asked at its next log-in.' } },
      problems: [sessionRevoked],
    }),
    validate('param', SessionParams),
    async (c) => {
      await revokeTrustedDevices(c.get('ctx'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )
