import assert from "node:assert/strict"
import { test } from "node:test"
import { count, fixed, printed } from "../../dashboard/live/browser/numbers.js"

test("a score has a true minus, commas, and no minus zero", () => {
  assert.equal(fixed(-1234.5678, 2), "−1,234.57")
  assert.equal(fixed(-0.0004, 3), "0.000")
  assert.equal(fixed(-2.5e7, 3), "−2.5 × 10⁷")
})

test("how many, to three digits or as a power of ten", () => {
  const said = [0, 4e-4, 44, 99.96, 1000, 999999.4, 999999.5, 4.12e7].map(count)
  assert.deepEqual(said, ["0", "4.0 × 10⁻⁴", "44", "100", "1,000", "999,999", "1.0 × 10⁶", "4.1 × 10⁷"])
})

test("only whole thousands get commas", () => {
  assert.equal(printed("-1234567.1234567"), "−1,234,567.1234567")
})
