import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { openPacedStarts } from './paced-starts.ts'

test('tasks run in their order, those that are long one in a turn of the event loop', async () => {
  let clock = 0
  const later = openPacedStarts(() => clock)
  const ran: number[] = []
  for (let number = 0; number < 4; number++)
    later(() => {
      clock += 5
      ran.push(number)
    })
  assert.deepEqual(ran, [])
  for (let turns = 1; turns <= 4; turns++) {
    await turn()
    assert.deepEqual(
      ran,
      [0, 1, 2, 3].filter((number) => number < turns),
    )
  }
})

test('short tasks run in one turn, and those that come meanwhile after them', async () => {
  const later = openPacedStarts(() => 0)
  const ran: string[] = []
  later(() => {
    ran.push('first')
    later(() => ran.push('of the first'))
  })
  for (let number = 0; number < 100; number++) later(() => ran.push('other'))
  await turn()
  assert.equal(ran.length, 102)
  assert.equal(ran.at(-1), 'of the first')
})
