// Native sliders, found and moved.

const { set: setValue } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value") // past React's own

function sliderOf(key) {
  return document.querySelector(`.st-key-${key} input[type=range]`)
}

// Put the thumb where `value` is, as far as Streamlit knows by a movement.
function moveThumb(input, value) {
  setValue.call(input, value)
  input.dispatchEvent(new Event("input", { bubbles: true }))
}

function touchThumb(input, type) {
  input.dispatchEvent(new PointerEvent(type, { bubbles: true }))
}
