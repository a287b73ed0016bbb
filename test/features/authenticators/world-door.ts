import type { World } from '../../platform'
import type { Door } from '../../support/passkey-ceremonies'

/** A world as what asks a server for passkeys sees it. */
export const toDoor = (world: World): Door => ({
  baseUrl: world.config.BASE_URL,
  send: async (route, { json, accessToken, headers } = {}) => {
    const answer = await world.send(route, {
      json,
      ...(accessToken !== undefined && { token: accessToken }),
      ...(headers && { headers }),
    })
    return { status: answer.status, headers: answer.headers, text: answer.text, json: answer.body }
  },
})
