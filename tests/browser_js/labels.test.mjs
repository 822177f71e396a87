import assert from "node:assert/strict"
import { test } from "node:test"
import { spread } from "../../dashboard/live/browser/labels.js"

test("labels that are too near move apart by as little as can be, and stay between the ends", () => {
  assert.deepEqual(spread([10, 50], 20, 0, 100), [10, 50])
  assert.deepEqual(spread([40, 44, 48], 20, 0, 100), [24, 44, 64])
  assert.deepEqual(spread([95, 96], 20, 0, 100), [80, 100])
})
