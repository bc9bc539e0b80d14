import { render, type ComponentType } from "preact";

import "./styles.css";

/** Shows a page in the element of its HTML that waits for it. */
export function mount(App: ComponentType): void {
  const place = document.getElementById("app");
  if (place) {
    render(<App />, place);
  }
}
