import { afterAll, beforeAll, expect, test } from 'bun:test'
import { act, focusedId, joining, problem, type StubbedPages, startStubbedPages, token } from './stubbed-pages'

let pages: StubbedPages

beforeAll(async () => {
  pages = await startStubbedPages()
}, 60_000)

afterAll(async () => {
  await pages?.[Symbol.asyncDispose]()
})

const refresh = '/v1/auth/refresh'
const unknown = problem(401, 'unauthenticated')

test('opening it posts nothing; a click joins, says what, and takes the token out of the address', async () => {
  const { page, complaints, sent } = await pages.open(joining, [joining.answer])
  expect(sent).toEqual([])
  await act(page)
  await page.getByText(joining.done, { exact: true }).waitFor()
  expect(sent).toEqual([{ path: joining.api, json: joining.sent }])
  expect(page.url()).toBe(pages.base + joining.path)
  expect(await focusedId(page)).toBe('news')
  expect(complaints).toEqual([])
})

test('a session whose access token is over is refreshed, and joins by the same click', async () => {
  const { page, sent } = await pages.open(joining, [unknown, { status: 200, json: {} }, joining.answer])
  await act(page)
  await page.getByText(joining.done, { exact: true }).waitFor()
  expect(sent).toEqual([
    { path: joining.api, json: joining.sent },
    { path: refresh, json: {} },
    { path: joining.api, json: joining.sent },
  ])
})

test('who is not signed in is told to log in or to register with that address; the link works again after', async () => {
  const { page, sent, complaints } = await pages.open(joining, [unknown, unknown, joining.answer])
  await act(page)
  await page.getByRole('alert').getByText('Log in first, or register, with the address').waitFor()
  expect(sent.map(({ path }) => path)).toEqual([joining.api, refresh])
  expect(page.url()).toEndWith(`${joining.path}#token=${token}`)
  await page.reload()
  await act(page)
  await page.getByText(joining.done, { exact: true }).waitFor()
  expect(complaints.filter((complaint) => !complaint.includes('401'))).toEqual([])
})

test.each([
  [problem(403, 'invitation_for_another'), 'This invitation was sent to another address'],
  [problem(403, 'email_unverified'), 'Prove the address of your account first'],
  [problem(400, 'invalid_email_token'), 'Ask for a new one.'],
])('a refusal is told in words', async (answer, words) => {
  const { page, sent } = await pages.open(joining, [answer])
  await act(page)
  await page.getByRole('alert').getByText(words).waitFor()
  expect(sent).toHaveLength(1)
  expect(await focusedId(page)).toBe('alarm')
})
