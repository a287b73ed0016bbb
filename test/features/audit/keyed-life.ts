import {
  askToken,
  machineToken,
  makeAccount,
  makeKey,
  makeMachineKey,
  openKeyedWorld,
  registerStaff,
} from '../api-keys/keyed-world'
import { ada } from '../people'

const words = { key: 'a key for the engine', network: '198.51.100.0/24' }

/** A life of an account with keys, and of the programs that it makes; returns what must stay private. */
export const keyThrough = async () => {
  const world = await openKeyedWorld()
  const staff = await registerStaff(world)
  const { accessToken: token } = staff
  const own = await makeKey(world, staff, { name: words.key, allowedNetworks: [words.network] })
  await world.send(`PATCH /v1/api-keys/${own.id}`, { token, json: { name: `${words.key} again` } })
  const rolled = Object((await world.send(`POST /v1/api-keys/${own.id}/roll`, { token, json: {} })).body)
  for (const id of [own.id, rolled.id]) await world.send(`DELETE /v1/api-keys/${id}`, { token })
  const robot = await makeMachineKey(world, staff, ['api-keys:verify', 'tokens:introspect'])
  const granted = await machineToken(world, robot)
  const credentials = { grant_type: 'client_credentials', client_id: robot.clientId, client_secret: own.key }
  await askToken(world, credentials)
  await askToken(world, { ...credentials, client_secret: robot.key, scope: 'users:ban' })
  for (const key of [own.key, rolled.key, robot.key, `${robot.key}A`]) {
    await world.send('POST /v1/api-keys/verify', { token: robot.key, json: { key } })
    await world.send('POST /v1/auth/introspect', { token: robot.key, form: `token=${key}` })
    await world.send('GET /v1/me', { token: key })
  }
  await world.send('POST /v1/auth/introspect', { token: granted.access_token, json: { token: granted.access_token } })
  const { id } = await makeAccount(world, staff, [])
  await world.send(`PATCH /v1/admin/service-accounts/${id}`, { token, json: { isDisabled: true } })
  await world.send(`DELETE /v1/admin/service-accounts/${id}`, { token })
  await world.settle()
  const keys = [own.key, rolled.key, robot.key, granted.access_token]
  const parts = keys.flatMap((key) => [key, key.slice(-40)])
  return { world, secrets: [ada.email, ada.name, ada.password, token, ...parts, ...Object.values(words)] }
}
