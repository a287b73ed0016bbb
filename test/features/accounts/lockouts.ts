import { expect } from 'bun:test'
import { lockouts } from '#db/schema/sessions'
import { openWorld, type World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { ada, registerAndLogIn } from '../people'
import { mailedTemplates } from './mailed'

export const wrongGuess = 'a wrong guess'

export const refused = { status: 401, body: { code: 'invalid_credentials' } }
export const isLocked = { status: 423, body: { code: 'account_locked' } }

/** Logs in, from a device that was never seen unless `deviceToken` is one that was. */
export const tryLogIn = (world: World, password: string, email = ada.email, deviceToken?: string) =>
  world.send('POST /v1/auth/login', {
    json: { email, password },
    headers: deviceToken === undefined ? {} : { 'device-token': deviceToken },
  })

/** Fails to log in so often, with the answer that a wrong password gets. */
export const fail = async (world: World, times: number, email = ada.email, deviceToken?: string) => {
  for (let count = 0; count < times; count += 1) {
    expect(await tryLogIn(world, wrongGuess, email, deviceToken)).toMatchObject(refused)
  }
}

/** Locks an account as a stranger does; the mail about it is sent when it returns. */
export const lockOut = async (world: World, email = ada.email) => {
  await fail(world, 5, email)
  await world.settle()
}

/** What a device is given that logs in. */
export const deviceTokenIn = ({ headers }: Answer): string => headers.get('device-token') ?? ''

/** The token of a device that logs in now. */
export const knownDevice = async (world: World, { email, password } = ada): Promise<string> => {
  const answer = await tryLogIn(world, password, email)
  expect(answer.status).toBe(200)
  return deviceTokenIn(answer)
}

/** Adas account is there and she has a session. */
export const openAdasWorld = async (settings = {}) => {
  const world = await openWorld(settings)
  return { world, session: await registerAndLogIn(world) }
}

/** How many failures are known, by whom they count against. */
export const failuresIn = async (world: World): Promise<Record<string, number>> => {
  const rows = await world.db.select().from(lockouts)
  return Object.fromEntries(rows.map(({ subject, failures }) => [subject.split(':')[0], failures]))
}

export const lockoutMails = (world: World) => mailedTemplates(world).filter((mail) => mail.startsWith('account-locked'))
