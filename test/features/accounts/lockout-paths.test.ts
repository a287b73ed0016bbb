import { describe, expect, test } from 'bun:test'
import type { World } from '../../platform'
import { listEvents } from '../audit/events'
import { ada } from '../people'
import { fail, failuresIn, isLocked, lockoutMails, openAdasWorld, refused, tryLogIn, wrongGuess } from './lockouts'
import { askForLogIn, changePassword, logInByCode, mailedBy, verifyEmail, wrongCode } from './mailed'

interface Owner {
  world: World
  accessToken: string
  code: string
}

const newPassword = 'a wholly new password'

/** The ways to prove who one is that can be guessed at. */
const paths = {
  'a log-in by password': {
    guess: ({ world }: Owner) => tryLogIn(world, wrongGuess),
    prove: ({ world }: Owner) => tryLogIn(world, ada.password),
    refusal: 401,
    success: 200,
  },
  'a change of the password': {
    guess: ({ world, accessToken }: Owner) => changePassword(world, accessToken, wrongGuess, newPassword),
    prove: ({ world, accessToken }: Owner) => changePassword(world, accessToken, ada.password, newPassword),
    refusal: 401,
    success: 204,
  },
  'a log-in by code': {
    guess: ({ world, code }: Owner) => logInByCode(world, wrongCode(code)),
    prove: ({ world, code }: Owner) => logInByCode(world, code),
    refusal: 400,
    success: 200,
  },
}
const names = ['a log-in by password', 'a change of the password', 'a log-in by code'] as const
type Path = (typeof names)[number]

/** Ada, whose address is proved, with a session and a code that was mailed. */
const openOwnersWorld = async (): Promise<Owner> => {
  const { world } = await openAdasWorld()
  await verifyEmail(world, mailedBy(world, 'verify-email').token)
  await askForLogIn(world)
  const { body } = await tryLogIn(world, ada.password)
  return { world, code: mailedBy(world, 'log-in').code, accessToken: (body as { accessToken: string }).accessToken }
}

const guess = async (owner: Owner, path: Path, times: number) => {
  for (let count = 0; count < times; count += 1) {
    expect((await paths[path].guess(owner)).status).toBe(paths[path].refusal)
  }
}

for (const locking of names) {
  for (const seeing of names) {
    test(`a lock by ${locking} is seen by ${seeing}`, async () => {
      const owner = await openOwnersWorld()
      await guess(owner, locking, 5)
      expect(await paths[seeing].prove(owner)).toMatchObject(isLocked)
      owner.world.advance(1800)
      if (seeing === 'a log-in by code') {
        await askForLogIn(owner.world)
        owner.code = mailedBy(owner.world, 'log-in').code
      }
      if (seeing !== 'a change of the password') expect((await paths[seeing].prove(owner)).status).toBe(200)
    })

    test(`after four failures by ${locking} the next by ${seeing} locks`, async () => {
      const owner = await openOwnersWorld()
      await guess(owner, locking, 4)
      await guess(owner, seeing, 1)
      expect(await paths['a log-in by password'].prove(owner)).toMatchObject(isLocked)
      await owner.world.settle()
      expect(lockoutMails(owner.world)).toEqual([`account-locked → ${ada.email}`])
    })

    test(`a success by ${seeing} forgets the failures by ${locking}`, async () => {
      const owner = await openOwnersWorld()
      await guess(owner, locking, 4)
      expect((await paths[seeing].prove(owner)).status).toBe(paths[seeing].success)
      expect(await failuresIn(owner.world)).toEqual({})
    })
  }

  test(`${locking} that locks is recorded, once, with the account`, async () => {
    const owner = await openOwnersWorld()
    await guess(owner, locking, 5)
    await paths[locking].guess(owner)
    const locks = (await listEvents(owner.world)).filter(({ type }) => type === 'account.locked')
    const me = await owner.world.send('GET /v1/me', { token: owner.accessToken })
    expect(locks).toEqual([expect.objectContaining({ userId: (me.body as { id: string }).id, data: { failures: 5 } })])
  })

  test(`answers to failures by ${locking} wait as failures by another path do`, async () => {
    const owner = await openOwnersWorld()
    await guess(owner, 'a log-in by password', 2)
    await guess(owner, locking, 2)
    expect(owner.world.waits).toEqual([250, 500, 1000])
  })
}

test('a change of the password in a lock is refused although it is right, and changes nothing', async () => {
  const owner = await openOwnersWorld()
  await guess(owner, 'a log-in by code', 5)
  const answer = await paths['a change of the password'].prove(owner)
  expect(answer.headers.get('retry-after')).toBe('1800')
  owner.world.advance(1800)
  expect((await tryLogIn(owner.world, newPassword)).status).toBe(401)
  expect((await tryLogIn(owner.world, ada.password)).status).toBe(200)
})

test('a lock that falls while the new password is hashed lets no change through', async () => {
  const { world, accessToken } = await openOwnersWorld()
  const { passwords } = world.platform
  const hash = async (password: string) => {
    await fail(world, 5)
    return passwords.hash(password)
  }
  const slow = world.startAnother({}, { passwords: { ...passwords, hash } })
  expect((await changePassword(slow, accessToken, ada.password, newPassword)).status).toBe(401)
  world.advance(1800)
  expect((await tryLogIn(world, ada.password)).status).toBe(200)
})

describe('what falls between the look at a password and the session', () => {
  /** The same world, in which something happens while a password is compared, once. */
  const meanwhile = (world: World, work: () => Promise<unknown>) => {
    const { passwords } = world.platform
    let isDone = false
    const verify = async (password: string, hash: string | undefined) => {
      if (!isDone) {
        isDone = true
        await work()
      }
      return passwords.verify(password, hash)
    }
    return world.startAnother({}, { passwords: { ...passwords, verify } })
  }

  test('a lock, by passwords or by codes, lets nobody in', async () => {
    for (const lock of [
      (world: World) => fail(world, 5),
      async (world: World) => {
        for (let tries = 0; tries < 5; tries += 1) await logInByCode(world, '000000')
      },
    ]) {
      const { world } = await openAdasWorld()
      expect(
        await tryLogIn(
          meanwhile(world, () => lock(world)),
          ada.password,
        ),
      ).toMatchObject(isLocked)
      expect(await failuresIn(world)).toEqual({ account: 5 })
      expect((await listEvents(world)).filter(({ type }) => type === 'login.succeeded')).toEqual([])
    }
  })

  test('a hundred failures leave the right password looking like a wrong one', async () => {
    const { world } = await openAdasWorld()
    expect(
      await tryLogIn(
        meanwhile(world, () => fail(world, 100)),
        ada.password,
      ),
    ).toMatchObject(refused)
  })
})
