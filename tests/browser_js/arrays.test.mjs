import assert from "node:assert/strict"
import { test } from "node:test"
import { numbers } from "../../dashboard/live/browser/arrays.js"

test("packed numbers are decoded once, gaps and all", () => {
  const bdata = Buffer.from(new Float32Array([1.5, -2, NaN]).buffer).toString("base64")
  const packed = { bdata, dtype: "f4" }
  assert.deepEqual([...numbers(packed)], [1.5, -2, NaN])
  assert.equal(numbers(packed), numbers(packed))
})

test("a plain array is itself", () => {
  const plain = [1, null]
  assert.equal(numbers(plain), plain)
})
