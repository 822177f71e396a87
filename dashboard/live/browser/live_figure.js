// Words, readouts, one Plotly figure and what explains them, in nodes that are never replaced, and the slider that is held.
//
// While a native slider is held, its value goes to the server and the answer into these nodes. Streamlit's own update,
// which follows a committed value, makes every question still open stale. What stands below the picture is a question of
// its own, asked when it is in sight, and otherwise when the thumb rests: it may take longer than a picture.
//
// When a lost connection comes back the script runs once more with what the widgets hold: a value let go shortly before
// the loss may never have reached it. What it then ran with is what everything shows.

import { addressOf } from "./address.js"
import { component } from "./component.js"
import { brightened, Drawing, isDark, loadPlotly } from "./drawing.js"
import { isAxis } from "./geometry.js"
import { Labels } from "./labels.js"
import { printed } from "./numbers.js"
import { PictureRequests } from "./picture_requests.js"
import { bars, magnified, presented, presenting, roomUnder, roomy, Spotlight } from "./presenting.js"
import { Reader } from "./reader.js"
import { download, pngOf, slide, svgOf } from "./slide.js"
import { boxOf, moveThumb, sliderOf, touchThumb } from "./slider_dom.js"
import { SliderDrag } from "./slider_drag.js"
import { SliderNumbers } from "./slider_numbers.js"
import { find, PARTS, tellMissing } from "./streamlit_dom.js"
import { refill, say, Words } from "./words.js"

const NARROW_PX = 640
const LEAST_HEIGHT_PX = 330 // of the four panels
const MOST_HEIGHT_PX = 1100
const FOOT_PX = 30 // below them: how to save them
const FIRST_PANEL_SHARE = 0.2 // of four panels one below the other: `panels.NARROW_DOMAINS`
const TICKS_PX = 24 // below a panel: what its axis says
const BAR_GAP_PX = 16 // around a scene's sliders
const REST_OF_THUMB_MS = 400
const SURE_STEPS = 2.5 // of the slider at once: a faster thumb goes nobody knows where
const EXPLAINED_EVERY_MS = 150 // at most as often, where it is in sight: pictures come first

// Where the sheet of sliders begins, on a narrow screen, or a scene's sliders, or the window ends.
function floorOfPicture() {
  const under = boxOf("under")
  if (under) return window.innerHeight - under.offsetHeight - BAR_GAP_PX
  const top = find("sidebar")?.getBoundingClientRect().top ?? 0
  return top > window.innerHeight / 2 ? top : window.innerHeight
}

// Sliders, and the buttons that explain them, are called by words: a formula is nothing to listen to.
function nameSliders(keys) {
  const boxes = keys.map(boxOf).filter(Boolean)
  for (const node of boxes.flatMap((box) => [...box.querySelectorAll("[aria-label*='$']")])) {
    node.ariaLabel = node.ariaLabel.replace(/ · \$.*\$$/, "")
  }
}

// The first thing on the page for who goes by keyboard: past all that is above, to the picture.
function wayTo(node) {
  const button = Object.assign(document.createElement("button"), { className: "live-skip", textContent: "Skip to the picture", type: "button" })
  button.onclick = () => {
    node.tabIndex = -1
    node.focus()
  }
  document.body.prepend(button)
  return button
}

class LiveFigure {
  constructor(root) {
    this.root = root
    this.node = root.querySelector(".live-figure")
    this.words = new Words(root)
    this.labels = new Labels(root.querySelector(".live-labels"))
    this.reader = new Reader(root.querySelector(".live-stage"), (slider) => this.committed.sliders[slider])
    this.spotlight = new Spotlight(root.querySelector(".live-stage"), this.node)
    this.drawing = new Drawing(this.node, {
      forget: () => this.labels.forget(),
      place: (figure, layout) => {
        for (const over of [this.labels, this.reader]) over.place(figure, layout)
        this.spotlight.place(figure, layout, this.place.presents)
      },
    })
    this.plates = []
    this.pictures = new PictureRequests({
      isAnswer: ({ takeaway, readouts, figure }) => takeaway && readouts && figure?.data && figure.layouts,
      onAnswer: (picture, about) => this.answered(picture, about),
      onNone: (why) => this.words.excuse((this.why = why)),
      onSilence: () => this.askAgain(),
    })
    this.explanations = new PictureRequests({
      isAnswer: ({ plates, tables }) => plates && tables,
      onAnswer: (answer) => this.explain(answer),
      onNone: () => {},
      onSilence: () => (this.explained = null),
    })
    this.numbers = new SliderNumbers()
    this.drag = new SliderDrag(() => Object.keys(this.committed?.sliders ?? {}), () => this.take(), (held) => this.letGo(held))
    root.querySelectorAll(".live-save button").forEach((button) => (button.onclick = () => this.save(button.dataset.format)))
    this.onOnline = () => this.recover()
    this.connection = new MutationObserver(() => this.watchConnection())
    this.connection.observe(document.body, { subtree: true, attributeFilter: ["disabled"] })
    this.resize = new ResizeObserver(() => this.redraw())
    this.resize.observe(root)
    this.sight = new IntersectionObserver(([{ isIntersecting }]) => (this.belowSeen = isIntersecting))
    this.sight.observe(root.querySelector(".live-below"))
    this.onResize = () => this.redraw()
    window.addEventListener("resize", this.onResize)
    window.addEventListener("online", this.onOnline)
    this.skip = wayTo(this.node)
  }

  dispose() {
    this.drag.dispose()
    this.numbers.dispose()
    this.recover()
    this.resize.disconnect()
    this.sight.disconnect()
    this.connection.disconnect()
    this.skip.remove()
    window.removeEventListener("resize", this.onResize)
    window.removeEventListener("online", this.onOnline)
  }

  get held() {
    return this.drag.held
  }

  // The slider that moves the picture: held, or let go with its value not committed yet.
  get leading() {
    return this.held ?? this.parting
  }

  // Streamlit ran: the picture of the committed settings.
  async update(committed) {
    const news = JSON.stringify(committed.settings) !== JSON.stringify(this.committed?.settings)
    if (news && !this.followed) this.drawing.forget()
    if (news) this.followed = Boolean(this.held)
    this.committed = committed
    bars().forEach((bar) => this.resize.observe(bar))
    nameSliders(Object.keys(committed.sliders))
    this.numbers.watch(committed.sliders)
    this.why = "" // why there is no picture of the latest value
    this.pictures.drop()
    this.explanations.drop()
    this.parting = null
    if (this.held) this.asked = null // another slider is already held: ask again with what was committed
    await Promise.all([this.show(committed.picture), this.explain(committed.below)])
    tellMissing(Object.keys(committed.sliders))
  }

  // ── drawing ──

  // Draw the newest picture; those that come while one is drawn wait, and only the last of them is drawn.
  async show(picture, about) {
    this.next = { picture, about }
    if (this.busy) return
    this.busy = true
    while (this.next) {
      const { picture, about } = this.next
      this.next = null
      if (!(await this.drawn(picture))) continue
      this.about = about
      this.node.dataset.drawn = about ? `${about.slider}=${about.thumb}` : ""
    }
    this.busy = false
  }

  // Whether the picture could be drawn.
  async drawn(picture) {
    try {
      await this.draw(picture)
      return true
    } catch (error) {
      console.error(error)
      this.drawing.purge() // the next picture starts afresh
      this.node.textContent = `The figure cannot be drawn: ${error.message}.`
      return false
    }
  }

  async draw(picture) {
    this.shown = picture
    this.root.ariaBusy = String(Boolean(this.held)) // spares a screen reader the values in between
    if (this.why) this.words.excuse(this.why)
    else this.words.write(picture, Boolean(this.leading))
    const Plotly = await loadPlotly(addressOf(this.committed.plotly))
    if (!this.leading || !this.place) this.place = this.measured() // in a drag nothing moves the figure
    const { width, presents } = this.place
    if (!width) return
    if (!this.leading || this.dark === undefined) this.dark = isDark(this.node)
    const lit = this.dark ? brightened(picture.figure) : picture.figure
    const figure = presents && width >= NARROW_PX ? presented(lit) : lit
    this.node.setAttribute("aria-label", figure.alt)
    this.offerPanels(figure)
    await this.drawing.draw(Plotly, figure, this.sized(figure.layouts, this.place), Boolean(this.leading))
  }

  // How wide the figure may be, where it begins, and what else its size depends on; to ask makes the browser lay the page
  // out at once.
  measured() {
    const scroller = this.root.closest(PARTS.main) ?? document.documentElement
    return {
      width: this.root.clientWidth,
      top: this.node.getBoundingClientRect().top + scroller.scrollTop,
      bottom: window.innerHeight,
      floor: floorOfPicture(),
      under: roomUnder(this.root),
      presents: presenting(),
    }
  }

  // Something has another size: it matters if the figure has, or may have.
  redraw() {
    const place = this.place && this.measured()
    if (!place || Object.entries(place).every(([name, value]) => value === this.place[name])) return
    this.place = place
    if (this.shown) this.show(this.shown, this.about)
    if (this.below) this.explain(this.below)
  }

  // The four panels as high as the window leaves room for, their text in proportion; where it is narrow one below the other,
  // all of a scene's in sight, or the first.
  sized({ wide, narrow }, { width, top, bottom, floor, under, presents }) {
    if (width < NARROW_PX && !presents) {
      const { t, b } = narrow.margin
      const whole = narrow.meta?.whole ? floor - top : t + b + (floor - top - t - TICKS_PX) / (narrow.meta?.first ?? FIRST_PANEL_SHARE)
      return { ...narrow, width, height: Math.round(Math.max(0.7 * narrow.height, Math.min(narrow.height, whole))) }
    }
    const room = bottom - top - (under || FOOT_PX)
    const seen = magnified(this.root.querySelector(".live-stage"), width, room, presents)
    if (presents) return { ...roomy(wide, seen.height), ...seen }
    const height = Math.round(Math.max(under ? LEAST_HEIGHT_PX / 2 : LEAST_HEIGHT_PX, Math.min(MOST_HEIGHT_PX, room)))
    const scale = Math.max(1, 0.5 + 0.5 * Math.min(width / 1000, height / 560))
    const larger = (size) => Math.round(10 * size * scale) / 10
    const inProportion = (part) => (part?.font?.size ? { ...part, font: { ...part.font, size: larger(part.font.size) } } : part)
    const layout = { ...inProportion(wide), width, height }
    layout.margin = Object.fromEntries(Object.entries(wide.margin ?? {}).map(([side, size]) => [side, larger(size)]))
    layout.annotations = wide.annotations?.map(inProportion)
    for (const name of Object.keys(wide).filter(isAxis)) layout[name] = { ...wide[name], title: inProportion(wide[name].title) }
    return layout
  }

  // The picture, or one panel of it, at the size of a slide: what it says as its title, names on its lines, and where it
  // comes from in small print.
  async save(format) {
    const Plotly = await loadPlotly(addressOf(this.committed.plotly))
    const { panel, bare } = Object.fromEntries(new FormData(this.root.querySelector(".live-save")))
    const { takeaway } = this.shown
    const figure = this.dark ? brightened(this.shown.figure) : this.shown.figure
    const whole = this.drawing.fitted(figure.layouts.wide)
    const sheet = slide(figure, whole, panel, takeaway.map(([text]) => text).join(""), this.source())
    const marked = new Labels(this.labels.svg).marked({ data: sheet.data }, sheet.layout)
    sheet.layout.annotations.push(...marked.annotations)
    sheet.layout.shapes = marked.shapes
    const ground = getComputedStyle(this.node).getPropertyValue("--st-background-color").trim()
    sheet.layout.paper_bgcolor = bare ? "rgba(0,0,0,0)" : ground
    const svg = await svgOf(Plotly, sheet, ground)
    download(format === "png" ? await pngOf(svg) : svg, `${this.committed.name}.${format}`)
  }

  offerPanels({ panels }) {
    const offered = [["", "the whole figure"], ...Object.entries(panels ?? {})]
    refill(this.root.querySelector(".live-save select"), offered, "option", (option, [value, text]) => {
      if (option.value !== value || option.text !== text) Object.assign(option, { value, text })
    })
  }

  // What is chosen on screen, what is pinned and the link, for the small print.
  source() {
    const chosen = Object.entries(this.committed.settings).filter(([key]) => boxOf(key))
    const said = Object.entries({ ...Object.fromEntries(chosen), ...this.asking() })
    const text = (value) => (/^-?[\d.]+$/.test(value) ? printed(value.replace(/\.0$/, "")) : value)
    return [[...said.map(([key, value]) => `${key} = ${text(value)}`), ...this.shown.pinned].join(", "), location.href]
  }

  // Formulas, tables and smaller figures.
  async explain(below) {
    this.below = below
    this.words.explain(below)
    refill(this.root.querySelector(".live-plates"), below.plates, "figure", (item, { caption }) => {
      if (!item.children.length) item.append(document.createElement("div"), document.createElement("figcaption"))
      say(item.lastChild, caption)
    })
    const Plotly = await loadPlotly(addressOf(this.committed.plotly))
    const nodes = [...this.root.querySelectorAll(".live-plates > figure > div")]
    this.plates = nodes.map((node, i) => (this.plates[i]?.node === node ? this.plates[i] : new Drawing(node)))
    for (const [i, { figure, alt }] of below.plates.entries()) {
      const { node } = this.plates[i]
      node.role = "img"
      node.ariaLabel = alt
      await this.plates[i].draw(Plotly, figure, { ...figure.layout, width: node.clientWidth }, Boolean(this.leading))
    }
  }

  // ── what is held ──

  take() {
    const following = this.following
    this.parting = null
    this.followed = true
    this.asked = this.latest = this.held.input.value
    this.stride = 0
    this.about = this.explained = null
    this.following = true
    if (!following) this.follow()
  }

  // As long as a slider is held, and then until its last value has been asked for: that is there before the commit is.
  follow() {
    this.following = Boolean(this.held) || (this.parting && this.parting.input.value !== this.asked)
    if (!this.following) return
    this.askLatest()
    requestAnimationFrame(() => this.follow())
  }

  // The server is asked for the next picture before this one is drawn: they are made at the same time.
  answered(picture, about) {
    this.why = ""
    if (this.following) this.askLatest()
    this.show(picture, about)
  }

  // The picture of the latest value, and the explanation of the latest picture.
  askLatest() {
    const { slider, input } = this.leading
    if (!input.isConnected) return
    const thumb = input.value
    if (thumb !== this.latest) {
      this.movedAt = performance.now()
      this.stride = thumb - this.latest
      this.latest = thumb
    }
    if (thumb !== this.asked) this.askFor(slider, thumb)
    else if (this.held) this.lookAhead(slider, input)
    const { about } = this
    if (about && about !== this.explained && this.explanationsReady) {
      this.explained = about
      this.explanations.ask(this.question(this.committed.explanations, about.slider, about.thumb), about)
    }
  }

  // The last value does not wait for those before it.
  askFor(slider, thumb) {
    const url = this.question(this.committed.pictures, slider, thumb)
    if (!this.pictures.knows(url) && !(this.held ? this.pictures.ready : this.pictures.open)) return
    this.asked = thumb
    this.pictures.ask(url, { slider, thumb })
  }

  // While there is nothing else to ask: the next places on the way of the thumb, or on either side where it has not moved yet;
  // but not while it goes too fast to know.
  lookAhead(slider, { value, min, max, step }) {
    if (Math.abs(this.stride) > SURE_STEPS * step) return
    const way = Math.sign(this.stride)
    for (const steps of way ? [way, 2 * way] : [1, -1]) {
      const next = Number((Number(value) + steps * step).toFixed(9))
      if (min <= next && next <= max) this.pictures.guess(this.question(this.committed.pictures, slider, String(next)))
    }
  }

  question(address, slider, thumb) {
    const settings = { ...this.committed.settings, ...this.asking({ slider, thumb }) }
    return `${addressOf(address)}?${new URLSearchParams(settings)}`
  }

  // The setting that a picture is about while it is not committed.
  asking(about = this.about) {
    if (!about) return {}
    const stops = this.committed.sliders[about.slider]
    return { [about.slider]: stops ? stops[about.thumb] : about.thumb }
  }

  // Whether the question was not answered: then for whatever value the thumb has when the rest is over.
  askAgain() {
    if (this.held) this.asked = null
  }

  // Whether there is time for what stands below: it is in sight, or the thumb rests.
  get explanationsReady() {
    const now = performance.now()
    const due = this.belowSeen && now - (this.explanations.lastAsked ?? 0) > EXPLAINED_EVERY_MS
    return this.explanations.ready && (due || now - this.movedAt > REST_OF_THUMB_MS)
  }

  // A slider let go where it was taken commits nothing, so the committed picture comes back.
  letGo(held) {
    if (held.input.value === held.start) return this.update(this.committed)
    this.parting = held
    this.askLatest()
  }

  // ── the connection ──

  // Streamlit disables its widgets for as long as it has no connection.
  watchConnection() {
    const inputs = Object.keys(this.committed?.sliders ?? {}).map(sliderOf).filter(Boolean)
    const lost = inputs.length > 0 && inputs.every((input) => input.disabled)
    if (this.lost && !lost) {
      this.recover()
      this.thaw()
      this.runScript()
    }
    this.lost = lost
  }

  recover() {
    this.pictures.recover()
    this.explanations.recover()
    this.askAgain()
  }

  // A thumb let go while its slider was disabled stays where it was, held for ever as far as Streamlit knows. It is put
  // where the committed value is and let go there, which brings the committed picture back; again until that helps, for
  // Streamlit's dialog about the connection keeps presses to itself while it closes.
  async thaw() {
    for (const slider of Object.keys(this.committed.sliders)) {
      const input = sliderOf(slider)
      for (let tries = 0; tries < 30 && input && !this.held && input.closest(PARTS.dragged); tries++) {
        const { settings, sliders } = this.committed
        const value = Number(settings[slider])
        moveThumb(input, sliders[slider] ? sliders[slider].indexOf(value) : value)
        for (const type of ["pointerdown", "pointerup"]) touchThumb(input, type)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }
}

export default component(
  ".live",
  (root) => new LiveFigure(root),
  (figure, { data, setTriggerValue }) => {
    figure.runScript = () => setTriggerValue("reconnected", true)
    figure.update(data)
  },
)
