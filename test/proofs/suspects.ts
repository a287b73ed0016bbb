import type postgres from 'postgres'
import { newAddress, password, post, proveAddress } from '../runtimes/account'

/** Enough that no account is tried so often that it is locked. */
const ofEachKind = 110

/** What an attacker would like to tell apart, and addresses of each. */
export type Suspects = Record<'unknown' | 'not proved' | 'proved' | 'banned' | 'without a password', string[]> & {
  /** Accounts that failures have locked. */
  locked: string[]
}

const times = <T>(make: () => T): T[] => Array.from({ length: ofEachKind }, make)

/** Registers people of each kind with a server that works jobs. */
export const prepareSuspects = async (url: string, sql: postgres.Sql): Promise<Suspects> => {
  const register = async (): Promise<string> => {
    const email = newAddress()
    const { status } = await post(url, '/auth/register', { email, password })
    if (status !== 202) throw new Error(`A registration was answered with ${status}.`)
    return email
  }
  const registerAndProve = async (): Promise<string[]> => {
    const people = await Promise.all(times(register))
    for (const email of people) await proveAddress(url, email)
    return people
  }
  const suspects = {
    unknown: times(newAddress),
    'not proved': await Promise.all(times(register)),
    proved: await registerAndProve(),
    banned: await registerAndProve(),
    'without a password': await registerAndProve(),
    locked: await registerAndProve(),
  }
  await sql`update "user" set banned_at = now() where email in ${sql(suspects.banned)}`
  await sql`
    insert into lockout (subject, failures, since, locked_until)
    select 'account:' || encode(sha256(convert_to(email, 'UTF8')), 'hex'), 5, now(), now() + interval '1 day'
    from "user" where email in ${sql(suspects.locked)}`
  const bare = suspects['without a password']
  await sql`delete from password where user_id in (select id from "user" where email in ${sql(bare)})`
  return suspects
}
