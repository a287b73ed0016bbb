import { expect, test } from 'bun:test'
import { freshEmail, freshPassword } from '../given'
import { Registered } from '../support/shapes'
import { target } from '../target'
import { countByStatus, inParallel } from './parallel'

const server = await target({
  ...{ TERMS_VERSION: '1', TERMS_URL: 'https://example.com/terms', EMAIL_VERIFICATION: 'optional' },
})
const acceptedTerms = { terms: '1' }

test('of registrations of one address at once one is made, with what it accepts', async () => {
  for (let round = 0; round < 3; round += 1) {
    const json = { email: freshEmail(), password: freshPassword(), acceptedTerms }
    const replies = await inParallel(8, () => server.send('POST /v1/auth/register', { json }))
    expect(countByStatus(replies)).toEqual({ 201: 1, 409: 7 })
    const made = replies.find(({ status }) => status === 201)
    const { accessToken } = Registered.parse(made?.json).tokens
    const accept = () => server.send('POST /v1/me/terms', { accessToken, json: { document: 'terms', version: '1' } })
    expect(countByStatus(await inParallel(8, accept))).toEqual({ 204: 8 })
    expect((await server.send('GET /v1/me/terms', { accessToken })).json).toMatchObject({
      items: [{ isCurrent: true }],
    })
  }
})
