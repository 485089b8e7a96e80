import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openUnreadablePaths } from './unreadable-paths.ts'

test('paths at or below an unreadable path are covered, and paths next to it are not', () => {
  const unread = openUnreadablePaths()
  for (const path of ['a/b', 'fox.preview.png', 'c/wolf.pt', 'c/bear.pt', 'c/ant.pt', 'a/b']) unread.add(path)
  const hidden = ['a/b', 'a/b/c/d', 'a', 'a/bc', 'fox.preview.png', 'fox'].filter((path) => unread.covers(path))
  assert.deepEqual(hidden, ['a/b', 'a/b/c/d', 'fox.preview.png'])
  const around = ['a', 'a/b', 'a/b/c', 'c', 'c/w', '', 'd'].filter((path) => unread.hasAtOrBelow(path))
  assert.deepEqual(around, ['a', 'a/b', 'c'])
  const starts = ['fox', 'fo', 'c/wolf', 'c/bear.pt', 'c/wolf.pt2', 'c/cat', 'a/b', 'a/b/c', 'c', 'wolf']
  assert.deepEqual(
    starts.filter((path) => unread.hasPrefix(path)),
    ['fox', 'fo', 'c/wolf', 'c/bear.pt', 'a/b'],
  )
  unread.add('c/cat.pt')
  assert.equal(unread.hasPrefix('c/cat'), true)
})

test('an unreadable library folder covers everything', () => {
  const unread = openUnreadablePaths()
  assert.deepEqual([unread.covers('a/b'), unread.hasAtOrBelow('')], [false, false])
  unread.add('')
  assert.deepEqual([unread.covers('a/b'), unread.hasAtOrBelow(''), unread.hasAtOrBelow('a')], [true, true, false])
})
