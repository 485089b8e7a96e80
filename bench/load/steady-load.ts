import { setImmediate } from 'node:timers/promises'
import { percentile } from '../rounds.ts'

/** Requests that come at a steady rate, whether the earlier ones are answered or not. */
export interface SteadyLoad {
  /** Ends it once all are answered, and tells how it went. @throws what a request failed with */
  stop(): Promise<SteadyLoadResult>
}

export interface SteadyLoadResult {
  /** That were answered. */
  requestsPerSecond: number
  /** Of the time to answer. */
  p50Milliseconds: number
  p99Milliseconds: number
}

/**
 * Calls `send` with 0, 1, 2 ... at this rate. What is due while `mostInFlight` wait for their answers is left out, so that
 * the rate that was reached tells of it. The generator of load that the other cases use paces by bursts of a second.
 */
export function startSteadyLoad({
  ratePerSecond,
  mostInFlight,
  send,
}: {
  ratePerSecond: number
  mostInFlight: number
  send: (number: number) => Promise<unknown>
}): SteadyLoad {
  const started = performance.now()
  const milliseconds: number[] = []
  let due = 0
  let inFlight = 0
  let failure: unknown
  const sendOne = async (number: number) => {
    inFlight++
    const sent = performance.now()
    try {
      await send(number)
      milliseconds.push(performance.now() - sent)
    } catch (error) {
      failure ??= error
    } finally {
      inFlight--
    }
  }
  const timer = setInterval(() => {
    const dueNow = ((performance.now() - started) / 1000) * ratePerSecond
    for (; due < dueNow; due++) if (inFlight < mostInFlight) void sendOne(due)
  }, 1)
  return {
    async stop() {
      clearInterval(timer)
      const seconds = (performance.now() - started) / 1000
      while (inFlight > 0) await setImmediate()
      if (failure !== undefined) throw failure
      return {
        requestsPerSecond: milliseconds.length / seconds,
        p50Milliseconds: percentile(milliseconds, 0.5),
        p99Milliseconds: percentile(milliseconds, 0.99),
      }
    },
  }
}
