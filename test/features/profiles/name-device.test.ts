import { expect, test } from 'bun:test'
import { nameDevice } from '#features/profiles/name-device'

const mozilla = 'Mozilla/5.0'
const blink = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const webKit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const windows = `${mozilla} (Windows NT 10.0; Win64; x64) ${blink}`
const iPhone = `${mozilla} (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${webKit}`

for (const [agent, name] of [
  [`${windows} Chrome/142.0.0.0 Safari/537.36 OPR/126.0.0.0`, 'Opera, Windows'],
  [`${windows} Chrome/142.0.0.0 Safari/537.36 Vivaldi/7.7`, 'Vivaldi, Windows'],
  [`${windows} Chrome/140.0.0.0 YaBrowser/25.10.0.0 Safari/537.36`, 'Yandex Browser, Windows'],
  [
    `${mozilla} (Linux; Android 10; K) ${blink} Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0`,
    'Microsoft Edge, Android',
  ],
  [
    `${mozilla} (Linux; Android 14; SM-S928B) ${blink} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
    'Samsung Internet, Android',
  ],
  [`${mozilla} (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0`, 'Firefox, Android'],
  [`${iPhone} FxiOS/145.0 Mobile/15E148 Safari/605.1.15`, 'Firefox, iOS'],
  [`${iPhone} CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1`, 'Chrome, iOS'],
  [`${mozilla} (iPad; CPU OS 18_6 like Mac OS X) ${webKit} Version/18.6 Mobile/15E148 Safari/604.1`, 'Safari, iOS'],
  [
    `${mozilla} (Macintosh; Intel Mac OS X 10_15_7) ${webKit} Version/18.6 Safari/605.1.15 Ddg/18.6`,
    'DuckDuckGo, macOS',
  ],
  [`${mozilla} (X11; CrOS x86_64 14541.0.0) ${blink} Chrome/142.0.0.0 Safari/537.36`, 'Chrome, ChromeOS'],
  ['OurApp/3.2 (Android 15; Pixel 9)', 'Android'],
  ['curl/8.14.1', null],
  ['okhttp/5.1.0', null],
  ['Firefox', null],
  ['NotChrome/1.0 Chrome', null],
  ['', null],
  [null, null],
] as const) {
  test(`${agent} is ${name ?? 'nothing we know'}`, () => {
    expect(nameDevice(agent)).toBe(name)
  })
}

test('a text that is made up takes no time', () => {
  const startedAt = performance.now()
  for (const part of ['Version/1', 'Version/1.1.1 Mobile/', 'Chrome', 'Version/1 Mobile/a Safari']) {
    nameDevice(part.repeat(100_000 / part.length))
  }
  expect(performance.now() - startedAt).toBeLessThan(500)
})
