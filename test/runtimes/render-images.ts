import { readdirSync, readFileSync } from 'node:fs'
import { createImageSpawner } from '#platform/image-spawner'

/** Renders the files of a folder, 20 in a row and 8 at once, and says by how many MiB this process and its children grew. */
const folder = process.argv[2] ?? ''
const files = readdirSync(folder)
  .toSorted()
  .map((file) => ({ file, bytes: () => Bun.file(`${folder}/${file}`).bytes() }))

interface Memory {
  /** Pages of their own; those of the program itself are the same ones that the server has. */
  own: number
  /** All that are resident, with those that are shared, once for each process. */
  resident: number
}

/** In MiB, of a process and its children. */
const memoryOf = (pid: string): Memory => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(memoryOf)
    const sum = (part: keyof Memory, own: number) => children.reduce((all, child) => all + child[part], own)
    return { own: sum('own', field('RssAnon')), resident: sum('resident', field('VmRSS')) }
  } catch {
    // It has just ended.
    return { own: 0, resident: 0 }
  }
}

const images = createImageSpawner()
const outcomes: Record<string, string> = {}
const render = async ({ file, bytes }: (typeof files)[number]): Promise<boolean> => {
  try {
    const rendered = await images.renderAvatar(await bytes())
    outcomes[file] = rendered.ok ? 'rendered' : rendered.fault
    return true
  } catch {
    return false
  }
}

const idle = memoryOf(String(process.pid))
const peak = { ...idle }
const sampler = setInterval(() => {
  const now = memoryOf(String(process.pid))
  peak.own = Math.max(peak.own, now.own)
  peak.resident = Math.max(peak.resident, now.resident)
}, 5)
for (let round = 0; round < 20; round += 1) {
  const next = files[round % files.length]
  if (next) await render(next)
}
const growth = () => ({ own: peak.own - idle.own, resident: peak.resident - idle.resident })
const inRow = growth()
const largest = files.filter(({ file }) => outcomes[file] === 'rendered')
const admitted = await Promise.all(
  Array.from({ length: 8 }, (_, at) => largest[at % largest.length]).map((next) => next && render(next)),
)
clearInterval(sampler)
console.log(JSON.stringify({ inRow, atOnce: growth(), admitted: admitted.filter(Boolean).length, outcomes }))
