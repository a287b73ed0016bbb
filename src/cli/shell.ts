import { createInterface } from 'node:readline/promises'

/** How long work goes on in silence where nobody watches a bar. */
const lineEveryMs = 5000
const barWidth = 24

/** Says how far work is. */
export interface Progress {
  /** @param total undefined while nobody knows */
  show(done: number, total?: number): void
  end(): void
}

/** Where a command runs: results go to stdout, and all else to stderr. */
export interface Shell {
  isTerminal: boolean
  /** Asks on the terminal; false without one. */
  confirm(question: string): Promise<boolean>
  progress(label: string): Progress
  tell(line: string): void
}

const { stdin, stderr } = process

const grouped = (count: number) => count.toLocaleString('en')

const describe = (label: string, done: number, total: number | undefined): string =>
  total === undefined || total === 0
    ? `${label} ${grouped(done)}`
    : `${label} ${String(Math.floor((done / total) * 100)).padStart(3)}% ${grouped(done)}/${grouped(total)}`

const bar = (done: number, total: number | undefined): string => {
  const filled = total ? Math.round((Math.min(done, total) / total) * barWidth) : 0
  return total ? `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ` : ''
}

/** A bar that is drawn over itself. */
const drawBar = (label: string): Progress => ({
  show: (done, total) => void stderr.write(`\r\u001b[K${bar(done, total)}${describe(label, done, total)}`),
  end: () => void stderr.write('\n'),
})

/** A line now and then, for logs. */
const printLines = (label: string): Progress => {
  let toldAt = 0
  let last = ''
  const tell = () => {
    if (last !== '') stderr.write(`${last}\n`)
    last = ''
    toldAt = Date.now()
  }
  return {
    show: (done, total) => {
      last = describe(label, done, total)
      if (Date.now() - toldAt >= lineEveryMs) tell()
    },
    end: tell,
  }
}

/** The shell of this process. */
export const openShell = (): Shell => {
  const isTerminal = Boolean(stdin.isTTY && stderr.isTTY)
  return {
    isTerminal,
    confirm: async (question) => {
      if (!isTerminal) return false
      const lines = createInterface({ input: stdin, output: stderr })
      const answer = await lines.question(`${question} [y/N] `)
      lines.close()
      return /^y(es)?$/i.test(answer.trim())
    },
    progress: isTerminal ? drawBar : printLines,
    tell: (line) => void stderr.write(`${line}\n`),
  }
}
