import { repository } from './folders'
import type { Part } from './parts'

export interface Outcome {
  passed: number
  failed: number
  skipped: number
}

/** Longer than any test takes on a slow machine; a test that hangs fails by this. */
const testTimeoutMs = 60_000

const children = new Set<Bun.Subprocess>()

/** Ends every part that runs. */
export const killParts = (): void => {
  for (const child of children) child.kill('SIGTERM')
}

const lastCount = (report: string, word: string): number =>
  Number([...report.matchAll(new RegExp(`^ *(\\d+) ${word}$`, 'gm'))].at(-1)?.[1] ?? 0)

/** What `bun test` counted. A process that failed without a failed test, or ran none, counts as one failure. */
const toOutcome = (report: string, exitCode: number): Outcome => {
  const plain = Bun.stripANSI(report)
  const passed = lastCount(plain, 'pass')
  const failed = lastCount(plain, 'fail')
  const broken = failed === 0 && (exitCode !== 0 || passed === 0)
  if (broken) console.log(`This part broke: exit code ${exitCode}, ${passed} tests passed.`)
  return { passed, failed: broken ? 1 : failed, skipped: lastCount(plain, 'skip') + lastCount(plain, 'todo') }
}

/** Runs a part in a process of `bun test`, shows what it prints as it comes, and counts. */
export const runPart = async ({ files, environment }: Part, settings: Record<string, string>): Promise<Outcome> => {
  const flags = ['--no-orphans', '--timeout', String(testTimeoutMs), '--preload', './test/support/preload.ts']
  const child = Bun.spawn([process.execPath, 'test', ...flags, ...files.map((file) => `./${file}`)], {
    cwd: repository,
    env: { ...process.env, TEST_DATABASE_URL: undefined, ...environment, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  let report = ''
  const show = async (stream: ReadableStream<Uint8Array>, out: NodeJS.WriteStream) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      out.write(chunk)
      report += decoder.decode(chunk, { stream: true })
    }
  }
  await Promise.all([show(child.stdout, process.stdout), show(child.stderr, process.stdout)])
  const exitCode = await child.exited
  children.delete(child)
  return toOutcome(report, exitCode)
}
