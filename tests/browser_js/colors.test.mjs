import assert from "node:assert/strict"
import { test } from "node:test"
import { isLight, mixed } from "../../dashboard/live/browser/colors.js"

test("colours are mixed, and told light from dark", () => {
  assert.equal(mixed("#ff0000", "rgb(0, 0, 255)", 0.5), "rgb(128,0,128)")
  assert.deepEqual(["#ffffff", "rgb(20, 20, 20)", ""].map(isLight), [true, false, false])
})
