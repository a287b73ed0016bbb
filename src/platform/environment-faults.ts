/** What to print when the environment is wrong: each fault on a line of its own. */
export const describeFaults = (faults: string[]): string =>
  ['Postern can’t start. What is wrong in the environment:', ...faults.map((fault) => `  ${fault}`)].join('\n')
