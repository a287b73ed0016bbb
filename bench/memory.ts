/** What a process holds of the machine's memory, and the most that it ever held, in MiB; null where that can't be read. */
export const readMemory = async (pid: number): Promise<{ now: number; most: number } | null> => {
  const text = await Bun.file(`/proc/${pid}/status`)
    .text()
    .catch(() => '')
  const mebibytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) / 1024
  return text === '' ? null : { now: mebibytes('VmRSS'), most: mebibytes('VmHWM') }
}
