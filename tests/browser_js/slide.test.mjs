import assert from "node:assert/strict"
import { test } from "node:test"
import { smooth, wrapped } from "../../dashboard/live/browser/slide.js"

test("a slide's words break between equations, not within, and end in an ellipsis", () => {
  assert.deepEqual(wrapped("a = 1 b = 2", { line: 8, lines: 2 }), ["a = 1", "b = 2"])
  assert.deepEqual(wrapped("one two three", { line: 5, lines: 2 }), ["one", "two…"])
})

test("a bend is drawn with more points, a jump as it is", () => {
  const panel = { px: (value) => 10 * value, py: (value) => -10 * value }
  const bend = smooth({ x: [0, 1, 2], y: [0, 1, 1.5] }, panel)
  assert.ok(bend.x.length > 6)
  assert.deepEqual([bend.x[0], bend.y.at(-1)], [0, 1.5])
  const jump = smooth({ x: [0, 0], y: [0, 9] }, panel)
  assert.deepEqual([jump.x, jump.y], [[0, 0], [0, 9]])
})
