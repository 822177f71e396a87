import assert from "node:assert/strict"
import { test } from "node:test"
import { crosses, cutOut, isAxis, Panel, panelOf } from "../../dashboard/live/browser/geometry.js"

// Ten pixels to a unit: 0 to 10 across is 100 to 200, 0 to 10 up is 150 to 50.
const axis = { domain: [0, 1], range: [0, 10] }
const layout = { width: 210, height: 160, margin: { l: 100, r: 10, t: 50, b: 10 }, xaxis: axis, yaxis: axis }
const panel = new Panel(layout, "")

test("a number's place and back", () => {
  assert.deepEqual([panel.px(2.5), panel.py(2.5), panel.value(125)], [125, 125, 2.5])
  assert.ok(panel.holds(200, 50) && !panel.holds(201, 50) && panel.holds(201, 50, 1))
})

test("of a trace's points those that can be seen", () => {
  assert.deepEqual(panel.points({ x: [-1, 0, NaN, 10], y: [5, 5, 5, 11] }), [{ x: 100, y: 100, k: 1 }])
})

test("a line is cut at the edges, and a gap in it is none of it", () => {
  const across = panel.line({ x: [-10, 20], y: [5, 5] })
  assert.deepEqual(across.map(({ x, y, joined }) => [Math.round(x), y, joined]), [[100, 100, false], [200, 100, true]])
  const gap = panel.line({ x: [1, 2, 3], y: [5, null, 5] })
  assert.deepEqual(gap.map(({ k, joined }) => [k, joined]), [[0, false], [2, false]])
  assert.deepEqual(panel.line({ x: [-5, -1], y: [0, 10] }), [])
})

test("a line meets a box, or passes its corner", () => {
  const [from, by] = [{ x: 0, y: 0 }, { x: 10, y: 10 }]
  assert.ok(crosses(from, by, 4, 6, 4, 6))
  assert.ok(!crosses(from, by, 6, 8, 1, 3))
  assert.ok(!crosses(undefined, by, 4, 6, 4, 6))
})

test("panels cut out stand side by side", () => {
  const two = { ...layout, xaxis2: axis, yaxis2: axis, xaxis3: axis, annotations: [{ xref: "x2 domain" }, { xref: "x3 domain" }] }
  const data = ["x", "x2", "x3"].map((xaxis) => ({ xaxis }))
  const cut = cutOut(data, two, ["", "2"])
  assert.deepEqual(cut.data.map(panelOf), ["", "2"])
  assert.deepEqual([cut.layout.xaxis.domain, cut.layout.xaxis2.domain], [[0, 0.45], [0.55, 1]])
  assert.deepEqual(Object.keys(cut.layout).filter(isAxis), ["xaxis", "yaxis", "xaxis2", "yaxis2"])
  assert.deepEqual(cut.layout.annotations, [{ xref: "x2 domain" }])
})
