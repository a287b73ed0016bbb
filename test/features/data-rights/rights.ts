import { unzipSync } from 'fflate'
import { beginDueErasures } from '#features/data-rights/begin-due-erasures'
import { DataExport, ErasureAnswer } from '#features/data-rights/contract'
import { app } from '../../../src/app'
import type { World } from '../../platform'
import { toRequest } from '../../platform/calls'
import { mailedBy } from '../accounts/mailed'
import { keepHouse } from '../jobs/housekeeping'

/** Asks for an archive and has it made; gives the token that was mailed. */
export const askForExport = async (world: World, token: string) => {
  const answer = await world.send('POST /v1/me/export', { token })
  const asked = DataExport.parse(answer.body)
  await world.settle()
  return { ...asked, mailed: mailedBy(world, 'data-export-ready').token }
}

/** Fetches an archive as bytes. */
export const collect = async (
  world: World,
  token: string,
): Promise<{ status: number; bytes: Uint8Array<ArrayBuffer> }> => {
  const request = toRequest(world.config.BASE_URL, 'POST /v1/auth/export/collect', { json: { token } })
  const response = await app.fetch(request, world.platform)
  return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) }
}

/** The files of an archive, as texts by name. */
export const unpack = (bytes: Uint8Array): Record<string, string> =>
  Object.fromEntries(
    Object.entries(unzipSync(bytes)).map(([name, content]) => [name, new TextDecoder().decode(content)]),
  )

/** The rows of one file of an archive. */
export const rowsIn = (files: Record<string, string>, name: string): Record<string, unknown>[] =>
  (files[name] ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** Deletes the account of a session. */
export const closeAccount = async (world: World, token: string) => {
  const answer = await world.send('DELETE /v1/me', { token })
  if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.text}`)
  await world.settle()
  return ErasureAnswer.parse(answer.body).erasure
}

/** Lets the grace period pass, and works what is due then. */
export const eraseDue = async (world: World, seconds = 2_592_000) => {
  world.advance(seconds)
  await keepHouse(world, beginDueErasures)
  await world.settle()
}
