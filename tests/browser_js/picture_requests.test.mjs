import assert from "node:assert/strict"
import { test } from "node:test"
import { PictureRequests } from "../../dashboard/live/browser/picture_requests.js"

const asking = (told = []) => new PictureRequests({ onAnswer: (answer) => told.push(answer), onNone: (why) => told.push(why) })

test("as many are under way as the work fills the way with", () => {
  const requests = asking()
  assert.equal(requests.room, 1)
  requests.learn(110, "answer;dur=10.0")
  assert.equal(requests.room, 6)
  requests.learn(12, "answer;dur=10.0")
  assert.deepEqual([requests.way, requests.room], [0.7 * 100 + 0.3 * 2, 6])
  requests.learn(40, null) // a work that has not been measured is the whole trip, and is hardly believed
  assert.equal(requests.work, 10.5)
})

test("patience doubles with each silence, up to a bound", () => {
  const requests = asking()
  const waits = [0, 1, 2, 3, 4].map((failures) => Object.assign(requests, { failures }).longer(1000))
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 8000])
})

test("an answer older than one already shown is not shown", () => {
  const told = []
  const requests = asking(told)
  requests.tell({ answer: "second" }, { order: 2 })
  requests.tell({ answer: "first" }, { order: 1 })
  requests.tell({ why: "refused" }, { order: 3 })
  assert.deepEqual(told, ["second", "refused"])
})

test("only the latest answers are kept", () => {
  const requests = asking()
  for (let k = 0; k < 31; k++) requests.keep(`?${k}`, { answer: k })
  assert.deepEqual(["?0", "?1", "?30"].map((url) => requests.knows(url)), [false, true, true])
})
