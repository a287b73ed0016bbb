import { setAttributes } from '#features/admin/set-attributes'
import { openWorld } from '../../platform'
import { ada } from '../people'

const attributes = { pronouns: 'they and them', company: 'Analytical Engines', birthdate: '1815-12-10' }

/** A life of an account whose owner and operator say more of it, and accept what there is; returns what must stay private. */
export const profileThrough = async () => {
  const settings = { TERMS_VERSION: '1', TERMS_URL: 'https://example.com/terms' }
  const world = await openWorld(settings)
  const json = { ...ada, acceptedTerms: { terms: '1' } }
  const registered = Object((await world.send('POST /v1/auth/register', { json })).body)
  const token: string = registered.tokens.accessToken
  await world.settle()
  for (const [name, value] of Object.entries(attributes)) {
    await world.send('PATCH /v1/me', { token, json: { attributes: { [name]: value } } })
    await world.send('PATCH /v1/me', { token, json: { attributes: { [name]: null } } })
  }
  await world.send('PATCH /v1/me', { token, json: { attributes, visibility: { company: 'everyone' } } })
  await world.send('PATCH /v1/me', {
    token,
    json: { attributes: { birthdate: '1815-02-30', customerNumber: 'C-1815' } },
  })
  await setAttributes(world.contextOf({ kind: 'system', job: 'postern attributes' }), ada.email, {
    customerNumber: 'C-1816',
    company: null,
  })
  await world.send('PATCH /v1/me/preferences', { token, json: { theme: 'dark', emails: { tips: 'perhaps' } } })
  await world.send('GET /v1/me/preferences', { token })
  await world.send('GET /v1/me/terms', { token })
  const later = world.startAnother({ TERMS_VERSION: '2' })
  await later.send('POST /v1/me/terms', { token, json: { document: 'terms', version: '2' } })
  await later.send('POST /v1/me/terms', { token, json: { document: 'terms', version: '1' } })
  for (const call of [{ token }, {}]) await later.send(`GET /v1/users/${registered.user.id}`, call)
  const values = [...Object.values(attributes), '1815-02-30', 'C-1815', 'C-1816', 'perhaps']
  return { world, secrets: [ada.email, ada.name, ada.password, token, ...values] }
}
