import type { Settings } from '../support/bun-server'
import { newAddress, password, post } from './account'
import { startServer } from './server-process'

const registrations = 100

/**
 * Starts a server, registers many people at once, and kills it with SIGKILL when some of them have their answer.
 * @param answersBeforeKill the kill comes right after so many answers
 * @returns the addresses whose registration was answered with success
 */
export const killDuringRegistrations = async (settings: Settings, answersBeforeKill = 30): Promise<string[]> => {
  await using server = await startServer(settings)
  const answered: string[] = []
  const register = async () => {
    const email = newAddress()
    const response = await post(server.url, '/auth/register', { email, password })
    if (!response.ok) throw new Error(`A registration was answered with ${response.status}: ${await response.text()}`)
    answered.push(email)
    if (answered.length === answersBeforeKill) process.kill(server.pid, 'SIGKILL')
  }
  // Those that are under way when the process ends have no answer.
  const outcomes = await Promise.allSettled(Array.from({ length: registrations }, register))
  const refused = outcomes.find((outcome) => outcome.status === 'rejected' && /was answered/.test(outcome.reason))
  if (refused?.status === 'rejected') throw refused.reason
  return answered
}
