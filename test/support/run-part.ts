import { repository } from './folders'
import type { Part } from './parts'

export interface Outcome {
  passed: number
  failed: number
  skipped: number
  /** What was printed of each failed test, so that a run can repeat it at its end. */
  failures: string[]
  /** Where they are. */
  failedFiles: string[]
}

/** How much of what was printed before a test failed belongs to it, in lines. */
const failureLines = 30

/** Longer than any test takes on a slow machine; a test that hangs fails by this. */
const testTimeoutMs = 60_000

/** How long what a part started may take to end after it. */
const endSeconds = 10

/** Process groups of the parts that run: `bun test` and every server that it started. */
const groups = new Set<number>()

const signalGroup = (group: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(-group, signal)
  } catch {
    return false
  }
}

/** Ends every part that runs, with what it started. */
export const killParts = (): void => {
  for (const group of groups) signalGroup(group, 'SIGTERM')
}

/** Waits until nothing of a group is left, and ends what does not go by itself. */
const untilGroupEnded = async (group: number): Promise<void> => {
  for (const giveUpAt = Date.now() + endSeconds * 1000; Date.now() < giveUpAt; await Bun.sleep(50)) {
    if (!signalGroup(group, 0)) return
  }
  signalGroup(group, 'SIGKILL')
}

const lastCount = (report: string, word: string): number =>
  Number([...report.matchAll(new RegExp(`^ *(\\d+) ${word}$`, 'gm'))].at(-1)?.[1] ?? 0)

/** Each failed test with what was printed since the test before it, and the files that they are in. */
const failuresOf = (report: string): Pick<Outcome, 'failures' | 'failedFiles'> => {
  const failures: string[] = []
  const failedFiles = new Set<string>()
  let lines: string[] = []
  let file = ''
  const [body = ''] = report.split(/^\d+ tests failed:$/m)
  for (const line of body.split('\n')) {
    lines.push(line)
    file = /^(\S+\.test\.ts):$/.exec(line)?.[1] ?? file
    if (line.startsWith('(fail)')) {
      failures.push(lines.slice(-failureLines).join('\n'))
      failedFiles.add(file)
    }
    if (/^\((?:pass|fail|skip|todo)\)/.test(line)) lines = []
  }
  return { failures, failedFiles: [...failedFiles] }
}

/** What `bun test` counted. A process that failed without a failed test, or ran none, counts as one failure. */
const toOutcome = (report: string, exitCode: number): Outcome => {
  const plain = Bun.stripANSI(report)
  const passed = lastCount(plain, 'pass')
  const failed = lastCount(plain, 'fail')
  const broken = failed === 0 && (exitCode !== 0 || passed === 0)
  if (broken) console.log(`This part broke: exit code ${exitCode}, ${passed} tests passed.`)
  const skipped = lastCount(plain, 'skip') + lastCount(plain, 'todo')
  if (broken) {
    return {
      passed,
      failed: 1,
      skipped,
      failures: [plain.split('\n').slice(-failureLines).join('\n')],
      failedFiles: [],
    }
  }
  return { passed, failed, skipped, ...failuresOf(plain) }
}

/** Runs a part in a process of `bun test`, shows what it prints as it comes or, beside another, at its end, and counts. */
export const runPart = async (
  { title, files, environment, runsBeside }: Part,
  settings: Record<string, string>,
): Promise<Outcome> => {
  const startedAt = performance.now()
  // bunfig.toml leaves out what a plain `bun test` should not run; a part names its files itself.
  const flags = ['--no-orphans', '--timeout', String(testTimeoutMs), '--path-ignore-patterns', 'node_modules/**']
  const child = Bun.spawn([process.execPath, 'test', ...flags, ...files.map((file) => `./${file}`)], {
    cwd: repository,
    env: { ...process.env, TEST_DATABASE_URL: undefined, ...environment, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  groups.add(child.pid)
  let report = ''
  const show = async (stream: ReadableStream<Uint8Array>, out: NodeJS.WriteStream) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      if (!runsBeside) out.write(chunk)
      report += decoder.decode(chunk, { stream: true })
    }
  }
  await Promise.all([show(child.stdout, process.stdout), show(child.stderr, process.stdout)])
  const exitCode = await child.exited
  await untilGroupEnded(child.pid)
  groups.delete(child.pid)
  if (runsBeside) process.stdout.write(`\n=== ${title} ===\n\n${report}`)
  console.log(`\n${title}: ${Math.round((performance.now() - startedAt) / 1000)} s`)
  return toOutcome(report, exitCode)
}
