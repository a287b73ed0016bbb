/** How to close what a test process opened; the preload does it when the last test is over. */
export const openDatabases = new Set<() => Promise<void>>()
