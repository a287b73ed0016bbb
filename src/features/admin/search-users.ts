import type { Context } from '#core/context'
import type { Database } from '#db/database'
import { type AccountItemRow, type AccountPage, toAccountItem } from './account-contract'
import { requireStaff } from './require-staff'
import { type AccountKey, type AccountQuery, writeKey } from './search-contract'
import {
  type FoundRow,
  type SearchValues,
  searchByAddress,
  searchByRole,
  searchByState,
  searchByText,
  searchNewest,
} from './search-queries'

/** How many are looked at before another index is tried: what is common is among the newest, what is rare has few in all. */
const most = 8000
/** A text that none of so many has is rare. That is not said of a text that none has of those who hold a role. */
const glance = 500

/** What has a trigram, wherever it stands. */
const hasTrigram = /[\p{L}\p{N}]{3}/u

/** What stands for itself in a pattern of LIKE. */
const escapePattern = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&')

const patternsOf = (query: string | undefined) => {
  if (query === undefined) return { emailPattern: null, namePattern: null }
  const text = escapePattern(query)
  // Addresses are kept in lower case.
  if (!hasTrigram.test(query)) return { emailPattern: `${text.toLowerCase()}%`, namePattern: null }
  return { emailPattern: `%${text.toLowerCase()}%`, namePattern: `%${text}%` }
}

/**
 * One index to search by. `isSorted`: the newest come first, so that a full page is the page. `isLong`: left out when the glance before
 * it found nobody.
 */
interface Probe {
  run: (db: Database, values: SearchValues) => Promise<FoundRow[]>
  most: number | null
  isSorted: boolean
  isLong?: boolean
}

/**
 * The indexes to try, cheap ones first: each looks at a bounded number of accounts, and the last one at all that it finds. So
 * neither is what half of all are called sorted, nor all accounts read for what none is called.
 */
const probesFor = ({ query, email, role, state }: AccountQuery): Probe[] => {
  if (email !== undefined) return [{ run: searchByAddress, most: null, isSorted: true }]
  const ofState = state === undefined || state === 'active' ? undefined : searchByState[state]
  const sorted = ofState ?? searchNewest
  const isOfAll = query !== undefined && role === undefined && !ofState
  return [
    ...(isOfAll ? [{ run: sorted, most: glance, isSorted: true }] : []),
    { run: sorted, most, isSorted: true, isLong: isOfAll },
    ...(role === undefined ? [] : [{ run: searchByRole, most, isSorted: false }]),
    { run: query === undefined ? sorted : searchByText, most: null, isSorted: true },
  ]
}

const isFound = (row: FoundRow): row is FoundRow & AccountItemRow => row.id !== null

const find = async (db: Database, probes: Probe[], values: Omit<SearchValues, 'most'>): Promise<AccountItemRow[]> => {
  let isRare = false
  for (const { run, most, isSorted, isLong } of probes) {
    if (isLong && isRare) continue
    const rows = await run(db, { ...values, most })
    const isAll = most === null || (rows[0]?.examined ?? 0) < most
    const found = rows.filter(isFound)
    if (isAll || (isSorted && found.length === values.limit)) return found
    isRare = found.length === 0
  }
  throw new Error('The last search looks at all.')
}

/** No id is lower. */
const lowestId = '00000000-0000-0000-0000-000000000000'

/** The key that all of a page are below. */
const endOf = ({ cursor, createdBefore }: AccountQuery): AccountKey | undefined => {
  if (createdBefore === undefined) return cursor
  const end = { createdAt: new Date(createdBefore), id: lowestId }
  return cursor && cursor.createdAt < end.createdAt ? cursor : end
}

const toDate = (instant: string | undefined): Date | null => (instant === undefined ? null : new Date(instant))

/**
 * Accounts, newest first. Throws `unauthenticated`, `session-revoked`, `not-found`, `insufficient-user-authentication`,
 * `missing-permission`.
 */
export async function searchUsers(ctx: Context, query: AccountQuery): Promise<AccountPage> {
  await requireStaff(ctx, 'users:read')
  const end = endOf(query)
  const rows = await find(ctx.db, probesFor(query), {
    ...patternsOf(query.query),
    now: ctx.clock.now(),
    email: query.email ?? null,
    role: query.role ?? null,
    state: query.state ?? null,
    createdAfter: toDate(query.createdAfter),
    beforeAt: end?.createdAt ?? null,
    beforeId: end?.id ?? null,
    limit: query.limit + 1,
  })
  const shown = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? shown.at(-1) : undefined
  return { items: shown.map(toAccountItem), nextCursor: last ? writeKey(last) : null }
}
