import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { createImageCodecs } from '#platform/image-codecs'
import { compileImageModules } from '#platform/image-modules'
import { makeTemporaryFolder, repository } from '../support/folders'
import { blackPng, join, paint, pngOf, toGif, toJpeg } from '../support/pictures'
import { bareEnvironment } from '../support/server'

const Growth = z.object({ own: z.number().positive(), resident: z.number() })

const Report = z.object({
  inRow: Growth,
  atOnce: Growth,
  admitted: z.number(),
  outcomes: z.record(z.string(), z.string()),
})

/** As many bytes as are read at all. */
const padded = (jpeg: Uint8Array<ArrayBuffer>) => {
  const comment = join([0xff, 0xfe, 0xff, 0xff], new Uint8Array(65_533))
  return join(jpeg.subarray(0, 2), ...Array.from({ length: 79 }, () => comment), jpeg.subarray(2))
}

/** A JPEG that says it is larger than it was: decoded it takes as much as one that is. */
const jpegOf = (width: number, height: number, progressive: boolean) => {
  const file = toJpeg(
    paint(64, 64, (x, y) => [x * 4, y * 4, 90]),
    { progressive },
  )
  const frame = Buffer.from(file).indexOf(Buffer.from([0xff, progressive ? 0xc2 : 0xc0]))
  file.set([height >> 8, height & 255, width >> 8, width & 255], frame + 5)
  return file
}

const codecs = createImageCodecs(await compileImageModules())
const webpOf = async (edge: number, alpha: number) =>
  (await codecs.encodeWebp([{ edge, pixels: new Uint8ClampedArray(edge * edge * 4).fill(alpha) }]))[0] ??
  new Uint8Array()

test('the largest images and bombs take less than 150 MiB, 20 in a row and 8 at once', async () => {
  const folder = makeTemporaryFolder()
  const files: Record<string, Uint8Array> = {
    'baseline.jpg': padded(jpegOf(4096, 3072, false)),
    'progressive.jpg': padded(jpegOf(2690, 2690, true)),
    'opaque.webp': await webpOf(2520, 255),
    'alpha.webp': await webpOf(1780, 100),
    'rows.png': blackPng(4096, 4096),
    'interlaced.png': blackPng(4000, 3000, true),
    'photo.gif': toGif({ width: 2000, height: 2000, indices: new Uint8Array(4_000_000).fill(9) }),
    'x-bomb.png': pngOf({ width: 50_000, height: 50_000 }, new Uint8Array(64 * 1024 * 1024)),
    'x-bomb.jpg': jpegOf(50_000, 50_000, true),
    'x-endless.png': pngOf({ width: 4000, height: 1 }, new Uint8Array(128 * 1024 * 1024)),
  }
  for (const [name, bytes] of Object.entries(files)) writeFileSync(joinPath(folder, name), bytes)
  const renderer = Bun.spawn(
    [process.execPath, '--no-env-file', fileURLToPath(new URL('./render-images.ts', import.meta.url)), folder],
    {
      cwd: repository,
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const text = await new Response(renderer.stdout).text()
  const report = Report.parse(JSON.parse(text))
  const describe = ({ own, resident }: z.infer<typeof Growth>) =>
    `${Math.round(own)} MiB of their own (${Math.round(resident)} with what is shared)`
  console.log(`Images: ${describe(report.inRow)} in a row, ${describe(report.atOnce)} at once`)
  const { 'x-bomb.png': png, 'x-bomb.jpg': jpeg, 'x-endless.png': endless, ...largest } = report.outcomes
  expect([png, jpeg, endless]).toEqual(['too-many-pixels', 'too-many-pixels', 'rendered'])
  expect([...new Set(Object.values(largest))]).toEqual(['rendered'])
  // One runs and two wait.
  expect(report.admitted).toBe(3)
  expect(report.inRow.own).toBeLessThan(150)
  expect(report.atOnce.own).toBeLessThan(150)
}, 180_000)
