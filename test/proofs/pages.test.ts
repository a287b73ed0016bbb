import { afterAll, beforeAll, expect, test } from 'bun:test'
import {
  type Answer,
  act,
  confirming,
  focusedId,
  linkedPages,
  password,
  problem,
  resetting,
  type StubbedPages,
  startStubbedPages,
  token,
  verifying,
} from './stubbed-pages'

let pages: StubbedPages

beforeAll(async () => {
  pages = await startStubbedPages()
}, 60_000)

afterAll(async () => {
  await pages?.[Symbol.asyncDispose]()
})

test.each(linkedPages)('$path: opening it posts nothing, and the keyboard alone posts once', async (linked) => {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const { page, complaints, sent } = await pages.open(linked, [promise])
  await page.reload()
  await page.keyboard.press('Tab')
  if (linked === resetting) await page.keyboard.type(password)
  expect(sent).toEqual([])
  await page.keyboard.press('Enter')
  await page.getByText('One moment').waitFor()
  await page.keyboard.press('Enter')
  resolve(linked.answer)
  await page.getByText(linked.done, { exact: true }).waitFor()
  expect(sent).toEqual([{ path: linked.api, json: linked.sent }])
  expect(await focusedId(page)).toBe('news')
  expect(await page.getByRole('button').count()).toBe(0)
  expect(complaints).toEqual([])
})

test.each(linkedPages)(
  '$path: the token leaves the address when it is used up, and a reload tells the end',
  async (linked) => {
    const { page } = await pages.open(linked, [linked.answer])
    await act(page)
    await page.getByText(linked.done, { exact: true }).waitFor()
    expect(page.url()).toBe(pages.base + linked.path)
    await page.reload()
    await page.getByText(linked.done, { exact: true }).waitFor()
    expect(await page.content()).not.toContain(token)
  },
)

test.each(linkedPages)('$path: a double click posts once', async (linked) => {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const { page, sent } = await pages.open(linked, [promise])
  if (linked === resetting) await page.fill('#password', password)
  await page.dblclick('#confirm')
  resolve(linked.answer)
  await page.getByText(linked.done, { exact: true }).waitFor()
  expect(sent).toHaveLength(1)
})

test.each(linkedPages)('$path: a useless link says where to ask for another, and has no button', async (linked) => {
  const { page, complaints } = await pages.open(linked, [problem(400, 'invalid_email_token')])
  await act(page)
  await page.getByRole('alert').getByText('Ask for a new link').waitFor()
  expect(await focusedId(page)).toBe('alarm')
  expect(await page.getByRole('button').count()).toBe(0)
  expect(await page.content()).not.toContain(token)
  expect(complaints).toEqual([])
})

const passing: [what: string, answer: Answer, text: string][] = [
  ['no connection', undefined, 'There was no answer. Check your connection and try again.'],
  ['a limit', problem(429, 'rate_limited', {}, { 'retry-after': '30' }), 'Too many tries. Try again in 30 seconds.'],
  [
    'a long limit',
    problem(429, 'rate_limited', {}, { 'retry-after': '890' }),
    'Too many tries. Try again in 15 minutes.',
  ],
  ['an overload', problem(503, 'overloaded', {}, { 'retry-after': '1' }), 'That did not work. Try again in 1 second.'],
  ['a proxy’s answer', { status: 502 }, 'That did not work. Try again in 5 seconds.'],
  ['a refusal', problem(403, 'cross_site_request'), 'Detail of cross_site_request.'],
]

for (const linked of linkedPages) {
  test.each(passing)(`${linked.path}: %s is told in words, and the button tries again`, async (_, answer, text) => {
    const { page, complaints, sent } = await pages.open(linked, [answer, linked.answer])
    await act(page)
    await page.getByRole('alert').getByText(text, { exact: true }).waitFor()
    expect(await focusedId(page)).toBe('alarm')
    expect(page.url()).toEndWith(`${linked.path}#token=${token}`)
    await act(page)
    await page.getByText(linked.done, { exact: true }).waitFor()
    expect(await page.getByRole('alert').textContent()).toBe('')
    expect(sent).toHaveLength(2)
    expect(complaints).toEqual([])
  })
}

const incomplete = [
  '',
  '#',
  '#token=',
  `#token=${token.slice(1)}`,
  `#token=${token}A`,
  '#token=<img src=x onerror=alert(1)>',
]

test.each(incomplete)('a link that ends in “%s” is told to be incomplete, and has no button', async (hash) => {
  for (const linked of linkedPages) {
    const { page, complaints } = await pages.open(linked, [], {}, hash)
    expect(await page.getByRole('alert').textContent()).toBe('This link is not complete. Copy all of it from the mail.')
    expect(await page.getByRole('button').count()).toBe(0)
    expect(complaints).toEqual([])
  }
})

test('the whole link after half of it works in the same tab', async () => {
  const { page } = await pages.open(verifying, [verifying.answer], {}, '#token=half')
  await page.evaluate((hash) => location.assign(hash), `#token=${token}`)
  await act(page)
  await page.getByText(verifying.done).waitFor()
})

test('an address that somebody else proved first ends the change of e-mail', async () => {
  const { page } = await pages.open(confirming, [problem(409, 'email_taken')])
  await act(page)
  await page.getByRole('alert').getByText('Another account uses this address now.').waitFor()
  expect(await page.getByRole('button').count()).toBe(0)
})

test('what is wrong with a password is told at its field, which takes the focus, until it is mended', async () => {
  const errors = [
    { pointer: '/newPassword', code: 'password_contains_email', message: 'Leave the name out.' },
    { pointer: '/newPassword', code: 'password_breached', message: 'It is known.' },
  ]
  const { page, sent } = await pages.open(resetting, [problem(422, 'invalid_request', { errors }), resetting.answer])
  const field = page.getByLabel('New password')
  await act(page)
  await page.getByRole('alert').getByText('Leave the name out. It is known.', { exact: true }).waitFor()
  expect(await focusedId(page)).toBe('password')
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  expect(await field.getAttribute('aria-describedby')).toBe('alarm hint')
  await field.fill('another horse battery staple')
  await page.keyboard.press('Enter')
  await page.getByText(resetting.done).waitFor()
  expect(sent.map(({ json }) => json)).toEqual([
    { token, newPassword: password },
    { token, newPassword: 'another horse battery staple' },
  ])
})

test('a password that is too short is not sent, and one can look at what one typed', async () => {
  const { page, sent } = await pages.open(resetting, [resetting.answer])
  const field = page.getByLabel('New password')
  await field.pressSequentially('2 short')
  await page.keyboard.press('Enter')
  expect(await field.evaluate((input: HTMLInputElement) => input.validity.tooShort)).toBe(true)
  expect(await field.getAttribute('type')).toBe('password')
  await page.getByLabel('Show password').press('Space')
  expect(await field.getAttribute('type')).toBe('text')
  await page.getByLabel('Show password').press('Space')
  expect(await field.getAttribute('type')).toBe('password')
  expect(sent).toEqual([])
})
