// Runs in the page before its own scripts, on every side alike: notes what the slider shows, what is asked and answered,
// what is drawn and painted, whether the figure's node stays and how faded it is. All times are performance.now().
//
// A value counts as shown from the first animation frame in which the slider has it. A picture counts as drawn when the
// dashboard writes `data-drawn`, or when Plotly tells elsewhere that it has drawn (the figure's `meta` is its value), and
// as painted one message after the callbacks of that animation frame, or of the next where it was drawn between two: by then
// the frame has been laid out and painted.

const PICTURES = /\/live\/[\w-]+\.json|_dash-update-component/
const exact = (value) => Number(Number(value).toFixed(9))

const watch = (window.watch = {
  socketBytes: 0,
  painted: null, // while an animation frame is made: what to call when it is painted

  // Follow the slider `thumb` of the setting `key` and the figure `figure`, both CSS selectors; returns whether the thumb has
  // more room on its right.
  start(thumb, figure, key) {
    const log = { shown: {}, answers: [], pictures: [], remounts: 0, opacity: 1, bytes: null }
    Object.assign(this, { thumb, figure, key, log, node: null })
    this.look()
    addEventListener("pointerdown", () => this.press(), { capture: true, once: true })
    addEventListener("pointerup", () => this.release(), { capture: true, once: true })
    const { min, max, ariaValueMin, ariaValueMax } = document.querySelector(thumb)
    return this.value - (min ?? ariaValueMin) < (max ?? ariaValueMax) - this.value
  },

  get value() {
    const thumb = document.querySelector(this.thumb)
    return thumb && exact(thumb.value ?? thumb.ariaValueNow)
  },

  // Whether the picture of the value that was let go is painted.
  get done() {
    return this.log.pictures.some(([value]) => value === this.log.last)
  },

  press() {
    performance.clearResourceTimings()
    performance.setResourceTimingBufferSize(5000)
    Object.assign(this.log, { pressed: performance.now(), start: this.value })
    this.socketBytes = 0
  },

  release() {
    const { log, value } = this
    log.shown[value] ??= performance.now()
    Object.assign(log, { released: performance.now(), last: value })
    this.weigh()
  },

  // All that was received from the press to the release, and to the last picture if that came later.
  weigh() {
    if (this.log.bytes !== null || !this.done) return
    const answers = performance.getEntriesByType("resource").filter(({ initiatorType }) => initiatorType === "fetch")
    this.log.bytes = answers.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, this.socketBytes)
  },

  look() {
    const { log, value } = this
    if (value !== null && !log.released) log.shown[value] ??= performance.now()
    const node = document.querySelector(this.figure)
    if (node !== this.node) {
      if (this.node) log.remounts += 1
      this.node = node
      if (node) this.follow(node)
    }
    let opacity = 1
    for (let each = node; each; each = each.parentElement) opacity *= getComputedStyle(each).opacity
    log.opacity = Math.min(log.opacity, opacity)
    requestAnimationFrame(() => this.look())
  },

  follow(node) {
    if (node.classList.contains("live-figure")) {
      const drawn = () => this.drawn(node.dataset.drawn ? exact(node.dataset.drawn.split("=")[1]) : null)
      new MutationObserver(drawn).observe(node, { attributeFilter: ["data-drawn"] })
    } else {
      node.on("plotly_afterplot", () => this.drawn(exact(node.layout.meta)))
    }
  },

  // A picture of `value`, or of what has been committed, is in the document.
  drawn(value) {
    const { log } = this
    const when = performance.now()
    if (value === null && !log.released) return
    const painted = () => {
      log.pictures.push([value ?? log.last, when, performance.now()])
      this.weigh()
    }
    if (this.painted) this.painted.push(painted)
    else requestAnimationFrame(() => this.painted.push(painted))
  },

  // An animation frame is being made: a message comes after it has been painted.
  frame() {
    if (this.painted) return
    const waiting = (this.painted = [])
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      this.painted = null
      for (const painted of waiting) painted()
    }
    port2.postMessage(null)
  },
})

const { fetch: ask, WebSocket: Socket, requestAnimationFrame: next } = window

window.requestAnimationFrame = (callback) =>
  next((time) => {
    watch.frame()
    callback(time)
  })

window.fetch = async (resource, options) => {
  const asked = performance.now()
  const { log } = watch
  const of = log && PICTURES.test(resource.url ?? resource) ? said(resource.url ?? resource, options?.body) : null
  const response = await ask(resource, options)
  const parse = response.json.bind(response)
  response.json = async () => {
    const answer = await parse()
    if (of !== null) log.answers.push([of, asked, performance.now()])
    return answer
  }
  return response
}

// The slider's value in what Dash asks, or the dashboard.
function said(address, body) {
  if (typeof body === "string") return exact(JSON.parse(body).inputs[0].value)
  return exact(new URL(address, location).searchParams.get(watch.key))
}

window.WebSocket = class extends Socket {
  constructor(...address) {
    super(...address)
    this.addEventListener("message", ({ data }) => (watch.socketBytes += data.size ?? data.byteLength ?? data.length))
  }
}
