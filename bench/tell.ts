/** Says what is measured next, and how many minutes the process has run, where it is in nobody's way. */
export const tell = (what: string): void => console.error(`${(performance.now() / 60_000).toFixed(1)} min  ${what}`)
